"""Repositories to measure on, made the same way every time."""

from __future__ import annotations

import random
import subprocess
from typing import TYPE_CHECKING

from intercom_scan.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WORDS = (
    "def return import class self value name path request response user account "
    "config option result error message index table column string number while break "
    "continue except finally const function export default public private static void "
    "interface package module render"
).split()

IGNORED = b".env\n.env.*\n"  # or that they are not ignored would be a finding


def history(path: Path, commits: int, secrets: int = 0) -> Path:
    """A repository of `commits` commits, each changing two of 400 files in 40 directories.

    It has some 3.6 objects a commit. `secrets` access tokens, each another, come and go in it.
    """
    generator = random.Random(commits)
    path.mkdir(parents=True)
    git = ["git", "-C", str(path)]
    subprocess.run([*git, "init", "--quiet", "--initial-branch=main"], check=True)
    importing = subprocess.Popen([*git, "fast-import", "--quiet"], stdin=subprocess.PIPE)
    assert importing.stdin is not None
    for part in _commits(generator, commits, secrets):
        importing.stdin.write(part)
    importing.stdin.close()
    if importing.wait():
        raise RuntimeError("git fast-import failed")
    subprocess.run([*git, "repack", "-adq", "--window=10"], check=True)
    return path


def _commits(generator: random.Random, commits: int, secrets: int) -> Iterator[bytes]:
    files = {f"src/part{n % 40}/file{n}.py": _text(generator, 120) for n in range(400)}
    at = set(generator.sample(range(commits), secrets)) if secrets else set()
    for number in range(commits):
        yield b"commit refs/heads/main\ncommitter A. Tester <tester@example.com> %d +0000\n" % (
            1_500_000_000 + 600 * number
        )
        yield b"data 7\nChange\n\n"
        if not number:
            yield b"M 100644 inline .gitignore\ndata %d\n%b\n" % (len(IGNORED), IGNORED)
        changed = list(files) if not number else generator.sample(sorted(files), 2)
        for name in changed:
            lines = files[name].splitlines(keepends=True)
            lines[generator.randrange(len(lines))] = _line(generator)
            files[name] = b"".join(lines)
            content = files[name]
            if number in at and name == changed[0]:
                content += b'token = "%b"\n' % RULES[0].sample()
            yield b"M 100644 inline %b\ndata %d\n%b\n" % (name.encode(), len(content), content)


def _text(generator: random.Random, lines: int) -> bytes:
    return b"".join(_line(generator) for _ in range(lines))


def _line(generator: random.Random) -> bytes:
    words = " ".join(generator.choices(WORDS, k=generator.randrange(3, 9)))
    return f"    {words} = {generator.getrandbits(64):x}\n".encode()


def tree(path: Path, files: int) -> Path:
    """A working tree of `files` files of some 6 KB, all committed."""
    generator = random.Random(files)
    for number in range(files):
        file = path / f"part{number % 100}" / f"file{number}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(_text(generator, 120))
    (path / ".gitignore").write_bytes(IGNORED)
    git = ["git", "-C", str(path)]
    subprocess.run([*git, "init", "--quiet"], check=True)
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, *IDENTITY, "commit", "--quiet", "-m", "All"], check=True)
    return path


IDENTITY = ("-c", "user.name=A. Tester", "-c", "user.email=tester@example.com")


def staged(path: Path, files: int) -> Path:
    """A repository in which `files` files are staged and nothing is committed but one file."""
    tree(path, 1)
    generator = random.Random(7)
    for number in range(files):
        (path / f"new{number}.py").write_bytes(_text(generator, 120))
    subprocess.run(["git", "-C", str(path), "add", "."], check=True)
    return path


# Inputs that would make a careless matcher quadratic; each is repeated to the size.
ADVERSARIAL = {
    "intercom": b"intercom",
    "dG9rO": b"dG9rO",
    "token starts": b"dG9rOj",
    "brackets": b"[{(",
    "quotes": b'intercom_secret: "',
    "spaces": b"intercom                ",
    "escapes": b"\\u0069\\u006e",
}


def adversarial(path: Path, size: int) -> dict[str, Path]:
    """One file of `size` bytes on one line for each, and one of random base64."""
    path.mkdir(parents=True, exist_ok=True)
    made = {}
    for name, unit in ADVERSARIAL.items():
        made[name] = path / f"{name.replace(' ', '-')}-{size}.txt"
        made[name].write_bytes((unit * (size // len(unit) + 1))[:size])
    made["base64"] = path / f"base64-{size}.txt"
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    table = bytes(alphabet[byte & 63] for byte in range(256))
    made["base64"].write_bytes(random.Random(1).randbytes(size).translate(table))
    made["one line of words"] = path / f"words-{size}.txt"
    made["one line of words"].write_bytes((" ".join(WORDS).encode() * (size // 300 + 1))[:size])
    return made
