"""A repository's objects: all read, looked at where something hit, and traced to their commits."""
