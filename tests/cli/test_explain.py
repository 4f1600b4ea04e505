from __future__ import annotations

import json

import click
import pytest
from click.testing import CliRunner

from intercom_scan.cli.explain import complete_rule, explain_command, rules_command
from intercom_scan.errors import UsageError
from intercom_scan.rules import ALL, RULES
from intercom_scan.rules.hygiene import HYGIENE


def output(command, *arguments):
    done = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert done.exit_code == 0
    return done.output


def test_rules_lists_each_rule_worst_first():
    lines = output(rules_command).splitlines()
    listed = [line.split()[1] for line in lines[: len(ALL)]]
    assert sorted(listed) == sorted(rule.id for rule in ALL)
    severities = {rule.id: rule.severity for rule in ALL}
    assert [severities[i] for i in listed] == sorted(severities.values(), reverse=True)
    assert all(len(line) <= 80 for line in lines)


def test_rules_as_json():
    listed = {entry["id"]: entry for entry in json.loads(output(rules_command, "--format", "json"))}
    for rule in ALL:
        entry = listed.pop(rule.id)
        assert entry["title"] == rule.title
        assert entry["severity"] == rule.severity.label
        assert entry["rotation"] == list(rule.rotation)
        assert "{}" not in entry.get("example", "")
        assert ("shape" in entry) == rule.confidential
    assert listed == {}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_explain(rule):
    text = output(explain_command, rule.id)
    flat = " ".join(text.split())
    assert rule.title in text
    assert rule.severity.label in text
    assert " ".join(rule.opens.split()) in flat
    for step in rule.rotation:
        assert " ".join(step.split()) in flat
    for reference in rule.references:
        assert reference in text
    assert "<value>" in text
    assert f"intercom-scan: ignore[{rule.id}]" in text
    assert rule.sample().decode() not in text
    assert json.loads(output(explain_command, rule.id, "--format", "json"))["id"] == rule.id


@pytest.mark.parametrize("rule", HYGIENE, ids=lambda rule: rule.id)
def test_explain_what_is_no_credential(rule):
    text = output(explain_command, rule.id)
    assert rule.title in text
    assert "What to do" in text
    assert "If it may stay" in text
    assert "comment" not in text


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ("intercom-acess-token", "did you mean intercom-access-token"),
        ("access-token", "intercom-access-token"),
        ("jwt", "intercom-messenger-jwt"),
        ("\x1b[2J", "`intercom-scan rules` lists all"),
    ],
)
def test_an_unknown_rule(asked, hint):
    with pytest.raises(UsageError) as raised:
        output(explain_command, asked)
    assert hint in str(raised.value)
    assert "\x1b" not in str(raised.value)
    assert raised.value.exit_code == 2


def test_completion():
    context, parameter = click.Context(explain_command), explain_command.params[0]
    assert complete_rule(context, parameter, "intercom-a") == [
        rule.id for rule in RULES if rule.id.startswith("intercom-a")
    ]
    assert complete_rule(context, parameter, "x") == []
