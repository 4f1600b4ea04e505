"""A token goes to Intercom and nowhere else: by the system calls, and by what is left behind."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from intercom_scan.api import scan_bytes
from intercom_scan.fakes.ground import Ground
from intercom_scan.reporters import FORMATS
from intercom_scan.rules import access_token
from intercom_scan.verify.checking import Asking
from intercom_scan.verify.client import Answer
from tests.integration.test_leaks import traces
from tests.test_promises import TOKEN
from tests.verify.fake import ADMIN, Reply, as_json, intercom, refusal

if TYPE_CHECKING:
    from pathlib import Path

CALLS = "execve,open,openat,creat,rename,write,writev,pwrite64,sendto,sendmsg,prctl,memfd_create"
SECRET = "ours-alone-" * 4
WAYS = {
    "env": ("verify", "--env", "A_TOKEN"),
    "stdin": ("verify", "--stdin"),
    "from": ("verify", "--from", "../given.json"),
    "scan": ("--all-history", "--verify"),
}


def echo(token):
    """An answer that has the token wherever it can."""
    told = {**ADMIN["app"], "name": token, "id_code": token, "region": token}
    admin = {**ADMIN, "app": told, "email": f"{token}@example.com"}
    return Reply(body=as_json(admin), headers={"X-Token": token})


REPLIES = {
    "an echo": (echo, (1,)),
    "dead": (lambda _: refusal("token_revoked"), (0, 1)),
    "no HTTP": (lambda token: Reply(raw=token.encode()), (1, 3)),
    "a redirect": (lambda token: Reply(302, headers={"Location": f"/{token}"}), (1, 3)),
}


@pytest.fixture
def ground(tmp_path):
    made = Ground(tmp_path / "repository")
    token = TOKEN.sample()
    made.commit_file("a.env", b"INTERCOM_TOKEN=%b\n" % token)
    return made, token


def traced(folder: Path, way: str, token: str, base: str, *start: str):
    """Run it with all that it leaves behind in `folder`; what ran and its system calls."""
    for name in ("tmp", "own", "cache", "out"):
        (folder / name).mkdir()
    reports = [part for form in FORMATS for part in ("--format", f"{form}:../out/{form}")]
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("COVERAGE_", "GIT_"))}
    kept |= {
        "TMPDIR": f"{folder}/tmp", "HOME": f"{folder}/own", "XDG_CACHE_HOME": f"{folder}/own",
        "PYTHONPYCACHEPREFIX": f"{folder}/cache", "INTERCOM_SCAN_API_BASE": base,
        "A_SECRET": SECRET, "PYTHONFAULTHANDLER": "1",
    }  # fmt: skip
    given = {"env": {"A_TOKEN": token}, "scan": {"VITE_INTERCOM_TOKEN": token}}.get(way, {})
    ran = subprocess.run(
        ["strace", "-f", "-v", "-y", "-s", "100000", "-o", folder / "calls", "-e", f"trace={CALLS}",
         sys.executable, *start, *WAYS[way], "--identity-secret-env", "A_SECRET", "-v", *reports],
        cwd=folder / "repository", input=token if way == "stdin" else "", env=kept | given,
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    return ran, (folder / "calls").read_text(errors="replace").splitlines()


def looked_at(folder: Path, ran, calls: list[str], token: str) -> None:
    """Nothing of a secret is in what was printed, executed, sent elsewhere or left behind."""
    tells = {*traces(token.encode()), SECRET}
    sent = [line for line in calls if re.search(r"\b(sendto|sendmsg)\(", line)]
    # The first is the person's own start, in whose environment it may be. What goes through pipes
    # is what git reads for us, and what was printed.
    others = [line for line in calls[1:] if line not in sent and "<pipe:[" not in line]
    left = [path for name in ("tmp", "own", "cache", "out") for path in (folder / name).rglob("*")]
    texts = {str(path): path.read_bytes().decode("latin-1") for path in left if path.is_file()}
    texts |= {"output": ran.stdout, "errors": ran.stderr, "calls": "\n".join(others)}
    for name, text in texts.items():
        assert not [tell for tell in tells if tell in text], name
    opened = [line for line in others if re.search(r"O_WRONLY|O_RDWR|O_CREAT", line)]
    # By a path of its own, or one that begins in the repository.
    ours = re.compile(rf'"(?:\.\./|{re.escape(str(folder))}/)(?:out|cache)/|"/dev/(?:null|tty)"')
    assert [line for line in opened if not ours.search(line) and " = -1 " not in line] == []
    # It could have been found.
    assert any(f"Authorization: Bearer {token}" in line for line in sent)
    assert all(f"Bearer {token}" in line for line in sent if token[10:30] in line)


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize(
    ("way", "reply"),
    [*((way, "an echo") for way in WAYS), *(("scan", reply) for reply in list(REPLIES)[1:])],
)
def test_a_token_is_nowhere_else(way, reply, ground, tmp_path):
    made, token = ground[0], ground[1].decode()
    said, codes = REPLIES[reply]
    if way == "from":
        command = [sys.executable, "-m", "intercom_scan", "--all-history", "--show-secrets"]
        out = ["--format", f"json:{tmp_path}/given.json"]
        subprocess.run([*command, *out], cwd=made.path, check=False, capture_output=True)
    with intercom(said) as fake:
        ran, calls = traced(tmp_path, way, token, fake.base, "-m", "intercom_scan")
    assert fake.tokens == [token]
    assert ran.returncode in codes
    looked_at(tmp_path, ran, calls, token)
    children = [line for line in calls if "execve(" in line and " = 0" in line]
    assert (len(children) > 1) == (way == "scan")


def test_no_value_tells_of_it_when_it_is_printed(ground):
    token = ground[1]
    [found] = scan_bytes(b"INTERCOM_TOKEN=" + token, "a.env")
    [hit] = access_token.find(token)
    answer = Answer(200, {"x": token.decode()}, token)
    for value in (found, hit, answer, Asking(identity_secret=token)):
        assert token.decode() not in repr(value)


CRASH = """
import sys
from intercom_scan.verify import {module}
from intercom_scan.cli.main import main

def broken(*given, **named):
    raise {error}(repr((given, named)))

{module}.{name} = broken
raise SystemExit(main(sys.argv[1:]))
"""


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize(
    ("module", "name", "error", "words"),
    [
        ("answers", "judged", "RuntimeError", "internal error: RuntimeError at <string>:7"),
        ("answers", "judged", "OSError", "intercom-scan: ("),
        ("checking", "judged", "MemoryError", "out of memory"),
    ],
    ids=["a thread", "a thread's own error", "the program"],
)
def test_a_crash_tells_nothing(module, name, error, words, ground, tmp_path):
    token = ground[1].decode()
    code = CRASH.format(module=module, name=name, error=error)
    with intercom(echo) as fake:
        ran, calls = traced(tmp_path, "scan", token, fake.base, "-c", code)
    assert ran.returncode == 3
    assert words in ran.stderr
    assert len(ran.stderr.splitlines()) == 1
    assert "Traceback" not in ran.stderr
    looked_at(tmp_path, ran, calls, token)
