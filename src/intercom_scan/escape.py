"""One escape for each medium a report is written to.

Paths, names of archive members, authors, refs and messages come out of a repository and are an
attacker's to choose: on a terminal they can carry escape sequences
(https://cwe.mitre.org/data/definitions/150.html) or reorder what is read
(https://trojansource.codes), in a line format they can forge a line, in a JSON document a byte
that is not UTF-8 is an error. Bytes that are not UTF-8 arrive as surrogate escapes (PEP 383).
"""

from __future__ import annotations

import re
from urllib.parse import quote

# Letters and marks that Unicode calls printable and that show nothing (Default_Ignorable in
# https://www.unicode.org/Public/UCD/latest/ucd/DerivedCoreProperties.txt), and a blank symbol.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _visible(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if char in _NAMED:
        return _NAMED[char]
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def terminal(text: str, limit: int = 240) -> str:
    """`text` on one line of a terminal, as at most `limit` characters and an ellipsis.

    Everything that moves the cursor, hides, or reorders (controls, format characters, separators
    other than the space, private and unassigned characters) becomes a backslash escape; a byte
    that is not UTF-8 becomes `\\xNN`. The middle of a long text gives way, its end stays: in a
    path that is the file.
    """
    if len(text) > limit:
        tail = max(limit * 2 // 3, 1)
        return f"{terminal(text[: limit - tail], limit)}…{terminal(text[-tail:], limit)}"
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        char if char.isprintable() and not _INVISIBLE.match(char) else _visible(char)
        for char in text
    )


def log_line(line: str) -> str:
    """A line for a log which no CI service takes for a command, as a file's name may make it one.

    GitHub's runner obeys lines that begin with `::` behind spaces, and `##[`; Azure's `##vso[`.
    https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
    https://learn.microsoft.com/en-us/azure/devops/pipelines/scripts/logging-commands
    """
    return re.sub(r"^(\s*):(?=:)", r"\1\\x3a", re.sub(r"##(?=\w*\[)", r"#\\x23", line))


def json_text(text: str) -> str:
    """`text` as a string that has no lone surrogate, so that it is valid UTF-8 anywhere.

    Reversible: a backslash becomes two, a byte that is not UTF-8 `\\xNN`, any other lone
    surrogate `\\uNNNN`.
    """
    if text.isascii() and "\\" not in text:
        return text
    return re.sub(r"[\\\ud800-\udfff]", lambda m: "\\\\" if m[0] == "\\" else _visible(m[0]), text)


def uri(path: str) -> str:
    """`path` as a relative reference or `file:` URI (RFC 3986), bytes percent-encoded.

    A colon is encoded too, or a first segment `a:` would read as a scheme. `!` before the member
    of an archive stays: it is legal in a path.
    """
    data = path_bytes(path)
    drive = re.match(rb"[A-Za-z]:/", data)
    if drive:
        return "file:///" + drive[0].decode() + quote(data[3:], safe="/!")
    if data.startswith(b"/"):
        return "file:///" + quote(data.lstrip(b"/"), safe="/!")
    return quote(data, safe="/!") or "."


def path_bytes(path: str) -> bytes:
    """The bytes that git has for `path`; any other lone surrogate as the three of its number."""
    try:
        return path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return path.encode("utf-8", "surrogatepass")


def markdown(text: str, limit: int = 240) -> str:
    """`text` as a Markdown code span that nothing in it can leave, in a table's cell too.

    A code span because it alone keeps GitHub from turning names into mentions and links. In a
    table a `|` ends the cell even there, so it is written as its look-alike U+2502.
    """
    shown = terminal(text, limit).replace("|", "\u2502") or " "
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", shown)), default=0))
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def sarif_text(text: str, limit: int = 240) -> str:
    """`text` inside a SARIF plain message: no embedded link, no placeholder (SARIF 2.1.0, 3.11)."""
    shown = re.sub(r"[\\\[\]]", r"\\\g<0>", terminal(text, limit))
    return shown.replace("{", "{{").replace("}", "}}")


def command_data(text: str) -> str:
    """`text` as the data of a GitHub workflow command, which the runner gives back as it is.

    https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
    """
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def command_property(text: str) -> str:
    """`text` as the value of a workflow command's property."""
    return command_data(text).replace(":", "%3A").replace(",", "%2C")
