"""What a file is by its name."""

from __future__ import annotations

import pytest

from intercom_scan.env.naming import classify, environment

ENV = [
    ".env", ".env.local", ".env.production", ".env.production.local", ".env.development",
    ".env.anything", ".env-prod", ".env_dev", ".env2", ".ENV", ".Env.Local", ".env.example.local",
    ".env.js",
]  # fmt: skip
BACKUP = [
    ".env~", ".env.swp", ".env.swo", ".env.bak", ".env.local.bak", "#.env#", ".#.env",
    ".env.orig", ".env.old", ".env.backup", ".env.save", ".env.production~",
]  # fmt: skip
TEMPLATE = [
    ".env.example", ".env.sample", ".env.template", ".env.dist", ".env.defaults",
    ".env.local.example", ".env-example", ".env_sample", "example.env", "env.example",
    ".env.production.example",
]  # fmt: skip
PERHAPS = [
    ".envrc", "env.production", "production.env", ".flaskenv", "docker.env", "env", "app.env",
    ".envlocal", "env.local", "my.prod.env",
]  # fmt: skip
OTHERS = [
    "env.py", "env.js", "env.d.ts", "environment.rb", "README.md", "environment", "envoy.yaml",
    ".environment.yml", "seven.txt", "envelope", "prevent", "test_env.py", ".envoy.yaml",
]  # fmt: skip
CASES = [
    *((name, "env") for name in ENV),
    *((name, "backup") for name in BACKUP),
    *((name, "template") for name in TEMPLATE),
    *((name, "perhaps") for name in PERHAPS),
    *((name, None) for name in OTHERS),
]


@pytest.mark.parametrize(("name", "kind"), CASES, ids=[name for name, _ in CASES])
def test_kinds(name: str, kind: str | None) -> None:
    assert classify(name.encode()) == kind


@pytest.mark.parametrize(
    ("pattern", "kind"),
    [
        (".env.vault", "template"),
        (".env.*", "template"),
        (".ENV.VAULT", "template"),
        (".env", "env"),
    ],
)
def test_more_templates(pattern: str, kind: str) -> None:
    assert classify(b".env.vault", [pattern]) == kind


def test_a_name_that_is_no_text() -> None:
    assert classify(b".env.\xff\xfe") == "env"
    assert classify(b".env.a\nb") == "env"


@pytest.mark.parametrize(
    ("path", "of"),
    [
        (b".env", None),
        (b".env.local", "development"),
        (b".env.dev", "development"),
        (b".env.production.local", "production"),
        (b"env.production", "production"),
        (b"production.env", "production"),
        (b".env-staging", "staging"),
        (b".env.test", "test"),
        (b"config/production/.env", "production"),
        (b"production/staging/.env", "staging"),
        (b"production/.env.test", "test"),
        (b"testimony/.env", None),
        (b"docker.env", None),
    ],
    ids=str,
)
def test_environments(path: bytes, of: str | None) -> None:
    assert environment(path) == of
