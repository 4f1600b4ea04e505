"""What commands and hooks write down, as their users start them."""

from __future__ import annotations

import json
import os
import pwd
import signal
import subprocess
import sys

import click
import pytest

from intercom_scan.ci.services import SERVICES
from intercom_scan.cli.group import cli
from intercom_scan.errors import ExitCode
from intercom_scan.fakes.ground import Ground
from intercom_scan.rules import RULES
from intercom_scan.trail import acting
from tests.test_promises import TOKEN
from tests.trail.logs import act, problems, told

NOT_LOGGED = {
    "rules", "explain", "self-test", "plugin-path", "ignore", "init", "install-hook",
    "check-signature", "check-identity", "audit-log verify", "rotation plan",
}  # fmt: skip


def start(*arguments, cwd=None, stdin="", program="intercom_scan", **env):
    return subprocess.run(
        [sys.executable, "-m", program, *map(str, arguments)], cwd=cwd, input=stdin,
        env=os.environ | env, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def commands(group, lead=""):
    """All that can be run, by their words."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, f"{lead}{name} ")
        else:
            yield f"{lead}{name}", command


@pytest.fixture
def token():
    return TOKEN.sample().decode()


@pytest.fixture
def ground(tmp_path, token):
    """A repository with a token in a file that is staged."""
    ground = Ground(tmp_path / "repository")
    ground.commit_file("README.md", b"A page.\n", "First")
    ground.write("app.env", f"INTERCOM_TOKEN={token}\n".encode())
    ground.git("add", "--force", ".")
    return ground


@pytest.fixture
def configured(tmp_path, monkeypatch):
    """The log that the user's configuration names."""
    folder = tmp_path / "config" / "intercom-scan"
    folder.mkdir(parents=True)
    log = tmp_path / "configured.log"
    (folder / "config.yaml").write_text(f"audit_log: {log}\n")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return log


WAYS = {
    "scan": (["--staged"], 1),
    "env": (["env"], 1),
    "ci": (["ci", "--mode", "tree"], 1),
    "stdin": (["--stdin"], 0),
}


@pytest.mark.parametrize("way", WAYS)
def test_scans(ground, tmp_path, way):
    arguments, code = WAYS[way]
    log = tmp_path / "audit.log"
    done = start(*arguments, "--audit-log", log, cwd=ground.path, stdin="nothing")
    assert done.returncode == code, done.stderr
    begin, end = told(log)
    assert (begin["action"], end["action"]) == ("scan", "scan")
    assert (begin["result"], end["result"]) == ("begun", "success")
    place = "standard input" if way == "stdin" else str(ground.path)
    assert begin["resource"] == end["resource"] == place
    assert begin["metadata"]["command"] == ("scan" if way == "stdin" else way)
    assert "--audit-log" in begin["metadata"]["options"]
    assert (end["metadata"]["exitCode"], end["metadata"]["complete"]) == (code, True)
    assert problems(log) == ()


@pytest.mark.parametrize("hook", ["secrets", "env", "history"])
def test_hooks(ground, configured, hook):
    done = start(cwd=ground.path, program=f"intercom_scan.hooks.{hook}")
    assert done.returncode == 1, done.stderr
    begin, end = told(configured)
    assert (begin["action"], begin["resource"]) == ("scan", str(ground.path))
    assert (end["result"], end["metadata"]["exitCode"]) == ("success", 1)
    assert end["metadata"]["findings"]


def test_the_hook_of_a_server(ground, configured):
    ground.git("commit", "--quiet", "-m", "more")
    old, new = (ground.git("rev-parse", name) for name in ("HEAD~1", "HEAD"))
    ground.git("update-ref", "refs/heads/main", old)
    done = start("pre-receive", cwd=ground.path, stdin=f"{old} {new} refs/heads/main\n")
    assert done.returncode in (0, 1), done.stderr
    assert [line["metadata"].get("command") for line in told(configured)] == ["pre-receive", None]
    assert told(configured)[1]["metadata"]["mode"] == "push"


def test_all_that_find_ask_or_change_are_logged():
    """A new command is either, and this says which."""
    logged = {
        path
        for path, command in commands(cli)
        if "--audit-log" in {name for parameter in command.params for name in parameter.opts}
    }
    assert logged == {path for path, _ in commands(cli)} - NOT_LOGGED


def test_the_option_goes_before_the_configuration(ground, configured, tmp_path):
    start("--staged", "--audit-log", tmp_path / "other.log", cwd=ground.path)
    assert (configured.exists(), (tmp_path / "other.log").exists()) == (False, True)
    start("--staged", cwd=ground.path)
    assert len(told(configured)) == 2


def test_a_file_without_a_name_is_none(ground, configured):
    """As `--audit-log "$LOG"` has it where LOG is not set."""
    done = start("env", "--fix", "--audit-log", "", cwd=ground.path)
    assert (done.returncode, done.stdout) == (2, "")
    assert not (ground.path / ".gitignore").exists()
    assert not configured.exists()


def test_in_ci_a_variable_says_it_too(ground, tmp_path):
    log = tmp_path / "audit.log"
    start("ci", "--mode", "tree", cwd=ground.path, INTERCOM_SCAN_AUDIT_LOG=str(log))
    assert [line["metadata"].get("options") for line in told(log)] == [["--mode"], None]


def test_what_is_found_is_told_by_fingerprint_and_rule(ground, tmp_path):
    log = tmp_path / "audit.log"
    done = start("--staged", "--format", "json", "--audit-log", log, cwd=ground.path)
    found = json.loads(done.stdout)["findings"]
    metadata = told(log)[1]["metadata"]
    assert sorted(metadata["fingerprints"]) == sorted(finding["fingerprint"] for finding in found)
    assert metadata["findings"] == {"new": len(found)}
    assert metadata["rules"]["intercom-access-token"] == 1


# --- failures


def test_a_wrong_revision_is_a_failure(ground, tmp_path):
    log = tmp_path / "audit.log"
    assert start("--range", "no..where", "--audit-log", log, cwd=ground.path).returncode == 2
    end = told(log)[1]
    assert (end["result"], end["metadata"]["error"].partition(":")[0]) == ("failure", "UsageError")


def test_what_is_not_complete_is_a_failure(ground, tmp_path):
    log = tmp_path / "audit.log"
    blob = ground.git("rev-parse", "HEAD:README.md")
    (ground.path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    assert start("--history", "--audit-log", log, cwd=ground.path).returncode == 3
    end = told(log)[1]
    assert (end["result"], end["metadata"]["exitCode"]) == ("failure", 3)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_interrupted(tmp_path, number):
    log = tmp_path / "audit.log"
    process = subprocess.Popen(
        [sys.executable, "-m", "intercom_scan", "--stdin", "--audit-log", str(log)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(b"\n" * (4 << 20))  # more than a pipe holds: it has begun to read
    process.stdin.flush()
    process.send_signal(number)
    process.communicate(timeout=60)
    begin, *ends = told(log)
    assert begin["result"] == "begun"
    if number == signal.SIGKILL:
        assert ends == []
        done = start("audit-log", "verify", log)
        user = pwd.getpwuid(os.getuid()).pw_name
        assert f"note: line 1 begins what has no end: scan by {user} at " in done.stdout
        assert done.returncode == 0
    else:
        assert process.returncode == ExitCode.INTERRUPTED
        assert [(line["result"], line["metadata"]["error"]) for line in ends] == [
            ("failure", "Interrupted")
        ]


def test_where_nothing_can_be_written_nothing_is_done(ground, tmp_path):
    done = start("env", "--fix", "--audit-log", tmp_path, cwd=ground.path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Is a directory" in done.stderr
    assert not (ground.path / ".gitignore").exists()


# --- what must not be in it


def test_no_secret_is_in_it(tmp_path):
    samples = [rule.sample().decode() for rule in RULES]
    named = next(sample for sample in samples if sample.startswith("dG9r"))
    folder = tmp_path / named
    ground = Ground(folder)
    lines = [rule.example.format(rule.sample().decode()) for rule in RULES]
    lines += [f"INTERCOM_TOKEN={named}"]
    ground.write("a.env", "\n".join(lines).encode())
    log = tmp_path / "audit.log"
    for more in ([], ["--config", named], ["--range", f"{named}..HEAD"], ["--show-secrets"]):
        start("--audit-log", log, *more, folder, cwd=folder)
    text = log.read_text(encoding="utf-8")
    assert len(told(log)) == 8
    assert [value for value in samples if value in text] == []
    assert [line for line in lines if line in text] == []
    assert "********" in told(log)[0]["resource"]


@pytest.mark.parametrize("key", ["", "key"], ids=["plain", "keyed"])
def test_a_log_in_the_repository_is_no_finding(tmp_path, monkeypatch, key):
    monkeypatch.setenv("INTERCOM_SCAN_AUDIT_KEY", key)
    ground = Ground(tmp_path / "intercom")
    lines = [rule.example.format(rule.sample().decode()) for rule in RULES]
    ground.write("intercom.env", "\n".join(lines).encode())
    log = ground.path / "intercom-audit.log"
    for _ in range(3):
        start("--audit-log", log, cwd=ground.path)
    ground.git("add", "--force", ".")
    assert len(told(log)) == 6
    assert told(log)[1]["metadata"]["rules"].keys() >= {rule.id for rule in RULES}
    alone = start(log, "--fail-on", "info", "--no-inline", cwd=ground.path)
    assert (alone.returncode, alone.stdout[:5]) == (0, "clean")
    # While it is written to, too.
    done = start("--staged", "--no-env", "--audit-log", log, "--format", "json", cwd=ground.path)
    places = {p["path"] for f in json.loads(done.stdout)["findings"] for p in f["places"]}
    assert places == {"intercom.env"}
    assert problems(log, key.encode()) == ()


def test_a_place_cannot_forge_a_line_or_move_the_cursor(tmp_path):
    folder = tmp_path / 'a\n{"timestamp":"x"}\n\x1b[2J'
    folder.mkdir()
    log = tmp_path / "audit.log"
    start("--audit-log", log, cwd=folder)
    assert len(told(log)) == 2
    assert "\x1b" not in told(log)[0]["resource"]


# --- by whom


def test_the_login_name_is_the_system_s(monkeypatch):
    for name in ("USER", "LOGNAME", "USERNAME", "EMAIL", "GIT_AUTHOR_EMAIL"):
        monkeypatch.setenv(name, "somebody@example.org")
    assert acting._who() == (pwd.getpwuid(os.getuid()).pw_name, {})


def test_a_user_without_a_name(monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000_001)
    assert acting._who() == ("uid 4000000001", {})


@pytest.mark.parametrize("name", [name for name in SERVICES if name != "plain"])
def test_in_ci_it_is_whom_the_service_names(name, monkeypatch, tmp_path):
    service = SERVICES[name]
    monkeypatch.setenv(service.sign, "true")
    log = tmp_path / "audit.log"
    act(log)
    assert told(log)[0]["userId"] == (login := pwd.getpwuid(os.getuid()).pw_name)
    monkeypatch.setenv(service.actor[0], "some-body")
    act(log)
    assert told(log)[2]["userId"] == f"{name}:some-body"
    assert told(log)[2]["metadata"]["login"] == login
    monkeypatch.delenv(service.sign)
    act(log)
    assert told(log)[4]["userId"] == login


# --- what it costs


def test_where_no_log_is_asked_for_nothing_of_it_is_imported(ground):
    code = (
        "import sys; from intercom_scan.cli.main import main; main(['--staged']);"
        "print(*(name for name in sys.modules if name.startswith('intercom_scan.trail')))"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], cwd=ground.path, check=True, capture_output=True, text=True
    ).stdout
    assert out.splitlines()[-1].split() == ["intercom_scan.trail", "intercom_scan.trail.settings"]


# --- audit-log verify


def test_verify(tmp_path, configured):
    log = tmp_path / "audit.log"
    act(log)
    head = told(log)[-1]["sha256"]
    good = start("audit-log", "verify", log)
    assert good.returncode == 0
    assert good.stdout.splitlines() == [
        f"{log}: as it was written: 2 lines, 1 action with an end", f"last hash: {head}",
    ]  # fmt: skip
    act(log)
    assert start("audit-log", "verify", log, "--expect", head).returncode == 0
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[2:]))
    bad = start("audit-log", "verify", log, "--expect", head)
    assert bad.returncode == 1
    assert f"{log}:1: does not follow" in bad.stdout
    assert f"{log}: has no line with the hash that is expected" in bad.stdout
    assert f"{log}: not as it was written: 2 lines" in bad.stdout
    log.rename(configured)
    assert start("audit-log", "verify").stdout.startswith(f"{configured}:1: does not follow")


def test_verify_with_a_key(tmp_path):
    log = tmp_path / "audit.log"
    start("--audit-log", log, cwd=tmp_path, INTERCOM_SCAN_AUDIT_KEY="key")
    assert start("audit-log", "verify", log, INTERCOM_SCAN_AUDIT_KEY="key").returncode == 0
    for more in ({}, {"INTERCOM_SCAN_AUDIT_KEY": "other"}):
        done = start("audit-log", "verify", log, **more)
        assert (done.returncode, "was written with a key" in done.stdout) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ([], "say which file"),
        (["missing"], "No such file"),
        (["."], "not a regular file"),
        (["audit.log", "--expect", "abc"], "64 hexadecimal digits"),
    ],
)
def test_verify_of_nothing(tmp_path, arguments, problem):
    act(tmp_path / "audit.log")
    done = start("audit-log", "verify", *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert problem in done.stderr
