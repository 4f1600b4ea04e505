"""The tables of docs/detect-secrets.md, by experiment."""

from __future__ import annotations

import inspect
import os
import tempfile
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
from detect_secrets.settings import Settings
from detect_secrets.util.code_snippet import get_code_snippet

import intercom_scan
from intercom_scan.plugins import filters
from intercom_scan.rules import RULES
from tests.plugins.running import OURS, TITLES, detectors, in_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from intercom_scan.rules.model import Credential

PREFIX = "detect_secrets.filters."
ON = sorted(name.removeprefix(PREFIX) for name in Settings().filters)
ALWAYS = {name.removeprefix(PREFIX) for name in Settings.DEFAULT_FILTERS}
_KINDS: Iterable[type] = get_mapping_from_secret_type_to_class().values()
STOCK = [kind.__name__ for kind in _KINDS if kind.__name__ not in OURS]
LINES = ("{}", "user_id=7 {}", "x = f({})")  # around a kind's example line
FILES = {  # where the name decides
    "heuristic.is_lock_file": "package-lock.json",
    "heuristic.is_non_text_file": "logo.svg",
    "heuristic.is_swagger_file": "swagger.txt",
}
ALLOWED = "  # pragma: allowlist secret"
TOLD = {
    "heuristic.is_potential_uuid": filters._uuid,
    "heuristic.is_indirect_reference": filters._indirect,
}
SAMPLES = 30  # every other value of one kind is too orderly for a detector of high entropy


@contextmanager
def a_folder() -> Iterator[None]:
    """A new current directory, so that relative names are all that a filter gets to see."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)


def lines(rule: Credential, name: str) -> Iterator[tuple[str, str]]:
    """Values and lines that hold them."""
    for form in LINES:
        value = rule.sample().decode()
        line = form.format(rule.example.format(value))
        yield value, line + (ALLOWED if name == "allowlist.is_line_allowlisted" else "")


def put(name: str, line: str) -> str:
    """A file of that line under a name that the filter has an opinion of."""
    file = Path(FILES.get(name, "file"))
    file.write_text(line + "\n", encoding="utf-8")
    return file.name


def drops_alone(name: str, rule: Credential) -> bool:
    """Whether the filter as detect-secrets has it drops the kind on some line."""
    module, _, function = name.partition(".")
    check = TOLD.get(name) or getattr(import_module(PREFIX + module), function)
    wanted = inspect.signature(check).parameters
    for value, line in lines(rule, name):
        file = put(name, line)
        known = {
            "secret": value,
            "line": line,
            "filename": file,
            "context": get_code_snippet([line], 1),
        }
        if check(**{key: known[key] for key in wanted if key in known}):
            return True
    return False


def drops_ours(name: str, rule: Credential) -> bool:
    """Whether the filter drops the kind on some line when detect-secrets scans with our plugin."""
    for _, line in lines(rule, name):
        file = put(name, line)
        found = intercom_scan.scan_bytes(line.encode(), file)
        with detectors(OURS, without=[other for other in ON if other != name]):
            kept = {secret.type for secret in in_file(file)}
        if rule.title not in kept and any(finding.rule is rule for finding in found):
            return True
    return False


def doubles(rule: Credential, samples: int = 1) -> set[str]:
    """The types that stock detectors report where one of ours reports this kind."""
    found: set[str] = set()
    forms = [rule.example, "intercom_secret = '{}'", "url = 'https://abcd1234:{}@api.intercom.io/'"]
    for form in forms * samples:
        value = rule.sample().decode()
        Path("file").write_text(form.format(value) + "\n", encoding="utf-8")
        with detectors([*STOCK, *OURS]):
            found |= {s.type for s in in_file("file") if same(str(s.secret_value), value)}
    return found - TITLES


def same(one: str, other: str) -> bool:
    """A detector may take a little more or less of a value than another."""
    return min(len(one), len(other)) > 10 and (one in other or other in one)


def listed(rules: Iterable[Credential]) -> str:
    ids = [f"`{rule.id}`" for rule in rules]
    return "every kind" if len(ids) == len(RULES) else ", ".join(ids) or "none"


def filter_table() -> str:
    """A row a filter that is on by default: what it drops by itself, what of ours."""
    rows = ["| filter | would drop | drops of ours |", "|---|---|---|"]
    with a_folder():
        for name in ON:
            alone = listed(rule for rule in RULES if drops_alone(name, rule))
            ours = listed(rule for rule in RULES if drops_ours(name, rule))
            rows.append(f"| `{name}` | {alone} | {ours} |")
    return "\n".join(rows) + "\n"


def double_table() -> str:
    """A row a kind: the stock detectors that report it too."""
    rows = ["| rule | detector | reported as well as |", "|---|---|---|"]
    with a_folder():
        for rule, name in zip(RULES, OURS_BY_RULE, strict=True):
            rows.append(
                f"| `{rule.id}` | `{name}` | {', '.join(sorted(doubles(rule, SAMPLES))) or '-'} |"
            )
    return "\n".join(rows) + "\n"


OURS_BY_RULE = [get_mapping_from_secret_type_to_class()[rule.title].__name__ for rule in RULES]
