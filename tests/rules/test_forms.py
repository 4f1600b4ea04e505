"""Every kind in every form that files give it: one finding, of its kind, with its value."""

from __future__ import annotations

import base64
import gzip
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intercom_scan.detector import Detector
from intercom_scan.rules import RULES, by_id, credential
from intercom_scan.rules.values import random_hex

NAMES = {
    "intercom-access-token": "INTERCOM_ACCESS_TOKEN",
    "intercom-api-key": "INTERCOM_APP_API_KEY",
    "intercom-client-secret": "INTERCOM_CLIENT_SECRET",
    "intercom-credential": "INTERCOM_API_TOKEN",
    "intercom-identity-secret": "INTERCOM_SECRET_KEY",
    "intercom-messenger-jwt": "INTERCOM_USER_JWT",
    "intercom-mobile-sdk-key": "INTERCOM_IOS_API_KEY",
    "intercom-user-hash": "INTERCOM_USER_HASH",
}


def kubernetes(key: str, value: str) -> str:
    code = base64.b64encode(value.encode()).decode()
    return f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: app\ndata:\n  {key}: {code}\n"


FORMS = {
    "dotenv": lambda name, value: f"A=1\n{name}={value}\nB=2\n",
    "json": lambda name, value: json.dumps({"a": 1, name: value, "b": 2}, indent=2),
    "yaml": lambda name, value: f'env:\n  {name}: "{value}"\n  OTHER: 1\n',
    "xml": lambda name, value: f'<a>\n  <add key="{name}" value="{value}" />\n</a>\n',
    "kubernetes": kubernetes,
    "kubernetes-file": lambda name, value: kubernetes(".env", f"A=1\n{name}={value}\nB=2\n"),
}
# Two hex digits that could be an escape, where a value begins.
HEADS = ["", "3d", "3a", "22", "3D", "3A", "0a", "20", "2b"]


@pytest.fixture(scope="module")
def detector():
    return Detector()


def found(detector, text):
    return [(hit.rule.id, hit.secret) for hit in detector.look(text.encode()).hits]


def begun(rule, head):
    """A sample that begins with `head`, where the kind's shape allows that."""
    value = rule.sample()
    other = head.encode() + value[len(head) :]
    if not rule.contextual or not re.fullmatch(rule.shape, other):
        return value
    return other if rule.check(other) else begun(rule, head)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", sorted(NAMES))
@settings(max_examples=40, deadline=None)
@given(head=st.sampled_from(HEADS))
def test_once_and_of_its_kind(detector, form, kind, head):
    rule = by_id(kind)
    value = begun(rule, head)
    text = FORMS[form](NAMES[kind], value.decode())
    assert found(detector, text) == [(kind, rule.check(value))]


@settings(max_examples=100, deadline=None)
@given(rule=st.sampled_from(RULES), head=st.sampled_from(HEADS))
def test_the_example_too(detector, rule, head):
    value = begun(rule, head)
    text = rule.example.format(value.decode())
    assert found(detector, text) == [(rule.id, rule.check(value))]


def test_a_value_is_not_read_as_quoted_printable(detector):
    for digits in ("3d", "3a", "3f"):
        value = digits + random_hex(38)
        text = f"INTERCOM_SECRET_KEY={value}\nINTERCOM_APP_ID={digits}abcdef\n"
        assert found(detector, text) == [("intercom-identity-secret", value.encode())]


@pytest.mark.parametrize(
    "lead", ["", "Content-Transfer-Encoding: quoted-printable\n\n"], ids=["bare", "announced"]
)
@pytest.mark.parametrize("code", ["=3D", "=3d"])
@pytest.mark.parametrize("kind", ["intercom-client-secret", "intercom-identity-secret"])
def test_a_mail_is_read_as_quoted_printable(detector, lead, code, kind):
    value = by_id(kind).sample()
    hits = found(detector, f"{lead}{NAMES[kind]}{code}{value.decode()}\n")
    wanted = (kind, value) if lead or code == "=3D" else None
    assert hits == [wanted] if wanted else (kind, value) not in hits


def test_a_token_in_what_is_a_secret_itself_is_found_too(detector):
    token = by_id("intercom-access-token").sample()
    header = base64.urlsafe_b64encode(b'{"alg":"HS256"}').rstrip(b"=").decode()
    claims = base64.urlsafe_b64encode(b'{"user_id":"1","token":"%b"}' % token).rstrip(b"=")
    jwt = f"{header}.{claims.decode()}.{'aB3_' * 10}xYz"
    assert sorted(found(detector, f"INTERCOM_USER_JWT={jwt}\n")) == [
        ("intercom-access-token", token),
        ("intercom-messenger-jwt", jwt.encode()),
    ]


def test_what_an_archive_in_base64_holds_is_kept_apart(detector):
    one, other = (by_id("intercom-client-secret").sample().decode() for _ in range(2))
    inner = base64.b64encode(f"A=1\nINTERCOM_CLIENT_SECRET={other}\n".encode()).decode()
    body = f"INTERCOM_WEBHOOK_SECRET={one}\nenv: {inner}\n"
    code = base64.b64encode(gzip.compress(body.encode())).decode()
    wanted = {one.encode(), other.encode()}
    assert {secret for _, secret in found(detector, f"x: {code}\n")} == wanted


def test_text_in_base64_that_looks_like_none_is_read(detector):
    rule = by_id("intercom-identity-secret")
    value = rule.sample()
    while credential.check(base64.b64encode(value)):
        value = rule.sample()
    assert found(detector, kubernetes(NAMES[rule.id], value.decode())) == [(rule.id, value)]


def test_text_in_base64_is_judged_by_what_it_says(detector):
    code = base64.b64encode(b"your-intercom-token-goes-here-1").decode()
    assert found(detector, f"data:\n  INTERCOM_TOKEN: {code}\n") == []
