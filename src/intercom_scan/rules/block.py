"""Names that stand apart from their value: in another attribute of its block, or another cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.rules.names import credential_name, words
from intercom_scan.rules.section import unmatched
from intercom_scan.rules.text import lazy, unescaped

if TYPE_CHECKING:
    from collections.abc import Iterator

_BEFORE, _BEHIND = 800, 500  # bytes of a block that are looked at
_MOST = 12  # attributes of it

# Attributes that hold a value and say nothing of it: Terraform, its states, CloudFormation.
_value_key = lazy(
    rb"(?i)(?:^|[\s{,(\"'-])(?:(?:string_?|secret_?|insecure_?|plain_?text_?)?value(?:_wo)?|"
    rb"secret_?(?:string|data)(?:_wo)?|plain_?text)[\"']?\s{0,8}(?:=>|[:=])\s{0,8}@?[\"']?\Z"
)
_naming = lazy(
    rb"(?i)(?:^|[\s{,(-])[\"']?(?:name|id|arn|key|path|(?:secret|parameter|variable|env(?:_?var)?)"
    rb"(?:_?(?:name|id))?)[\"']?\s{0,8}(?:=>|[:=])\s{0,8}[\"']?([^\"'\r\n,;{}]{3,200})"
)
# `….client_secret.id`, `…/versions/1`, and the six characters that AWS puts behind a name.
_reference = lazy(rb"(?:\.(?:id|arn|name|secret_id|key)|/versions/[0-9]{1,6}|(?<=[a-z])\s+)\Z")
_arn_tail = lazy(rb"(:secret:.{1,120})-[A-Za-z0-9]{6}\Z")
_last_string = lazy(rb"[\"']([^\"'\r\n]{3,120})[\"']\s{0,8}[{(]?\Z")


# An element of XML, up to one of its attributes' values.
_element = lazy(rb"<[A-Za-z][A-Za-z0-9:._-]{0,60}\s[^<>]{1,400}\Z")


def says_nothing(lead: bytes) -> bool:
    """Does text end in the key of a value that another attribute names?"""
    return _value_key().search(lead[-80:]) is not None


def block_words(data: bytes, start: int, end: int) -> list[str]:
    """The words of the name that the block of the value `data[start:end]` gives it; [] for none.

    `name = "X"` / `type = …` / `value = "V"`, in any order, between brackets or indented alike.
    """
    lead = unescaped(data[max(0, start - _BEFORE) : start])
    if not says_nothing(lead):
        return []
    behind = unescaped(data[end : end + _BEHIND])
    if element := _element().search(lead):
        return _best(list(_names_in(element[0] + behind.partition(b">")[0])))
    opener = next(unmatched(lead), None)
    if opener is None:
        found = list(_names_in(_indented(lead, behind)))
    else:
        found = list(_names_in(lead[opener:] + behind[: _closing(behind)]))
        if head := _last_string().search(lead[:opener]):
            found.append(words(head[1]))
    return _best(found)


def cell_words(line: bytes) -> list[str]:
    """The words of the name in a table's row that ends before a value's cell; [] for none."""
    # A row that shows a secret redacted is a report's; what else stands there is its fingerprint.
    if line.count(b"|") < 2 or b"||" in line or b"********" in line:
        return []
    return _best([words(cell) for cell in reversed(line.split(b"|")[:-1])])


def _best(found: list[list[str]]) -> list[str]:
    """The first that says Intercom and a credential, or that says a credential."""
    named = [(parts, name) for parts in found if (name := credential_name(parts))]
    return next((parts for parts, name in named if name.explicit), named[0][0] if named else [])


def _names_in(block: bytes) -> Iterator[list[str]]:
    for count, hit in enumerate(_naming().finditer(block)):
        if count == _MOST:
            return
        text = _reference().sub(b"", hit[1].strip())
        yield words(_arn_tail().sub(rb"\1", text))


def _closing(text: bytes) -> int:
    """Where the bracket closes that is open at the beginning; the end where it does not."""
    depth = 0
    for at, byte in enumerate(text):
        depth += (byte in b"{(") - (byte in b"})")
        if depth < 0:
            return at
    return len(text)


def _indented(lead: bytes, behind: bytes) -> bytes:
    """The lines of one YAML map: those around the value that begin in its column."""
    above = lead.split(b"\n")
    column = _column(above[-1])
    kept: list[bytes] = []
    for line in reversed(above[:-1]):
        if _column(line) < column or b":" not in line:
            break
        kept += [line] if _column(line) == column else []
        if line.lstrip().startswith(b"- ") and _column(line) == column:
            break
    for line in behind.split(b"\n")[1:]:
        if _column(line) < column or line.lstrip().startswith(b"- "):
            break
        kept += [line] if _column(line) == column else []
    return b"\n".join(kept)


def _column(line: bytes) -> int:
    bare = line.lstrip(b" ")
    return len(line) - len(bare.removeprefix(b"- ").lstrip(b" "))
