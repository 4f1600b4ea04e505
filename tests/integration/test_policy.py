"""What a repository says about its findings, end to end: files, options, exit codes, reports."""

from __future__ import annotations

import gzip
import hashlib
import json
from datetime import date, timedelta

import pytest

from intercom_scan.fakes.ground import Ground
from tests.integration.running import RULE, TOKEN, canonical, command, fresh, git, one_line

CONFIG, IGNORES = ".intercom-scan.yaml", ".intercom-scan/ignores"
MOBILE = RULE["intercom-mobile-sdk-key"]
YESTERDAY = date.today() - timedelta(days=1)
LATER = date.today() + timedelta(days=30)


@pytest.fixture
def ground(tmp_path):
    return Ground(tmp_path / "repository")


def told(ground, *arguments, cwd=None):
    """The command with its report in JSON."""
    return command(*arguments, "--format", "json", cwd=cwd or ground.path)


def only(ran):
    [finding] = ran.report["findings"]
    return finding


def leak(ground, name="app.env", rule=TOKEN) -> tuple[bytes, str]:
    """A committed secret and its fingerprint."""
    secret, line = fresh(rule)
    ground.commit_file(name, line)
    return secret, only(told(ground, name))["fingerprint"]


# --- .intercom-scan.yaml


def test_severities_and_the_lowest_that_fails(ground):
    leak(ground)
    found = told(ground, "app.env", "--fail-on", "critical")
    assert (found.code, only(found)["severity"]) == (1, "critical")
    ground.write(CONFIG, b"severities:\n  intercom-access-token: medium\n")
    for lowest, code in (("critical", 0), ("high", 0), ("medium", 1), ("info", 1)):
        found = told(ground, "--fail-on", lowest)
        assert (found.code, only(found)["severity"]) == (code, "medium"), lowest
        assert found.report["summary"]["fail_on"] == lowest


def test_a_raised_severity_fails_a_build(ground):
    leak(ground, "app.txt", MOBILE)
    assert told(ground).code == 0
    ground.write(CONFIG, b"severities:\n  intercom-mobile-sdk-key: high\n")
    found = told(ground)
    assert (found.code, only(found)["severity"]) == (1, "high")


@pytest.mark.parametrize(
    "mode", [["."], ["--staged"], ["--history"], ["--all-history"]], ids=lambda mode: mode[0]
)
def test_names_of_ones_own(ground, mode):
    value = hashlib.sha256(b"made up").hexdigest()[:23] + "-Qz7"
    ground.write("chat.env", f"ACME_HELPDESK_TOKEN={value}\n".encode())
    ground.git("add", "--force", "chat.env")
    if "history" in mode[0]:
        ground.git("commit", "--quiet", "-m", "Add")
    assert told(ground, *mode).report["findings"] == []
    ground.write(CONFIG, b'names:\n  - "*_HELPDESK_TOKEN"\n')
    found = told(ground, *mode)
    assert (found.code, only(found)["rule"]) == (1, "intercom-credential")
    assert only(found)["path"] == "chat.env"


def test_a_name_of_ones_own_on_standard_input(ground):
    ground.write(CONFIG, b"names: [helpdesk_key]\n")
    value = hashlib.sha256(b"made up").hexdigest()[:23] + "-Qz7"
    found = command("--stdin", "--format", "json", cwd=ground.path,
                    stdin=f"helpdesk-key: {value}\n".encode())  # fmt: skip
    assert (found.code, only(found)["origin"]) == (1, "stdin")


def test_the_depth_that_is_reached_is_listed(ground):
    _, line = fresh()
    ground.commit_file("deep.gz", gzip.compress(gzip.compress(gzip.compress(line))))
    assert told(ground).code == 1
    ground.write(CONFIG, b"limits:\n  depth: 1\n")
    found = told(ground)
    assert (found.code, found.report["findings"]) == (3, [])
    assert "deep.gz: is encoded more than 1 times over" in found.skipped
    assert found.report["summary"]["verdict"] == "incomplete"
    text = command(cwd=ground.path)
    assert text.code == 3
    assert "is encoded more than 1 times over" in text.out
    assert text.out.splitlines()[-1].startswith("INCOMPLETE: 1 thing not read")


def test_what_unfolds_into_too_much_is_listed(ground):
    ground.commit_file("big.gz", gzip.compress(b"nothing\n" * 200_000))
    assert told(ground).code == 0
    ground.write(CONFIG, b"limits:\n  expansion: 64KiB\n  member: 64KiB\n")
    found = told(ground)
    assert found.code == 3
    assert "big.gz: unfolds into more than 65536 bytes" in found.skipped


def test_a_file_that_is_too_large_is_listed_and_the_others_are_read(ground):
    ground.commit_file("large.txt", b"nothing here\n" * 1000 + fresh()[1])
    _, name = leak(ground)
    ground.write(CONFIG, b"limits:\n  file-size: 4KiB\n")
    found = told(ground)
    assert (found.code, found.fingerprints) == (3, [name])
    assert "large.txt: " in found.skipped


def test_excluded_paths_are_read_and_reported_as_ignored(ground):
    secret, _ = leak(ground, "tests/fixtures/a.env")
    ground.write(
        CONFIG, b"paths:\n  exclude:\n    - path: tests/**\n      reason: values made up\n"
    )
    found = told(ground)
    assert (found.code, only(found)["status"]) == (0, "ignored")
    assert only(found)["reason"] == f"values made up ({CONFIG}:3)"
    quiet, verbose = command(cwd=ground.path), command("-v", cwd=ground.path)
    assert "tests/fixtures" not in quiet.out
    assert "values made up" in verbose.out
    ground.write("src/a.env", secret)
    assert told(ground).code == 1


def test_excluded_paths_count_from_the_root(ground):
    leak(ground, "tests/fixtures/a.env")
    ground.write(CONFIG, b"paths:\n  exclude:\n    - path: tests/fixtures\n      reason: made up\n")
    for mode in ("--history", "--all-history"):
        found = told(ground, mode, cwd=ground.path / "tests")
        assert (found.code, only(found)["status"]) == (0, "ignored"), mode


@pytest.mark.parametrize("mode", ["files", "all-history"])
def test_a_mistake_is_told_by_file_line_and_key(ground, mode):
    leak(ground)
    ground.write(CONFIG, b"# ours\nseverities:\n  intercom-api-kee: low\n")
    arguments = [] if mode == "files" else ["--all-history"]
    one_line(command(*arguments, cwd=ground.path), 2, f"{CONFIG}:3: severities.intercom-api-kee: ")


def test_another_configuration(ground):
    leak(ground)
    ground.write(CONFIG, b"severities:\n  intercom-access-token: low\n")
    ground.write("ci/strict.yaml", b"severities:\n  intercom-access-token: high\n")
    assert only(told(ground, "--config", "ci/strict.yaml"))["severity"] == "high"
    one_line(command("--config", "none.yaml", cwd=ground.path), 2, "none.yaml:1: there is no such")


# --- ignores


def ignore(name: str, reason="revoked in May", until="") -> bytes:
    more = f"\n    until: {until}" if until else ""
    return f"ignores:\n  - fingerprint: {name}\n    reason: {reason}{more}\n".encode()


@pytest.mark.parametrize("until", ["", str(date.today()), str(LATER)])
def test_an_ignore(ground, until):
    _, name = leak(ground)
    ground.write(CONFIG, ignore(name, until=until))
    for mode in ([], ["--history"], ["--all-history"], ["--range", "HEAD~1..HEAD"]):
        found = told(ground, *mode)
        assert (found.code, only(found)["status"]) == (0, "ignored"), mode
        assert only(found)["reason"] == f"revoked in May ({CONFIG}:2)"
        assert found.report["summary"]["notes"] == []
        assert found.report["summary"]["by_status"]["ignored"] == 1


def test_an_expired_ignore_is_new_again_and_said(ground):
    _, name = leak(ground)
    ground.write(CONFIG, ignore(name, until=str(YESTERDAY)))
    found = told(ground)
    assert (found.code, only(found)["status"]) == (1, "new")
    [note] = found.report["summary"]["notes"]
    assert note.startswith(f"{CONFIG}:2: the ignore of {name} expired on {YESTERDAY};")
    text = " ".join(command(cwd=ground.path).out.split())
    assert f"note: {note}" in text


def test_an_unused_ignore_is_said_by_a_scan_of_everything_alone(ground):
    _, name = leak(ground)
    ground.write(CONFIG, ignore("0" * 32))
    for mode in ([], ["--staged"], ["--history"], ["--range", "HEAD~1..HEAD"]):
        assert told(ground, *mode).report["summary"]["notes"] == [], mode
    found = told(ground, "--all-history")
    [note] = found.report["summary"]["notes"]
    assert note == (
        f"{CONFIG}:2: no finding has the fingerprint {'0' * 32} any more; remove the ignore"
    )
    assert found.fingerprints == [name]
    assert f"note: {note}" in " ".join(command("--all-history", cwd=ground.path).out.split())


def test_an_incomplete_scan_calls_no_ignore_unused(ground):
    leak(ground)
    ground.write(CONFIG, ignore("0" * 32))
    lost = ground.git("rev-parse", "HEAD:README.md")
    (ground.path / ".git" / "objects" / lost[:2] / lost[2:]).unlink()
    found = told(ground, "--all-history")
    assert (found.code, found.report["summary"]["notes"]) == (3, [])


def test_ignore_from_a_subdirectory_and_then_it_is_clean(ground):
    secret, name = leak(ground, "deep/down/app.env")
    folder = ground.path / "deep" / "down"
    ran = command("ignore", name, "--reason", "revoked in May", "--until", LATER, cwd=folder)
    assert (ran.code, ran.out) == (0, f"{IGNORES} ignores 1 finding. Commit it.\n")
    assert not (folder / ".intercom-scan").exists()
    for cwd in (ground.path, folder):
        for mode in ([], ["--all-history"]):
            found = told(ground, *mode, cwd=cwd)
            assert (found.code, only(found)["status"]) == (0, "ignored")
            assert only(found)["reason"].startswith(f"revoked in May ({IGNORES}:")
    assert canonical(secret) not in (ground.path / IGNORES).read_bytes()
    assert "already ignores" in command(
        "ignore", name, "--reason", "revoked in May", "--until", LATER, cwd=folder
    ).out  # fmt: skip


def test_ignore_all_that_is_there_now(ground):
    ground.write(".gitignore", b".env*\n")
    names = sorted(leak(ground, name)[1] for name in ("a.cfg", "b.cfg", "c.cfg"))
    ground.write(CONFIG, ignore(names[0]))
    ran = command("ignore", "--all-current", "--reason", "being rotated", cwd=ground.path)
    assert (ran.code, ran.out) == (0, f"{IGNORES} ignores 2 findings. Commit it.\n")
    written = (ground.path / IGNORES).read_text().splitlines()
    entries = [line for line in written if not line.startswith("#")]
    assert entries == [f"{name} {TOKEN.id} # being rotated" for name in names[1:]]
    found = told(ground)
    assert (found.code, sorted(found.fingerprints)) == (0, names)
    _, added = leak(ground, "d.cfg")
    found = told(ground)
    assert [f["fingerprint"] for f in found.report["findings"] if f["status"] == "new"] == [added]
    assert found.code == 1


# --- a baseline of detect-secrets


def baseline(**known: bytes) -> bytes:
    results = {
        path.replace("__", "."): [
            {"type": "Secret Keyword", "hashed_secret": hashlib.sha1(value).hexdigest()}
        ]
        for path, value in known.items()
    }
    return json.dumps({"version": "1.5.0", "results": results}).encode()


def test_what_a_baseline_knows(ground):
    secret, name = leak(ground)
    ground.write(".secrets.baseline", baseline(app__env=canonical(secret)))
    assert told(ground).code == 1, "it counts where it is named alone"
    for mode in ([], ["--all-history"]):
        found = told(ground, *mode, "--baseline", ".secrets.baseline")
        assert (found.code, only(found)["status"]) == (0, "baseline")
        assert only(found)["reason"] == "known in .secrets.baseline"
    ground.write("other.env", secret)
    found = told(ground, "--baseline", ".secrets.baseline")
    assert (found.code, only(found)["status"], found.fingerprints) == (1, "new", [name])


def test_a_baseline_that_cannot_be_used(ground):
    leak(ground)
    one_line(command("--baseline", "none", cwd=ground.path), 2, "none:1: there is no such file")
    ground.write("broken", b"{")
    one_line(command("--baseline", "broken", cwd=ground.path), 2, "broken:1: ", "JSON")


# --- a trusted commit's policy


def test_a_branch_does_not_excuse_itself(ground):
    """Neither by configuration nor ignores nor a baseline of its own."""
    ground.git("checkout", "--quiet", "-b", "proposed")
    secret, name = leak(ground)
    ground.commit_file(CONFIG, b"severities:\n  intercom-access-token: info\n" + ignore(name))
    ground.commit_file(IGNORES, f"{name} # ours\n".encode())
    ground.commit_file(".secrets.baseline", baseline(app__env=canonical(secret)))
    assert told(ground, "--range", "main..proposed").code == 0
    for mode in (["--range", "main..proposed"], ["--history"], ["--all-history"], ["."]):
        found = told(ground, *mode, "--policy-from", "main")
        assert found.code == 1, mode
        assert (only(found)["status"], only(found)["severity"]) == ("new", "critical")
    ran = command("--policy-from", "main", "--baseline", ".secrets.baseline", cwd=ground.path)
    one_line(ran, 2, ".secrets.baseline:1: there is no such file")


def test_a_trusted_commit_s_policy_holds(ground):
    secret, name = leak(ground)
    ground.commit_file(CONFIG, b"severities:\n  intercom-access-token: low\n")
    ground.commit_file(IGNORES, f"{name} # revoked\n".encode())
    ground.commit_file("known.json", baseline(app__env=canonical(secret)))
    ground.git("rm", "--quiet", CONFIG, IGNORES, "known.json")
    ground.git("commit", "--quiet", "-m", "Remove")
    assert told(ground).code == 1
    found = told(ground, "--policy-from", "HEAD~1")
    assert (found.code, only(found)["status"], only(found)["severity"]) == (0, "ignored", "low")
    found = told(ground, "--policy-from", "HEAD~1", "--baseline", "known.json")
    assert found.code == 0
    before = told(ground, "--policy-from", "HEAD~4")
    assert (before.code, only(before)["status"]) == (1, "new")


def test_a_trusted_commit_s_names_and_limits_hold(ground):
    value = hashlib.sha256(b"made up").hexdigest()[:23] + "-Qz7"
    ground.commit_file("chat.env", f"ACME_HELPDESK_TOKEN={value}\n".encode())
    ground.commit_file("large.txt", b"nothing here\n" * 1000)
    ground.commit_file(CONFIG, b"names: [acme_helpdesk_token]\nlimits: {file-size: 4KiB}\n")
    ground.write(CONFIG, b"")
    assert told(ground).code == 0
    found = told(ground, "--policy-from", "HEAD")
    assert (found.code, only(found)["path"]) == (3, "chat.env")
    assert "large.txt" in found.skipped


def test_a_bare_repository_has_a_policy_only_in_its_commits(ground):
    _, name = leak(ground)
    ground.commit_file(CONFIG, ignore(name))
    bare = ground.path.parent / "bare.git"
    git(ground.path, "clone", "--quiet", "--bare", str(ground.path), str(bare))
    assert told(ground, "--all-history", cwd=bare).code == 1
    assert told(ground, "--all-history", "--policy-from", "HEAD", cwd=bare).code == 0


def test_no_commit_to_trust(ground, tmp_path):
    one_line(command("--policy-from", "none", cwd=ground.path), 2, "'none' is not a commit")
    (tmp_path / "a.txt").write_bytes(b"text\n")
    one_line(command("--policy-from", "main", cwd=tmp_path), 2, "--policy-from needs a repository")


# --- comments


def test_comments_count_unless_refused(ground):
    _, line = fresh()
    ground.commit_file("app.env", line.rstrip() + b"  # intercom-scan: ignore[%b] made up\n"
                       % TOKEN.id.encode())  # fmt: skip
    for mode in ([], ["--all-history"], ["--policy-from", "HEAD"]):
        found = told(ground, *mode)
        assert (found.code, only(found)["status"], only(found)["reason"]) == (
            0, "ignored", "made up",
        )  # fmt: skip
        found = told(ground, *mode, "--no-inline")
        assert (found.code, only(found)["status"]) == (1, "new")
        assert found.report["summary"]["notes"] == [
            "1 inline allow comments were not heeded, as asked"
        ]


def test_a_comment_without_a_reason_has_no_effect_and_is_said(ground):
    _, line = fresh()
    ground.commit_file("app.env", line.rstrip() + b"  # intercom-scan: ignore\n")
    found = told(ground)
    assert (found.code, only(found)["status"]) == (1, "new")
    [note] = found.report["summary"]["notes"]
    assert note.startswith("app.env:1: ")
    assert f"note: {note}" in " ".join(command(cwd=ground.path).out.split())
