"""Addresses without encryption, and the regions of Intercom's hosts."""

from __future__ import annotations

import re
from typing import NamedTuple

# https://developers.intercom.com/docs/build-an-integration/learn-more/rest-apis/making-requests
REGIONS = {"api.eu.intercom.io": "eu", "api.au.intercom.io": "au"}
HOST = re.compile(r"(?<![\w.-])api\.(?:eu|au)\.intercom\.io(?![\w.-]*\w)")
_PLAIN = re.compile(r"^http://([^/?#\s\"'<>]{0,255})([^\s\"'<>]{0,1000})", re.IGNORECASE)
_INTERCOM = re.compile(r"(?:^|\.)intercom(?:cdn|assets)?\.(?:io|com)$", re.IGNORECASE)
# Of Intercom's hosts those that programs talk to; its pages are only linked to.
_SERVICES = re.compile(r"^(?:api|widget|js|nexus|uploads|static|via)\b", re.IGNORECASE)
_LOCAL = re.compile(
    r"^(?:localhost|127\.[\d.]+|0\.0\.0\.0|\[?::1\]?|10\.[\d.]+|192\.168\.[\d.]+"
    r"|172\.(?:1[6-9]|2\d|3[01])\.[\d.]+|[^.]*|[\w.-]+\.(?:local|localhost|test|internal|lan|docker"
    r"|svc|cluster\.local|invalid|localdomain))$",
    re.IGNORECASE,
)
# What Intercom or its users' browsers are sent to.
_CALLED = re.compile(r"web_?hook|callback|redirect|notification|subscription|oauth", re.IGNORECASE)
_ADDRESS = re.compile(r"ur[li]$|url|uri|endpoint|host|base|server|address|link$", re.IGNORECASE)


class Address(NamedTuple):
    """An address that begins with `http://`: its host, without a port, and what follows."""

    host: str
    rest: str


def plain(text: str) -> Address | None:
    """The address that a text is, if it is one without encryption."""
    found = _PLAIN.match(text)
    if found is None:
        return None
    host = found[1].rpartition("@")[2]
    return Address(re.sub(r":\d{1,5}$", "", host), found[2])


def wrong(address: Address, names: str, *, known: bool = True) -> str | None:
    """What is wrong with it, if it is used as `names` say; None where it does not concern Intercom.

    `names` are the keys, sections and names that it stands under, `known` says whether it has all
    of the host.
    """
    host = address.host.lower()
    if _INTERCOM.search(host):
        signs_in = "oauth" in address.rest or "eagle" in address.rest
        if _SERVICES.search(host) or signs_in:
            return f"talks to {host} without encryption"
        return None
    if known and _LOCAL.search(host):
        return None
    where = f"{names} {address.rest}".lower()
    if "intercom" in where and (_CALLED.search(where) or _ADDRESS.search(names)):
        return "an address that Intercom calls or sends people to is without encryption"
    return None
