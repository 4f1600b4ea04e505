"""Path patterns: `*` and `?` within a directory, `**` across them, everything else as written."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LONGEST = 300

# Where credentials stand in repositories of all kinds. What covers a large part of these paths is
# no exception from a scan any more but the end of it.
PROBES = (
    *(".env", ".env.production", ".github/workflows/ci.yml", "Dockerfile", "Info.plist"),
    *("Makefile", "Program.cs", "README.md", "android/app/build.gradle", "app.py"),
    *("app/Http/Kernel.php", "app/src/main/java/com/acme/Chat.java", "appsettings.json"),
    *("client/src/App.tsx", "cmd/server/main.go", "config/initializers/intercom.rb"),
    *("config/intercom.yml", "config/secrets.json", "data/export.csv", "deploy/values.yaml"),
    *("docker-compose.yml", "docs/setup.md", "dump.sql", "index.html", "ios/AppDelegate.swift"),
    *("k8s/secret.yaml", "lib/client.rb", "notebooks/demo.ipynb", "notes.txt", "package.json"),
    *("pyproject.toml", "run.sh", "server.js", "spec/client_spec.rb", "src/index.ts"),
    *("src/main/resources/application.properties", "terraform.tfvars", "tests/test_chat.py"),
    *("vendor/bundle.min.js", "www/settings.py"),
)
ONE = len(PROBES) // 8  # that a single pattern may cover
ALL = len(PROBES) // 2  # that all patterns may cover together

_DRIVE = re.compile(r"[A-Za-z]:")


def problem(pattern: str) -> str | None:
    """What is wrong with an exclusion pattern, and what to do; None where nothing is."""
    if len(pattern) > LONGEST or not pattern.isprintable():
        return f"is not a path pattern; write at most {LONGEST} printable characters"
    if "\\" in pattern:
        return "has a backslash; write '/' between directories on every system"
    if pattern.startswith(("/", "~")) or _DRIVE.match(pattern) or ".." in pattern.split("/"):
        return "leaves the repository; write a path relative to its root, without '..'"
    if pattern.startswith("!"):
        return "begins with '!'; paths cannot be taken back, write a narrower pattern"
    if not re.search(r"[^*?/.]", pattern) or len(probed(pattern)) > ONE:
        return "matches too much; name a directory, a file or the end of its name"
    return None


def probed(pattern: str) -> frozenset[str]:
    """The probes that a pattern covers."""
    return frozenset(probe for probe in PROBES if covers(pattern, probe))


def covers(pattern: str, path: str) -> bool:
    """Whether `pattern` matches `path`, one of its directories, or the archive that it is in.

    Both are relative to the root with `/` between directories; an archive's member stands behind
    `!`. Takes time in the product of the two lengths, whatever they hold.
    """
    parts = _parts(pattern)
    ends = [index for index, char in enumerate(path) if char == "!"][:16]
    return any(
        glob(parts, path[:end].split("/"), "**", _segment_matches) for end in (*ends, len(path))
    )


@lru_cache(maxsize=1024)
def _parts(pattern: str) -> tuple[str, ...]:
    named = [part for part in pattern.split("/") if part not in ("", ".")]
    return (*named, "**")


def _segment_matches(pattern: str, segment: str) -> bool:
    return glob(pattern, segment, "*", lambda one, char: one in ("?", char))


def glob(
    pattern: Sequence[str], text: Sequence[str], star: str, same: Callable[[str, str], bool]
) -> bool:
    """Whether `text` as a whole is `pattern`, where `star` is any run and `same` compares one."""
    # Going back to the last star alone is enough, which keeps this from exploding as a regular
    # expression with several stars can: https://research.swtch.com/glob
    at = seen = 0
    last_star, resume = -1, 0
    while seen < len(text):
        if at < len(pattern) and pattern[at] == star:
            last_star, resume = at, seen
            at += 1
        elif at < len(pattern) and same(pattern[at], text[seen]):
            at += 1
            seen += 1
        elif last_star >= 0:
            resume += 1
            at, seen = last_star + 1, resume
        else:
            return False
    return all(rest == star for rest in pattern[at:])
