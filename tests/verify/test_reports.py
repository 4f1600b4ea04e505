"""What each format makes of verified findings."""

from __future__ import annotations

import json
import re
from io import StringIO
from pathlib import Path

import jsonschema
import pytest

import intercom_scan
from intercom_scan.finding import ScanResult, State, Verification
from intercom_scan.reporters import FORMATS, Options
from intercom_scan.verify.checking import judged
from tests.reporters.build import finding, token

STATES: tuple[State, ...] = (
    "dead",
    "unknown",
    "blocked",
    "live-unscoped",
    "live",
)  # the wrong way round
SCHEMA = Path(intercom_scan.__file__).parent / "report-schema.json"
LOW = {  # the others are all critical
    "text": "LOW  ", "json": '"severity": "low"', "sarif": '"level": "note"', "github": "(low)",
    "gitlab": '"severity": "Low"', "junit": 'type="low"', "markdown": "| low |",
    "html": "level low",
}  # fmt: skip


@pytest.fixture
def result():
    secrets = [token() for _ in STATES]
    found = tuple(
        judged(finding(secret=secret), Verification(state, "why", workspace="abcd1234"))
        for state, secret in zip(STATES, secrets, strict=True)
    )
    return ScanResult("files", found, (), commits=0, objects=1, bytes=1, seconds=0.1)


@pytest.mark.parametrize("form", FORMATS)
def test_live_first_dead_last_lowered_and_listed(form, result):
    out = StringIO()
    FORMATS[form](result, out, Options())
    text = out.getvalue()
    shown = re.findall(rf'({"|".join(STATES)})(?:: why|", "reason": "why")', text)
    once = list(dict.fromkeys(shown))
    assert set(once[:2]) == {"live", "live-unscoped"}
    assert set(once[2:4]) == {"blocked", "unknown"}
    assert once[4:] == ["dead"]
    assert LOW[form] in text


def test_json_is_as_its_schema_says(result):
    out = StringIO()
    FORMATS["json"](result, out, Options())
    tree = json.loads(out.getvalue())
    schema = json.loads(SCHEMA.read_text())
    jsonschema.validate(tree, schema)
    for change in ({"state": "perhaps"}, {"reason": None}):
        tree["findings"][0]["verification"] |= change
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(tree, schema)
