"""One GET to one host; all that can go wrong with it in words that quote nothing.

An opener of the standard library with the few handlers that are wanted: none follows a redirect,
so that no other host is ever sent the token; a proxy is asked for a tunnel (CONNECT) and does not
see it; none decompresses. Certificates are checked against the system's authorities, or those
that `SSL_CERT_FILE` and `SSL_CERT_DIR` name.
"""

from __future__ import annotations

import os
import re
import socket
import ssl
import threading
from contextlib import contextmanager, suppress
from functools import lru_cache
from http.client import (
    HTTPConnection,
    HTTPException,
    HTTPSConnection,
    IncompleteRead,
    RemoteDisconnected,
)
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.request import (
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    getproxies,
    proxy_bypass,
)

from intercom_scan._version import VERSION
from intercom_scan.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from http.client import HTTPResponse

    from intercom_scan.verify.hosts import Host

_LATE = "the answer took too long"
_CUT = "the answer is cut off"
LARGEST = 1 << 20  # bytes of a body; one of `GET /me` has less than 2 KiB


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host said: status, headers by their names in lower case, the body's bytes."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class NoAnswerError(Exception):
    """There is none, or none that may be looked at; its text is a reason in plain words."""


@dataclass(frozen=True, slots=True)
class Client:
    """Asks. `timeout` is how many seconds nothing may come, `deadline` when all has to be there."""

    timeout: float = 10.0
    deadline: float = 30.0

    def get(self, host: Host, path: str, token: str, *, errors_only: bool = False) -> Answer:
        """The answer to a GET of `path`. Raises NoAnswerError.

        With `errors_only` the body of a success is not read: it may hold personal data.
        """
        held = _Held()
        proxy = _proxy(host)
        opener = _opener(host, proxy, held)
        try:
            request = _request(f"{host.base}{path}", token)
            with (
                held.ended_after(self.deadline),
                opener.open(request, timeout=self.timeout) as response,
            ):
                answer = _read(response, errors_only)
        except (OSError, HTTPException, ValueError) as error:
            words = _LATE if held.ended else _words(error, proxied=proxy is not None)
            raise NoAnswerError(words) from None  # whose text may have a proxy's password
        if held.ended:  # what is cut off may look whole
            raise NoAnswerError(_LATE)
        return answer


def _request(url: str, token: str) -> Request:
    if not re.fullmatch(r"[!-~]+", token):  # a line break would begin another header
        raise NoAnswerError("the token has characters that no header may have")
    request = Request(  # noqa: S310 `hosts` lets http and https pass and nothing else
        url,
        headers={
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": f"intercom-scan/{VERSION}",
        },
    )
    request.add_unredirected_header("Authorization", f"Bearer {token}")
    return request


def _read(response: HTTPResponse, errors_only: bool) -> Answer:
    headers: dict[str, str] = {}
    for name, value in response.headers.items():
        headers.setdefault(name.lower(), value)
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise NoAnswerError("the answer is compressed, which was not asked for")
    if errors_only and response.status < 400:
        return Answer(response.status, headers, b"")
    body = response.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise NoAnswerError("the answer is too large")
    if response.length:  # of what was announced
        raise NoAnswerError(_CUT)
    return Answer(response.status, headers, body)


# The first that fits.
_WORDS: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str], ...] = (
    (ssl.SSLError, "TLS failed"),
    (TimeoutError, "no answer in time"),
    (socket.gaierror, "the name is not known here"),
    (ConnectionRefusedError, "the connection was refused"),
    (RemoteDisconnected, "the connection was closed without an answer"),
    (IncompleteRead, _CUT),
    ((HTTPException, ValueError), "the answer is no HTTP"),
)
# https://docs.openssl.org/master/man3/X509_STORE_CTX_get_error/
_STRANGER = "is of no authority that is known here; SSL_CERT_FILE can name one"
_FLAWS = {
    9: "is not valid yet",
    10: "has expired",
    **dict.fromkeys((18, 19, 20, 21), _STRANGER),
    **dict.fromkeys((62, 64), "is another host's"),
}


def _words(error: BaseException, *, proxied: bool) -> str:
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"the server's certificate {_FLAWS.get(reason.verify_code, 'is not to be trusted')}"
    if refusal := re.match(r"Tunnel connection failed: ([0-9]{3})\b", str(reason)):
        return f"the proxy of HTTPS_PROXY makes no tunnel: status {refusal[1]}"
    fitting = (words for kind, words in _WORDS if isinstance(reason, kind))
    through = " (through the proxy of HTTPS_PROXY)" if proxied else ""
    return f"{next(fitting, 'the connection failed')}{through}"


class _Held:
    """The connection in use, so that another thread can end it."""

    def __init__(self) -> None:
        self.connection: HTTPConnection | None = None
        self.socket: socket.socket | None = None
        self.ended = False

    @contextmanager
    def ended_after(self, seconds: float) -> Iterator[None]:
        """End what takes longer: a timeout alone starts anew with each byte that drips in."""
        done = threading.Event()
        watch = threading.Thread(target=self._watch, args=(done, seconds), daemon=True)
        watch.start()
        try:
            yield
        finally:
            done.set()

    def _watch(self, done: threading.Event, seconds: float) -> None:
        while not done.wait(seconds):
            self.ended = True
            seconds = 0.5  # until it is done: what is set up only now is ended then
            connected = self.connection.sock if self.connection is not None else None
            for held in (self.socket, connected):
                if held is not None:
                    with suppress(OSError):  # that of SSLSocket would change what a reader uses
                        socket.socket.shutdown(held, socket.SHUT_RDWR)


def _proxy(host: Host) -> str | None:
    """The URL of the proxy that leads to a host. Raises NoAnswerError for one of another kind."""
    url = None if host.local else getproxies().get("https")
    if not url or proxy_bypass(host.base.partition("://")[2]):
        return None
    plain = url if "://" in url else f"http://{url}"
    # To any other, an https:// one too, the password would be sent in the clear.
    if not re.fullmatch(
        r"(?i:http)://(?:[^@/\s]*@)?(?:[\w.-]+|\[[0-9a-fA-F:.]+\])(?::[0-9]{1,5})?/?", plain
    ):
        raise NoAnswerError(
            "HTTPS_PROXY has to be http://[USER:PASSWORD@]HOST[:PORT], "
            "with what is special in a password as %XX"
        )
    return plain


def _opener(host: Host, proxy: str | None, held: _Held) -> OpenerDirector:
    opener = OpenerDirector()
    opener.add_handler(_Plain(held) if host.base.startswith("http:") else _Secure(held))
    if proxy is not None:
        opener.add_handler(ProxyHandler({"https": proxy}))
    return opener


def _checking() -> ssl.SSLContext:
    return _trusting(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


@lru_cache(maxsize=4)  # it takes longer to read all authorities than to ask
def _trusting(file: str | None, _folder: str | None) -> ssl.SSLContext:
    """What checks certificates. Raises NoAnswerError for a file that is of no use.

    OpenSSL takes both out of the environment and says nothing of a file that it cannot read.
    """
    context = ssl.create_default_context()
    # SSLKEYLOGFILE names a file that would get the keys to all that is sent; None stops that:
    # https://docs.python.org/3/library/ssl.html#ssl.SSLContext.keylog_filename
    context.keylog_filename = None  # type: ignore[assignment]
    if file is not None:
        try:
            context.load_verify_locations(file)
        except (OSError, ValueError):
            words = "SSL_CERT_FILE names a file that cannot be read or has no certificate"
            raise NoAnswerError(words) from None
    return context


def _holding(kind: type[HTTPConnection], held: _Held, **fixed: Any) -> Callable[..., Any]:  # noqa: ANN401 http.client's own
    class Holding(kind):  # type: ignore[misc, valid-type]
        """Tells of its socket, which urllib takes away once the headers are there."""

        def connect(self) -> None:
            held.connection = self
            super().connect()
            held.socket = self.sock

    def made(host: str, **more: Any) -> HTTPConnection:  # noqa: ANN401 likewise
        return Holding(host, **more, **fixed)

    return made


class _Plain(HTTPHandler):
    def __init__(self, held: _Held) -> None:
        super().__init__()
        self.held = held

    def http_open(self, request: Request) -> HTTPResponse:
        return self.do_open(_holding(HTTPConnection, self.held), request)


class _Secure(HTTPSHandler):
    def __init__(self, held: _Held) -> None:
        self.checking = _checking()
        super().__init__(context=self.checking)
        self.held = held

    def https_open(self, request: Request) -> HTTPResponse:
        made = _holding(HTTPSConnection, self.held, context=self.checking)
        return self.do_open(made, request)
