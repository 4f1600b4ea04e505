"""Who may be asked."""

from __future__ import annotations

import pytest

from intercom_scan.errors import UsageError
from intercom_scan.verify.hosts import INTERCOM, hosts


def test_intercom_s_three_regions():
    assert [host.base for host in INTERCOM] == [
        "https://api.intercom.io", "https://api.eu.intercom.io", "https://api.au.intercom.io",
    ]  # fmt: skip
    assert hosts(None) == hosts("") == hosts(" ") == INTERCOM
    assert not any(host.local for host in INTERCOM)


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:8080", True),
        ("http://127.9.9.9", True),
        ("http://[::1]:8080/", True),
        ("http://localhost:1", True),
        ("https://localhost", True),
        ("https://intercom.test:8443", False),
    ],
)
def test_a_test_server(url, local):
    [host] = hosts(url)
    assert (host.base, host.local) == (url.rstrip("/"), local)


def test_several():
    assert [host.base for host in hosts("https://a.test  https://b.test")] == [
        "https://a.test", "https://b.test",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "url",
    [
        "http://api.intercom.io", "http://192.0.2.1", "http://10.0.0.1", "http://localhost.test",
        "http://127.0.0.1.test", "http://0.0.0.0", "http://2130706433", "ftp://127.0.0.1",
        "file:///etc", "127.0.0.1:80", "https://:1", "https://a.test/v1", "https://a.test?x",
        "https://a.test#x", "https://u:p@a.test", "http://127.0.0.1@a.test", "https://a.test:99999",
        "https://a.test:0", "https://[::1", "https://[1.2]", "https://a.test:80:80",
        "https://a\u0442.test", "https://a.test\\@b.test", "https://a.test ftp://127.0.0.1",
    ],
)  # fmt: skip
def test_no_other(url):
    with pytest.raises(UsageError) as raised:
        hosts(url)
    assert url not in str(raised.value)  # it may have a password
