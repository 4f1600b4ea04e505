"""What a file is by its name: an env file, a template of one, a copy, or perhaps one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from intercom_scan.policy.paths import glob
from intercom_scan.rules.hygiene import TEMPLATES
from intercom_scan.rules.text import lazy

if TYPE_CHECKING:
    from collections.abc import Sequence

# "perhaps" counts where the file holds an Intercom credential.
Kind = Literal["env", "backup", "template", "perhaps"]

ENVIRONMENTS = {
    "development": ("development", "dev", "develop", "local"),
    "staging": ("staging", "stage", "stg", "preprod", "uat", "qa", "preview"),
    "production": ("production", "prod", "prd", "live", "release"),
    "test": ("test", "testing", "tests", "ci", "e2e"),
}
_ENVIRONMENT = {word: name for name, words in ENVIRONMENTS.items() for word in words}

# A directory with one of these is a project of its own.
MANIFESTS = frozenset(
    b"package.json deno.json pyproject.toml setup.py Pipfile requirements.txt Gemfile go.mod "
    b"Cargo.toml composer.json pom.xml build.gradle build.gradle.kts mix.exs pubspec.yaml "
    b"Package.swift".split()
)

# Vim, Emacs, sed and people: https://vimhelp.org/recover.txt.html#swap-file
_copy = lazy(rb"(?:\.sw[a-p]|\.un~|~|\.bak|\.backup|\.orig|\.old|\.save|\.copy|\.tmp|\.kate-swp)\Z")
_env = lazy(rb"\.env(?:[^a-z].*)?\Z", re.DOTALL)
# `.envrc`, `.env` and letters, `.flaskenv`, `production.env`, `env.production`.
_perhaps = lazy(rb"\.[a-z]{0,40}env[a-z]{0,40}\Z|.+\.env\Z|\.?env(?:[._-]|\Z)", re.DOTALL)


def classify(name: bytes, allowed: Sequence[str] = ()) -> Kind | None:
    """What the file of this name (no directories) is; `allowed` are patterns of templates."""
    name = name.lower()
    if b"env" not in name:
        return None
    if any(_matches(pattern.lower(), name) for pattern in allowed):
        return "template"
    plain = _original(name)
    words = re.split(rb"[._-]", plain)
    env = _env().match(plain) is not None
    if not env and not (_perhaps().match(plain) and _plausible(plain, words)):
        return None
    if words[-1].decode("latin-1") in TEMPLATES or (plain.endswith(b".env") and _template(words)):
        return "template"
    if not env:
        return "perhaps"
    return "env" if plain == name else "backup"


def _original(name: bytes) -> bytes:
    """The name of what an editor's copy is a copy of."""
    if name.startswith(b".#"):
        return name[2:]
    if name.startswith(b"#") and name.endswith(b"#"):
        return name[1:-1]
    return _copy().sub(b"", name)


def _plausible(plain: bytes, words: list[bytes]) -> bool:
    """`env.production` and `env`, but not `env.py`."""
    if not plain.startswith((b"env", b".env")) or plain.endswith(b".env") or plain[:1] == b".":
        return True
    return len(words) == 1 or words[-1].decode("latin-1") in {*_ENVIRONMENT, *TEMPLATES}


def _template(words: list[bytes]) -> bool:
    return any(word.decode("latin-1") in TEMPLATES for word in words[:-1])


def environment(path: bytes) -> str | None:
    """The environment that a path says it is of: by its name, else by its nearest directory.

    `local` is a developer's machine, unless the name says another one too. A plain `.env` says
    none.
    """
    for part in reversed(path.lower().split(b"/")):
        words = [word.decode("latin-1") for word in re.split(rb"[._-]", part)]
        named = [_ENVIRONMENT[word] for word in words if word in _ENVIRONMENT and word != "local"]
        if named or "local" in words:
            return named[0] if named else "development"
    return None


def _matches(pattern: str, name: bytes) -> bool:
    text = name.decode("utf-8", "surrogateescape")
    return glob(pattern, text, "*", lambda one, char: one in ("?", char))
