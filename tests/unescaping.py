"""What undoes the escapes of the json format, as docs/reports.md says."""

from __future__ import annotations

import re


def from_json_text(text: str) -> str:
    """The inverse of `json_text`; `os.fsencode` of the result gives the bytes of a path."""

    def undo(match: re.Match[str]) -> str:
        if match[1]:
            return chr(0xDC00 + int(match[1], 16))
        return chr(int(match[2], 16)) if match[2] else "\\"

    return re.sub(r"\\(?:x([89a-f][0-9a-f])|u(d[89a-f][0-9a-f]{2})|\\)", undo, text)
