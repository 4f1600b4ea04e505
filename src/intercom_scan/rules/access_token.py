"""Access tokens: base64 of `tok:`, a uuid with `_` for `-`, and two numbers. Needs no keyword."""

from __future__ import annotations

import binascii
from typing import TYPE_CHECKING

from intercom_scan.rules.model import Credential, Match, Severity
from intercom_scan.rules.suspects import present
from intercom_scan.rules.text import lazy
from intercom_scan.rules.values import mostly_sequential, random_uuid

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

# Numbers have no leading zero: that tells `…:1:0` and a glued character from `…:1:05`.
_NUMBER = rb"(?:0|[1-9][0-9]{0,3})"
_plain = lazy(
    rb"tok:([0-9a-f]{8}_[0-9a-f]{4}_[0-9a-f]{4}_[0-9a-f]{4}_[0-9a-f]{12}):"
    + _NUMBER
    + b":"
    + _NUMBER
)
# `tok:` and two hex digits have few spellings; a joint may cut them anywhere.
_head = lazy(rb"dG9rO[jm](?=[ABEFIJMNQRUVYZcdghkl]?(?:[h-mw-z0-5]|[^A-Za-z0-9]|\Z))")
# ASCII below 0x7e never encodes to `+`, `/`, `-` or `_`, so both alphabets are this one here.
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_run = lazy(rb"[A-Za-z0-9]{1,72}")
# `…:1:0` ends in `oxOjA`, whatever the uuid, after a quad that holds a hex digit and `:1`.
_tail = lazy(rb"[MNOYZ][DTjz]oxOjA")

# Between two parts of a value: two quotes with operators and blanks between them, or a line break
# with indentation and, in comments, mails and diffs, their marker. One class and no sequence of
# optional parts, so that nothing is tried twice.
_joint = lazy(
    rb"\\{0,3}[\"'`](?:[\s\\+.,&|<>~^_#/@-]|(?<=\\)[nrt]|"
    rb"[bBuUrRfFL](?=\\{0,3}[\"'`])){0,200}[\"'`]"
    rb"|[ \t]{0,80}\\{0,2}(?:\r?\n|(?:\\{1,4}r)?\\{1,4}n)[ \t]{0,80}"
    rb"(?:(?:[#>*+|]|//)[ \t]{0,80})?[\"'`]?"
)
# The same with words in it: comments, `.concat(`, `name +=`, brackets, and the quotes between the
# lines of a notebook's cell. Nothing that a token begins with, so no byte is looked at for two of
# them. The lookahead with a reference to it is an atomic group, which Python 3.10 has not.
_COMMENT_TEXT = rb"(?:[^\r\nd]|d(?!G9rO))"
_worded_joint = lazy(
    rb"\\{0,3}[\"'`](?:(?=(" rb"(?://|#)(?:[^\r\n\\d]|d(?!G9rO)){0,120}\\{1,2}n|"
    rb"(?://|#)" + _COMMENT_TEXT + rb"{0,120}\r?\n|/\*" + _COMMENT_TEXT + rb"{0,120}?\*/|"
    rb"(?<=\\)[nrt]|\.concat\(|[$@A-Za-z_][A-Za-z0-9_$.]{0,60}[ \t]{0,9}(?:\+=|\.=|<<)|"
    rb"[\s\\+.,;&|<>~()\[\]\"'`]))\1){1,120}(?<=[\"'`])(?=[A-Za-z0-9])"
)  # fmt: skip
_JOINT_BYTES = b" \t\r\n\"'`\\+.,&|<>~^_#@*/-"
_SIGNIFICANT, _LONGEST = 59, 68  # characters of a token without its padding


def check(value: bytes) -> bytes | None:
    """The canonical form (standard alphabet, padded) of a token or of its decoded text."""
    plain = value if value.startswith(b"tok:") else _decoded(value.rstrip(b"="))
    if not (hit := _plain().fullmatch(plain)) or _invented(hit[1]):
        return None
    return binascii.b2a_base64(plain, newline=False)


def _decoded(text: bytes) -> bytes:
    """As many whole bytes as the characters hold; b"" for what cannot be base64."""
    if len(text) % 4 == 1:
        return b""
    try:
        return binascii.a2b_base64(text + b"=" * (-len(text) % 4))
    except binascii.Error:
        return b""


def _invented(uuid: bytes) -> bool:
    digits = uuid.replace(b"_", b"")
    return len(set(digits)) < 6 or mostly_sequential(digits)


def find(data: bytes) -> Iterator[Match]:
    """Every token in `data`, also one that is split over string literals or lines; unordered."""
    words = present(data)
    if b"dG9rO" in words:
        for hit in _head().finditer(data):
            yield from _from_head(data, hit.start())
    if b"oxOjA" in words:
        for hit in _tail().finditer(data):
            yield from _from_tail(data, hit.end())
    if b"tok:" in words:
        for hit in _plain().finditer(data):
            if not _invented(hit[1]):
                yield Match(RULE, binascii.b2a_base64(hit[0], newline=False), *hit.span())


def _from_head(data: bytes, start: int) -> Iterator[Match]:
    """Collect forward, over joints, until there are enough characters; the bytes say the end."""
    text = b""
    breaks: list[int] = []  # lengths of `text` after each part
    ends: list[int] = []  # and where each part ends in `data`
    position = start
    while len(text) < _LONGEST and (run := _run().match(data, position)):
        text += run[0]
        breaks.append(len(text))
        ends.append(run.end())
        if not _plausible(text[:56]) or not (joint := _joint_at(data, run.end())):
            break
        position = joint.end()
    length = _token_length(text, breaks) if _plausible(text[:56]) else 0
    if length and (secret := check(text[:length])):
        part = next(i for i, size in enumerate(breaks) if size >= length)
        end = ends[part] - (breaks[part] - length)
        padding = -length % 4
        while padding and data[end : end + 1] == b"=":
            end, padding = end + 1, padding - 1
        yield Match(RULE, secret, start, end)


def _joint_at(data: bytes, at: int) -> re.Match[bytes] | None:
    hit = _joint().match(data, at)
    if hit and data[hit.end() : hit.end() + 1].isalnum():
        return hit
    return _worded_joint().match(data, at) or hit


def _plausible(text: bytes) -> bool:
    """Could whole quads of the beginning or the middle of a token decode to this?"""
    plain = _decoded(text[: len(text) // 4 * 4])
    return not plain.removeprefix(b"tok:").strip(b"0123456789abcdef_:tok")


def _token_length(text: bytes, breaks: list[int]) -> int:
    """How many characters are the token's: most up to where a run ends, else fewest at all."""
    lengths = [
        size
        for size in range(_SIGNIFICANT, min(len(text), _LONGEST) + 1)
        if _plain().fullmatch(_decoded(text[:size]))
    ]
    at_break = [size for size in lengths if size in breaks]
    return at_break[-1] if at_break else lengths[0] if lengths else 0


def _from_tail(data: bytes, end: int) -> Iterator[Match]:
    """Collect backward from the constant ending: the way to a token split in its first letters."""
    text = b""
    position = end
    while True:
        window = data[max(0, position - _SIGNIFICANT) : position]
        size = min(len(window) - len(window.rstrip(_ALPHABET)), _SIGNIFICANT - len(text))
        start = position - size
        if size and data[start - 1 : start] == b"\\" and data[start : start + 1] in b"nrt":
            size, start = size - 1, start + 1  # the letter of an escaped line break
        text = data[start:position] + text
        if len(text) == _SIGNIFICANT:
            break
        joint = _joint_before(data, start) if size else None
        # The last three characters hold the end, whole quads stand before them.
        if joint is None or not _plausible(text[(len(text) - 3) % 4 : len(text) - 3]):
            return
        position = joint
    # What begins in one piece was found from its head.
    if size < len(b"dG9rOj") and (secret := check(text)):
        yield Match(RULE, secret, start, end + (data[end : end + 1] == b"="))


def _joint_before(data: bytes, end: int) -> int | None:
    """Where the joint that ends at `end` begins, or None."""
    window = data[max(0, end - 200) : end]
    bare = window.rstrip(_JOINT_BYTES)
    if bare[-1:] in (b"b", b"f", b"r", b"u", b"n") and bare[-2:-1] in b" \t\n\\":
        bare = bare[:-1].rstrip(_JOINT_BYTES)
    start = end - (len(window) - len(bare))
    hit = _joint().match(data, start)
    return start if hit and hit.end() == end else None


def sample() -> bytes:
    text = f"tok:{random_uuid().replace('-', '_')}:1:0"
    return binascii.b2a_base64(text.encode(), newline=False)


RULE = Credential(
    id="intercom-access-token",
    title="Intercom Access Token",
    severity=Severity.CRITICAL,
    names=(
        r"intercom_(?:.+_)?(?:token|pat)",
        r"intercom_(?:api|read|write|access)_key",
        r"intercom_secret",
    ),
    shape=rb"dG9rO[jm][A-Za-z0-9]{53,58}={0,2}",
    check=check,
    opens="The whole workspace over the REST API, within the token's scopes: people, companies, "
    "conversations, articles. It does not expire.",
    rotation=(
        "Developer Hub > the app > Test & Publish > Your Workspaces > Regenerate token.",
        "Deploy the new token at once: no grace period is documented for the old one.",
        "Check the new token with GET https://api.intercom.io/me.",
    ),
    needles=(b"dG9rOj", b"dG9rOm", b"oxOjA"),
    sample=sample,
    example="INTERCOM_ACCESS_TOKEN={}",
    contextual=False,
    references=(
        "https://developers.intercom.com/docs/build-an-integration/learn-more/authentication",
    ),
)
# Decoded tokens are found by this; the prefilter takes it as a pattern.
PLAIN_NEEDLE = rb"tok:[0-9a-f]{8}_[0-9a-f]{4}_[0-9a-f]{4}_"
