"""Source code as trees of one form, whatever its language."""
