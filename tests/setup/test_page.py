"""docs/getting-started.md and the configuration to start with say what is."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click
import jsonschema
import pytest
import yaml

import intercom_scan
from intercom_scan.cli.init import init_command
from intercom_scan.plugins.shim import SHIM
from intercom_scan.policy import Policy, load
from intercom_scan.policy.model import CONFIG_FILE, ENV_ENTRIES
from intercom_scan.setup.plan import BASELINE_FILE, WORKFLOW_FILE
from intercom_scan.setup.precommit import FILE
from intercom_scan.setup.templates import CONFIG

PAGE = (Path(__file__).parents[2] / "docs" / "getting-started.md").read_text(encoding="utf-8")
SCHEMA = json.loads(
    Path(intercom_scan.__file__).with_name("config-schema.json").read_text(encoding="utf-8")
)


def uncommented(text: str) -> str:
    """With every example in force: comments that go on below a key, and keys themselves."""
    return re.sub(r"(?m)^# (?=[a-z-]+:$| )", "", text)


def test_the_configuration_changes_no_default() -> None:
    assert load({CONFIG_FILE: CONFIG.encode()}.get) == Policy()
    jsonschema.validate(yaml.safe_load(CONFIG), SCHEMA)
    assert len(CONFIG.splitlines()) < 25


def test_its_examples_can_be_put_in_force() -> None:
    text = uncommented(CONFIG)
    jsonschema.validate(yaml.safe_load(text), SCHEMA)
    policy = load({CONFIG_FILE: text.encode()}.get)
    assert len(policy.severities) == len(policy.exclusions) == 1
    text = text.replace("names: []", f"names: [{re.findall('[A-Z]+_[A-Z_]+', CONFIG)[-1]}]")
    assert len(load({CONFIG_FILE: text.encode()}.get).names) == 1


@pytest.mark.parametrize("name", [FILE, ".gitignore", CONFIG_FILE, SHIM, WORKFLOW_FILE])
def test_every_file_has_its_row(name: str) -> None:
    assert re.search(rf"^\| `{re.escape(name)}` \| ", PAGE, re.MULTILINE)


def test_the_entries_and_the_commands() -> None:
    assert ", ".join(f"`{entry}`" for entry in ENV_ENTRIES) in PAGE
    assert f"`detect-secrets scan --baseline {BASELINE_FILE} -p {SHIM}`" in PAGE
    assert re.findall(r"^```sh\n(.*)\n```$", PAGE, re.MULTILINE) == ["intercom-scan init"]


def test_every_option_is_on_the_page() -> None:
    options = [p for p in init_command.params if isinstance(p, click.Option)]
    names = {name for option in options for name in option.opts if name.startswith("--")}
    assert names == set(re.findall(r"`(--[a-z-]+)`", PAGE))
