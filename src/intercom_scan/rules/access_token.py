"""Access tokens: base64 of `tok:`, a uuid with `_` for `-`, and two numbers. Needs no keyword."""

from __future__ import annotations

import binascii
from typing import TYPE_CHECKING

from intercom_scan.rules.model import Match, Rule, Severity
from intercom_scan.rules.text import lazy
from intercom_scan.rules.values import mostly_sequential, random_uuid

if TYPE_CHECKING:
    from collections.abc import Iterator

_plain = lazy(
    rb"tok:([0-9a-f]{8}_[0-9a-f]{4}_[0-9a-f]{4}_[0-9a-f]{4}_[0-9a-f]{12}):[0-9]{1,4}:[0-9]{1,4}"
)
_head = lazy(rb"dG9rO[jm]")
# ASCII below 0x7e never encodes to `+`, `/`, `-` or `_`, so both alphabets are this one here.
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_run = lazy(rb"[A-Za-z0-9]{1,72}")
_TAIL = b"oxOjA"  # how `…:1:0` ends, whatever the uuid

_BLANK = rb"(?:\s|\\{1,4}[nrt])"
_OPERATOR = rb"(?:\+\+?|\.\.?|,|&|\|\||<>|<<|~|\^|\\)?"
# Between two parts of a value: two quotes with an operator or nothing but blanks between them,
# or a line break with indentation and, in comments, mails and diffs, their marker.
_joint = lazy(
    rb"\\{0,3}[\"'`]" + _BLANK + rb"{0,80}" + _OPERATOR + rb"(?:[ \t]{1,9}_)?"
    rb"(?:" + _BLANK + rb"|#|//|[+-](?=\s)){0,80}" + _OPERATOR + rb"\s{0,80}"
    rb"(?:[bBuUrRfFL]|@|u8)?\\{0,3}[\"'`]"
    rb"|[ \t]{0,80}\\{0,2}(?:\r?\n|(?:\\{1,4}r)?\\{1,4}n)[ \t]{0,80}"
    rb"(?:(?:[#>*+|]|//)[ \t]{0,80})?[\"'`]?"
)
_JOINT_BYTES = b" \t\r\n\"'`\\+.,&|<>~^_#@*/-"
_SIGNIFICANT = 59  # characters of the shortest token without its padding


def check(value: bytes) -> bytes | None:
    """The canonical form (standard alphabet, padded) of a token or of its decoded text."""
    plain = value if value.startswith(b"tok:") else _decoded(value.rstrip(b"="))
    if not (hit := _plain().fullmatch(plain)) or _invented(hit[1]):
        return None
    return binascii.b2a_base64(plain, newline=False)


def _decoded(text: bytes) -> bytes:
    """As many whole bytes as the characters hold; b"" for what cannot be base64."""
    if len(text) % 4 == 1:
        text = text[:-1]
    try:
        return binascii.a2b_base64(text + b"=" * (-len(text) % 4))
    except binascii.Error:
        return b""


def _invented(uuid: bytes) -> bool:
    digits = uuid.replace(b"_", b"")
    return len(set(digits)) < 6 or mostly_sequential(digits)


def find(data: bytes) -> Iterator[Match]:
    """Every token in `data`, also one that is split over string literals or lines; unordered."""
    for hit in _head().finditer(data):
        yield from _from_head(data, hit.start())
    position = data.find(_TAIL)
    while position >= 0:
        yield from _from_tail(data, position + len(_TAIL))
        position = data.find(_TAIL, position + 1)
    if b"tok:" in data:
        for hit in _plain().finditer(data):
            if not _invented(hit[1]):
                yield Match(RULE, binascii.b2a_base64(hit[0], newline=False), *hit.span())


def _from_head(data: bytes, start: int) -> Iterator[Match]:
    """Collect forward, over joints, until there are enough characters; the bytes say the end."""
    text = b""
    ends: list[int] = []
    position = start
    while len(text) < _SIGNIFICANT + 5:
        if not (run := _run().match(data, position)):
            break
        text += run[0]
        ends += range(run.start() + 1, run.end() + 1)
        if not (joint := _joint().match(data, run.end())):
            break
        position = joint.end()
    length = _token_length(text, data[ends[-1] : ends[-1] + 1] if ends else b"")
    if length and (secret := check(text[:length])):
        end = ends[length - 1]
        padding = -length % 4
        while padding and data[end : end + 1] == b"=":
            end, padding = end + 1, padding - 1
        yield Match(RULE, secret, start, end)


def _token_length(text: bytes, following: bytes) -> int:
    """How many characters are the token's: those up to a boundary, else the fewest that decode.

    A 60th character glued behind 59 may by chance look like one more digit.
    """
    lengths = [
        size
        for size in (59, 60, 62, 63, 64)
        if len(text) >= size and _plain().fullmatch(_decoded(text[:size]))
    ]
    if len(text) in lengths and len(text) != _SIGNIFICANT and following != b"=":
        return len(text)
    return lengths[0] if lengths else 0


def _from_tail(data: bytes, end: int) -> Iterator[Match]:
    """Collect backward from the constant ending: the way to a token split in its first letters."""
    text = b""
    starts: list[int] = []
    position = end
    while True:
        window = data[max(0, position - _SIGNIFICANT) : position]
        size = min(len(window) - len(window.rstrip(_ALPHABET)), _SIGNIFICANT - len(text))
        position -= size
        text = window[len(window) - size :] + text
        starts = [*range(position, position + size), *starts]
        if len(text) == _SIGNIFICANT:
            break
        joint = _joint_before(data, position)
        if not size or joint is None:
            return
        position = joint
    # What begins in one piece was found from its head.
    if starts[5] != starts[0] + 5 and (secret := check(text)):
        yield Match(RULE, secret, starts[0], end + (data[end : end + 1] == b"="))


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


RULE = Rule(
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
