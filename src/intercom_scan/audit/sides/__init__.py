"""Which code runs on a server and which with the user, and what gets across."""
