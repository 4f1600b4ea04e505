"""One request over a real connection: what is sent to whom, and what hostile servers come to."""

from __future__ import annotations

import base64
import gzip
import socket
import ssl
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone

import pytest
import trustme

from intercom_scan.verify.answers import judged
from intercom_scan.verify.client import LARGEST, Client, NoAnswerError, _trusting
from intercom_scan.verify.hosts import Host, hosts
from tests.verify.fake import ADMIN, Reply, as_json, intercom, proxy

PATIENT, QUICK = Client(), Client(timeout=5, deadline=0.5)


@contextmanager
def raw(*pieces: bytes, endless: bytes = b""):
    """A server of bytes: the pieces, and then one of `endless` after the other, slowly."""
    with intercom(Reply(raw=b"".join(pieces), endless=endless)) as fake:
        yield host(fake)


def host(fake):
    return hosts(fake.base)[0]


def reason(to, client=PATIENT):
    with pytest.raises(NoAnswerError) as raised:
        client.get(to, "/me", "the-token")
    assert "the-token" not in str(raised.value)
    assert "p4ss" not in str(raised.value)
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
        assert reason(host(fake)) == "the answer is too large"


def test_an_endless_body():
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
    with raw(head, endless=b" " * 262_144) as to:
        assert reason(to) == "the answer is too large"


def test_a_bomb_is_not_inflated():
    bomb = gzip.compress(b" " * (LARGEST * 20))
    with intercom(Reply(body=bomb, headers={"Content-Encoding": "gzip"})) as fake:
        assert reason(host(fake)) == "the answer is compressed, which was not asked for"


HEAD = b"HTTP/1.1 200 OK\r\n"
JSON = b"Content-Type: application/json\r\n"


ENDLESS = {
    "status": ([], b"1"),
    "headers": ([HEAD], b"1"),
    "body": ([HEAD, b"\r\n"], b"1"),
    "chunk's size": ([HEAD, b"Transfer-Encoding: chunked\r\n\r\n"], b"1"),
    "chunks": ([HEAD, b"Transfer-Encoding: chunked\r\n\r\n"], b"1\r\n{\r\n"),
    "trailers": ([HEAD, b"Transfer-Encoding: chunked\r\n\r\n0\r\n"], b"A: b\r\n"),
    "100 and 100 again": ([], b"HTTP/1.1 100 Continue\r\nA: b\r\n\r\n" * 50),
    "headers of 100": ([b"HTTP/1.1 100 Continue\r\n"], b"1"),
}


@pytest.mark.parametrize(("pieces", "endless"), ENDLESS.values(), ids=ENDLESS)
def test_what_drips_is_ended(pieces, endless):
    """Each byte comes long before the timeout."""
    with raw(*pieces, endless=endless) as to:
        assert reason(to, QUICK) == "the answer took too long"


@pytest.mark.parametrize("status", [101, 102, 103, 199])
def test_a_status_before_the_last_one_is_no_answer(status):
    with raw(b"HTTP/1.1 %d \r\n\r\n" % status, HEAD, JSON, b"\r\n", as_json(ADMIN)) as to:
        assert judged(PATIENT.get(to, "/me", "t")).state == "unknown"


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
    ],
    ids=["ssh", "status", "line", "headers", "header"],
)  # fmt: skip
def test_what_is_no_http(answer):
    with raw(answer) as to:
        assert reason(to) == "the answer is no HTTP"


@pytest.mark.parametrize(
    "answer",
    [
        b"Content-Length: 9\r\n\r\nx", b"Content-Length: 9\r\nContent-Length: 1\r\n\r\nx",
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", b"Transfer-Encoding: chunked\r\n\r\n9\r\nx",
    ],
    ids=["length", "two lengths", "no chunk", "chunk"],
)  # fmt: skip
def test_what_is_cut_off(answer):
    with raw(HEAD + answer) as to:
        assert reason(to) == "the answer is cut off"


def test_the_door_is_closed():
    with raw(b"") as to:
        assert reason(to) == "the connection was closed without an answer"


@pytest.mark.parametrize(
    "token",
    ["a\r\nX: b", "a\nb", "a\rb", "a b", "a\0b", "\u0442", "a\udc80", ""],
    ids=["crlf", "lf", "cr", "blank", "nul", "letter", "byte", "nothing"],
)
def test_a_token_that_would_be_another_header(token):
    with intercom() as fake, pytest.raises(NoAnswerError) as raised:
        Client().get(host(fake), "/me", token)
    assert str(raised.value) == "the token has characters that no header may have"
    assert fake.asked == []


def test_of_a_header_that_comes_twice_the_first_counts():
    twice = b"X-RateLimit-Remaining: 1\r\nX-RateLimit-Remaining: 2\r\n\r\n{}"
    with raw(HEAD, b"Content-Length: 2\r\n", twice) as to:
        assert PATIENT.get(to, "/me", "t").headers["x-ratelimit-remaining"] == "1"


def test_headers_with_line_breaks():
    folded = b"X-RateLimit-Limit: 1\r\n 2\r\nContent-Type: application/json\r\n\r\n{}"
    with raw(HEAD, b"X-RateLimit-Remaining: 1\rX: 2\r\nX-RateLimit-Reset: 3\r\n", folded) as to:
        assert judged(PATIENT.get(to, "/me", "t")).state == "unknown"


def test_nothing_is_remembered_between_requests():
    cookie = {
        "Set-Cookie": "a=b",
        "Strict-Transport-Security": "max-age=9",
        "Alt-Svc": 'h2="a.test:1"',
    }
    with intercom(Reply(302, headers={**cookie, "Location": "/me", "Refresh": "0; /me"})) as fake:
        client = Client()
        for _ in range(2):
            assert client.get(host(fake), "/me", "the-token").status == 302
    assert len(fake.asked) == 2
    assert fake.asked[0] == fake.asked[1]


# --- TLS


def test_a_certificate_of_a_known_authority(tls, trusted):
    with intercom(tls=tls) as fake:
        assert judged(Client().get(host(fake), "/me", "the-token")).state == "live"


def test_no_keys_of_the_connection_are_written(tls, trusted, tmp_path, monkeypatch):
    keys = tmp_path / "keys"
    monkeypatch.setenv("SSLKEYLOGFILE", str(keys))
    _trusting.cache_clear()
    with intercom(tls=tls) as fake:
        assert Client().get(host(fake), "/me", "the-token").status == 200
    assert "SECRET" not in (keys.read_text() if keys.exists() else "")


STRANGER = "is of no authority that is known here; SSL_CERT_FILE can name one"
NOW = datetime.now(timezone.utc)
DAY = timedelta(days=1)
CERTIFICATES = {
    "another authority's": (lambda _: trustme.CA().issue_cert("127.0.0.1"), STRANGER),
    "signed by itself": (lambda _: trustme.CA(), STRANGER),
    "another host's": (lambda ca: ca.issue_cert("other.test"), "is another host's"),
    "another address's": (lambda ca: ca.issue_cert("127.0.0.2"), "is another host's"),
    "all hosts'": (lambda ca: ca.issue_cert("*.test"), "is another host's"),
    "expired": (
        lambda ca: ca.issue_cert("127.0.0.1", not_before=NOW - 2 * DAY, not_after=NOW - DAY),
        "has expired",
    ),
    "of tomorrow": (
        lambda ca: ca.issue_cert("127.0.0.1", not_before=NOW + DAY, not_after=NOW + 2 * DAY),
        "is not valid yet",
    ),
}


@pytest.mark.parametrize(("made", "flaw"), CERTIFICATES.values(), ids=CERTIFICATES)
def test_a_certificate_that_is_not_trusted(made, flaw, authority, trusted, tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made = made(authority)
    if isinstance(made, trustme.CA):
        made.private_key_pem.write_to_path(tmp_path / "itself.pem")
        made.cert_pem.write_to_path(tmp_path / "itself.pem", append=True)
        context.load_cert_chain(tmp_path / "itself.pem")
    else:
        made.configure_cert(context)
    with intercom(tls=context) as fake:
        assert reason(host(fake)) == f"the server's certificate {flaw}"
        assert fake.asked == []


def test_authorities_are_read_again_only_where_others_are_named(tls, trusted, monkeypatch):
    with intercom(tls=tls) as fake:
        assert Client().get(host(fake), "/me", "t").status == 200
        monkeypatch.delenv("SSL_CERT_FILE")
        assert reason(host(fake)) == f"the server's certificate {STRANGER}"
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        assert Client().get(host(fake), "/me", "t").status == 200


@pytest.mark.parametrize(
    "content",
    [None, b"", b"\0", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"],
    ids=["not there", "empty", "no text", "no certificate"],
)
def test_authorities_that_cannot_be_read(content, tls, tmp_path, monkeypatch):
    file = tmp_path / "authorities.pem"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with intercom(tls=tls) as fake:
        words = "SSL_CERT_FILE names a file that cannot be read or has no certificate"
        assert reason(host(fake)) == words


def test_no_tls_at_all():
    with intercom() as fake:
        assert reason(hosts(fake.base.replace("http", "https"))[0]) == "TLS failed"
        assert fake.asked == []


# --- proxies


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy"])
def test_a_proxy_makes_a_tunnel_and_sees_nothing(name, tls, trusted, monkeypatch):
    with intercom(tls=tls) as fake, proxy(fake.port) as between:
        monkeypatch.setenv(name, between.url.replace("//", "//user:p%40ss%2F%0D%0Aword@"))
        assert Client().get(Host("https://intercom.test"), "/me", "the-token").status == 200
        assert fake.tokens == ["the-token"]
    seen = b"".join(between.seen)
    assert b"CONNECT intercom.test:443" in seen
    password = base64.b64encode(b"user:p@ss/\r\nword")
    assert b"Proxy-Authorization: Basic " + password in seen
    assert b"the-token" not in seen
    assert b"Bearer" not in seen
    assert "Proxy-Authorization" not in fake.asked[0][1]


def test_a_proxy_without_a_scheme(tls, trusted, monkeypatch):
    with intercom(tls=tls) as fake, proxy(fake.port) as between:
        monkeypatch.setenv("https_proxy", between.url.removeprefix("http://"))
        assert Client().get(Host("https://intercom.test"), "/me", "the-token").status == 200
        assert between.seen


def test_the_certificate_is_checked_behind_a_proxy_too(authority, trusted, monkeypatch):
    other = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("other.test").configure_cert(other)
    with intercom(tls=other) as fake, proxy(fake.port) as between:
        monkeypatch.setenv("HTTPS_PROXY", between.url)
        words = "the server's certificate is another host's"
        assert reason(Host("https://intercom.test")) == words
        assert fake.asked == []


@pytest.mark.parametrize(
    ("name", "hosts"),
    [
        ("NO_PROXY", "127.0.0.1"), ("no_proxy", "127.0.0.1"), ("NO_PROXY", "*"),
        ("NO_PROXY", "a.test, 127.0.0.1"),
    ],
)  # fmt: skip
def test_a_host_that_needs_no_proxy(name, hosts, tls, trusted, monkeypatch):
    with intercom(tls=tls) as fake, proxy(fake.port) as between:
        monkeypatch.setenv("HTTPS_PROXY", between.url)
        monkeypatch.setenv(name, hosts)
        assert Client().get(Host(fake.base), "/me", "the-token").status == 200
        assert between.seen == []


@pytest.mark.parametrize("secure", [True, False], ids=["https", "http"])
def test_a_test_server_is_reached_without_a_proxy(secure, tls, trusted, monkeypatch):
    with intercom(tls=tls if secure else None) as fake, proxy(fake.port) as between:
        for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, between.url)
        assert Client().get(host(fake), "/me", "the-token").status == 200
        assert between.seen == []


INTERCOM_TEST = Host("https://intercom.test")


@pytest.mark.parametrize("status", [403, 407, 502])
def test_a_proxy_that_says_no(status, monkeypatch):
    refusal = b"HTTP/1.1 %d \x1b[31m user:p4ssword\r\n\r\n" % status
    with raw(refusal) as refusing:
        monkeypatch.setenv("HTTPS_PROXY", refusing.base.replace("//", "//user:p4ssword@"))
        words = f"the proxy of HTTPS_PROXY makes no tunnel: status {status}"
        assert reason(INTERCOM_TEST) == words


@pytest.mark.parametrize("endless", [b"1", b"A: b\r\n"], ids=["header", "headers"])
def test_a_proxy_that_drips_is_ended(endless, monkeypatch):
    with raw(HEAD, endless=endless) as dripping:
        monkeypatch.setenv("HTTPS_PROXY", dripping.base)
        assert reason(INTERCOM_TEST, QUICK) in (
            "the answer took too long", "the answer is no HTTP (through the proxy of HTTPS_PROXY)",
        )  # fmt: skip


@pytest.mark.parametrize(
    "url",
    [
        "https://user:p4ssword@a.test:3128", "socks5://user:p4ssword@a.test", "http://", "http://@",
        "http://a.test:port", "http://user:p4ss/word@a.test", "http://user:p4ss@word@a.test",
        "file:///etc/passwd", "http://a.test/path", "http://a.test:1:2",
    ],
)  # fmt: skip
def test_no_other_kind_of_proxy(url, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", url)
    assert reason(INTERCOM_TEST).startswith("HTTPS_PROXY has to be http://[USER:PASSWORD@]HOST")


def test_a_proxy_that_is_not_there(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:p4ssword@127.0.0.1:{port}")
    words = "the connection was refused (through the proxy of HTTPS_PROXY)"
    assert reason(INTERCOM_TEST) == words
