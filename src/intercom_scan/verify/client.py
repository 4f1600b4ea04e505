"""One GET to one host; all that can go wrong with it in words that quote nothing.

An opener of the standard library with the few handlers that are wanted: none follows a redirect,
so that no other host is ever sent the token; a proxy is asked for a tunnel (CONNECT) and does not
see it; none decompresses. Certificates are checked against the system's authorities, or those
that `SSL_CERT_FILE` and `SSL_CERT_DIR` name.
"""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.request import (
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    getproxies,
)

from intercom_scan._version import VERSION
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from http.client import HTTPResponse

    from intercom_scan.verify.hosts import Host

_LATE = "the answer took too long"
LARGEST = 1 << 20  # bytes of a body; one of `GET /me` has less than 2 KiB


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host said: status, headers by their names in lower case, the body's bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes


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
        try:
            request = Request(  # noqa: S310 `hosts` lets http and https pass and nothing else
                f"{host.base}{path}",
                headers={
                    "Accept": "application/json",
                    "Accept-Encoding": "identity",
                    "User-Agent": f"intercom-scan/{VERSION}",
                },
            )
            request.add_unredirected_header("Authorization", f"Bearer {token}")
            with held.ended_after(self.deadline):
                response = _opener(host, held).open(request, timeout=self.timeout)
                with response:
                    answer = _read(response, errors_only)
        except (OSError, HTTPException, ValueError) as error:
            words = _LATE if held.ended else _words(error)
            raise NoAnswerError(words) from None  # whose text may have a proxy's password
        if held.ended:  # what is cut off may look whole
            raise NoAnswerError(_LATE)
        return answer


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
        raise NoAnswerError("the answer is cut off")
    return Answer(response.status, headers, body)


# The first that fits.
_WORDS: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str], ...] = (
    (ssl.SSLCertVerificationError, "the server's certificate is not to be trusted"),
    (ssl.SSLError, "TLS failed"),
    (TimeoutError, "no answer in time"),
    (socket.gaierror, "the host's name is not known here"),
    (ConnectionRefusedError, "the connection was refused"),
    ((HTTPException, ValueError), "the answer is no HTTP"),
)


def _words(error: BaseException) -> str:
    reason = error.reason if isinstance(error, URLError) else error
    fitting = (words for kind, words in _WORDS if isinstance(reason, kind))
    return next(fitting, "the connection failed")


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


def _opener(host: Host, held: _Held) -> OpenerDirector:
    opener = OpenerDirector()
    opener.add_handler(_Plain(held) if host.base.startswith("http:") else _Secure(held))
    proxy = getproxies().get("https")
    if proxy and not host.local:
        opener.add_handler(ProxyHandler({"https": proxy}))
    return opener


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
        self.checking = ssl.create_default_context()
        super().__init__(context=self.checking)
        self.held = held

    def https_open(self, request: Request) -> HTTPResponse:
        made = _holding(HTTPSConnection, self.held, context=self.checking)
        return self.do_open(made, request)
