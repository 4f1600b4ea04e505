"""Two faces, one answer: detect-secrets with our detectors and the scanner itself."""

from __future__ import annotations

import hashlib
from importlib import import_module

import pytest

import intercom_scan
from intercom_scan.rules import RULES
from tests.plugins.running import ROOT, TITLES, detectors, in_file, in_string
from tests.rules.cases import Case

SUITES = [
    import_module(f"tests.rules.{file.stem}")
    for file in sorted((ROOT / "tests" / "rules").glob("test_*.py"))
]
# Of one line and of more, flagged and ignored: all of them.
CASES = {
    f"{suite.RULE.id}-{table.lower()}-{name}": (suite.RULE, case)
    for suite in SUITES
    for table in ("FLAGGED", "IGNORED")
    for name, case in getattr(suite, table, {}).items()
}


def text_and_path(name: str) -> tuple[str, str]:
    rule, case = CASES[name]
    if isinstance(case, bytes):
        return f"token: {case.decode()}\n", ""
    text, path = case if isinstance(case, Case) else (case, "")
    return text.replace("VALUE", rule.sample().decode()), path


def assert_agreement(found, findings) -> None:
    """The same kinds of the same values, under a hash that `--baseline` knows."""
    answers = {(secret.type, secret.secret_hash) for secret in found}
    wanted = [
        (finding.rule.title, {hashlib.sha1(finding.secret).hexdigest(), place.written_sha1})
        for finding in findings
        for place in finding.places
    ]
    for title, hashes in wanted:
        assert any(kind == title and known in hashes for kind, known in answers)
    for kind, known in answers:
        assert any(kind == title and known in hashes for title, hashes in wanted)


@pytest.fixture(autouse=True, scope="module")
def _ours():
    with detectors():
        yield


@pytest.mark.parametrize("name", CASES)
def test_the_same_in_a_file(name, tmp_path, monkeypatch):
    text, path = text_and_path(name)
    monkeypatch.chdir(tmp_path)
    file = tmp_path / (path or "file")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode())
    findings = intercom_scan.scan_bytes(text.encode(), path or "file")
    assert_agreement(in_file(path or "file"), findings)


LINES = [
    name for name in CASES if not text_and_path(name)[1] and "\n" not in text_and_path(name)[0][:-1]
]


@pytest.mark.parametrize("name", LINES)
def test_the_same_in_a_string(name):
    text, _ = text_and_path(name)
    assert_agreement(in_string(text), intercom_scan.scan_bytes(text.encode()))


def test_there_are_cases():
    assert len(CASES) > 250
    assert len(LINES) > 150
    assert {CASES[name][0] for name in LINES} == set(RULES)
    assert {secret.type for name in LINES for secret in in_string(text_and_path(name)[0])} == TITLES
