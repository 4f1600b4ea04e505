"""What a configuration says of the audit."""

from __future__ import annotations

import pytest

from intercom_scan.errors import ConfigError
from intercom_scan.policy import Exclusion, load
from intercom_scan.policy.model import AuditSettings


def configured(text: str):
    return load({".intercom-scan.yaml": f"audit:\n{text}".encode()}.get)


def test_what_holds_without_any() -> None:
    settings = load(lambda _: None).audit
    assert settings == AuditSettings()
    assert (settings.jwt_lifetime, settings.credential_age, settings.region) == (86400, 90, None)


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("max-jwt-lifetime: 5m", "jwt_lifetime", 300),
        ("max-jwt-lifetime: 12h", "jwt_lifetime", 43_200),
        ("max-jwt-lifetime: 30d", "jwt_lifetime", 30 * 86_400),
        ("max-jwt-lifetime: 4w", "jwt_lifetime", 28 * 86_400),
        ("max-credential-age: 60d", "credential_age", 60),
        ("max-credential-age: 12w", "credential_age", 84),
        ("region: eu", "region", "eu"),
    ],
)
def test_what_it_says_holds_and_is_told(text: str, name: str, value: object) -> None:
    settings = configured(f"  {text}").audit
    others = {"jwt_lifetime", "credential_age", "region"} - {name}
    assert getattr(settings, name) == value
    assert all(getattr(settings, each) == getattr(AuditSettings(), each) for each in others)
    assert settings.notes == (f"audit.{text.replace(':', ' is')} (.intercom-scan.yaml:2)",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("max-jwt-lifetime: 31d", "'31d' is not allowed; write a time such as '30m', '12h', "),
        ("max-jwt-lifetime: 5w", "at most 30d"),
        ("max-jwt-lifetime: 0m", "is not allowed"),
        ("max-jwt-lifetime: 3600", "is not allowed"),
        ("max-jwt-lifetime: -1h", "is not allowed"),
        ("max-jwt-lifetime: 99999999999h", "is not allowed"),
        ("max-jwt-lifetime: [1h]", "is a list; write a time"),
        ("max-credential-age: 366d", "write a time such as '14d', '2w', at most 365d"),
        ("max-credential-age: 12h", "is not allowed"),
        ("region: mars", "'mars' is not a region; write 'us', 'eu' or 'au'"),
        ("ignore: [{check: rotation, path: a}]", "has no 'reason'"),
        ("ignore: [{check: rotation, reason: b}]", "has no 'path'"),
        ("ignore: [{check: rotate, path: a, reason: b}]", "is not a check"),
        ("ignore: [{check: rotation, path: '**/*', reason: b}]", "matches too much"),
    ],
)
def test_what_is_refused(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=r"^\.intercom-scan\.yaml:2: audit\.") as caught:
        configured(f"  {text}")
    assert said in str(caught.value)


def test_an_ignored_path_is_one_check_s() -> None:
    text = "  ignore:\n    - check: rotation\n      path: old/**\n      reason: the archive\n"
    (exclusion,) = configured(text).exclusions
    assert exclusion == Exclusion(
        "old/**", "the archive", ".intercom-scan.yaml:3", "audit-rotation"
    )
    assert exclusion.covers("old/a.py", "audit-rotation")
    assert not exclusion.covers("new/a.py", "audit-rotation")
    assert not exclusion.covers("old/a.py", "audit-https-only")
    assert not exclusion.covers("old/a.py"), "no other rule, and nothing that reads code"
