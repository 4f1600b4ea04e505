from __future__ import annotations

import pytest

from intercom_scan.policy.names import Name, problem
from intercom_scan.rules.names import words

MATCHING = [
    ("ACME_CHAT_TOKEN", b"ACME_CHAT_TOKEN"),
    ("ACME_CHAT_TOKEN", b"const acmeChatToken"),
    ("ACME_CHAT_TOKEN", b"acme.chat-token"),
    ("acmeChatToken", b"NEXT_PUBLIC_ACME_CHAT_TOKEN"),
    ("ACME_*_TOKEN", b"ACME_EU_CHAT_TOKEN"),
    ("*_HELPDESK_KEY", b"PROD_HELPDESK_KEY"),
    ("HELPDESK*", b"helpdeskThing"),
    ("DESK_CREDS", b"DESK_CREDS"),
    ("HELPDESK_TOKENS", b"helpdesk_tokens"),
]
OTHER = [
    ("ACME_CHAT_TOKEN", b"ACME_CHAT_TOKEN_URL"),
    ("ACME_CHAT_TOKEN", b"TACME_CHAT_TOKEN"),
    ("ACME_*_TOKEN", b"ACME_TOKEN"),
    ("ACME_CHAT_TOKEN", b""),
]


@pytest.mark.parametrize(("name", "text"), MATCHING)
def test_matching(name: str, text: bytes) -> None:
    assert problem(name) is None
    assert Name(name).matches(words(text))
    assert len(Name(name).needle) >= 4
    assert Name(name).needle in text.lower()


@pytest.mark.parametrize(("name", "text"), OTHER)
def test_not_matching(name: str, text: bytes) -> None:
    assert not Name(name).matches(words(text))


@pytest.mark.parametrize("name", ["*", "a*b", "KEY", "a" * 81, "", "a b", "a[b]cde", "**_TOKEN_*"])
def test_refused(name: str) -> None:
    assert problem(name)


def test_stars_against_long_names_come_to_an_end() -> None:
    assert not Name("aaaa*aaaa*b").matches(["a" * 100_000])
