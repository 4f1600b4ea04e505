"""The audit log: what was done with credentials, by whom, and how it ended."""
