"""No secret, whole or in part, goes anywhere but into a report that was asked to show it."""

from __future__ import annotations

import base64
import itertools
import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from intercom_scan.fakes import planting
from intercom_scan.fakes.planting import Ground
from intercom_scan.rules import RULES
from tests.integration.running import TOKEN, command, fresh

PIECE = 8  # characters in a row that would say something about a secret
HEX_PIECE = 12  # ids in a report are hex too


def traces(secret: bytes) -> set[str]:
    """What would give a secret away: parts of it as it is, decoded, as base64 and as hex."""
    # Neither its beginning nor its end says anything: they are the same in every token.
    random = re.sub(rb"^(dG9rO.|eyJ[^.]*\.[^.]*\.|ios_sdk-|android_sdk-)|..oxOjA=?$", b"", secret)
    texts = [random, base64.b64encode(secret)[4:-4], secret.hex().encode()[10:]]
    if secret.startswith(b"dG9rO"):
        texts.append(base64.b64decode(secret + b"==")[4:40])
    texts += [base64.b64encode(b" " * n + secret)[8:-4] for n in (1, 2)]
    return set().union(*(pieces(text.decode("latin-1")) for text in texts))


def pieces(text: str) -> set[str]:
    """Stretches that are long enough not to be met by chance, in hex longer ones."""
    size = HEX_PIECE if re.fullmatch("[0-9a-f_:-]+", text) else PIECE
    return {text[at : at + size] for at in range(len(text) - size + 1)}


def common(text: str) -> set[str]:
    sizes = (PIECE, HEX_PIECE)
    return {text[at : at + size] for size in sizes for at in range(len(text) - size + 1)}


@pytest.fixture(scope="module")
def canary(tmp_path_factory):
    """Every kind in every place, in a working tree that has it all too."""
    ground = Ground(tmp_path_factory.mktemp("canary") / "repository")
    planted = [
        planting.plant_bare(ground, TOKEN, p, put) for p, put in planting.BARE_PLACES.items()
    ]
    kinds = itertools.cycle(RULES)
    planted += [planting.plant(ground, next(kinds), p, q) for p, q in planting.PLACES.items()]
    secrets = [fake.secret for fake in planted]
    (ground.path / ".git" / "index").unlink()  # the conflict in it is of no use here
    ground.git("reset", "--quiet")
    for rule in RULES:
        secret = rule.sample()
        secrets.append(secret)
        line = rule.example.format(secret.decode()).encode()
        ground.write(f"src/{rule.id}.txt", b"before\n" + line + b" " + line + b"\nafter\n")
    secret, line = fresh()
    secrets.append(secret)
    ground.write(f"{secret.decode()}/{secret.decode()}.txt", line)
    ground.git("add", "--all", "--force", "src")
    gone = ground.object(b"missing\n" + line)
    ground.git("update-ref", "refs/heads/hole", ground.commit_of(b"missing\n" + line))
    (ground.path / ".git" / "objects" / gone[:2] / gone[2:]).unlink()
    return ground.path, {s: traces(s) for s in secrets}


RUNS = [
    (*mode, *extra)
    for mode in ((), ("--staged",), ("--range", "main~3..main"), ("--history",), ("--all-history",))
    for extra in (("-v",), ("-q",), ("-v", "--format", "json"), ("-v", "--format", "sarif"))
]


@pytest.mark.parametrize("arguments", RUNS, ids=" ".join)
def test_nothing_leaks_into_output(canary, arguments):
    path, secrets = canary
    ran = command(*arguments, cwd=path)
    said = common(ran.out + ran.err)
    for secret, tells in secrets.items():
        assert not tells & said, (len(tells & said), ran.code)
        assert secret.decode() not in ran.out + ran.err


def test_the_search_for_leaks_can_find_one(canary):
    path, secrets = canary
    out = command("--all-history", "--show-secrets", "-v", cwd=path).out
    assert sum(len(tells & common(out)) > 20 for tells in secrets.values()) > len(secrets) // 2


@pytest.mark.parametrize(
    "arguments",
    [("--history", "{}"), ("--range", "{}..HEAD"), ("--config", "{}.yaml"), ("--baseline", "{}"),
     ("{}",), ("--policy-from", "{}"), ("--format", "json:.git/config/{}")],
    ids=" ".join,
)  # fmt: skip
def test_errors_about_what_was_typed_are_one_line(canary, arguments):
    """They may repeat what the person typed, but no more than that."""
    path, secrets = canary
    ran = command(*(a.format("no-such-thing") for a in arguments), cwd=path)
    assert ran.code == 2
    assert not any(tells & common(ran.err) for tells in secrets.values())


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize("mode", ["--all-history", "--staged", "--history"])
def test_nothing_leaks_into_arguments_environment_or_files(canary, tmp_path, mode):
    """By the system calls themselves: what is executed, and what is opened for writing."""
    path, secrets = canary
    log = tmp_path / "strace"
    folder = tmp_path / "tmp"
    folder.mkdir()
    os.system(
        f"cd '{path}' && TMPDIR='{folder}' strace -f -v -s 100000 -o '{log}' "
        f"-e trace=execve,open,openat,creat,rename '{sys.executable}' -m intercom_scan {mode} "
        f"--jobs 2 >/dev/null 2>&1"
    )
    lines = log.read_text(errors="replace").splitlines()
    calls = [line for line in lines if "execve(" in line]
    assert len(calls) > 2
    executed = common("\n".join(calls))
    for tells in secrets.values():
        assert not tells & executed
    written = [
        line
        for line in lines
        # Where the tests are measured, each process writes what it covered.
        if re.search(r"O_WRONLY|O_RDWR|O_CREAT", line) and "/.coverage" not in line
        and not re.search(r'"/dev/(null|shm/|tty)|__pycache__|ENOENT|ELOOP', line)
    ]  # fmt: skip
    assert written == []
    assert list(folder.iterdir()) == []
    assert Path(path, ".git").exists()
