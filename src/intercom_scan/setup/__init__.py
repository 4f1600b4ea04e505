"""Getting started: what a repository lacks, as changes that are shown, asked about and written."""
