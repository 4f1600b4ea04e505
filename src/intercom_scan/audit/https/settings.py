"""Addresses and switches in what is no code: configurations, variables, scripts, manifests."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from intercom_scan.audit.https.hosts import HOST, REGIONS, plain, wrong
from intercom_scan.audit.https.walking import DEVELOPMENT_FILES
from intercom_scan.audit.signed.values import Where

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENDINGS = (
    ".yml", ".yaml", ".json", ".toml", ".ini", ".cfg", ".conf", ".properties", ".xml", ".config",
    ".tf", ".tfvars", ".env", ".sh", ".bash", ".plist", ".gradle", ".xcconfig", ".neon", ".jsonc",
)  # fmt: skip
_NAMES = re.compile(r"^(?:\.env(?:\..*)?|[\w.-]+\.env|Dockerfile.*|Makefile|Procfile|\.flaskenv)$")
_LONGEST = 2_000  # bytes of a line
# A key and its value: `KEY=value`, `key: value`, `"key": "value"`, `<add key="k" value="v"/>`.
_PAIR = re.compile(
    r"([\w.-]{1,100})[\"'\]]{0,2}\s{0,8}(?:[:=]|=>|\")\s{0,8}(?:value=)?[\"']?(http://[^\s\"'<>,;]{1,1000})"
    r"|name=\"([\w.-]{1,100})\">(http://[^\s<]{1,1000})",
    re.IGNORECASE,
)
_SECTION = re.compile(r"^(\s{0,100})[\"'\[-]{0,2}\s{0,4}([\w.-]{1,100})[\"']?\s{0,4}(?:[:{\]=]|$)")
_SPECIFICATION = re.compile(r"^\s{0,4}\"?(?:openapi|swagger)\"?\s{0,4}:", re.MULTILINE)
_PROCESS = re.compile(
    r"(NODE_TLS_REJECT_UNAUTHORIZED|PYTHONHTTPSVERIFY)[\"']?\s{0,8}[:= ]\s{0,8}[\"']?0\b"
    r"|(NODE_TLS_REJECT_UNAUTHORIZED|PYTHONHTTPSVERIFY)[\"']?,?\s{1,80}\"?value\"?:\s{0,8}[\"']?0\b"
)
_NAMED = re.compile(
    r"^\s{0,100}-?\s{0,4}[\"']?name[\"']?:\s{0,4}[\"']?([\w.-]{1,100})[\"',]{0,2}\s{0,4}$"
)
_FETCHED = re.compile(r"\b(?:curl|wget)\s[^\n]{0,1000}?(http://[^\s\"'<>]{1,1000})")
_CURL = re.compile(r"\bcurl\b(?=[^\n]{0,1000}\bintercom\.io)[^\n]{0,1000}?\s(-k|--insecure)\b")
_JOINED = re.compile(r"\\\r?\n")
_ARBITRARY = re.compile(r"<key>NSAllowsArbitraryLoads</key>\s{0,80}<true\s?/>")
_CLEARTEXT = re.compile(
    r"android:usesCleartextTraffic=\"true\"|<base-config[^>]{0,200}cleartextTrafficPermitted=\"true\""
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


def is_settings(path: str) -> bool:
    """Whether a file is configuration, and not that of a developer's own machine."""
    name = posixpath.basename(path)
    known = name.lower().endswith(_ENDINGS) or _NAMES.match(name) is not None
    return known and DEVELOPMENT_FILES.search(path) is None and "lock" not in name.lower()


def addresses(path: str, text: str) -> Iterator[tuple[Where, str]]:
    """The addresses without encryption that concern Intercom, by key and section."""
    if _SPECIFICATION.search(text):
        return
    for called in _FETCHED.finditer(_JOINED.sub("  ", text)):
        address = plain(called[1])
        words = wrong(address, "") if address is not None else None
        if words is not None:
            yield _where(path, text, called.start(1)), words
    sections: list[tuple[int, str]] = [(-1, posixpath.basename(path))]
    said = ""  # the name in a list of names and values
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > _LONGEST or line.lstrip().startswith(("#", "//", ";", "--")):
            continue
        section = _SECTION.match(line)
        if section is not None:
            depth = len(section[1].expandtabs())
            sections = [each for each in sections if each[0] < depth]
            sections.append((depth, section[2]))
        for found in _PAIR.finditer(line):
            address = plain(found[2] or found[4])
            names = " ".join([*(name for _, name in sections), said, found[1] or found[3]])
            known = address is not None and not re.search(r"[${%]", address.host)
            words = wrong(address, names) if address is not None and known else None
            if words is not None:
                yield Where(path, number), words
        named = _NAMED.match(line)
        said = named[1] if named is not None else ""


def switches(path: str, text: str) -> Iterator[tuple[Where, str]]:
    """Settings of the whole process that switch the check of certificates off, and `curl -k`."""
    for found in _PROCESS.finditer(text):
        name = found[1] or found[2]
        words = f"certificates are not checked: {name} is 0, for the whole process"
        yield _where(path, text, found.start()), words
    joined = _JOINED.sub("  ", text)  # as long as before, so that places stay
    for found in _CURL.finditer(joined):
        yield _where(path, text, found.start()), f"certificates are not checked: curl {found[1]}"


def mobile(path: str, text: str) -> Iterator[tuple[Where, str]]:
    """Manifests of apps that allow connections without encryption."""
    text = _COMMENT.sub(_blank, text)
    if path.endswith(".plist"):
        for found in _ARBITRARY.finditer(text):
            yield _where(path, text, found.start()), "NSAllowsArbitraryLoads allows plain HTTP"
    elif path.endswith(".xml"):
        for found in _CLEARTEXT.finditer(text):
            yield _where(path, text, found.start()), "the app allows plain HTTP to every host"


def regions(path: str, text: str) -> Iterator[tuple[Where, str]]:
    """The hosts of regions that a text names."""
    for found in HOST.finditer(text):
        yield _where(path, text, found.start()), REGIONS[found[0]]


def _blank(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


def _where(path: str, text: str, at: int) -> Where:
    return Where(path, text.count("\n", 0, at) + 1)
