"""Who may be asked: Intercom's hosts, or a test server on this machine; no other gets a token."""

from __future__ import annotations

import re
from ipaddress import ip_address

from intercom_scan.errors import UsageError
from intercom_scan.values import dataclass

VARIABLE = "INTERCOM_SCAN_API_BASE"


@dataclass(frozen=True, slots=True)
class Host:
    """A server of the API: `https://name[:port]`. A `local` one is reached without a proxy."""

    base: str
    local: bool = False


# The first sends a request on to the region of its token; the others are asked before a token is
# called dead. https://developers.intercom.com/docs/build-an-integration/learn-more/rest-apis
INTERCOM = tuple(
    Host(f"https://api{region}.intercom.io") for region in ("", ".eu", ".au")
)  # fmt: skip
_LOCAL = re.compile(r"(https?)://([A-Za-z0-9.]+|\[[0-9A-Fa-f:.]+\])((?::[0-9]{1,5})?)/?")


def hosts(given: str | None) -> tuple[Host, ...]:
    """Intercom's where nothing is given, else those whose URLs are, with blanks between them.

    Such a URL is that of one of Intercom's hosts, or `http[s]://ADDRESS[:PORT]` where the address
    is this machine's own (loopback). Raises UsageError for any other.
    """
    urls = given.split() if given else []
    return tuple(dict.fromkeys(map(_host, urls))) or INTERCOM


def _host(url: str) -> Host:
    known = Host(url.removesuffix("/").lower())
    if known in INTERCOM:
        return known
    parts = _LOCAL.fullmatch(url)
    address = _loopback(parts[2]) if parts else None
    if parts is None or address is None or (parts[3] and not 0 < int(parts[3][1:]) < 1 << 16):
        names = ", ".join(host.base for host in INTERCOM)
        raise UsageError(
            f"the API's base has to be one of {names}, or a server on this machine, "
            "such as http://127.0.0.1:8080"
        )
    return Host(f"{parts[1]}://{address}{parts[3]}", local=True)


def _loopback(name: str) -> str | None:
    """This machine's address as it stands in a URL; None for any other.

    No name is looked up, since whoever answers for it might say anything: not even `localhost`.
    """
    try:
        address = ip_address("127.0.0.1" if name == "localhost" else name.strip("[]"))
    except ValueError:
        return None
    shown = f"[{address}]" if address.version == 6 else str(address)
    return shown if address.is_loopback else None
