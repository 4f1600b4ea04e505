"""`intercom-scan scopes` as its users start it, against a fake Intercom."""

from __future__ import annotations

import json
import os
import shutil
import time

import pytest

from intercom_scan.scopes import probing
from intercom_scan.scopes.table import SCOPES
from intercom_scan.verify.hosts import Host
from tests.integration.running import git
from tests.test_promises import TOKEN
from tests.verify.fake import LIMITS, Reply, error, intercom, refusal, storm
from tests.verify.test_command import FORMS, shares, start

PROBED = [scope for scope in SCOPES if scope.probe]
PATHS = {scope.id: scope.probe.partition("?")[0] for scope in PROBED if scope.probe}
SECRETIVE = b'{"type": "list", "data": [{"email": "ann.secretive@example.com"}]}'
GRANTED = Reply(body=SECRETIVE, headers=LIMITS)
CODE = 'requests.get("https://api.intercom.io/tags")\n'


@pytest.fixture
def token():
    return TOKEN.sample().decode()


@pytest.fixture
def place(tmp_path):
    git(tmp_path, "init", "-q")
    return tmp_path


def configure(place, **environments):
    text = json.dumps({"scopes": {name: list(ids) for name, ids in environments.items()}})
    (place / ".intercom-scan.yaml").write_text(text, encoding="utf-8")


def only(*ids):
    """A fake's answers: these are granted, all others refused."""
    return {path: GRANTED if id_ in ids else refusal("forbidden") for id_, path in PATHS.items()}


def ask(fake, place, token, *more):
    return start(
        "scopes", place, "--env", "X_TOKEN", *more, X_TOKEN=token,
        INTERCOM_SCAN_API_BASE=fake if isinstance(fake, str) else fake.base,
    )  # fmt: skip


def report(done):
    return json.loads(done.stdout)


def scopes(done):
    return {each["scope"]: each for each in report(done)["permissions"]}


def found(done):
    return {(each["rule"], each["redacted"]) for each in report(done)["findings"]}


JSON = ("--format", "json")


def test_all_is_as_it_should_be(place, token):
    configure(place, production=["read-tags"])
    (place / "app.py").write_text(CODE, encoding="utf-8")
    with intercom(paths=only("read-tags")) as fake:
        done = ask(fake, place, token, *JSON)
        assert done.returncode == 0
        assert {id_ for id_, each in scopes(done).items() if each["answer"] == "granted"} == {
            "read-tags"
        }
        refused = {id_ for id_, each in scopes(done).items() if each["answer"] == "refused"}
        assert refused == set(PATHS) - {"read-tags"}
        assert scopes(done)["read-tags"]["calls"] == [
            {"path": "app.py", "line": 1, "column": CODE.index("https") + 1}
        ]
        assert fake.tokens == [token] * len(PATHS)


def test_each_scope_is_asked_by_its_probe_and_nothing_else(place, token):
    with intercom(paths=only()) as fake:
        ask(fake, place, token)
    asked = [path for path, _ in fake.asked]
    now = asked[[scope.id for scope in PROBED].index("read-admin-activity-logs")].rpartition("=")[2]
    assert asked == [(scope.probe or "").replace("{now}", now) for scope in PROBED]
    assert abs(int(now) - time.time()) < 600


@pytest.mark.parametrize("id_", PATHS)
def test_excess_of_each(id_, place, token):
    configure(place, production=[])
    with intercom(paths=only(id_)) as fake:
        done = ask(fake, place, token, *JSON)
    assert found(done) == {("scope-excess", f"{id_} in production")}
    assert done.returncode == 1


def test_excess_where_nothing_is_declared(place, token):
    (place / "app.py").write_text(CODE, encoding="utf-8")
    with intercom(paths=only("read-tags", "read-tickets")) as fake:
        done = ask(fake, place, token, *JSON)
    assert found(done) == {("scope-excess", "read-tickets")}
    assert scopes(done)["read-tags"]["allowed"] is None


@pytest.mark.parametrize("code", ["forbidden", "token_unauthorized"])
def test_missing(code, place, token):
    configure(place, production=["read-and-write-articles"])
    (place / "app.py").write_text(CODE, encoding="utf-8")
    with intercom(refusal(code)) as fake:
        done = ask(fake, place, token, *JSON)
    assert found(done) == {
        ("scope-missing", "read-and-list-articles in production"),
        ("scope-missing", "read-tags in production"),
        ("scope-undeclared", "read-tags in production"),
    }
    missing = [each for each in report(done)["findings"] if each["rule"] == "scope-missing"]
    assert all(code in each["detail"] for each in missing)
    assert {each["path"] for each in missing} == {"app.py", None}
    assert done.returncode == 1


def test_what_a_wider_scope_includes_is_no_excess(place, token):
    configure(place, production=["read-and-write-users"])
    granted = ("read-and-list-users-and-companies", "read-tags")
    with intercom(paths=only(*granted)) as fake:
        assert found(ask(fake, place, token, *JSON)) == set()


ODD = {
    "no-limits": (Reply(), "without Intercom's rate limits", 3),
    "page-of-a-proxy": (Reply(body=b"<html>", kind="text/html"), "without Intercom's", 3),
    "not-found": (Reply(404, error("not_found"), headers=LIMITS), "Intercom says not_found", 0),
    "no-code": (Reply(404, b"{}", headers=LIMITS), "status 404", 0),
    "of-nobody": (Reply(404, b"gone"), "status 404", 3),
    "plan": (refusal("api_plan_restricted"), "Intercom says api_plan_restricted", 0),
    "trouble": (Reply(500, b""), "status 500", 3),
    "elsewhere": (Reply(302, b"", headers={"Location": "https://example.com"}), "status 302", 3),
    "garbage": (Reply(raw=b"\0\1garbage\r\n\r\n"), "the answer is no HTTP", 3),
    "refused-by-another": (Reply(403, b"no"), "status 403", 3),
    "who-are-you": (Reply(401, b"no"), "none of Intercom's", 3),
}


@pytest.mark.parametrize(("reply", "reason", "code"), ODD.values(), ids=ODD)
def test_unknown_is_all_that_is_not_certain(reply, reason, code, place, token):
    configure(place, production=["read-tags"])
    with intercom(paths=only("read-tags") | {"/tags": reply}) as fake:
        done = ask(fake, place, token, *JSON)
    assert scopes(done)["read-tags"]["answer"] == "unknown"
    assert reason in scopes(done)["read-tags"]["reason"]
    assert found(done) == set()
    assert done.returncode == code


@pytest.mark.parametrize("state", ["token_revoked", "unauthorized", "token_suspended"])
def test_a_dead_or_blocked_token_ends_it(state, place, token):
    configure(place, production=["read-tags"])
    with intercom(refusal(state)) as fake:
        done = ask(fake, place, token, *JSON)
        assert len(fake.asked) == 1
    assert done.returncode == 3
    assert {each["answer"] for each in scopes(done).values()} == {"unknown"}
    [skip] = report(done)["scan"]["skipped"]
    word = "blocked" if state == "token_suspended" else "dead"
    assert skip["what"] == "X_TOKEN"
    assert f"the token is {word}: Intercom says {state}" in skip["reason"]


def test_a_token_that_dies_meanwhile(place, token):
    paths = only(*PATHS) | {"/tags": refusal("token_revoked")}
    with intercom(paths=paths) as fake:
        done = ask(fake, place, token, *JSON)
    answers = {id_: each["answer"] for id_, each in scopes(done).items()}
    assert answers["read-one-admin"] == "granted"
    assert answers["read-tickets"] == "unknown"
    assert fake.asked[-1][0] == "/tags"
    assert done.returncode == 3


def test_the_region_is_found_once(place, token):
    with (
        intercom(refusal("unauthorized")) as one,
        intercom(paths=only("read-tags")) as two,
        intercom(refusal("unauthorized")) as three,
    ):
        done = ask(f"{one.base} {two.base} {three.base}", place, token, *JSON)
        assert [len(fake.asked) for fake in (one, two, three)] == [1, len(PATHS), 0]
    assert scopes(done)["read-tags"]["answer"] == "granted"


def test_dead_everywhere_is_told_as_the_first_says(place, token):
    with intercom(refusal("token_revoked")) as one, intercom(refusal("unauthorized")) as two:
        done = ask(f"{one.base} {two.base}", place, token, *JSON)
        assert [len(fake.asked) for fake in (one, two)] == [1, 1]
    assert "token_revoked" in report(done)["scan"]["skipped"][0]["reason"]


def test_what_one_region_does_not_know_is_not_dead(token, monkeypatch):
    with intercom(refusal("unauthorized")) as one, intercom() as two:
        here, there = Host(one.base, local=True), Host(two.base, local=True)
        monkeypatch.setattr(probing, "INTERCOM", (here, there))
        probed = probing.probe(token.encode(), (here,))
    assert probed.last
    assert probed.last.end == "silent"
    assert "not all regions were asked" in probed.last.reason


def test_patience_and_its_end(place, token):
    with intercom(storm(2, GRANTED, Retry_After="0")) as fake:
        done = ask(fake, place, token, *JSON)
        assert len(fake.asked) == len(PATHS) + 2
    assert {each["answer"] for each in scopes(done).values() if each["probed"]} == {"granted"}
    with intercom(Reply(429, b"", headers={"Retry-After": "0"})) as fake:
        done = ask(fake, place, token, *JSON)
        assert len(fake.asked) == 4
    assert done.returncode == 3


def test_nobody_is_there(place, token):
    with intercom() as fake:
        pass
    done = ask(fake, place, token, *JSON)
    assert done.returncode == 3
    assert "refused" in scopes(done)["read-one-admin"]["reason"]
    assert {each["answer"] for each in scopes(done).values()} == {"unknown"}


def test_bodies_are_not_read(place, token):
    """One that never ends, of which a reader would want more."""
    head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    limits = "".join(f"{name}: {value}\r\n" for name, value in LIMITS.items())
    endless = Reply(raw=f"{head}{limits}\r\n".encode() + SECRETIVE, endless=b" ")
    with intercom(endless) as fake:
        done = ask(fake, place, token, *JSON)
    assert {each["answer"] for each in scopes(done).values() if each["probed"]} == {"granted"}
    assert "secretive" not in done.stdout + done.stderr


@pytest.mark.parametrize("form", FORMS)
def test_the_token_is_in_no_report(form, place, token):
    configure(place, production=["read-tags", "read-tickets"])
    (place / "app.py").write_text(CODE, encoding="utf-8")
    with intercom(paths=only("read-tags", "read-admins")) as fake:
        done = ask(fake, place, token, "--format", form, "-v")
    assert done.returncode == 1
    assert shares(done.stdout + done.stderr, token) == []
    assert "Traceback" not in done.stderr


def test_git_is_not_given_the_token(place, token):
    """A program that stands in for git writes down the environment that it has."""
    tools = place / "tools"
    tools.mkdir()
    fake_git = tools / "git"
    script = f'#!/bin/sh\nenv >> "{place}/seen"\nexec {shutil.which("git")} "$@"\n'
    fake_git.write_text(script, encoding="utf-8")
    fake_git.chmod(0o755)
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"
    with intercom(paths=only()) as fake:
        start(
            "scopes", place, "--env", "X_TOKEN", X_TOKEN=token, PATH=path,
            INTERCOM_SCAN_API_BASE=fake.base,
        )  # fmt: skip
    seen = (place / "seen").read_text(encoding="utf-8")
    assert "PATH=" in seen
    assert shares(seen, token) == []


def test_the_table(place, token):
    configure(place, production=["read-tags", "write-tags"])
    (place / "app.py").write_text(CODE * 3, encoding="utf-8")
    with intercom(paths=only("read-tags")) as fake:
        lines = ask(fake, place, token).stdout.splitlines()
    rows = {line.split()[0]: line.split()[1:] for line in lines[: len(PATHS) + 2]}
    assert rows["scope"] == ["answer", "allowed", "called", "at"]
    assert rows["read-tags"] == ["granted", "yes", "app.py:1", "+2"]
    assert rows["write-tags"] == ["unknown", "yes", "-"]
    assert rows["read-tickets"] == ["refused", "no", "-"]
    assert "write-tickets" not in rows
    assert any("have no safe probe" in line for line in lines)


def test_no_probe_compares_the_code_with_what_is_allowed(place):
    configure(place, production=["read-tags"])
    (place / "app.py").write_text(CODE, encoding="utf-8")
    done = start("scopes", place, "--no-probe")
    assert done.returncode == 0
    assert "read-tags" in done.stdout
    assert "read-tickets" not in done.stdout  # which nobody speaks of
    (place / "b.sh").write_text("curl -X POST https://api.intercom.io/tags\n", encoding="utf-8")
    done = start("scopes", place, "--no-probe", *JSON)
    assert found(done) == {("scope-undeclared", "write-tags in production")}
    [finding] = report(done)["findings"]
    assert (finding["path"], finding["line"]) == ("b.sh", 1)
    assert start("scopes", place, "--no-probe", "--fail-on", "high").returncode == 0


def test_a_finding_can_be_ignored(place):
    configure(place, production=[])
    (place / "app.py").write_text(CODE, encoding="utf-8")
    [finding] = report(start("scopes", place, "--no-probe", *JSON))["findings"]
    print_ = finding["fingerprint"]
    start("ignore", print_, "--reason", "agreed", cwd=place)
    done = start("scopes", place, "--no-probe", *JSON)
    assert done.returncode == 0
    assert [each["status"] for each in report(done)["findings"]] == ["ignored"]


def test_what_counts_as_code(place):
    configure(place, production=["read-one-admin"])
    text = (place / ".intercom-scan.yaml").read_text(encoding="utf-8")
    config = json.loads(text) | {"paths": {"exclude": [{"path": "sdk/**", "reason": "a copy"}]}}
    (place / ".intercom-scan.yaml").write_text(json.dumps(config), encoding="utf-8")
    (place / ".gitignore").write_text("built/\n", encoding="utf-8")
    for name in ("README.md", "sdk/client.py", "built/app.js", "run.log"):
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text(CODE, encoding="utf-8")
    (place / "link.py").symlink_to("README.md")
    assert start("scopes", place, "--no-probe").returncode == 0
    assert scopes(start("scopes", place, "--no-probe", *JSON))["read-tags"]["calls_total"] == 0
    (place / "built" / "app.js").rename(place / "app.js")
    assert start("scopes", place, "--no-probe").returncode == 1


def test_a_path_that_is_named_after_a_secret(place, token):
    configure(place, production=[])
    (place / f"{token}.py").write_text(CODE, encoding="utf-8")
    for form in ("text", "json", "sarif"):
        done = start("scopes", place, "--no-probe", "-v", "--format", form)
        assert done.returncode == 1
        assert shares(done.stdout + done.stderr, token) == []


def test_a_path_that_would_move_the_cursor(place):
    (place / "a\x1b[2J.py").write_text(CODE, encoding="utf-8")
    done = start("scopes", place, "--no-probe")
    assert "\x1b" not in done.stdout
    assert "\\x1b[2J.py:1" in done.stdout


WRONG = {
    "nothing": ((), "say whose scopes"),
    "both": (("--no-probe", "--env", "X"), "say whose scopes"),
    "no-variable": (("--env", "X_NONE"), "has no X_NONE"),
    "no-token": (("--env", "X_OTHER"), "no access token"),
    "several": (("--no-probe",), "one of production, staging"),
    "other": (("--no-probe", "--environment", "prod"), "has production, staging"),
    "no-directory": (("--no-probe", "nowhere"), "nowhere"),
}


@pytest.mark.parametrize(("arguments", "said"), WRONG.values(), ids=WRONG)
def test_wrong_usage(arguments, said, place):
    configure(place, production=[], staging=["read-tags"])
    done = start("scopes", *arguments, cwd=place, X_OTHER="not-one")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert said in done.stderr
    assert "not-one" not in done.stderr


def test_the_environment_that_is_asked_for(place):
    configure(place, production=[], staging=["read-tags"])
    (place / "app.py").write_text(CODE, encoding="utf-8")
    ask_for = ("scopes", place, "--no-probe", "--environment")
    assert start(*ask_for, "staging").returncode == 0
    assert start(*ask_for, "production").returncode == 1


def test_it_is_written_down(place, token):
    log = place / "log"
    with intercom(paths=only("read-tags")) as fake:
        ask(fake, place, token, "--audit-log", log)
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [line["action"] for line in lines] == ["probe", "probe"]
    assert shares(log.read_text(encoding="utf-8"), token) == []


def test_outside_of_a_repository(tmp_path):
    (tmp_path / "app.py").write_text(CODE, encoding="utf-8")
    done = start("scopes", tmp_path, "--no-probe", *JSON)
    assert scopes(done)["read-tags"]["calls_total"] == 1
