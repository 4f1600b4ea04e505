"""A fake Intercom: a real HTTP server on loopback that answers as it is told, and keeps count."""

from __future__ import annotations

import json
import select
import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator, Mapping

LIMITS = {
    "X-RateLimit-Limit": "1000",
    "X-RateLimit-Remaining": "999",
    "X-RateLimit-Reset": "1700000000",
}
ADMIN: dict[str, Any] = {
    "type": "admin",
    "id": "1",
    "name": "Ann Example",
    "email": "ann.secretive@example.com",
    "app": {"type": "app", "id_code": "abcd1234", "name": "Example Ltd", "region": "EU"},
}


# The codes of errors, each with its status, and those that only a valid token gets.
CODES = {
    **dict.fromkeys(("unauthorized", "token_not_found", "token_revoked", "token_expired"), 401),
    **dict.fromkeys(("token_suspended", "token_blocked", "token_unauthorized"), 401),
    **dict.fromkeys(("forbidden", "api_plan_restricted"), 403),
    "rate_limit_exceeded": 429,
}
VALID = ("token_unauthorized", "forbidden", "api_plan_restricted", "rate_limit_exceeded")


def as_json(tree: object) -> bytes:
    return json.dumps(tree).encode()


def error(code: object) -> bytes:
    first = {"code": code, "message": "no"}
    return as_json({"type": "error.list", "request_id": "r", "errors": [first]})


class Reply:
    """What is sent: status, headers beside the usual, body; or `raw` bytes instead of all that.

    After `raw` comes one of `endless` after the other, slowly, until somebody ends it. Before all
    that are `pause` seconds.
    """

    def __init__(
        self, status: int = 200, body: bytes | None = None, *, raw: bytes | None = None,
        kind: str = "application/json; charset=utf-8", headers: Mapping[str, str] | None = None,
        endless: bytes = b"", pause: float = 0.0,
    ) -> None:  # fmt: skip
        self.status, self.raw, self.kind, self.headers = status, raw, kind, headers or {}
        self.body = as_json(ADMIN) if body is None else body
        self.endless, self.pause = endless, pause


def refusal(code: str) -> Reply:
    """What Intercom sends with a code."""
    return Reply(CODES[code], error(code), headers=LIMITS if code in VALID else None)


def region(name: str, *tokens: str) -> Callable[[str], Reply]:
    """A region of Intercom's that knows these tokens."""
    admin = as_json({**ADMIN, "app": {**ADMIN["app"], "region": name}})
    return lambda token: Reply(body=admin) if token in tokens else refusal("unauthorized")


def storm(refusals: int, then: Reply | None = None, **headers: str) -> Callable[[str], Reply]:
    """So many refusals by the rate of requests, to whoever asks, and what comes then."""
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    left = iter(range(refusals))
    refused = Reply(429, error("rate_limit_exceeded"), headers=said)
    return lambda _token: (then or Reply()) if next(left, None) is None else refused


class Fake:
    """`asked` are the requests: path, headers; `most` is how many there were at once.

    `reply` makes the answer to a token.
    """

    def __init__(
        self, reply: Callable[[str], Reply], tls: ssl.SSLContext | None, paths: Mapping[str, Reply]
    ) -> None:
        self.paths = paths
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.gone = threading.Event()
        self.busy: list[None] = []
        self.most = 0
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self.handler(reply))
        self.server.daemon_threads = True
        if tls is not None:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.base = f"http{'s' if tls else ''}://127.0.0.1:{self.port}"

    @property
    def tokens(self) -> list[str]:
        return [headers["Authorization"].removeprefix("Bearer ") for _, headers in self.asked]

    def handler(self, reply: Callable[[str], Reply]) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                headers = dict(self.headers.items())
                fake.asked.append((self.path, headers))
                said = fake.paths.get(self.path.partition("?")[0]) or reply(
                    headers.get("Authorization", "").removeprefix("Bearer ")
                )
                fake.busy.append(None)
                fake.most = max(fake.most, len(fake.busy))
                time.sleep(said.pause)
                fake.busy.pop()
                self.say(said)

            def do_CONNECT(self) -> None:
                self.do_GET()  # whoever takes it for a proxy

            def say(self, said: Reply) -> None:
                if said.raw is not None:
                    self.wfile.write(said.raw)
                    while said.endless and not fake.gone.wait(0.02):
                        self.wfile.write(said.endless)
                    return
                self.send_response(said.status)
                self.send_header("Content-Type", said.kind)
                self.send_header("Content-Length", str(len(said.body)))
                for name, value in said.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(said.body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler


class _Quiet:
    """Those who leave early are none of the server's errors."""

    @staticmethod
    def handle_error(*_: object) -> None:
        pass


@contextmanager
def intercom(
    reply: Callable[[str], Reply] | Reply | None = None,
    tls: ssl.SSLContext | None = None,
    paths: Mapping[str, Reply] | None = None,
) -> Iterator[Fake]:
    """A fake that gives this answer to all, or one by the token; `paths` have their own."""
    given = reply if callable(reply) else lambda _token: reply or Reply()
    fake = Fake(given, tls, paths or {})
    fake.server.handle_error = _Quiet.handle_error  # type: ignore[assignment, method-assign]
    with _served(fake.server):
        yield fake
        fake.gone.set()


@contextmanager
def _served(server: ThreadingHTTPServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Proxy:
    """A proxy that makes tunnels to a port, whatever name is asked for; `seen` is all it read."""

    def __init__(self, to: int) -> None:
        self.seen: list[bytes] = []
        seen = self.seen

        class Handler(BaseHTTPRequestHandler):
            def do_CONNECT(self) -> None:
                seen.append(f"{self.requestline}\n{self.headers}".encode())
                self.send_response(200)
                self.end_headers()
                with socket.create_connection(("127.0.0.1", to)) as other:
                    pump(self.connection, other)

            def do_GET(self) -> None:
                seen.append(f"{self.requestline}\n{self.headers}".encode())
                self.send_error(500)

            def log_message(self, format: str, *args: object) -> None:
                pass

        def pump(one: socket.socket, other: socket.socket) -> None:
            while True:
                for end in select.select([one, other], [], [])[0]:
                    data = end.recv(65536)
                    if not data:
                        return
                    seen.append(data)
                    (other if end is one else one).sendall(data)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = _Quiet.handle_error  # type: ignore[assignment, method-assign]
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"


@contextmanager
def proxy(to: int) -> Iterator[Proxy]:
    """A proxy whose tunnels all end at this port."""
    made = Proxy(to)
    with _served(made.server):
        yield made
