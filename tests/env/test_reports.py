"""What reports, the command and the hook say of `.env` files."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import uuid

import jsonschema
import pytest

from intercom_scan.reporters import FORMATS, Options
from tests.env.building import ENTRIES, Place, line, problems, scanned, token
from tests.integration.running import command, git
from tests.reporters.test_json import SCHEMA

HOOK = (sys.executable, "-m", "intercom_scan.hooks.env")


@pytest.fixture
def place(tmp_path) -> Place:
    return Place(tmp_path / "repository", ignored=False)


def rendered(place: Place, form="text", mode="files", **options) -> str:
    out = io.StringIO()
    FORMATS[form](scanned(place.path, mode), out, Options(**options))
    return out.getvalue()


def run(place: Place, *arguments: str, code: int) -> str:
    ran = command("env", *arguments, cwd=place.path)
    assert ran.code == code, ran
    return ran.out


def hook(place: Place, *arguments: str, code: int, cwd=None, **env) -> str:
    done = subprocess.run(
        [*HOOK, *arguments], cwd=cwd or place.path, capture_output=True, text=True, check=False,
        env={**os.environ, **env},
    )  # fmt: skip
    assert done.returncode == code, (done.stdout, done.stderr)
    return done.stdout + done.stderr


def test_text(place):
    value = token()
    place.add("api/.env", line(value))
    text = rendered(place)
    last = text.splitlines()[-1]
    assert last.startswith("1 secret and 2 .env problems (1 critical, 1 high, 1 low): ")
    assert "HIGH          An .env file is tracked by git  api/.env\n" in text
    assert "  found       tracked; holds INTERCOM_ACCESS_TOKEN\n" in text
    assert "  next        git rm --cached -- api/.env\n" in text
    assert "  next        intercom-scan env --fix\n" in text
    assert "api/.env:1:1\n" not in text  # the file as a whole
    assert "api/.env:1:23\n" in text
    assert text.index("CRITICAL") < text.index("HIGH") < text.index("LOW")
    assert value.decode() not in text + rendered(place, show_secrets=False, verbosity=1)


def test_text_without_secrets(place):
    assert rendered(place).splitlines()[-1].startswith("1 .env problem (1 low): ")
    assert rendered(place, mode="env").splitlines()[-1].startswith("1 .env problem (1 low): ")
    short = rendered(place, verbosity=-1).splitlines()[0]
    assert short.startswith(".gitignore: low: A .gitignore lacks .env entries (.env, .env.local")
    place.write(".gitignore", ENTRIES)
    assert rendered(place).startswith("clean: ")
    assert rendered(place, mode="env").startswith("clean: ")


def test_a_command_is_never_broken_over_lines(place):
    name = "a very long directory with many words/" * 3 + ".env"
    place.add(name)
    commands = [row for row in rendered(place, width=60).splitlines() if "git rm" in row]
    assert commands == [f"  next        git rm --cached -- '{name}'"]


def test_json(place):
    value = token()
    place.add("api/.env", line(value))
    place.add(".env.\udcff\\", b"A=1\n")
    report = json.loads(rendered(place, "json", show_secrets=True))
    jsonschema.validate(report, SCHEMA)
    assert report["summary"]["secrets"] == 1
    assert report["summary"]["env_problems"] == 3
    found = {f["redacted"]: f for f in report["findings"] if f["rule"] == "env-file-tracked"}
    assert set(found) == {"api/.env", r".env.\xff\\"}
    assert found["api/.env"]["remedy"] == "git rm --cached -- api/.env"
    assert found["api/.env"]["detail"] == "tracked; holds INTERCOM_ACCESS_TOKEN"
    assert "secret" not in found["api/.env"]
    secrets = [f for f in report["findings"] if f["rule"] == "intercom-access-token"]
    assert [(f["detail"], f["remedy"]) for f in secrets] == [(None, None)]


def test_sarif(place):
    value = token()
    place.add("api/[x].{y}/.env", line(value))
    report = json.loads(rendered(place, "sarif"))
    (run_,) = report["runs"]
    results = {r["ruleId"]: r for r in run_["results"]}
    message = results["env-file-tracked"]["message"]["text"]
    assert message.startswith(r"An .env file is tracked by git: api/\[x\].{{y}}/.env: tracked;")
    assert "Next: git --literal-pathspecs rm --cached -- 'api/" in message
    rules = {rule["id"]: rule for rule in run_["tool"]["driver"]["rules"]}
    assert "secret" not in rules["env-file-tracked"]["properties"]["tags"]
    assert "can be used by whoever" not in rules["env-file-tracked"]["help"]["text"]
    assert value.decode() not in json.dumps(report)


def test_a_file_named_after_a_secret_is_masked(place):
    value = token().decode()
    place.add(f"{value}/.env", line(value.encode()))
    for form in FORMATS:
        assert value not in rendered(place, form)


def test_what_is_no_secret_is_not_masked(place):
    place.add("apiservice/.env")
    assert "apiservice/.env" in rendered(place)
    assert "********" not in rendered(place)


# --- the command


def test_the_command(place):
    assert "env-gitignore-entry" in run(place, code=1)
    run(place, "--fail-on", "high", code=0)
    assert json.loads(run(place, "--format", "json", code=1))["scan"]["mode"] == "env"
    assert run(place, "--fix", code=0).startswith("clean")
    assert (place.path / ".gitignore").read_bytes() == ENTRIES
    run(place, "--fix", code=0)
    assert (place.path / ".gitignore").read_bytes() == ENTRIES


def test_the_command_on_a_directory(place):
    place.write(".gitignore", ENTRIES)
    place.untracked("a/.env.production")
    place.untracked("b/.env.x")
    text = run(place, "a", code=1)
    assert "a/.env.production" in text
    assert ".env.x" not in text


def test_what_cannot_be_checked(place, tmp_path):
    outside = command("env", cwd=tmp_path)
    assert (outside.code, "not in a git repository" in outside.err) == (2, True)
    git(tmp_path, "init", "-q", "--bare", "bare.git")
    assert command("env", cwd=tmp_path / "bare.git").code == 2
    place.write(".intercom-scan.yaml", b"env: {entries: [a/b]}\n")
    wrong = command("env", cwd=place.path)
    assert wrong.code == 2
    assert ".intercom-scan.yaml:1: env.entries[0]: 'a/b' is not a file name" in wrong.err
    (place.path / ".git" / "index").write_bytes(b"damaged")
    place.write(".intercom-scan.yaml", b"")
    assert command("env", cwd=place.path).code == 3


def test_scans_include_it_unless_told(place):
    assert command(cwd=place.path, check_env=True).code == 1
    assert command("--no-env", cwd=place.path, check_env=True).code == 0
    place.write(".gitignore", ENTRIES)
    place.git("add", ".gitignore")
    assert command("--staged", cwd=place.path, check_env=True).code == 0


def test_a_clean_scan_needs_few_more_processes(place, monkeypatch):
    from intercom_scan.git import Git

    place.write(".gitignore", ENTRIES)
    place.git("add", ".")
    counts: dict[tuple[str, bool], int] = {}
    start = Git.start

    def counted(self, *arguments, **more):
        counts[mode, env] = counts.get((mode, env), 0) + 1
        return start(self, *arguments, **more)

    monkeypatch.setattr(Git, "start", counted)
    from tests.integration import running

    for mode in ("files", "staged", "history"):
        for env in (True, False):
            running.scan(place.path, mode, env=env)
    assert counts["files", True] - counts["files", False] == 3
    assert counts["staged", True] - counts["staged", False] == 2
    assert counts["history", True] - counts["history", False] == 2


# --- the hook


def test_the_hook(place):
    value = token()
    place.add(".env", line(value))
    said = hook(place, code=1)
    assert ".env: high: An .env file is tracked by git (tracked; holds INTERCOM" in said
    assert "Next: git rm --cached -- .env; then intercom-scan env --fix" in said
    assert value.decode() not in said
    place.write(".gitignore", ENTRIES)
    assert "Next: git rm --cached -- .env;" in hook(place, code=1)
    git(place.path, "rm", "-q", "--cached", ".env")
    (place.path / ".env").chmod(0o600)
    assert hook(place, code=0) == ""


def test_the_hook_writes_only_if_told_and_then_fails(place):
    assert ".gitignore" in hook(place, code=1)
    assert not (place.path / ".gitignore").exists()
    said = hook(place, "--fix", code=1)
    assert ".gitignore: added .env, .env.local, .env.*.local" in said
    assert "git add" in said
    assert hook(place, "--fix", code=0) == ""


def test_the_hook_s_exit_codes(place, tmp_path):
    place.write(".gitignore", ENTRIES)
    hook(place, "README.md", code=0)
    hook(place, code=2, cwd=tmp_path)
    hook(place, "--config", "nothing.yaml", code=2)
    hook(place, "--nothing", code=2)
    (place.path / ".git" / "index").write_bytes(b"damaged")
    hook(place, code=3)


def test_the_hook_lets_the_mending_commit_pass(place):
    place.write(".gitignore", ENTRIES)
    place.add(".env", line(token()))
    place.git("add", ".gitignore")
    place.git("commit", "-qm", "x")
    hooks = place.path / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    script = hooks / "pre-commit"
    script.write_text(f"#!/bin/sh\nexec {' '.join(HOOK)}\n")
    script.chmod(0o755)
    with pytest.raises(AssertionError):
        git(place.path, "commit", "-q", "--allow-empty", "-m", "y")
    git(place.path, "rm", "-q", "--cached", ".env")
    git(place.path, "commit", "-q", "-m", "Untrack")
    assert ("env-file-tracked", ".env") not in problems(place.path)


def test_the_hook_with_an_index_of_its_own(place, tmp_path):
    place.write(".gitignore", ENTRIES)
    index = tmp_path / "index"
    git(place.path, "add", "-f", ".gitignore", env={"GIT_INDEX_FILE": str(index)})
    place.write(".env.x", b"A=1\n")
    git(place.path, "add", "-f", ".env.x", env={"GIT_INDEX_FILE": str(index)})
    assert ".env.x: medium" in hook(place, code=1, GIT_INDEX_FILE=str(index))


@pytest.mark.parametrize("where", [".env.{token}", "INTERCOM_CLIENT_SECRET={uuid}/.env"])
@pytest.mark.parametrize("tracked", [True, False])
def test_no_path_tells_a_credential(place, where, tracked):
    secrets = {"token": token().decode(), "uuid": str(uuid.uuid4())}
    name = where.format(**secrets)
    (place.add if tracked else place.untracked)(name)
    place.write("Dockerfile", b"COPY . .\n")
    for form in FORMATS:
        shown = rendered(place, form, "env")
        assert "********" in shown
        assert "rename it" in shown
        assert not any(secret in shown for secret in secrets.values())
    said = hook(place, "--fail-on", "info", code=1)
    ran = command("env", "--fix", cwd=place.path)
    said += ran.out + ran.err + hook(place, "--fail-on", "info", "--fix", code=1)
    said += (place.path / ".gitignore").read_text()
    assert not any(secret in said for secret in secrets.values())


def test_a_file_that_cannot_be_read_is_masked(place, monkeypatch):
    from intercom_scan.env import contents

    def fail(*_):
        raise OSError(13, "denied")

    value = token().decode()
    place.untracked(f".env.{value}")
    monkeypatch.setattr(contents, "read_file", fail)
    assert scanned(place.path).skipped
    assert value not in repr(scanned(place.path).skipped)


def test_the_hook_s_advice_begins_with_the_worst(place):
    place.add(".env", line(token()))
    place.untracked("x.txt")
    said = hook(place, code=1)
    assert "Next: git rm --cached -- .env; then intercom-scan env --fix, then git add" in said


def test_the_hook_mends_by_the_trusted_policy(place):
    place.commit_file(".intercom-scan.yaml", b"env: {entries: [.env.trusted]}\n")
    place.write(".intercom-scan.yaml", b"env: {entries: [.env.mine]}\n")
    said = hook(place, "--policy-from", "HEAD", "--fix", code=1)
    assert ".gitignore: added .env.trusted\n" in said
    assert (place.path / ".gitignore").read_bytes() == b".env.trusted\n"


@pytest.mark.skipif(os.name != "posix", reason="file names as POSIX has them")
def test_what_the_hook_added_cannot_steer_a_terminal(place):
    place.write(".gitignore", ENTRIES)
    place.untracked(".env.\x1b[31m")
    said = hook(place, "--fix", code=1)
    assert ".gitignore: added" in said
    assert "\x1b" not in said


@pytest.mark.parametrize("tracked", [True, False], ids=["tracked", "loose"])
def test_a_path_that_tells_a_value_under_a_name_of_one_s_own(place, tracked):
    """The configuration says that the name is Intercom's; reporters know the rules alone."""
    place.commit_file(".intercom-scan.yaml", b"names: [ACME_CHAT_TOKEN]\n")
    value = uuid.uuid4().hex + uuid.uuid4().hex
    folder = f"ACME_CHAT_TOKEN={value}"
    (place.add if tracked else place.untracked)(f"{folder}/.env", b"A=1\n")
    place.add(f"{folder}/package.json", b"{}")
    said = hook(place, "--fail-on", "info", code=1)
    for form in FORMATS:
        shown = rendered(place, form, "env")
        assert "********" in shown
        said += shown
    assert "rename it" in said
    ran = command("env", "--fix", cwd=place.path)
    said += ran.out + ran.err
    assert value not in said
    assert value.encode() not in (place.path / ".gitignore").read_bytes()


@pytest.mark.parametrize(
    ("before", "names", "told"),
    [
        (ENTRIES + b"!.env.production\n", [".env.production"], "added /.env.production, which"),
        (b"!.env\n", [], "added .env, .env.local, .env.*.local, which overrides !.env\n"),
        (b"!.env.*.local \r\n", [], "which overrides !.env.*.local\n"),
        (b"!/.env.a.local\n!/x\n", [], ", which overrides !/.env.a.local\n"),
        (b".env.?.local\n!.env.z.local\n!../x\n!/\n!\n", [], ", which overrides !.env.z.local\n"),
        (b"!dist\n", [], "added .env, .env.local, .env.*.local\n"),
    ],
    ids=["file", "entry", "pattern", "one-of-a-pattern", "taken-back", "other"],
)
def test_what_the_fix_overrides_is_said(place, before, names, told):
    place.write(".gitignore", before)
    for name in names:
        place.untracked(name)
    said = hook(place, "--fix", code=1)
    assert told in said


def test_a_nested_file_s_own_lines_are_what_its_entries_override(place):
    place.write(".gitignore", b"!.env\n" + ENTRIES)
    place.add("web/package.json", b"{}")
    place.write("web/.gitignore", b"!.env.local\n")
    assert "web/.gitignore: added .env.local, which overrides !.env.local\n" in hook(
        place, "--fix", code=1
    )
