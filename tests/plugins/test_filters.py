"""detect-secrets' filters over our findings, and the others' findings beside ours."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
from detect_secrets.constants import VerifiedResult
from detect_secrets.core.plugins import initialize
from detect_secrets.filters import heuristic
from detect_secrets.settings import get_settings

from intercom_scan.plugins import looking
from intercom_scan.rules import RULES
from tests.plugins.running import OURS, RULE, TITLES, detectors, example, in_file, in_string, sample
from tests.plugins.tables import (
    ALWAYS,
    ON,
    PREFIX,
    STOCK,
    TOLD,
    doubles,
    drops_alone,
    drops_ours,
    same,
)
from tests.plugins.test_agreement import CASES, text_and_path

if TYPE_CHECKING:
    from detect_secrets.plugins.base import BasePlugin

CLIENT = "intercom-client-secret"
LOSE = {  # docs/detect-secrets.md names these, and what to do
    "allowlist.is_line_allowlisted",
    "heuristic.is_lock_file",
    "heuristic.is_non_text_file",
    "heuristic.is_swagger_file",
}


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", ON)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_ours_survive_all_filters_of_values_and_lines(name, rule):
    assert drops_ours(name, rule) == (name in LOSE)


def test_three_filters_would_drop_what_survives():
    dropped = {name for name in ON if any(drops_alone(name, rule) for rule in RULES)}
    assert dropped - LOSE == {
        "heuristic.is_indirect_reference",
        "heuristic.is_likely_id_string",
        "heuristic.is_potential_uuid",
    }


def test_a_filter_that_is_switched_off_drops_nothing(tmp_path):
    value, line = example(CLIENT)
    (tmp_path / "package-lock.json").write_text(line)
    with detectors():
        assert in_file("package-lock.json") == set()
    with detectors(without=["heuristic.is_lock_file"]):
        assert [secret.secret_value for secret in in_file("package-lock.json")] == [value]
    assert "heuristic.is_non_text_file" in ALWAYS


STRANGERS = {
    "uuid": "password = 'VALUE'",
    "reference": "password = get('VALUE')",
    "reference-beside-ours": "password = get('OTHER', intercom_client_secret='VALUE')",
    "id": "user_id = 'VALUE'",
}


@pytest.mark.parametrize("text", STRANGERS.values(), ids=STRANGERS)
def test_others_are_filtered_as_before(text, tmp_path):
    line = text.replace("VALUE", sample(CLIENT))
    (tmp_path / "a.py").write_text(line.replace("OTHER", sample("intercom-api-key")) + "\n")
    assert theirs("a.py") == alone("a.py")


def alone(name):
    """What detect-secrets finds by itself."""
    with pytest.MonkeyPatch.context() as patch:
        for path, function in TOLD.items():
            patch.setattr(heuristic, path.removeprefix("heuristic."), function)
        with detectors(STOCK):
            return answers(name)


def theirs(name):
    """What detect-secrets finds beside ours."""
    with detectors([*STOCK, *OURS]):
        return {one for one in answers(name) if one[0] not in TITLES}


def answers(name):
    return {(secret.type, secret.secret_hash, secret.line_number) for secret in in_file(name)}


@pytest.mark.parametrize("name", list(CASES)[::4])
def test_no_finding_of_others_is_lost_or_added(name, tmp_path):
    text, path = text_and_path(name)
    file = tmp_path / (path or "file.env")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"SALT={sample('intercom-api-key')}\n{text}\n")
    assert theirs(path or "file.env") == alone(path or "file.env")


SECOND = "A=1\nSALT={}\nINTERCOM_ACCESS_TOKEN={}\n# INTERCOM_CLIENT_SECRET={}\n"


def test_the_second_reading_of_a_file_still_comes(tmp_path):
    """detect-secrets reads it again with quotes around values, if nobody found anything."""
    salt, token = sample("intercom-api-key"), sample("intercom-access-token")
    client = sample(CLIENT)
    (tmp_path / "a.env").write_text(SECOND.format(salt, token, client))
    assert ("Hex High Entropy String", 2) in {(kind, at) for kind, _, at in alone("a.env")}
    with detectors([*STOCK, *OURS]):
        found = {(secret.type, secret.secret_value) for secret in in_file("a.env")}
    assert ("Hex High Entropy String", salt) in found
    assert ("Intercom Access Token", token) in found
    assert ("Intercom Client Secret", client) in found


def test_nothing_waits_where_others_find_nothing(tmp_path):
    (tmp_path / "a.env").write_text(f"A=1\nINTERCOM_CLIENT_SECRET={sample(CLIENT)}\n")
    with detectors([*STOCK, *OURS]):
        assert len(in_file("a.env")) == 1
        file = looking._file("a.env")
        assert file is not None
        assert file.second == []


def test_nothing_waits_for_a_second_reading_that_does_not_come(tmp_path):
    value = sample(CLIENT)
    (tmp_path / "a.env").write_text(
        f"x = f(INTERCOM_CLIENT_SECRET='{value}')\npassword = '{sample('intercom-api-key')}'\n"
    )
    with detectors([*STOCK, *OURS]):
        found = {secret.type: secret.secret_value for secret in in_file("a.env")}
    assert found["Intercom Client Secret"] == value
    assert "Secret Keyword" in found


def test_filters_of_the_user_s_own_count():
    value, line = example(CLIENT)
    for name, pattern in {
        "should_exclude_secret": value[:8],
        "should_exclude_line": "CLIENT",
        "should_exclude_file": "adhoc",
    }.items():
        with detectors():
            assert in_string(line)
            if name == "should_exclude_secret":
                get_settings().filters[f"{PREFIX}regex.{name}"] = {"pattern": [pattern]}
                assert in_string(line) == set()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_filter_against_doubles(rule, tmp_path):
    assert rule.id == "intercom-client-secret" or doubles(rule)
    for number in range(3):
        value = rule.sample().decode()
        line = f"'intercom': {{ {rule.example.format(value)} }}, '{value}'\n"
        (tmp_path / f"{number}.txt").write_text(line)
        with detectors([*STOCK, *OURS]):
            get_settings().filters["intercom_scan.plugins.filters.is_found_by_intercom"] = {}
            found = [s for s in in_file(f"{number}.txt") if same(str(s.secret_value), value)]
    assert found
    assert {secret.type for secret in found} <= TITLES


def test_a_scan_never_connects_unless_told_to_verify(monkeypatch):
    def refuse(*_arguments):
        raise AssertionError("a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    line = example("intercom-access-token")[1]
    with detectors():
        path = "detect_secrets.filters.common.is_ignored_due_to_verification_policies"
        get_settings().filters[path] = {"min_level": VerifiedResult.UNVERIFIED.value}
        assert in_string(line)
        for rule in RULES:
            plugin: BasePlugin = initialize.from_secret_type(rule.title)
            assert plugin.verify(rule.sample().decode()) is VerifiedResult.UNVERIFIED


ALLOWED = {
    "pragma": "{}  # pragma: allowlist secret\n",
    "next-line": "# pragma: allowlist nextline secret\n{}\n",
    "ours": "{}  # intercom-scan: ignore[intercom-client-secret] a fake\n",
    "ours-next-line": "# intercom-scan: ignore-next-line[intercom-client-secret] a fake\n{}\n",
    "other-syntax": "{} % pragma: allowlist secret\n",
    "list-in-yaml": "env:\n  - {}  # pragma: allowlist secret\nend: here\n",
}


@pytest.mark.parametrize("text", ALLOWED.values(), ids=ALLOWED)
@pytest.mark.parametrize("name", ["a.txt", "a.yml"])
def test_allow_comments(text, name, tmp_path):
    line = RULE[CLIENT].example.format(sample(CLIENT))
    (tmp_path / name).write_text(text.format(line))
    with detectors():
        assert in_file(name) == set()
    (tmp_path / name).write_text(text.format(line).replace("allow", "deny").replace("ign", "-"))
    with detectors():
        assert len(in_file(name)) == 1


def test_comments_for_another_kind_do_not_count(tmp_path):
    line = example(CLIENT)[1].strip()
    (tmp_path / "a.txt").write_text(f"{line} # intercom-scan: ignore[intercom-api-key] a fake\n")
    with detectors():
        assert len(in_file("a.txt")) == 1
