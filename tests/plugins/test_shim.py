"""A baseline that works elsewhere, and where the plugin is."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from intercom_scan.plugins.shim import PLUGIN as INSTALLED
from intercom_scan.plugins.shim import SHIM, shim_text
from tests.plugins.running import (
    DETECT_SECRETS,
    HOOK,
    OURS,
    PLUGIN,
    ROOT,
    entries,
    example,
    repository,
    run,
)

COMMAND = (sys.executable, "-m", "intercom_scan")


@pytest.fixture
def elsewhere(tmp_path) -> Path:
    """The package installed in another place."""
    site: Path = tmp_path / "site"
    shutil.copytree(ROOT / "src" / "intercom_scan", site / "intercom_scan")
    for part in ("plugins", "hooks"):
        shutil.copytree(ROOT / part, site / "intercom_scan" / part)
    return site


def test_the_baseline_moves_with_the_repository_and_the_package(tmp_path, elsewhere):
    here = repository(tmp_path / "here", {"a.py": example("intercom-client-secret")[1]})
    (here / SHIM).write_text(shim_text())
    ran = run(DETECT_SECRETS, "scan", "-p", SHIM, cwd=here)
    (here / ".secrets.baseline").write_text(ran.out)
    used = {one["name"]: one.get("path") for one in ran.baseline["plugins_used"]}
    assert {used[name] for name in OURS} == {f"file://{SHIM}"}
    assert len(entries(ran.baseline)) == 1
    assert str(tmp_path) not in ran.out
    assert str(ROOT) not in ran.out

    there = tmp_path / "there" / "repository"
    shutil.move(here, there)
    environment = {"PYTHONPATH": str(elsewhere)}
    path = run(COMMAND, "plugin-path", cwd=there, **environment).out.strip()
    assert Path(path) == elsewhere / "intercom_scan" / "plugins" / "intercom.py"
    hook = (*HOOK, "--baseline", ".secrets.baseline")
    assert run(hook, "a.py", cwd=there, **environment).code == 0
    (there / "b.py").write_text(example("intercom-access-token")[1])
    ran = run(hook, "a.py", "b.py", cwd=there, **environment)
    assert (ran.code, ran.out.count("Secret Type: Intercom Access Token")) == (1, 1)
    run(DETECT_SECRETS, "scan", "--all-files", "--baseline", ".secrets.baseline", cwd=there)
    after = json.loads((there / ".secrets.baseline").read_text())
    assert {one.get("path") for one in after["plugins_used"]} == {None, f"file://{SHIM}"}
    assert {name for name, _, _ in entries(after)} == {"a.py", "b.py"}


def test_a_shim_may_take_some_detectors_only(tmp_path):
    here = repository(tmp_path / "here", {"a.py": example("intercom-client-secret")[1]})
    chosen = "IntercomAccessTokenDetector"
    (here / SHIM).write_text(f"from intercom_scan.plugins.intercom import {chosen}\n")
    ran = run(DETECT_SECRETS, "scan", "-p", SHIM, cwd=here)
    used = {one["name"] for one in ran.baseline["plugins_used"]}
    assert used & set(OURS) == {chosen}
    assert entries(ran.baseline) == set()


def test_plugin_path(tmp_path):
    ran = run(COMMAND, "plugin-path", cwd=tmp_path)
    assert (ran.code, ran.out) == (0, f"{INSTALLED}\n")
    assert INSTALLED.read_bytes() == PLUGIN.read_bytes()


def test_plugin_path_imports_neither_detect_secrets_nor_the_scanner(tmp_path):
    code = (
        "import sys; from intercom_scan.cli.plugin_path import plugin_path_command\n"
        "print(sorted({'detect_secrets', 'hyperscan', 'requests'} & set(sys.modules)))"
    )
    assert run((sys.executable, "-c", code), cwd=tmp_path).out == "[]\n"


def test_nothing_of_ours_imports_detect_secrets_unasked(tmp_path):
    code = (
        "import sys; import intercom_scan.api, intercom_scan.hooks.detect_secrets\n"
        "import intercom_scan.plugins.shim, intercom_scan.cli.group\n"
        "print('detect_secrets' in sys.modules)"
    )
    assert run((sys.executable, "-c", code), cwd=tmp_path).out == "False\n"
