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


@pytest.mark.parametrize("region", INTERCOM, ids=lambda host: host.base)
def test_a_region_can_be_chosen(region):
    assert hosts(region.base) == hosts(f"{region.base}/ ") == (region,)
    assert hosts(region.base.upper()) == (region,)


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://127.9.9.9", "http://127.9.9.9"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
        ("http://[0:0:0:0:0:0:0:1]:8080", "http://[::1]:8080"),
        ("https://127.0.0.1:65535", "https://127.0.0.1:65535"),
        # Names are somebody's to answer for; what is connected to is always an address.
        ("http://localhost:1", "http://127.0.0.1:1"),
        ("https://localhost", "https://127.0.0.1"),
    ],
)
def test_a_test_server(url, base):
    [host] = hosts(url)
    assert (host.base, host.local) == (base, True)


def test_several():
    given = "http://127.0.0.1:1  http://127.0.0.1:2 http://localhost:1"
    assert [host.base for host in hosts(given)] == ["http://127.0.0.1:1", "http://127.0.0.1:2"]


@pytest.mark.parametrize(
    "url",
    [
        "http://api.intercom.io", "https://api.intercom.io:8443", "https://api.us.intercom.io",
        "https://intercom.io", "https://api.intercom.io.test", "https://api-intercom.io",
        "https://api.intercom.io@127.0.0.1", "https://u:p@api.intercom.io",
        "https://api.intercom.io.", "https://api.intercom.io/v1", "https://api.intercom.io?x",
        "https://a.test", "https://192.0.2.1", "https://[2001:db8::1]",
        "http://192.0.2.1", "http://10.0.0.1", "http://localhost.test", "http://localhost.",
        "http://127.0.0.1.test", "http://127.0.0.1.", "http://0.0.0.0", "http://[::]",
        "http://2130706433", "http://0x7f000001", "http://127.1", "http://0177.0.0.1",
        "http://[::1%25lo]", "http://127.0.0.1@a.test", "http://127.0.0.1#@a.test",
        "http://127.0.0.1\\@a.test", "http://127.0.0.1:80@a.test", "http://127.0.0.1:99999",
        "http://127.0.0.1:0", "http://127.0.0.1:", "http://127.0.0.1:80:80", "http://[::1",
        "http://[1.2]", "http://127.0.0.1/v1", "http://127.0.0.1//", "http://127.0.0.1?x",
        "ftp://127.0.0.1", "file:///etc", "127.0.0.1:80", "https://:1", "https://",
        "http://\u0661\u0662\u0667.0.0.1", "http://loc\u0430lhost",
        "http://127.0.0.1 ftp://127.0.0.1",
    ],
)  # fmt: skip
def test_no_other(url):
    with pytest.raises(UsageError) as raised:
        hosts(url)
    with pytest.raises(UsageError) as other:
        hosts("https://user:password@a.test")
    assert str(raised.value) == str(other.value)  # which quotes nothing
