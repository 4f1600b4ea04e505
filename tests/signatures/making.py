"""Signatures as Intercom and its users' programs make them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os

import pytest

from intercom_scan.rules import by_id

NOW = 1_700_000_000.0
CLIENT = by_id("intercom-client-secret").sample()
IDENTITY = by_id("intercom-identity-secret").sample()
# As Intercom sends them: one line, no blanks, text that is not of ASCII as it is.
TREE = {
    "type": "notification_event", "app_id": "abcd1234", "id": "notif_1", "topic": "user.created",
    "data": {"item": {"name": "Zoë <z@example.com>", "url": "https://example.com/a", "n": 1.0}},
}  # fmt: skip
RAW = json.dumps(TREE, separators=(",", ":"), ensure_ascii=False).encode()


def mac(secret, message, algorithm="sha1"):
    return hmac.new(secret, message, algorithm).hexdigest()


def hub(secret, body):
    return f"sha1={mac(secret, body)}"


def based(data):
    return base64.b64encode(data).decode()


def plain_hash(data, algorithm="sha1"):
    return hashlib.new(algorithm, data).hexdigest()


def part(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def jwt(secret=IDENTITY, header=None, sign=None, **claims):
    """A token of one user, valid for an hour; `sign` makes its last part of key and text."""
    head = {"typ": "JWT", "alg": "HS256"} if header is None else header
    body = {"user_id": "42", "exp": int(NOW) + 3600, **claims}
    body = {name: value for name, value in body.items() if value is not None}
    text = b".".join(part(json.dumps(tree).encode()) for tree in (head, body))
    made = sign(secret, text) if sign else part(hmac.digest(secret, text, "sha256"))
    return text + b"." + made


def other_secret():
    return os.urandom(20).hex().encode()


def cases(table):
    """A case each of a table of lists, with ids that no fresh secret is part of."""
    return [
        pytest.param(reason, *(case if isinstance(case, tuple) else (case,)), id=f"{reason}-{n}")
        for reason, listed in table.items()
        for n, case in enumerate(listed)
    ]
