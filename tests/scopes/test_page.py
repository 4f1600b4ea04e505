"""docs/scopes.md says what is, and its blocks run."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from intercom_scan.policy import load
from intercom_scan.scopes.calls import find
from intercom_scan.scopes.reading import _NO_CODE, LARGEST
from intercom_scan.scopes.table import BY_ID, HUB
from tests.integration.running import git
from tests.scopes.test_command import only
from tests.test_promises import TOKEN
from tests.verify.fake import intercom
from tests.verify.test_command import start

PAGE = (Path(__file__).parents[2] / "docs" / "scopes.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))


@pytest.fixture
def place(tmp_path):
    git(tmp_path, "init", "-q")
    (tmp_path / ".intercom-scan.yaml").write_text(BLOCKS["yaml"], encoding="utf-8")
    return tmp_path


def test_the_configuration_is_one():
    policy = load({".intercom-scan.yaml": BLOCKS["yaml"].encode()}.get)
    assert list(policy.scopes) == ["production", "staging"]


def test_the_commands_run(place):
    commands = [line.partition("#")[0].split()[1:] for line in BLOCKS["sh"].splitlines()]
    token = TOKEN.sample().decode()
    codes = []
    with intercom(paths=only("read-conversations")) as fake:
        for command in commands:
            named = [] if "--environment" in command else ["--environment", "production"]
            done = start(
                *command, *named, cwd=place, INTERCOM_ACCESS_TOKEN=token, STAGING=token,
                INTERCOM_SCAN_API_BASE=fake.base,
            )  # fmt: skip
            codes.append(done.returncode)
    assert codes == [0, 0, 0]


def test_the_table_is_one(place):
    """Its rows come out, with these answers, this configuration and these calls."""
    head, *rows = BLOCKS["text"].splitlines()
    assert {row.split()[0] for row in rows} <= set(BY_ID)
    text = json.dumps({"scopes": {"a": ["read-tags", "read-conversations"]}})
    (place / ".intercom-scan.yaml").write_text(text, encoding="utf-8")
    (place / "src").mkdir()
    read, write = (f'{m}("https://api.intercom.io/conversations/1")\n' for m in ("x.get", "x.put"))
    code = "\n" * 11 + read * 4 + "\n" * 24 + write
    (place / "src" / "chat.py").write_text(code, encoding="utf-8")
    with intercom(paths=only("read-one-admin", "read-conversations")) as fake:
        done = start(
            "scopes", "--env", "X_TOKEN", cwd=place, X_TOKEN=TOKEN.sample().decode(),
            INTERCOM_SCAN_API_BASE=fake.base,
        )  # fmt: skip
    shown = {" ".join(line.split()) for line in done.stdout.splitlines()}
    assert {" ".join(line.split()) for line in (head, *rows)} <= shown


def test_numbers_and_names():
    assert f"the first {LARGEST >> 20} MiB of each" in PAGE
    assert HUB in PAGE
    named = re.search(r"\((`\.md`.*?) and the like\)", PAGE)
    assert named
    assert {word.encode() for word in re.findall(r"`(\.\w+)`", named[1])} <= set(_NO_CODE)
    assert list(find(b'// intercom "/contacts/search"')) == []
