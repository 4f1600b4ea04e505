"""The code in a page of PHP, which stands between `<?php` and `?>`."""

from __future__ import annotations

import re

# What can hide a `?>`: texts and comments. https://www.php.net/manual/en/language.basic-syntax.php
_PIECES = re.compile(
    r"""'[^'\\]*(?:\\.[^'\\]*)*(?:'|\\?\Z)|"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)"""
    r"""|/\*.*?(?:\*/|\Z)|(?:\#(?!\[)|//)(?:[^\n?]|\?(?!>))*"""
    r"""|<<<[ \t]*["']?(\w+)["']?\n.*?(?:\n[ \t]*\1\b|\Z)|\?>""",
    re.S,
)
_OPENS = re.compile(r"<\?(?:php\b|=)", re.I)


def code(text: str) -> str:
    """A file's code, on the lines where it stands; the rest of a page is blank."""
    found: list[str] = []
    place = 0
    while (opened := _OPENS.search(text, place)) is not None:
        found.append(_blank(text[place : opened.start()]))
        found.append("echo " if opened[0].endswith("=") else "")
        closed = closing(text, opened.end())
        if closed < 0:
            return "".join([*found, text[opened.end() :]])
        found += [text[opened.end() : closed], ";"]
        place = closed + 2
    return "".join([*found, _blank(text[place:])])


def closing(text: str, place: int) -> int:
    """Where the `?>` stands that ends the code at a place; -1 where none does."""
    pieces = _PIECES.finditer(text, place)
    return next((piece.start() for piece in pieces if piece[0] == "?>"), -1)


def _blank(text: str) -> str:
    return "\n" * text.count("\n")
