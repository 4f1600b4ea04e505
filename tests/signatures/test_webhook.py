"""The signatures of webhooks and of Canvas Kit, and each way in which they go wrong."""

from __future__ import annotations

import hashlib
import hmac
import json
import tracemalloc
import urllib.parse

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intercom_scan.rules import by_id
from intercom_scan.signatures import search, serialising, webhook
from intercom_scan.signatures.reasons import REASONS
from tests.signatures.making import (
    CLIENT,
    RAW,
    TREE,
    based,
    cases,
    hub,
    mac,
    other_secret,
    plain_hash,
)

TEXT = RAW.decode()
HUB = hub(CLIENT, RAW)
CANVAS = mac(CLIENT, RAW, "sha256")


def ids(verdict):
    return [cause.id for cause in verdict.causes]


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (HUB, "X-Hub-Signature"),
        (f"X-Hub-Signature: {HUB}", "X-Hub-Signature"),
        (f"x-hub-signature:{HUB} \r\n", "X-Hub-Signature"),
        (CANVAS, "X-Body-Signature"),
        (f"X-Body-Signature: {CANVAS}", "X-Body-Signature"),
        (f"X-Original-Signature: {HUB}", "X-Hub-Signature"),  # a proxy's
    ],
    ids=range(6),
)
def test_right_ones(header, name):
    verdict = webhook.check(header, RAW, CLIENT)
    assert (verdict.matches, verdict.certain, verdict.of) == (True, True, name)


@settings(deadline=None)
@given(st.binary(max_size=300), st.binary(min_size=1, max_size=80))
def test_a_right_one_always_matches(body, secret):
    assert webhook.check(hub(secret, body), body, secret).matches
    assert webhook.check(mac(secret, body, "sha256"), body, secret).matches


@settings(deadline=None)
@given(st.binary(max_size=200), st.binary(max_size=200), st.binary(min_size=1, max_size=60))
def test_a_wrong_one_never_does(signed, body, secret):
    assert webhook.check(hub(secret, signed), body, secret).matches == (signed == body)


@settings(deadline=None)
@given(st.binary(max_size=300), st.text(max_size=120))
def test_nothing_that_is_given_breaks_it(body, header):
    assert not webhook.check(header, body, b"x").matches


# --- the signature itself

HEADERS = {
    "signature-blanks": [f"{HUB}\n", f'"{HUB}"', f" {CANVAS}", f"X-Hub-Signature: '{HUB}'"],
    "signature-case": [f"sha1={HUB[5:].upper()}", CANVAS.upper()],
    "signature-base64": [
        f"sha1={based(bytes.fromhex(HUB[5:]))}",
        based(bytes.fromhex(CANVAS)),
        based(bytes.fromhex(CANVAS)).replace("+", "-").replace("/", "_").rstrip("="),
    ],
    "prefix-missing": [HUB[5:], f"X-Hub-Signature: {HUB[5:]}"],
    "prefix-wrong": [
        HUB.replace("sha1", "SHA1"),
        f"sha256={HUB[5:]}",
        f"X-Body-Signature: sha256={CANVAS}",
    ],
    "sha-256": [
        f"sha256={CANVAS}",
        f"sha1={CANVAS}",
        f"X-Hub-Signature: sha256={CANVAS}",
        f"X-Hub-Signature-256: sha256={CANVAS}",
    ],
    "sha-1": [f"X-Body-Signature: {HUB[5:]}"],
    "other-header": [f"X-Hub-Signature: {CANVAS}", f"X-Body-Signature: {HUB}"],
    "exchanged": [
        f"sha1={hmac.new(RAW, CLIENT, hashlib.sha1).hexdigest()}",
        mac(RAW, CLIENT, "sha256"),
    ],
    "no-hmac": [
        f"sha1={plain_hash(RAW)}",
        plain_hash(CLIENT + RAW, "sha256"),
        plain_hash(RAW + CLIENT, "sha256"),
    ],
}


@pytest.mark.parametrize(("reason", "header"), cases(HEADERS))
def test_a_signature_of_another_form(reason, header):
    verdict = webhook.check(header, RAW, CLIENT)
    assert (ids(verdict), verdict.certain) == ([reason], True)


UNREADABLE = {
    "signature-length": [HUB[:-1], CANVAS + "00", f"X-Hub-Signature: sha1={HUB[5:20]}"],
    "signature-none": ["", "sha1=", "sha1=...", "X-Hub-Signature:", "Zm9v", "sha1=" + "x" * 9999],
}


@pytest.mark.parametrize(("reason", "header"), cases(UNREADABLE))
def test_a_signature_that_is_none(reason, header):
    verdict = webhook.check(header, RAW, CLIENT)
    assert reason in ids(verdict)
    assert verdict.certain


# --- the secret: what the variable holds, of a right secret

SECRETS = {
    "secret-blanks": [CLIENT + b"\n", b" " + CLIENT, CLIENT + b"\r\n", CLIENT + b"\\n"],
    "secret-quotes": [b'"' + CLIENT + b'"', b"'" + CLIENT + b"'\n"],
    "secret-assignment": [b"SECRET=" + CLIENT, b'export A_SECRET="' + CLIENT + b'"'],
    "secret-case": [CLIENT.upper()],
    "secret-base64": [based(CLIENT).encode(), based(CLIENT + b"\n").encode() + b"\n"],
}


@pytest.mark.parametrize(("reason", "held"), cases(SECRETS))
def test_a_secret_that_was_changed_on_its_way(reason, held):
    verdict = webhook.check(HUB, RAW, held)
    assert (ids(verdict), verdict.certain) == ([reason], True)


# What whoever signs has made of the secret.
SIGNERS = {
    "secret-newline": lambda secret: secret + b"\n",
    "secret-encoded": lambda secret: based(secret).encode(),
    "secret-hex": lambda secret: bytes.fromhex(secret.decode().replace("-", "")),
}


@pytest.mark.parametrize("reason", SIGNERS)
def test_a_signer_that_changed_the_secret(reason):
    verdict = webhook.check(hub(SIGNERS[reason](CLIENT), RAW), RAW, CLIENT)
    assert (ids(verdict), verdict.certain) == ([reason], True)


# --- the body: what a program makes of what Intercom sent


def event(body, **more):
    return json.dumps({"version": "2.0", "headers": {}, "body": body, **more}).encode()


BODIES = {
    "body-newline": [RAW + b"\n", RAW + b"\r\n"],
    "body-blanks": [b"\n" + RAW + b"  "],
    "body-bom": [b"\xef\xbb\xbf" + RAW],
    "body-utf-16": [TEXT.encode("utf-16"), b"\xfe\xff" + TEXT.encode("utf-16-be")],
    "body-latin-1": [TEXT.encode("latin-1")],
    "body-twice-encoded": [RAW.decode("latin-1").encode(), RAW.decode("cp1252").encode()],
    "body-base64": [based(RAW).encode(), based(RAW).encode() + b"\n"],
    "body-form": [
        f"payload={urllib.parse.quote_plus(TEXT)}".encode(),
        f"{urllib.parse.quote_plus(TEXT)}=".encode(),
        urllib.parse.quote(TEXT).encode(),
    ],
    "body-string": [json.dumps(TEXT).encode()],
    "body-envelope": [event(TEXT), event(based(RAW), isBase64Encoded=True)],
    "body-reserialised": [
        json.dumps(TREE).encode(),  # Python
        json.dumps(TREE, indent=2, ensure_ascii=False).encode(),  # JSON.stringify(tree, null, 2)
        json.dumps(TREE, separators=(",", ":")).replace("/", "\\/").encode(),  # PHP
        TEXT.replace("<", "\\u003c").replace(">", "\\u003E").encode(),  # Rails, .NET
        json.dumps(TREE, indent="\t").encode(),
    ],
}


@pytest.mark.parametrize(("reason", "body"), cases(BODIES))
def test_a_body_that_was_changed_on_its_way(reason, body):
    assert body != RAW
    verdict = webhook.check(HUB, body, CLIENT)
    assert (ids(verdict), verdict.certain) == ([reason], True)


def compact(tree, **more):
    return json.dumps(tree, separators=(",", ":"), **more).encode()


NUMBERS = b'{"b":1,"10":2,"9":12345678901234567890,"f":2.0}'
NUMBERS_IN_JAVASCRIPT = b'{"9":12345678901234567000,"10":2,"b":1,"f":2}'
# What was signed, of what is at hand: tests and relays sign what they have written themselves.
SIGNED = {
    "body-no-newline": [(RAW, RAW + b"\n"), (RAW, RAW + b"\r\n")],
    "body-line-ends": [(b"{\r\n}", b"{\n}"), (b"{\n}", b"{\r\n}")],
    "body-reserialised": [
        (RAW, json.dumps(TREE).encode()),  # Python
        (RAW, compact(TREE)),
        (RAW, compact(TREE, sort_keys=True)),  # Go, of a map
        (RAW, json.dumps(TREE, indent=4).encode()),
        (RAW, json.dumps(TREE, indent="\t", ensure_ascii=False).encode()),
        (RAW, compact(TREE).replace(b"/", b"\\/")),  # PHP
        (RAW, RAW.replace(b"/", b"\\/")),  # PHP, JSON_UNESCAPED_UNICODE
        (RAW, RAW.replace(b"<", b"\\u003c").replace(b">", b"\\u003e")),  # Rails, Go
        (RAW, compact(TREE).replace(b"\\u00eb", b"\\u00EB")),  # .NET, Java
        (b'{"url":"a\\/b"}', b'{"url":"a/b"}'),
        (NUMBERS, NUMBERS_IN_JAVASCRIPT),
    ],
}  # fmt: skip


@pytest.mark.parametrize(("reason", "body", "signed"), cases(SIGNED))
def test_what_was_signed_is_another_form(reason, body, signed):
    verdict = webhook.check(hub(CLIENT, signed), body, CLIENT)
    assert (ids(verdict), verdict.certain) == ([reason], True)


TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(-1e9, 1e9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=12,
)
LAYOUTS = st.fixed_dictionaries(
    {
        "indent": st.sampled_from([2, 4, "\t"]),
        "ensure_ascii": st.booleans(),
        "sort_keys": st.booleans(),
    }
)


@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=6), TREES, min_size=1), LAYOUTS, st.booleans())
def test_whatever_was_written_again_is_known(tree, layout, ascii_):
    """In an order that is not lost, since what was signed keeps its own."""
    raw = json.dumps(tree, separators=(",", ":"), ensure_ascii=ascii_).encode()
    again = json.dumps(tree, **{**layout, "sort_keys": False}).encode()
    verdict = webhook.check(hub(CLIENT, raw), again, CLIENT)
    assert (ids(verdict), verdict.certain) == (["body-reserialised"], True)
    made = webhook.check(hub(CLIENT, json.dumps(tree, **layout).encode()), raw, CLIENT)
    assert (ids(made), made.certain) == (["body-reserialised"], True)


def test_there_are_some_sixty_forms():
    assert len(list(serialising.forms(b'{"a":1}'))) == 60


def test_several_things_at_once():
    """A body as Go's encoder writes it, in an editor's encoding; a secret of `echo`; no prefix."""
    body = b"\xef\xbb\xbf" + json.dumps(TREE, indent=2).encode()
    verdict = webhook.check(mac(CLIENT, RAW + b"\n"), body, CLIENT + b"\n")
    assert ids(verdict) == [
        "prefix-missing", "body-bom", "body-reserialised", "body-no-newline", "secret-blanks",
    ]  # fmt: skip
    assert verdict.certain


# --- guesses

KINDS = [by_id(f"intercom-{kind}").sample() for kind in ("access-token", "identity-secret")]
GUESSES = {
    "secret-kind": [(RAW, KINDS[0]), (RAW, KINDS[1] + b"\n")],
    "secret-unlikely": [(RAW, b"keyboard cat")],
    "body-empty": [(b"", CLIENT), (b"\n", CLIENT)],
    "body-object": [(b"[object Object]", CLIENT), (str(TREE).encode(), CLIENT)],
    "body-lossy": [(RAW.replace("ë".encode(), "\ufffd".encode()), CLIENT)],
    "body-laid-out": [(b'{"other": 1}', CLIENT), (b"{\n}", CLIENT)],
    "body-sorted": [(compact(TREE | {"a": 1}, sort_keys=True), CLIENT)],
    "body-no-json": [(b"a=b", CLIENT), (b"42", CLIENT), (b"[" * 5000, CLIENT)],
    "secret-or-body": [(RAW, other_secret()), (b'{"a":1}', CLIENT)],
}


@pytest.mark.parametrize(("reason", "body", "secret"), cases(GUESSES))
def test_what_it_may_be_where_nothing_fits(reason, body, secret):
    verdict = webhook.check(HUB, body, secret)
    assert reason in ids(verdict)
    assert ids(verdict)[-1] == "secret-or-body"
    assert not verdict.matches
    assert not verdict.certain


def test_a_right_secret_and_a_plain_body_raise_no_suspicion():
    changed = RAW.replace(b"user.created", b"user.deleted")
    assert ids(webhook.check(HUB, changed, CLIENT)) == ["secret-or-body"]


def test_every_reason_that_a_webhook_can_have_has_its_case():
    tables = (HEADERS, UNREADABLE, SECRETS, SIGNERS, BODIES, SIGNED, GUESSES)
    covered = {reason for table in tables for reason in table}
    own = {reason for reason in REASONS if not reason.startswith(("jwt-", "value-", "other-field"))}
    assert covered == own


# --- limits


def test_a_search_has_an_end(monkeypatch):
    monkeypatch.setattr(search, "_MOST", 5000)
    asked = []

    def messages():
        for number in range(100):
            asked.append(number)
            yield (), b"x" * 100

    assert search.explained(b"\0" * 20, b"key", messages()) is None
    assert 5 < len(asked) < 20


def test_what_is_too_large_to_be_parsed_is_still_checked():
    body = b"[" + b"1, " * (serialising.LARGEST // 3) + b"1]"
    assert webhook.check(hub(CLIENT, body), body, CLIENT).matches
    assert ids(webhook.check(hub(CLIENT, body), body + b"\n", CLIENT)) == ["body-newline"]
    assert ids(webhook.check(HUB, body, CLIENT)) == ["secret-or-body"]


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"a":' * 50_000, b"[1e999,-1e999]", b"[" + b"9" * 5000 + b"]",
             b'["\\ud800"]', b'{"body": {"a": 1}}', b'"\\ud800"', b"%zz=%", b"\xff\xfe\x00"],
    ids=range(9),
)  # fmt: skip
def test_hostile_bodies(body):
    assert not webhook.check(HUB, body, CLIENT).matches
    assert webhook.check(hub(CLIENT, body), body, CLIENT).matches


def test_an_indent_of_a_deep_body_takes_no_memory():
    """Each of its lines would begin with as many blanks as there are brackets around it."""
    depth = 200
    body = b"[" * depth + b",".join([b"1"] * 50_000) + b"]" * depth
    tracemalloc.start()
    try:
        assert {len(form) for _, form in serialising.forms(body)} == {len(body), len(body) + 49_999}
        assert tracemalloc.get_traced_memory()[1] < 8 * serialising._LONGEST
    finally:
        tracemalloc.stop()
