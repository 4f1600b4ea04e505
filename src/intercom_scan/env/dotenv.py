"""What an env file assigns: names, and whether there is a value behind each."""

from __future__ import annotations

import re

from intercom_scan.values import dataclass

LONGEST_NAME = 80

_ASSIGNMENT = re.compile(
    rb"[ \t]{0,16}(?:export[ \t]{1,4})?([A-Za-z_][A-Za-z0-9_.-]{0,79})[ \t]{0,4}[=:](.{0,4096})"
)
_COMMENT = re.compile(rb"(?:^|[ \t])#.*")
# Words of Intercom's documentation and of everybody's templates.
_PLACEHOLDER = re.compile(
    rb"(?i:.{0,64}(?:your[_-]|[_-]here\b|change[_-]?me|replace|placeholder|example|dummy|sample|"
    rb"redacted|insert|fill|x{4}|\*{3}|\.{3}|<|todo|tbd).{0,512}"
    rb"|(?:none|null|nil|undefined|empty|secret|token|test|my[_-].{0,60}|abc123.{0,60})"
    rb"|\$\{?[a-z_][a-z0-9_:-]{0,80}\}?|\$\(.{0,200}|op://.{0,300}|[x*.-]{1,80})",
)


@dataclass(frozen=True, slots=True)
class Assignment:
    """A name, its line (from 1), and whether its value is more than a placeholder."""

    name: str
    line: int
    real: bool

    @property
    def intercom(self) -> bool:
        return "intercom" in self.name.lower()


def assignments(data: bytes) -> tuple[list[Assignment], bool]:
    """Every assignment of a dotenv file, in order, and whether other lines hold anything."""
    found: list[Assignment] = []
    more = False
    for number, line in enumerate(data.splitlines(), 1):
        if hit := _ASSIGNMENT.match(line[:8192]):
            name = hit[1].decode("ascii")
            found.append(Assignment(name, number, _is_real(name, hit[2])))
        elif line.strip() and not line.lstrip().startswith(b"#"):
            more = True
    return found, more


def _is_real(name: str, written: bytes) -> bool:
    value = written.strip()
    if value[:1] in (b'"', b"'"):
        value = value[1:].partition(value[:1])[0].strip()
    else:
        value = _COMMENT.sub(b"", value).strip()
    if not value or value.lower() == name.lower().encode():
        return False
    return _PLACEHOLDER.fullmatch(value) is None
