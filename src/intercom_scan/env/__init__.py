"""`.env` hygiene: whether files of settings can slip into a repository or out of it."""
