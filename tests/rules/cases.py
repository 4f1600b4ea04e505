"""Runs a table of cases: VALUE in a text stands for a fresh fake, assembled at run time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from intercom_scan.rules import find

if TYPE_CHECKING:
    from collections.abc import Mapping

    from _pytest.mark import ParameterSet

    from intercom_scan.rules.model import Credential, Match


class Case(NamedTuple):
    text: str
    path: str = ""


def params(table: Mapping[str, Case | str]) -> list[ParameterSet]:
    return [
        pytest.param(case if isinstance(case, Case) else Case(case), id=name)
        for name, case in table.items()
    ]


def matches(text: str | bytes, path: str = "") -> list[Match]:
    data = text.encode() if isinstance(text, str) else text
    return list(find(data, path.encode()))


def assert_flagged(case: Case, rule: Credential, value: bytes | None = None) -> None:
    """Exactly one match: this rule, this value, at its place; the text around it holds."""
    value = value or rule.sample()
    data = case.text.encode().replace(b"VALUE", value)
    found = list(find(data, case.path.encode()))
    assert [(match.rule.id, data[match.start : match.end]) for match in found] == [
        (rule.id, value)
    ] * case.text.count("VALUE")
    assert all(match.secret == rule.check(value) for match in found)


def assert_quiet(case: Case, value: bytes) -> None:
    data = case.text.encode().replace(b"VALUE", value)
    assert [match.rule.id for match in find(data, case.path.encode())] == []
