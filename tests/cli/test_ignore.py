from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from intercom_scan.cli.ignore import command
from intercom_scan.errors import UsageError
from intercom_scan.policy.ignore_file import FILE, parse
from tests.policy.build import RULES, finding, fingerprint, place

if TYPE_CHECKING:
    from pathlib import Path

FP = fingerprint(1)
FOUND = [finding(b"one", place()), finding(b"two", place(), rule_id=RULES[1])]
KNOWN = [replace(finding(b"six", place()), status=s, reason="x") for s in ("ignored", "baseline")]


@pytest.fixture
def run(tmp_path):
    def run(*arguments: str, findings=()) -> str:
        result = CliRunner().invoke(
            command(lambda: tmp_path, lambda: findings), arguments, standalone_mode=False
        )
        if result.exception:
            raise result.exception
        return result.output

    return run


def written(tmp_path: Path) -> list[tuple[object, ...]]:
    return [
        (i.fingerprint, i.rule, i.reason, i.until) for i in parse((tmp_path / FILE).read_bytes())
    ]


def test_one_fingerprint(run, tmp_path) -> None:
    later = date.today() + timedelta(days=9)
    assert run(FP.upper(), "--reason", " revoked  in May ", "--until", str(later)) == (
        f"{FILE} ignores 1 finding. Commit it.\n"
    )
    assert written(tmp_path) == [(FP, None, "revoked in May", later)]
    assert "already ignores" in run(FP, "--reason", "revoked in May", "--until", str(later))
    run(FP, "--reason", "for good")
    assert written(tmp_path) == [(FP, None, "for good", None)]


def test_today_is_the_last_day_that_may_be_given(run, tmp_path) -> None:
    run(FP, "--reason", "why", "--until", str(date.today()))
    assert written(tmp_path)[0][3] == date.today()


def test_all_that_is_new(run, tmp_path) -> None:
    said = run("--all-current", "--reason", "being rotated", findings=FOUND + KNOWN)
    assert said == f"{FILE} ignores 2 findings. Commit it.\n"
    assert written(tmp_path) == sorted(
        (f.fingerprint, f.rule.id, "being rotated", None) for f in FOUND
    )


def test_nothing_new_writes_nothing(run, tmp_path) -> None:
    assert "Nothing to ignore" in run("--all-current", "--reason", "why", findings=KNOWN)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--reason", "why"], "name one FINGERPRINT, or give --all-current instead"),
        (
            [FP, "--all-current", "--reason", "why"],
            "name one FINGERPRINT, or give --all-current instead",
        ),
        (
            [FP[:8], "--reason", "why"],
            f"FINGERPRINT: '{FP[:8]}' is not a fingerprint; "
            "copy the 32 hexadecimal digits from the report",
        ),
        ([FP, "--reason", " "], "--reason: '' is not a reason; say why the finding may stay"),
        (
            [FP, "--reason", "it is " + "aB3" * 14],
            "--reason: a text of 48 characters cannot be a reason; "
            "write one line of at most 200 characters without any secret",
        ),
        (
            [FP, "--reason", "why", "--until", "soon"],
            "--until: 'soon' is not a date; write YYYY-MM-DD",
        ),
        (
            [FP, "--reason", "why", "--until", "2020-01-01"],
            "--until: 2020-01-01 is past; give a day to come",
        ),
    ],
)
def test_usage(run, tmp_path, arguments: list[str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        run(*arguments)
    assert str(caught.value) == message
    assert not list(tmp_path.iterdir())


def test_a_reason_is_required(run) -> None:
    with pytest.raises(Exception, match="Missing parameter: reason"):
        run(FP)
