"""Messenger JWTs: where code makes them, what is in them, and for how long they count."""
