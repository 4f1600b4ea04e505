"""Continuous integration: what an event of a service brings, and how that service is told."""
