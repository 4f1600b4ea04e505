"""One request over a real connection: what is sent to whom, and what hostile servers come to."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
from contextlib import contextmanager

import pytest
import trustme

from intercom_scan.verify.answers import judged
from intercom_scan.verify.client import LARGEST, Client, NoAnswerError
from intercom_scan.verify.hosts import Host, hosts
from tests.verify.fake import Reply, intercom, proxy

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
QUICK = Client(timeout=5, deadline=0.5)


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch):
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def tls(authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "intercom.test").configure_cert(context)
    return context


@pytest.fixture
def trusted(authority, tmp_path, monkeypatch):
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(file)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))


@contextmanager
def raw(*pieces: bytes, endless: bytes = b""):
    """A server of bytes: the pieces, and then one of `endless` after the other, slowly."""
    gone = threading.Event()

    def serve():
        connection, _ = server.accept()
        with connection:
            try:
                connection.recv(65536)  # what is left unread would end in a reset
                for piece in pieces:
                    connection.sendall(piece)
                while endless and not gone.wait(0.02):
                    connection.sendall(endless)
            except OSError:
                pass

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield hosts(f"http://127.0.0.1:{server.getsockname()[1]}")[0]
        gone.set()
        thread.join()


def host(fake):
    return hosts(fake.base)[0]


def reason(to, client=QUICK):
    with pytest.raises(NoAnswerError) as raised:
        client.get(to, "/me", "the-token")
    assert "the-token" not in str(raised.value)
    assert raised.value.__cause__ is None
    return str(raised.value)


def test_what_is_sent():
    with intercom() as fake:
        answer = Client().get(host(fake), "/me", "the-token")
    assert answer.status == 200
    [(path, headers)] = fake.asked
    assert path == "/me"
    assert headers.pop("User-Agent").startswith("intercom-scan/")
    assert headers == {
        "Accept": "application/json", "Accept-Encoding": "identity",
        "Authorization": "Bearer the-token", "Connection": "close",
        "Host": f"127.0.0.1:{fake.port}",
    }  # fmt: skip


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status):
    with intercom() as other:
        with intercom(Reply(status, headers={"Location": f"{other.base}/me"})) as fake:
            answer = Client().get(host(fake), "/me", "the-token")
        assert answer.status == status
        assert judged(answer).state == "unknown"
        assert len(fake.asked) == 1
        assert other.asked == []


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 503])
def test_an_error_is_an_answer(status):
    with intercom(Reply(status, b"{}", headers={"Retry-After": "7"})) as fake:
        answer = Client().get(host(fake), "/me", "the-token")
    assert (answer.status, answer.body, answer.headers["retry-after"]) == (status, b"{}", "7")


def test_a_huge_body():
    with intercom(Reply(body=b" " * LARGEST)) as fake:
        assert len(Client().get(host(fake), "/me", "t").body) == LARGEST
    with intercom(Reply(body=b" " * (LARGEST + 1))) as fake:
        assert reason(host(fake), Client()) == "the answer is too large"


def test_an_endless_body():
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
    with raw(head, endless=b" " * 262_144) as to:
        assert reason(to, Client(deadline=30)) == "the answer is too large"


def test_a_bomb_is_not_inflated():
    bomb = gzip.compress(b" " * (LARGEST * 20))
    with intercom(Reply(body=bomb, headers={"Content-Encoding": "gzip"})) as fake:
        assert reason(host(fake)) == "the answer is compressed, which was not asked for"


HEAD = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    "pieces",
    [[], [HEAD], [HEAD, b"\r\n"], [HEAD, b"Transfer-Encoding: chunked\r\n\r\n"]],
    ids=["status", "headers", "body", "chunks"],
)
def test_what_drips_is_ended(pieces):
    """Each byte comes long before the timeout."""
    with raw(*pieces, endless=b"1") as to:
        assert reason(to) == "the answer took too long"


def test_silence():
    with socket.create_server(("127.0.0.1", 0)) as server:
        to = hosts(f"http://127.0.0.1:{server.getsockname()[1]}")[0]
        assert reason(to, Client(timeout=0.2)) == "no answer in time"


def test_nobody_is_there():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert reason(hosts(f"http://127.0.0.1:{port}")[0]) == "the connection was refused"


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-x\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 " + b"a" * 100_000,
        HEAD + b"A: b\r\n" * 200 + b"\r\n", HEAD + b"A: " + b"b" * 100_000 + b"\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
    ids=["ssh", "status", "line", "headers", "header", "chunk"],
)  # fmt: skip
def test_what_is_no_http(answer):
    with raw(answer) as to:
        assert reason(to) == "the answer is no HTTP"


def test_what_is_cut_off():
    with raw(HEAD + b"Content-Length: 9\r\n\r\nx") as to:
        assert reason(to) == "the answer is cut off"


def test_headers_with_line_breaks():
    folded = b"X-RateLimit-Limit: 1\r\n 2\r\nContent-Type: application/json\r\n\r\n{}"
    with raw(HEAD, b"X-RateLimit-Remaining: 1\rX: 2\r\nX-RateLimit-Reset: 3\r\n", folded) as to:
        assert judged(QUICK.get(to, "/me", "t")).state == "unknown"


# --- TLS


def test_a_certificate_of_a_known_authority(tls, trusted):
    with intercom(tls=tls) as fake:
        assert judged(Client().get(host(fake), "/me", "the-token")).state == "live"


def test_a_certificate_of_nobody_known(tls):
    with intercom(tls=tls) as fake:
        words = "the server's certificate is not to be trusted"
        assert reason(host(fake)) == words
        assert fake.asked == []


def test_a_certificate_of_another_host(authority, trusted):
    other = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("other.test").configure_cert(other)
    with intercom(tls=other) as fake:
        assert reason(host(fake)) == "the server's certificate is not to be trusted"
        assert fake.asked == []


def test_no_tls_at_all():
    with intercom() as fake:
        assert reason(hosts(fake.base.replace("http", "https"))[0]) == "TLS failed"
        assert fake.asked == []


# --- proxies


def test_a_proxy_makes_a_tunnel_and_sees_nothing(tls, trusted, monkeypatch):
    with intercom(tls=tls) as fake, proxy(fake.port) as between:
        monkeypatch.setenv("HTTPS_PROXY", between.url.replace("//", "//user:password@"))
        assert Client().get(Host("https://intercom.test"), "/me", "the-token").status == 200
        assert fake.tokens == ["the-token"]
    seen = b"".join(between.seen)
    assert b"CONNECT intercom.test:443" in seen
    assert b"Proxy-Authorization: Basic" in seen
    assert b"the-token" not in seen
    assert b"Bearer" not in seen
    assert "Proxy-Authorization" not in fake.asked[0][1]


def test_a_host_that_needs_no_proxy(tls, trusted, monkeypatch):
    with intercom(tls=tls) as fake, proxy(fake.port) as between:
        monkeypatch.setenv("HTTPS_PROXY", between.url)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        assert Client().get(Host(fake.base), "/me", "the-token").status == 200
        assert between.seen == []


@pytest.mark.parametrize("secure", [True, False], ids=["https", "http"])
def test_a_test_server_is_reached_without_a_proxy(secure, tls, trusted, monkeypatch):
    with intercom(tls=tls if secure else None) as fake, proxy(fake.port) as between:
        for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, between.url)
        assert Client().get(host(fake), "/me", "the-token").status == 200
        assert between.seen == []


def test_a_proxy_that_says_no(monkeypatch):
    with raw(b"HTTP/1.1 407 \x1b[31m\r\n\r\n") as refusing:
        monkeypatch.setenv("HTTPS_PROXY", refusing.base.replace("//", "//user:password@"))
        assert reason(Host("https://intercom.test")) == "the connection failed"
