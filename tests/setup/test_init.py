"""`intercom-scan init` as people and machines run it."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
from typing import TYPE_CHECKING

import pytest
import yaml

from intercom_scan.fakes.ground import Ground
from intercom_scan.plugins.shim import SHIM, shim_text
from intercom_scan.setup.plan import WORKFLOW_FILE
from intercom_scan.setup.precommit import FILE, HOOKS, REV, TYPES, URL
from intercom_scan.setup.templates import CONFIG, WORKFLOW
from tests.action.examples import PAGE as ACTION_PAGE
from tests.integration.running import COMMAND, command, git, one_line, scan

if TYPE_CHECKING:
    from pathlib import Path

WRITTEN = {FILE, ".gitignore", ".intercom-scan.yaml"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = Ground(tmp_path / "repository").path
    git(root, "rm", "--quiet", "README.md")
    git(root, "commit", "--quiet", "-m", "Begin with nothing")
    return root


def files(root: Path) -> dict[str, bytes]:
    """All but git's own."""
    return {
        file.relative_to(root).as_posix(): file.read_bytes()
        for file in root.rglob("*")
        if file.is_file() and ".git" not in file.relative_to(root).parts
    }


def init(root: Path, *options: str, **more):
    return command("init", *options, cwd=root, **more)


def test_a_new_repository(root) -> None:
    ran = init(root, "--yes")
    assert (ran.code, ran.err) == (0, "")
    assert set(files(root)) == WRITTEN
    for name in (".env", ".env.local", ".env.test.local", "a/b/.env"):
        git(root, "check-ignore", "--quiet", name)
    assert ran.out.splitlines()[-3:] == [
        "Next:",
        "  pre-commit install",
        "  git add .pre-commit-config.yaml .gitignore .intercom-scan.yaml",
    ]


def test_pre_commit_installs_every_kind_of_hook_then(root) -> None:
    init(root, "--yes")
    subprocess.run([COMMAND[0], "-m", "pre_commit", "install"], cwd=root, check=True)
    hooks = {hook.name for hook in (root / ".git" / "hooks").iterdir()}
    assert set(TYPES) <= hooks


@pytest.mark.parametrize("options", [[], ["--workflow", "--detect-secrets"]], ids=["few", "all"])
def test_a_second_run_changes_nothing_and_says_so(root, options) -> None:
    init(root, "--yes", *options)
    before = {path: path.stat().st_mtime_ns for path in root.iterdir()}
    for mode in ([], ["--yes"], ["--dry-run"]):
        ran = init(root, *mode, *options)
        assert (ran.code, ran.out, ran.err) == (0, "Nothing to write: all of it is there.\n", "")
    assert {path: path.stat().st_mtime_ns for path in root.iterdir()} == before


def test_what_it_writes_is_clean_to_the_scanner(root) -> None:
    """With commits of others for revisions, which look like legacy keys, beside our name."""
    revs = "".join(
        f"- repo: https://example.com/{n}\n  rev: {'0f1e2d3c4b' * 4}\n  hooks: []\n" for n in "ab"
    )
    (root / FILE).write_text(f"repos:\n{revs}")
    (root / ".secrets.baseline").write_text("{}")
    assert init(root, "--yes", "--workflow").code == 0
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "-m", "Set up")
    assert list(scan(root, "files").findings) == []
    assert list(scan(root, "all-history").findings) == []


def test_the_difference_is_what_is_written(root, tmp_path) -> None:
    (root / ".gitignore").write_text("*.pyc\n")
    (root / FILE).write_text("# ours\nrepos:\n- repo: local\n  hooks: []\n")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "-m", "Before")
    shown = init(root, "--dry-run", "--workflow", "--detect-secrets").out
    patch = re.sub(r"(?m)^(?![-+@ ]).*\n", "", shown)
    other = tmp_path / "other"
    git(root, "clone", "--quiet", ".", str(other))
    git(other, "apply", "-", stdin=patch.encode())
    assert init(root, "--yes", "--workflow", "--detect-secrets").code == 0
    assert files(other) == files(root)


def test_a_dry_run_writes_nothing(root) -> None:
    ran = init(root, "--dry-run")
    assert (ran.code, ran.err, files(root)) == (0, "", {})
    assert "+repos:\n" in ran.out
    assert ran.out.endswith(f"this writes {FILE}, .gitignore and .intercom-scan.yaml.\n")


def test_without_a_terminal_it_shows_and_writes_nothing(root) -> None:
    ran = init(root, stdin=b"y\n")
    one_line(ran, 2, "nothing was written", "--yes", "--dry-run")
    assert "+repos:\n" in ran.out
    assert "\x1b" not in ran.out
    assert files(root) == {}


# --- at a terminal


def at_a_terminal(root: Path, answer: bytes, **env: str) -> tuple[int, str]:
    """Answer the question with a pseudo-terminal for all three streams."""
    main, side = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "init"], cwd=root, stdin=side, stdout=side, stderr=side, start_new_session=True,
        env={**os.environ, "TERM": "xterm", **env},
    )  # fmt: skip
    os.close(side)
    shown = b""
    asked = False
    while select.select([main], [], [], 60)[0]:
        try:
            data = os.read(main, 4096)
        except OSError:  # the other side is closed
            break
        shown += data
        if not asked and b"[y/N]:" in shown:
            asked = True
            os.write(main, answer)
    os.close(main)
    return process.wait(60), shown.decode()


def test_yes(root) -> None:
    code, shown = at_a_terminal(root, b"y\n")
    assert code == 0
    assert set(files(root)) == WRITTEN
    assert f"Write {FILE}, .gitignore and .intercom-scan.yaml? [y/N]:" in shown
    assert "\x1b[32m+repos:\x1b[0m" in shown
    assert "pre-commit install" in shown


@pytest.mark.parametrize("answer", [b"n\n", b"\n", b"\x04"], ids=["no", "return", "end of input"])
def test_no(root, answer) -> None:
    code, shown = at_a_terminal(root, answer)
    assert (code, files(root)) == (0, {})
    assert "Nothing was written." in shown


def test_no_colour_where_it_is_not_wanted(root) -> None:
    for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert "\x1b[" not in at_a_terminal(root, b"n\n", **env)[1]


# --- what is there already


def test_nothing_that_is_there_is_replaced(root) -> None:
    mine = {".intercom-scan.yaml": b"names: [ACME]", SHIM: b"mine", WORKFLOW_FILE: b"mine: true\n"}
    for name, content in mine.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    assert init(root, "--yes", "--workflow", "--detect-secrets").code == 0
    after = files(root)
    assert {name: after[name] for name in mine} == mine


def test_a_workflow_by_the_other_spelling_is_one(root) -> None:
    other = root / WORKFLOW_FILE.replace(".yml", ".yaml")
    other.parent.mkdir(parents=True)
    other.write_text("mine: true\n")
    init(root, "--yes", "--workflow")
    assert not (root / WORKFLOW_FILE).exists()


@pytest.mark.parametrize("name", [".pre-commit-config.yml", ".intercom-scan.yml"])
def test_a_misspelt_file_is_not_joined_by_another(root, name) -> None:
    (root / name).write_text("repos: []\n")
    one_line(init(root, "--yes"), 2, f"{name}:1: is not read; rename it")
    assert set(files(root)) == {name}


@pytest.mark.parametrize(
    ("content", "added"),
    [
        (b"", b".env\n.env.local\n.env.*.local\n"),
        (b"*.pyc\n", b".env\n.env.local\n.env.*.local\n"),
        (b"*.pyc\r\n", b".env\r\n.env.local\r\n.env.*.local\r\n"),
        (b".env*\n", b""),
        (b".env\n", b".env.local\n.env.*.local\n"),
        (b".env*\n!.env.local\n", b".env.local\n"),
    ],
    ids=["empty", "others", "CRLF", "all", "one", "taken back"],
)
def test_gitignore(root, content, added) -> None:
    (root / ".gitignore").write_bytes(content)
    init(root, "--yes")
    assert (root / ".gitignore").read_bytes() == content + added


def test_gitignore_without_a_final_newline(root) -> None:
    (root / ".gitignore").write_bytes(b"*.pyc")
    init(root, "--yes")
    assert (root / ".gitignore").read_bytes() == b"*.pyc\n.env\n.env.local\n.env.*.local"


def test_an_ignore_file_that_takes_entries_back_gets_them_too(root) -> None:
    """In a directory with a name that is an attacker's."""
    folder = root / "a 'b\x07\x1b[2J"
    folder.mkdir()
    (folder / ".gitignore").write_text("!.env\n")
    (folder / ".env").write_text("")
    ran = init(root, "--yes")
    assert ran.code == 0
    assert (folder / ".gitignore").read_text() == "!.env\n.env\n"
    assert (root / ".gitignore").read_text() == ".env\n.env.local\n.env.*.local\n"
    # A bell, as click itself takes escape sequences out of what goes to no terminal.
    assert "\x07" not in ran.out
    assert "\x1b" not in ran.out
    paste = ran.out.splitlines()[-1].strip()
    subprocess.run(["bash", "-c", paste], cwd=root, check=True)
    assert git(root, "ls-files").count(".gitignore") == 2
    assert "Nothing to write" in init(root).out


def test_the_entries_are_the_policy_s(root) -> None:
    (root / ".intercom-scan.yaml").write_text("env:\n  entries: [.env, .env.secret]\n")
    init(root, "--yes")
    assert (root / ".gitignore").read_text() == ".env\n.env.secret\n"


def test_a_configuration_that_cannot_be_read_ends_it(root) -> None:
    (root / ".intercom-scan.yaml").write_text("names: [A\n")
    one_line(init(root, "--yes"), 2, ".intercom-scan.yaml:2: ")
    assert set(files(root)) == {".intercom-scan.yaml"}


def test_what_only_this_machine_ignores_does_not_count(root) -> None:
    (root / ".git" / "info" / "exclude").write_text(".env*\n")
    init(root, "--yes")
    assert (root / ".gitignore").read_bytes() == b".env\n.env.local\n.env.*.local\n"


# --- detect-secrets and the workflow


def test_the_plugin_only_where_detect_secrets_is_used(root) -> None:
    assert SHIM not in init(root, "--dry-run").out
    assert f"detect-secrets scan -p {SHIM}" in init(root, "--yes", "--detect-secrets").out
    assert files(root)[SHIM] == shim_text().encode()


def test_the_plugin_where_there_is_a_baseline_works_with_it(root) -> None:
    baseline = root / ".secrets.baseline"
    with baseline.open("wb") as out:
        detect_secrets(root, "scan", stdout=out)
    said = init(root, "--yes").out
    steps = [line.split() for line in said.splitlines() if "detect-secrets scan" in line]
    assert len(steps) == 1
    detect_secrets(root, *steps[0][1:])
    assert '"path": "file://.detect-secrets-intercom.py"' in baseline.read_text()
    assert "IntercomAccessTokenDetector" in baseline.read_text()


def detect_secrets(root: Path, *arguments: str, **more) -> None:
    subprocess.run(
        [COMMAND[0], "-m", "detect_secrets", *arguments], cwd=root, check=True, **more
    )  # fmt: skip


def test_the_workflow() -> None:
    loaded = yaml.load(WORKFLOW, yaml.BaseLoader)
    assert loaded["permissions"] == {"contents": "read"}
    (job,) = loaded["jobs"].values()
    checkout, scan = job["steps"]
    assert checkout["with"] == {"fetch-depth": "0", "persist-credentials": "false"}
    assert scan == {"uses": f"{URL.removeprefix('https://github.com/')}@{REV}"}
    assert f"uses: {checkout['uses']} # v" in ACTION_PAGE, "the checkout of the action's own page"


def test_the_files_as_they_are_written(root) -> None:
    init(root, "--yes", "--workflow")
    assert files(root)[WORKFLOW_FILE] == WORKFLOW.encode()
    assert files(root)[".intercom-scan.yaml"] == CONFIG.encode()
    loaded = yaml.safe_load(files(root)[FILE])
    assert list(loaded) == ["default_install_hook_types", "repos"]
    assert loaded["default_install_hook_types"] == list(TYPES)
    assert [hook["id"] for hook in loaded["repos"][0]["hooks"]] == list(HOOKS)


# --- where, and by whom


def test_from_a_directory_inside(root) -> None:
    (root / "a" / "b").mkdir(parents=True)
    ran = init(root / "a" / "b", "--yes")
    assert set(files(root)) == WRITTEN
    assert "  cd ../..\n" in ran.out


def test_in_a_linked_worktree(root, tmp_path) -> None:
    git(root, "commit", "--quiet", "--allow-empty", "-m", "One")
    git(root, "worktree", "add", "--quiet", str(tmp_path / "linked"))
    assert init(tmp_path / "linked", "--yes").code == 0
    assert set(files(tmp_path / "linked")) - {".git"} == WRITTEN
    assert files(root) == {}


def test_before_the_first_commit(tmp_path) -> None:
    git(tmp_path, "init", "--quiet")
    assert init(tmp_path, "--yes").code == 0
    assert set(files(tmp_path)) == WRITTEN


def test_no_repository_and_a_bare_one(root, tmp_path) -> None:
    one_line(init(tmp_path, "--yes"), 2, "not in a git repository")
    git(root, "clone", "--quiet", "--bare", ".", str(tmp_path / "bare"))
    one_line(init(tmp_path / "bare", "--yes"), 2, "bare repository")


def test_two_ways_at_once(root) -> None:
    one_line(init(root, "--yes", "--dry-run"), 2, "--yes and --dry-run exclude each other")


@pytest.mark.parametrize("name", [FILE, ".gitignore", ".intercom-scan.yaml", SHIM, ".github"])
def test_nothing_is_written_through_a_link(root, tmp_path, name) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").write_bytes(b"")
    (root / name).symlink_to(outside if name == ".github" else outside / "file")
    ran = init(root, "--yes", "--workflow", "--detect-secrets")
    one_line(ran, 2, f"{name}:1: ", "link" if name != ".intercom-scan.yaml" else "leads out")
    assert set(files(outside)) == {"file"}
    assert (outside / "file").read_bytes() == b""
    assert set(files(root)) <= {name}


def test_what_cannot_be_parsed_is_left_and_named(root) -> None:
    (root / FILE).write_bytes(b"repos:\n\t- x\x1b\n")
    one_line(init(root, "--yes"), 2, f"{FILE}:2: ")
    assert files(root) == {FILE: b"repos:\n\t- x\x1b\n"}


def test_where_pre_commit_refuses_to_install(root) -> None:
    git(root, "config", "core.hooksPath", "my\x1b hooks")
    done = subprocess.run(
        [COMMAND[0], "-m", "pre_commit", "install"], cwd=root, capture_output=True, check=False
    )
    assert b"core.hooksPath" in done.stdout, "the case itself"
    steps = init(root, "--yes").out.partition("Next:\n")[2].splitlines()
    assert len(steps) == 2
    assert steps[0].startswith(r"  # core.hooksPath is my\x1b hooks, so `pre-commit install` ref")
    assert "git config --show-origin core.hooksPath" in steps[0]
    assert "intercom-pre-push in pre-push" in steps[0]
