"""docs/configuration.md says what is, and its examples run."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import intercom_scan.rules
from intercom_scan.decode.model import Limits
from intercom_scan.policy import Policy, load, paths
from intercom_scan.policy.ignore_file import FILE, parse

PAGE = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text(encoding="utf-8")
SCHEMA = json.loads(
    Path(intercom_scan.__file__).with_name("config-schema.json").read_text(encoding="utf-8")
)
RULES = [rule.id for rule in intercom_scan.rules.ALL]
BLOCKS = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def keys(schema, prefix: str = "") -> set[str]:
    found = set()
    for key, inside in schema.get("properties", {}).items():
        found |= {prefix + key} | keys(inside, f"{prefix}{key}.")
        found |= keys(inside.get("items", {}), f"{prefix}{key}.")
    return found


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.split(":")[0])
def test_every_example_is_a_configuration(block: str) -> None:
    policy = load({".intercom-scan.yaml": block.encode()}.get)
    assert policy != Policy()


def test_every_key_is_on_the_page_with_an_example_and_no_other_is() -> None:
    declared = {key.rpartition(".")[2] for key in keys(SCHEMA)}
    shown = {match for block in BLOCKS for match in re.findall(r"^[ -]*([a-z-]+):", block, re.M)}
    assert shown - set(RULES) - {"production", "staging"} == declared
    assert set(re.findall(r"^### `(.+)`", PAGE, re.MULTILINE)) == set(SCHEMA["properties"])
    assert declared <= set(re.findall(r"`(?:\w+\.)?([a-z-]+)`", PAGE))


def test_the_limits_on_the_page_are_the_limits() -> None:
    rows = re.findall(r"^\| `limits\.(\S+)` \| (\S+) \| (\S+) \|", PAGE, re.MULTILINE)
    assert {key for key, _, _ in rows} == set(SCHEMA["properties"]["limits"]["properties"])
    for key, default, most in rows:
        assert amount(most) is not None
        if key != "file-size":
            assert amount(default) == getattr(Limits(), key)
        load(config(key, most))
        with pytest.raises(Exception, match=r"at most|whole number"):
            load(config(key, str((amount(most) or 0) + 1)))


def amount(text: str) -> int:
    unit = text.lstrip("0123456789")
    return int(text.removesuffix(unit)) * {"": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}[unit]


def config(key: str, value: str):
    return {".intercom-scan.yaml": f"limits: {{{key}: {value}}}".encode()}.get


def test_the_ignore_line_on_the_page_is_one() -> None:
    (line,) = re.findall(r"^[0-9a-f]{32} .*$", PAGE, re.MULTILINE)
    (ignore,) = parse(line.encode())
    assert ignore.reason == "revoked in May"
    assert f"`{FILE}`" in PAGE


def test_the_error_on_the_page_is_what_is_said() -> None:
    bad = "severities:\n  intercom-api-kee: low"
    with pytest.raises(Exception, match="did you mean") as caught:
        load({".intercom-scan.yaml": bad.encode()}.get)
    assert f"\n{caught.value}\n" in PAGE


def test_what_exclusions_may_cover_is_on_the_page() -> None:
    section = PAGE.partition("Exclusions may not end the scan.")[2]
    shown = section.partition("```text\n")[2].partition("```")[0].split()
    assert tuple(shown) == paths.PROBES
    said = [int(number) for number in re.findall(r"\d+", section.partition("```")[0])]
    assert said == [paths.ONE, len(paths.PROBES), paths.ALL]
