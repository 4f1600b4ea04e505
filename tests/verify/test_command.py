"""`intercom-scan verify` and `--verify`, as their users start them, against a fake Intercom."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from urllib.parse import quote

import pytest

from intercom_scan.fakes.ground import Ground
from intercom_scan.rules import RULES, by_id
from tests.test_promises import TOKEN
from tests.verify.fake import ADMIN, LIMITS, Reply, as_json, error, intercom, refusal

CLIENT = by_id("intercom-client-secret")
JWT = by_id("intercom-messenger-jwt")
FORMS = ("text", "json", "sarif", "github", "gitlab", "junit", "markdown", "html")


def start(*arguments, cwd=None, stdin="", **env):
    kept = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    return subprocess.run(
        [sys.executable, "-m", "intercom_scan", *map(str, arguments)], cwd=cwd, input=stdin,
        env=kept | env, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def run(fake, *arguments, **more):
    return start(*arguments, INTERCOM_SCAN_API_BASE=fake.base, **more)


def findings(done):
    return json.loads(done.stdout)["findings"]


@pytest.fixture
def token():
    return TOKEN.sample().decode()


def shares(text, value):
    """Parts of a value, but for the prefix that all of its kind have."""
    return [n for n in range(6, len(value) - 10) if value[n : n + 8] in text]


REPLIES = {
    "live": (Reply(), 1, "critical"),
    "live-unscoped": (Reply(403, error("forbidden")), 1, "critical"),
    "dead": (Reply(401, error("token_revoked")), 0, "low"),
    "blocked": (Reply(403, error("api_plan_restricted")), 1, "critical"),
    "unknown": (Reply(500, b""), 3, "critical"),
}


@pytest.mark.parametrize("state", REPLIES)
@pytest.mark.parametrize("way", ["env", "stdin"])
def test_each_state(state, way, token):
    reply, code, severity = REPLIES[state]
    with intercom(reply) as fake:
        if way == "env":
            done = run(fake, "verify", "--env", "X_TOKEN", "--format", "json", X_TOKEN=token)
        else:
            done = run(fake, "verify", "--stdin", "--format", "json", stdin=token + "\n")
    [found] = findings(done)
    assert done.returncode == code
    assert (found["verification"]["state"], found["severity"]) == (state, severity)
    assert (found["line"], found["column"], found["end_column"]) == (1, 1, 61)
    assert fake.tokens == [token]
    assert shares(done.stdout + done.stderr, token) == []


def test_what_intercom_tells_of_a_live_one(token):
    with intercom() as fake:
        [found] = findings(run(fake, "verify", "--stdin", "--format", "json", stdin=token))
    assert found["verification"] == {
        "state": "live", "reason": "Intercom knows it", "workspace": "abcd1234",
        "name": "Example Ltd", "region": "EU", "admin": "a***@example.com",
    }  # fmt: skip


def test_rate_limits_of_a_token_that_may_not(token):
    with intercom(Reply(403, b"", headers=LIMITS)) as fake:
        [found] = findings(run(fake, "verify", "--stdin", "--format", "json", stdin=token))
    assert found["verification"]["state"] == "live-unscoped"


@pytest.mark.parametrize("way", ["Retry-After", "X-RateLimit-Reset"])
def test_patience(way, token):
    replies = [Reply(429, error("rate_limit_exceeded"), headers={way: "0"})] * 2 + [Reply()]
    with intercom(lambda _: replies.pop(0)) as fake:
        [found] = findings(run(fake, "verify", "--stdin", "--format", "json", stdin=token))
    assert found["verification"]["state"] == "live"
    assert len(fake.asked) == 3


def test_a_storm_of_refusals_has_an_end(token):
    with intercom(Reply(429, b"", headers={"Retry-After": "0"})) as fake:
        done = run(fake, "verify", "--stdin", "--format", "json", stdin=token)
    assert findings(done)[0]["verification"]["state"] == "unknown"
    assert (done.returncode, len(fake.asked)) == (3, 4)


def test_dead_is_what_every_host_says_is_dead(token):
    dead = Reply(401, error("unauthorized"))
    with intercom(dead) as one, intercom() as two, intercom(dead) as three:
        bases = f"{one.base} {two.base} {three.base}"
        done = start("verify", "--stdin", "--api-base", bases, "--format", "json", stdin=token)
        assert findings(done)[0]["verification"]["state"] == "live"
        assert [len(fake.asked) for fake in (one, two, three)] == [1, 1, 0]
        done = start("verify", "--stdin", "--api-base", f"{one.base} {three.base}", stdin=token)
        assert done.returncode == 0
        assert "dead: Intercom says unauthorized" in done.stdout


HOSTILE = "\x1b[31m</td><script>|`::error::]]>\n%0A\u202e##[x]"


@pytest.mark.parametrize("form", FORMS)
def test_a_hostile_answer_and_the_secret_in_it(form, token):
    app = {**ADMIN["app"], "name": HOSTILE + token, "id_code": HOSTILE, "region": token}
    with intercom(Reply(body=as_json({**ADMIN, "app": app}))) as fake:
        done = run(fake, "verify", "--stdin", "--format", form, stdin=token)
    assert done.returncode == 1
    assert "live: Intercom knows it" in done.stdout or '"state": "live"' in done.stdout
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout
    assert "<script>|" not in done.stdout or form in ("text", "json", "sarif", "gitlab", "github")
    assert "\n::error::]" not in done.stdout
    assert shares(done.stdout + done.stderr, token) == []


# --- how tokens are asked about


def test_each_token_is_asked_about_once_however_it_is_written(token):
    plain = base64.b64decode(token).decode()
    ways = [
        token, token.rstrip("="), token.replace("=", "%3D"), plain, f"{token[:20]}\\n{token[20:]}",
        base64.b64encode(token.encode()).decode(), token.encode().hex(), quote(plain, safe=""),
    ]  # fmt: skip
    lines = "".join(f'INTERCOM_TOKEN="{way}"\n' for way in ways)
    with intercom(Reply(401, error("token_revoked"))) as fake:
        done = run(fake, "verify", "--stdin", "--format", "json", stdin=lines)
    assert fake.tokens == [token]
    [found] = findings(done)
    assert {place["line"] for place in found["places"]} == set(range(1, len(ways) + 1))


def test_many_tokens_of_which_each_has_its_own_answer():
    tokens = [TOKEN.sample().decode() for _ in range(30)]
    live = set(tokens[::3])
    with intercom(lambda t: Reply(pause=0.02) if t in live else refusal("token_revoked")) as fake:
        lines = "".join(f"INTERCOM_TOKEN={one}\n" for one in tokens)
        done = run(fake, "verify", "--stdin", "--format", "json", stdin=lines)
    states = {f["line"]: f["verification"]["state"] for f in findings(done)}
    assert states == {n + 1: "live" if t in live else "dead" for n, t in enumerate(tokens)}
    assert sorted(fake.tokens) == sorted(tokens)
    assert fake.most <= 4


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["int", "term"])
@pytest.mark.parametrize(
    "reply",
    [Reply(pause=30), Reply(429, b"", headers={"Retry-After": "30"})],
    ids=["while it waits for an answer", "while it is patient"],
)
def test_an_interruption(reply, number, token, tmp_path):
    (tmp_path / "token").write_text(token)
    with intercom(reply) as fake, (tmp_path / "token").open() as given:
        started = subprocess.Popen(
            [sys.executable, "-m", "intercom_scan", "verify", "--stdin"], stdin=given,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=os.environ | {"INTERCOM_SCAN_API_BASE": fake.base},
        )  # fmt: skip
        while not fake.asked:
            assert started.poll() is None
            time.sleep(0.02)
        started.send_signal(number)
        said, complaint = started.communicate()
    assert started.returncode == 130
    assert said == ""
    assert complaint == "intercom-scan: interrupted: nothing can be said about what was not read\n"


# --- what has no check


@pytest.mark.parametrize("rule", [r for r in RULES if r not in (TOKEN, JWT)], ids=lambda r: r.id)
def test_the_other_kinds_are_sent_to_nobody(rule):
    line = rule.example.format(rule.sample().decode())
    with intercom() as fake:
        done = run(fake, "verify", "--stdin", "--format", "json", stdin=f"intercom: {{ {line} }}")
    assert fake.asked == []
    [found] = findings(done)
    assert found["rule"] == rule.id
    assert found["verification"]["state"] == "unknown"
    assert "no safe check" in found["verification"]["reason"]
    assert found["severity"] == rule.severity.label


def test_a_jwt_is_decoded_here_and_its_signature_checked():
    value = JWT.sample().decode()
    with intercom() as fake:
        done = run(
            fake, "verify", "--stdin", "--identity-secret-env", "A_SECRET", stdin=value,
            A_SECRET="x" * 40,
        )  # fmt: skip
    assert fake.asked == []
    assert "HS256, claims exp user_id" in done.stdout
    assert "not signed with the secret" in " ".join(done.stdout.split())


# --- reports


@pytest.fixture
def repository(tmp_path, token):
    ground = Ground(tmp_path / "repository")
    ground.commit_file("a.env", f"INTERCOM_ACCESS_TOKEN={token}\n".encode())
    ground.commit_file("b.env", b"INTERCOM_ACCESS_TOKEN=" + TOKEN.sample() + b"\n")
    ground.commit_file("c.env", f"INTERCOM_TOKEN={token}\n".encode())
    ground.commit_file("d.env", b"INTERCOM_CLIENT_SECRET=" + CLIENT.sample() + b"\n")
    return ground.path


def some_live(token):
    return lambda asked: Reply() if asked == token else Reply(401, error("token_revoked"))


@pytest.mark.parametrize("way", ["scan", "from"])
def test_a_scan(way, repository, token, tmp_path):
    """Live first, dead last, each token asked about once."""
    with intercom(some_live(token)) as fake:
        if way == "scan":
            done = run(fake, "--all-history", "--no-env", "--verify", "--format", "json",
                       cwd=repository)  # fmt: skip
        else:
            file = tmp_path / "findings.json"
            run(fake, "--all-history", "--no-env", "--show-secrets", "--format", f"json:{file}",
                cwd=repository)  # fmt: skip
            assert fake.asked == []
            done = run(fake, "verify", "--from", file, "--format", "json")
    assert done.returncode == 1
    shown = [(f["verification"]["state"], f["severity"]) for f in findings(done)]
    assert shown == [("live", "critical"), ("unknown", "high"), ("dead", "low")]
    assert [len(f["places"]) for f in findings(done)] == [2, 1, 1]
    assert findings(done)[0]["first_commit"]
    assert len(fake.tokens) == len(set(fake.tokens)) == 2
    assert shares(done.stdout + done.stderr, token) == []


def test_a_scan_without_it_asks_nobody(repository):
    with intercom() as fake:
        done = run(fake, "--all-history", "--format", "json", cwd=repository)
    assert fake.asked == []
    assert {f["verification"] for f in findings(done)} == {None}


def test_an_ignored_one_that_is_live_is_told_of(repository, token):
    with intercom(some_live(token)) as fake:
        run(fake, "ignore", "--all-current", "--reason", "old", cwd=repository)
        done = run(fake, "--verify", "--no-env", cwd=repository)
    assert "is live, though its status is ignored" in " ".join(done.stdout.split())


def test_a_file_in_the_repository_cannot_say_whom_to_ask(repository):
    with intercom() as fake, intercom() as evil:
        line = f"INTERCOM_SCAN_API_BASE={evil.base}\n"
        names = (".env", ".envrc", ".netrc", ".intercom-scan.env", ".intercomscanignore", "tox.ini")
        for name in names:
            (repository / name).write_text(line)
        (repository / "pyproject.toml").write_text(f'[tool.intercom-scan]\napi_base="{evil.base}"')
        with (repository / ".git" / "config").open("a") as config:
            config.write(f"[http]\n\tproxy = {evil.base}\n")
        assert run(fake, "--verify", cwd=repository).returncode == 1
        (repository / ".intercom-scan.yaml").write_text(f"version: 1\napi_base: {evil.base}\n")
        assert run(fake, "--verify", cwd=repository).returncode == 2
    assert len(fake.asked) == 2
    assert evil.asked == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t["findings"][0].pop("secret"), "its values are redacted"),
        (lambda t: t["findings"][0].update(secret="x"), "not a json report"),
        (lambda t: t["findings"][0]["places"][0].update(path=[]), "not a json report"),
        (lambda t: t["findings"][0].update(rule="x"), "not a json report"),
        (lambda t: t["findings"][0]["places"][0].update(origin="x"), "not a json report"),
        (lambda t: t.update(schema_version=2), "another version"),
        (lambda t: t.clear(), "not a json report"),
    ],
    ids=range(7),
)
def test_reports_that_cannot_be_used(change, words, repository, tmp_path, token):
    file = tmp_path / "findings.json"
    start("--format", f"json:{file}", "--show-secrets", "--no-env", cwd=repository)
    tree = json.loads(file.read_text())
    change(tree)
    file.write_text(json.dumps(tree))
    with intercom() as fake:
        done = run(fake, "verify", "--from", file)
    assert fake.asked == []
    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert shares(done.stderr, token) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["verify"], ["verify", "--stdin", "--env", "X"], ["verify", "--env", "NOT_THERE"],
        ["verify", "--env", "PATH"], ["verify", "--stdin"], ["verify", "--from", "nothing.json"],
        ["verify", "--from", "."], ["verify", "--stdin", "--api-base", "http://api.intercom.io"],
        ["verify", "--stdin", "--api-base", "https://a.test"],
        ["--verify", "--api-base", "http://192.0.2.1"], ["--verify", "--api-base", "//127.0.0.1"],
        ["--api-base", "https://api.intercom.io"], ["--identity-secret-env", "PATH"],
        ["--verify", "--identity-secret-env", "NOT_THERE"],
    ],
    ids=range(14),
)  # fmt: skip
def test_what_cannot_be_asked(arguments, tmp_path):
    done = start(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) <= 3
    assert "Traceback" not in done.stderr


# --- where a secret must not be


def test_no_program_that_is_started_is_given_a_secret(repository, token, tmp_path):
    """A git that keeps its arguments and its environment, and then does as the real one."""
    folder = tmp_path / "bin"
    folder.mkdir()
    kept = tmp_path / "kept"
    script = folder / "git"
    real = shutil.which("git")
    script.write_text(f'#!/bin/sh\n{{ env; echo "$@"; }} >> "{kept}"\nexec "{real}" "$@"\n')
    script.chmod(0o755)
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    with intercom() as fake:
        run(
            fake, "--all-history", "--verify", "--identity-secret-env", "A_SECRET", cwd=repository,
            PATH=path, A_SECRET="s3cret-of-ours",
        )  # fmt: skip
    assert len(fake.asked) == 2
    assert "cat-file" in kept.read_text()
    assert "s3cret-of-ours" not in kept.read_text()
    assert shares(kept.read_text(), token) == []


def test_a_defect_of_ours_shows_no_token(token):
    code = (
        "from intercom_scan.verify import answers; from intercom_scan.cli.main import main\n"
        "def broken(answer, **_):\n    raise RuntimeError(repr(answer))\n"
        "answers.judged = broken; raise SystemExit(main(['verify', '--stdin']))"
    )
    with intercom(Reply(body=as_json({"token": token}))) as fake:
        done = subprocess.run(
            [sys.executable, "-c", code], input=token, capture_output=True, text=True, check=False,
            env=os.environ | {"INTERCOM_SCAN_API_BASE": fake.base},
        )  # fmt: skip
    assert done.returncode == 3
    assert "internal error: RuntimeError" in done.stderr
    assert shares(done.stdout + done.stderr, token) == []
