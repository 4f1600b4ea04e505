"""`.pre-commit-hooks.yaml` and the page about it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from pre_commit.clientlib import InvalidManifestError, load_config, load_manifest

from intercom_scan.cli.install_hook import PROGRAMS
from intercom_scan.hooks._shared import parser
from intercom_scan.setup.precommit import HOOKS, REV, TYPES, URL

ROOT = Path(__file__).parents[2]
MANIFEST = ROOT / ".pre-commit-hooks.yaml"
ENTRIES = {entry["id"]: entry for entry in yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))}
PAGE = (ROOT / "docs" / "hooks.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
SCRIPTS = dict(
    re.findall(r'^(intercom-[a-z-]+) = "intercom_scan\.hooks\.(.+):main"', PYPROJECT, re.M)
)

STAGES = {
    "intercom-secrets": ["pre-commit", "pre-merge-commit"],
    "intercom-env": ["pre-commit"],
    "intercom-audit": ["pre-commit"],
    "intercom-commit-msg": ["commit-msg"],
    "intercom-pre-push": ["pre-push"],
    "intercom-history": ["manual"],
    "intercom-detect-secrets": ["pre-commit"],
}


def blocks(kind: str, text: str = PAGE) -> list[tuple[str, str]]:
    """Name and text of each block of a kind."""
    found = re.findall(rf"^<!-- run: ([a-z]+) -->\n```{kind}\n(.*?)^```", text, re.M | re.S)
    assert len(found) == len(re.findall(rf"^```{kind}$", text, re.M)), "one that no test runs"
    return found


def test_pre_commit_accepts_it(tmp_path):
    assert [entry["id"] for entry in load_manifest(str(MANIFEST))] == list(STAGES)
    broken = tmp_path / "hooks.yaml"
    broken.write_text(MANIFEST.read_text(encoding="utf-8").replace("language: python", "", 1))
    with pytest.raises(InvalidManifestError):
        load_manifest(str(broken))


@pytest.mark.parametrize("id_", STAGES)
def test_entry(id_):
    entry = ENTRIES[id_]
    assert entry["entry"] == id_
    assert (ROOT / "hooks" / f"{SCRIPTS[id_]}.py").exists()
    assert entry["stages"] == STAGES[id_]
    assert entry["minimum_pre_commit_version"] == "3.2.0", "the first that knows these stages"
    assert len(entry["description"].split()) > 8
    # What is told no names must run in any case, or it would run where a file happens to fit.
    assert entry.get("always_run", False) == (not entry.get("pass_filenames", True))


def test_every_program_is_a_hook():
    assert SCRIPTS.keys() == ENTRIES.keys()
    assert {name for names in PROGRAMS.values() for name in names} < ENTRIES.keys()


def test_the_versions_of_what_hooks_need_are_declared_once():
    assert len(re.findall(r"detect-secrets[ \[\]]*[<>=~]=", PYPROJECT)) == 1
    assert ENTRIES["intercom-detect-secrets"]["additional_dependencies"] == [".[detect-secrets]"]
    assert len(re.findall(r"ast-grep-py[<>=~]=", PYPROJECT)) == 1
    assert ENTRIES["intercom-audit"]["additional_dependencies"] == [".[audit]"]


def test_names_cannot_be_options():
    assert ENTRIES["intercom-secrets"]["args"] == ["--"]
    assert ENTRIES["intercom-audit"]["args"] == ["--"]
    assert ENTRIES["intercom-commit-msg"]["args"] == ["--"]


def test_links_are_files_too():
    entry = ENTRIES["intercom-secrets"]
    assert (entry["types"], entry["types_or"]) == ([], ["file", "symlink"])
    assert entry["require_serial"]


def test_the_page_has_every_hook_and_its_stages():
    rows = re.findall(r"^\| `(intercom-[a-z-]+)` \| ([a-z, -]+) \| ", PAGE, re.M)
    assert {id_: stages.split(", ") for id_, stages in rows} == STAGES


@pytest.mark.parametrize(("name", "text"), blocks("yaml"))
def test_the_page_s_configurations_are_valid(name, text, tmp_path):
    file = tmp_path / "config.yaml"
    file.write_text(text)
    (repo,) = load_config(str(file))["repos"]
    assert (repo["repo"], repo["rev"]) == (URL, REV)
    assert {hook["id"] for hook in repo["hooks"]} <= ENTRIES.keys()


def test_it_is_what_init_writes():
    (text,) = (text for name, text in blocks("yaml") if name == "everyday")
    written = yaml.safe_load(text)
    assert tuple(written["default_install_hook_types"]) == TYPES
    assert tuple(hook["id"] for hook in written["repos"][0]["hooks"]) == HOOKS


def test_the_readme_s_entry_is_the_page_s(tmp_path):
    (text,) = re.findall(r"^```yaml\n(repos:\n.*?)^```", README, re.M | re.S)
    (entry,) = yaml.safe_load(text)["repos"]
    assert (entry["repo"], entry["rev"]) == (URL, REV)
    assert tuple(hook["id"] for hook in entry["hooks"]) == HOOKS


def test_every_option_is_on_the_page():
    options = {word for action in parser("x", "")._actions for word in action.option_strings}
    assert len(options) > 8
    named = set(re.findall(r"`(--?[a-z][a-z-]*)`", PAGE))
    assert options - {"-h", "--help", "--verbose"} <= named
