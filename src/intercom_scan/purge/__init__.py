"""Takes secrets out of a repository's history, in a copy of it, and proves that they are gone."""
