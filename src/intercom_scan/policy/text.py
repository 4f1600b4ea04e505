"""Text that others wrote, made fit for one line of a message."""

from __future__ import annotations

import re

SHOWN = 32
REASON = 200

# Every credential in view is longer than this without a space, and most prose is not.
_SECRET_LIKE = re.compile(r"(?=[A-Za-z_+=-]*[0-9])[A-Za-z0-9_+=-]{24,}")


def harmless(text: str) -> bool:
    """Whether `text` is short, printable and unlike a secret."""
    return len(text) <= SHOWN and text.isprintable() and not _SECRET_LIKE.search(text)


def show(text: str) -> str:
    """`text` in quotes where it is harmless; else only its length.

    A file that is not what it should be may hold a secret, and messages end up in logs.
    """
    return f"'{text}'" if harmless(text) else f"a text of {len(text)} characters"


def mask(text: str) -> str:
    """`text` on one line, at most 200 characters, with whatever resembles a secret starred out."""
    line = " ".join(text[: 4 * REASON].split())
    line = "".join(char for char in line if char.isprintable())
    return _SECRET_LIKE.sub("********", line)[:REASON]
