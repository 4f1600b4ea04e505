"""detect-secrets' verification: only where it is told to report nothing but what is verified."""

from __future__ import annotations

import os
from functools import lru_cache

from detect_secrets.constants import VerifiedResult
from detect_secrets.settings import get_settings

from intercom_scan.errors import UsageError
from intercom_scan.rules import access_token

_POLICY = "detect_secrets.filters.common.is_ignored_due_to_verification_policies"
_RESULTS = {
    "live": VerifiedResult.VERIFIED_TRUE,
    "live-unscoped": VerifiedResult.VERIFIED_TRUE,
    "dead": VerifiedResult.VERIFIED_FALSE,
}


def wanted() -> bool:
    """Whether `--only-verified` was said. Without it, and without `-n`, detect-secrets asks too."""
    level = get_settings().filters.get(_POLICY, {}).get("min_level")
    return bool(level == VerifiedResult.VERIFIED_TRUE.value)


def result(rule: str, secret: str) -> VerifiedResult:
    """Of a value as it is written; unverified is what cannot be asked about, or has no answer."""
    if rule != access_token.RULE.id or not wanted():
        return VerifiedResult.UNVERIFIED
    token = access_token.check(secret.encode("utf-8", "surrogateescape"))
    return VerifiedResult.UNVERIFIED if token is None else _asked(token)


@lru_cache(maxsize=1024)  # it is asked for each place, and by several filters
def _asked(token: bytes) -> VerifiedResult:
    from intercom_scan.verify import checking, hosts  # noqa: PLC0415 nothing connects without need

    try:
        servers = hosts.hosts(os.environ.get(hosts.VARIABLE))
    except UsageError:  # which detect-secrets has no way to tell
        return VerifiedResult.UNVERIFIED
    return _RESULTS.get(checking.verify(token, servers).state, VerifiedResult.UNVERIFIED)
