"""The values a policy is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.decode.model import Limits
from intercom_scan.policy.paths import covers
from intercom_scan.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from intercom_scan.policy.names import Name
    from intercom_scan.rules.model import Severity

CONFIG_FILE = ".intercom-scan.yaml"
IGNORES_FILE = ".intercom-scan/ignores"
# https://developers.intercom.com/docs/build-an-integration/learn-more/rest-apis/making-requests
REGIONS = ("us", "eu", "au")
ENV_ENTRIES = (".env", ".env.local", ".env.*.local")


@dataclass(frozen=True, slots=True)
class Ignore:
    """A finding that is let be: its fingerprint, why, and the last day on which that holds.

    `rule` is there for readers alone, a fingerprint already depends on its rule. `source` is the
    `FILE:LINE` that says so.
    """

    fingerprint: str
    reason: str
    until: date | None = None
    rule: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Paths whose findings are ignored, and why. They are still read, counted and reported.

    `rule` is the id of the one rule that it is for; without one it is for all.
    """

    pattern: str
    reason: str
    source: str = ""
    rule: str | None = None

    def covers(self, path: str, rule: str | None = None) -> bool:
        """Whether findings in `path` are ignored: those of every rule, or those of `rule`."""
        return self.rule in (None, rule) and covers(self.pattern, path)


@dataclass(frozen=True, slots=True)
class AuditSettings:
    """What the audit holds a project to.

    `jwt_lifetime` is in seconds, `credential_age` in days: how long each may be at most. `region`
    is the one that the workspace is in, `us`, `eu` or `au`, where the project says so. `skips` are
    ids of checks that are left out, with the reason and where it stands. `notes` tell whoever
    reads a report what of all this the project has chosen.
    """

    jwt_lifetime: int = 24 * 60 * 60
    credential_age: int = 90
    region: str | None = None
    skips: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """What a repository (or a trusted commit of it) says about its findings.

    `severities` maps rule ids. `file_size` is the largest file in bytes that is read (None: any).
    `baseline` holds (path, SHA-1 in hex of the value as written) of what a detect-secrets
    baseline knows, and `baseline_file` its name. `env_entries` are what a .gitignore has to
    cover, `env_allowed` further names of templates that may be tracked. `scopes` are the ids of
    those that a token may have, by the environment that it is for.
    """

    severities: Mapping[str, Severity] = field(default_factory=dict)
    exclusions: tuple[Exclusion, ...] = ()
    names: tuple[Name, ...] = ()
    limits: Limits = field(default_factory=Limits)
    file_size: int | None = None
    ignores: tuple[Ignore, ...] = ()
    inline_allowed: bool = True
    baseline: frozenset[tuple[str, str]] = frozenset()
    baseline_file: str | None = None
    env_entries: tuple[str, ...] = ENV_ENTRIES
    env_allowed: tuple[str, ...] = ()
    scopes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    audit: AuditSettings = field(default_factory=AuditSettings)
