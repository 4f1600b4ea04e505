"""Who may be asked: Intercom's hosts, or a test server that whoever runs the program names."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from intercom_scan.errors import UsageError
from intercom_scan.values import dataclass

VARIABLE = "INTERCOM_SCAN_API_BASE"


@dataclass(frozen=True, slots=True)
class Host:
    """A server of the API: `https://name[:port]`. `local` ones are reached without a proxy."""

    base: str
    local: bool = False


# The first sends a request on to the region of its token; the others are asked before a token is
# called dead. https://developers.intercom.com/docs/build-an-integration/learn-more/rest-apis
INTERCOM = tuple(
    Host(f"https://api{region}.intercom.io") for region in ("", ".eu", ".au")
)  # fmt: skip


def hosts(given: str | None) -> tuple[Host, ...]:
    """Intercom's where nothing is given, else the servers whose URLs are, with blanks between.

    Raises UsageError for what is no base URL, and for plain HTTP to other than this machine.
    """
    return tuple(map(_host, given.split())) if given and given.strip() else INTERCOM


def _host(url: str) -> Host:
    parts = _split(url)
    local = parts is not None and _is_loopback(parts[1])
    if parts is None or (parts[0] == "http" and not local):
        raise UsageError(
            "the API's base has to be https://HOST[:PORT]; http:// is for this machine alone"
        )
    return Host(url.rstrip("/"), local)


def _split(url: str) -> tuple[str, str] | None:
    """Scheme and host of a URL that has nothing else but a port."""
    if not re.fullmatch(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?/?", url):
        return None
    try:
        parts = urlsplit(url)
        return (parts.scheme, parts.hostname) if parts.hostname and parts.port != 0 else None
    except ValueError:  # a port that is too large, or brackets around no address
        return None


def _is_loopback(name: str) -> bool:
    """Names are not looked up: whoever answers for them might say anything."""
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False
