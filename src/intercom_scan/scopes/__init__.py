"""Least privilege: what a token may do, beside what the project allows and its code calls."""
