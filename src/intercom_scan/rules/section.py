"""Does a value with a general name (`client_secret`, `token`) stand in a part that is Intercom's?

Looked for, from near to far: the line itself, enclosing brackets and calls, the same map's
`provider: intercom`, parents by indentation, the `[section]`, and the comment, heading or
sentence above.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Literal

from intercom_scan.rules.text import INTERCOM, intercom_word, lazy, unescaped

if TYPE_CHECKING:
    from collections.abc import Iterator

Verdict = Literal["ours", "foreign", "unknown"]

_REACH = 3072
_LEVELS = 8
_MAPS = 2  # that may enclose a value's own one, and be closed within one of those
_OPENERS = (b"def ", b"class ", b"module ")  # of a block that needs no bracket

# Services whose credentials go by the same general names.
_VENDORS = (
    rb"stripe|twilio|sendgrid|aws|amazon|google|gcp|firebase|facebook|github|gitlab|bitbucket|"
    rb"slack|segment|mixpanel|amplitude|sentry|auth0|okta|hubspot|salesforce|zendesk|mailchimp|"
    rb"mailgun|postmark|paypal|shopify|algolia|datadog|heroku|linkedin|twitter|microsoft|azure|"
    rb"dropbox|atlassian|jira|trello|asana|notion|airtable|zoom|freshdesk|drift|crisp|pusher|"
    rb"plaid|braintree|square|adyen|cloudflare|customer\.?io|posthog|rollbar|bugsnag|newrelic|"
    rb"openai|discord|telegram|instagram|apple|spotify|pipedrive|front|helpscout|recaptcha|"
    rb"mongo|mysql|postgres|redis|smtp|database|django|rails_master|session|cookie|jwt_secret"
)
_vendor = lazy(rb"(?i)(?<![a-z])(?:" + _VENDORS + rb")(?![a-z])")
# Words of the above that sentences have for other reasons.
_everyday = lazy(rb"(?i)(?<![a-z])(?:session|cookie|database|front|square)(?![a-z])")
# The examples of an API description hold samples of what its server answers.
_specimen = lazy(rb"\s*[\"']?examples?[\"']?\s*:")
_connection = lazy(
    rb"(?:[^;\"']{0,80}[\"'])?(?:[A-Za-z][\w.-]{0,60}=[^;\s\"'][^;\"']{0,200};){1,40}"
    rb"[A-Za-z][\w.-]{0,60}="
)
_brackets = lazy(rb"[{}()\[\]]")
_closed = lazy(rb"\{[^{}]*\}")
_head_end = lazy(rb"[;{}]")
_same_map = lazy(
    rb"(?i)(?<![a-z])(?:name|provider|id|type|service|slug|app|integration|vendor|kind|platform|"
    rb"source|strategy|connector|group)[\"']?\s{0,4}(?:=>|[:=])\s{0,4}[\"':]?" + INTERCOM
)
_kind = lazy(rb"(?<![\w.-])[\"']?kind[\"']?\s{0,4}:\s{0,4}[\"']?(\w{1,40})")
_metadata = lazy(rb"(?<![\w.-])[\"']?metadata[\"']?\s{0,4}:")
_resource_name = lazy(
    rb"(?<![\w./-])[\"']?name[\"']?[ \t]{0,4}:[ \t]{0,4}[\"']?([A-Za-z0-9.-]{1,80})"
)
_table = lazy(rb"^[ \t]*\[\[?([^\]\r\n]{1,200})\]", 8)
_comment = lazy(rb"^\s*(?:#|//|/\*|\*|;|--|<!--|%|'|rem\b|::)", 2)
_prose = lazy(rb"^[\s>*_-]*(?:#{1,6}\s|[A-Z0-9][^={}();\"]{0,120}:?\s*$)")
_trailing = lazy(rb"\s(?:#|//|--|/\*|<!--)[^\r\n]*" + INTERCOM, 2)


def section(data: bytes, start: int, end: int) -> Verdict:
    """Whose is the value `data[start:end]`, by all that encloses it within 3 KiB before?"""
    floor = max(0, start - _REACH)
    before = data[floor:start]
    after = data[end : end + 512]
    line_end = after.find(b"\n")
    if _trailing().search(after if line_end < 0 else after[:line_end]):
        return "ours"
    for verdict in (_pairs(before), _brackets_around(before, after), _parents(before)):
        if verdict != "unknown":
            return verdict
    return "ours" if _in_our_resource(before, after) else _above(before)


def _judged(text: bytes) -> Verdict:
    if intercom_word().search(text):
        return "ours"
    return "foreign" if _vendor().search(text) or _specimen().match(text) else "unknown"


def _pairs(before: bytes) -> Verdict:
    """`Profile=C:\\Intercom.apip;OAuthClientSecret=…`: the other pairs of a connection string."""
    line = before[before.rfind(b"\n") + 1 :]
    return _judged(line) if _connection().fullmatch(line) else "unknown"


def _brackets_around(before: bytes, after: bytes) -> Verdict:
    """Unmatched opening brackets from the inside out: the text before each names it."""
    inner = len(before)
    for level, opener in enumerate(unmatched(before)):
        if before[opener : opener + 1] == b"{" and level <= _MAPS:
            inside = before[opener:inner]
            inside = _flat(inside) if level else inside + after.partition(b"}")[0]
            if _same_map().search(unescaped(inside)):
                return "ours"
        inner = opener
        head = before[max(0, opener - 160) : opener]
        cut = max(head.rfind(b"\n", 0, len(head.rstrip())), 0)
        ends = [hit.end() for hit in _head_end().finditer(head)]
        verdict = _judged(head[max([cut, *ends]) :])
        if verdict != "unknown" or level == _LEVELS:
            return verdict
    return "unknown"


def _flat(text: bytes) -> bytes:
    """Without the maps in it that are closed, which may be somebody else's."""
    for _ in range(_MAPS):
        text = _closed().sub(b"", text)
    return text if text.count(b"{") == 1 else b""


def unmatched(before: bytes) -> Iterator[int]:
    """Where brackets open that are still open at the end, from the inside out."""
    depth = 0
    for hit in reversed(list(_brackets().finditer(before))):
        if hit[0] in b"}])":
            depth += 1
        elif depth:
            depth -= 1
        else:
            yield hit.start()


def _parents(before: bytes) -> Verdict:
    """Less and less indented lines above, and the last `[section]`."""
    lines = before.split(b"\n")
    own = lines.pop()
    indent = _indent(own)
    same_item = True
    for line in reversed(lines):
        bare = line.strip()
        if not bare or _comment().match(line):
            continue
        width = _indent(line)
        if same_item and width == indent and _same_map().match(bare.lstrip(b"-{ \"'")):
            return "ours"
        same_item = same_item and width >= indent and not (bare[:1] == b"-" and width < indent)
        if width < indent:
            if _same_map().match(bare.lstrip(b"-{ \"'")):
                return "ours"
            opens = bare[-1:] in b":{([|>," or b"do" in bare or bare.startswith(_OPENERS)
            verdict = _judged(bare) if opens else "unknown"
            if verdict != "unknown":
                return verdict
            indent = width
    tables = _table().findall(before)
    return _judged(tables[-1]) if tables else "unknown"


def _in_our_resource(before: bytes, after: bytes) -> bool:
    """Is this the data of a Kubernetes Secret whose own name says Intercom?"""
    if b"metadata" not in before and b"metadata" not in after:
        return False
    text = before[before.rfind(b"\n---") + 1 :] + b" " + after.partition(b"\n---")[0]
    kinds = [hit[1] for hit in islice(_kind().finditer(text), 2)]
    if kinds not in ([b"Secret"], [b"ConfigMap"]):
        return False
    hit = _metadata().search(text)
    names = islice(_resource_name().finditer(text, hit.end(), hit.end() + 600), 3) if hit else ()
    return any(intercom_word().search(name[1]) for name in names)


def _indent(line: bytes) -> int:
    expanded = line.expandtabs(4)
    return len(expanded) - len(expanded.lstrip(b" "))


def _above(before: bytes) -> Verdict:
    """The nearest comment, heading or sentence above that names somebody."""
    for line in reversed(before.split(b"\n")[-30:-1]):
        if _comment().match(line) or _prose().match(line):
            sentence = len(line.split()) > 5
            verdict = _judged(_everyday().sub(b"", line) if sentence else line)
            if verdict != "unknown":
                return verdict
    return "unknown"
