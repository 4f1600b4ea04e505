"""What switches the check of certificates off, in each language and its libraries."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.audit.flow.calls import dotted

if TYPE_CHECKING:
    from collections.abc import Callable

    from intercom_scan.audit.syntax.tree import Node

_WORDS = "certificates are not checked: "
# Keys of options that are false, or 0, where nothing is to be checked. `verify` is Python's
# requests and httpx, and PHP's Guzzle; the others say by themselves what they are about.
_OFF = re.compile(
    r"^(?:rejectUnauthorized|verify|verify_ssl|ssl_verify|verifySsl|verify_certs|verify_peer"
    r"|verify_peer_name|validateCertificate|strictSSL|strictSsl|ssl_verify_peer|check_hostname"
    r"|sslVerify|verifyHost|CURLOPT_SSL_VERIFYPEER|CURLOPT_SSL_VERIFYHOST)$"
)
# Those that are true.
_ON = re.compile(
    r"^(?:InsecureSkipVerify|insecure|insecureSkipVerify|allowInvalidCertificates"
    r"|DangerousAcceptAnyServerCertificateValidator|tlsAllowInvalidCertificates)$"
)
# Functions that are asked about a certificate, and say yes to each.
_ASKED = re.compile(
    r"^(?:ServerCertificateCustomValidationCallback|ServerCertificateValidationCallback"
    r"|RemoteCertificateValidationCallback|badCertificateCallback|checkServerIdentity"
    r"|hostnameVerifier|setHostnameVerifier|setDefaultHostnameVerifier|onBadCertificate"
    r"|setSSLHostnameVerifier|SslPolicyErrors)$"
)
_NAMES = frozenset({
    "VERIFY_NONE", "CERT_NONE", "NoopHostnameVerifier", "TrustAllStrategy",
    "AllowAllHostnameVerifier", "ALLOW_ALL_HOSTNAME_VERIFIER",
    "DangerousAcceptAnyServerCertificateValidator",
    "InsecureTrustManagerFactory", "_create_unverified_context", "withoutVerifying",
    "disable_warnings_and_verification", "trustAllCerts", "danger_accept_invalid_certs",
})  # fmt: skip
# Settings of databases, brokers and mail have the same names, under these keys or in these calls.
_OTHERS = re.compile(
    r"^(?:ssl|tls|dialectOptions|native|redis|kafka|mongo\w*|smtp|ldap|mqtt|amqp)$", re.IGNORECASE
)
_OTHER_CALLS = re.compile(
    r"(?:^|\.)(?:Pool|(?<!http\.)Client|Sequelize|knex|createTransport|createConnection|createPool|connect"
    r"|Redis|IORedis|createClient|Kafka|MongoClient|DataSource|drizzle|postgres|create_engine"
    r"|SMTP|Elasticsearch|OpenSearch)$"
)


def switched_off(node: Node) -> str | None:
    """In which words a piece of code switches the check off; None for all other code."""
    for rule in (_option, _callback, _named, _set):
        found = rule(node)
        if found is not None:
            return _WORDS + found
    return None


def _option(node: Node) -> str | None:
    """`{ rejectUnauthorized: false }`, `verify=False`."""
    if node.kind not in ("pair", "named") or not node.parts:
        return None
    return _said(node.name, node.parts[0])


def _said(key: str, value: Node) -> str | None:
    key = key.strip("'\":").rpartition(".")[2].rpartition("::")[2]
    false = (value.kind == "truth" and value.name.lower() == "false") or (
        value.kind in ("number", "text") and value.name == "0"
    )
    if false and _OFF.search(key):
        return f"{key} is {value.name.lower()}"
    if value.kind == "truth" and value.name.lower() == "true" and _ON.search(key):
        return f"{key} is true"
    return _agreeing(key, value)


def _agreeing(key: str, value: Node) -> str | None:
    if _ASKED.search(key) and value.kind == "function" and _agrees(value):
        return f"{key} accepts any"
    return None


def _callback(node: Node) -> str | None:
    """`setHostnameVerifier((host, session) -> true)`, and classes that trust everybody."""
    if node.kind == "call" and len(node.parts) > 1:
        return _agreeing(dotted(node.parts[0]).rpartition(".")[2], node.parts[-1])
    if node.kind == "function" and node.name in ("checkServerTrusted", "verify"):
        trusts = node.name == "checkServerTrusted" and _does_nothing(node.parts[1])
        named = len(node.parts[0].parts) == 2 and node.name == "verify" and _agrees(node)
        hostnames = named and any("SSLSession" in part.name for part in node.parts[0].walk())
        return f"{node.name} accepts any" if trusts or hostnames else None
    return None


def _agrees(function: Node) -> bool:
    """Whether a function does nothing but say yes."""
    body = function.parts[1]
    while body.kind in ("block", "return", "discard", "other", "sequence") and len(body.parts) == 1:
        body = body.parts[0]
    if body.kind == "block":
        return not body.parts
    return (body.kind == "truth" and body.name.lower() == "true") or body.kind == "null"


def _does_nothing(body: Node) -> bool:
    return body.kind in ("block", "nothing") and not body.parts


def _named(node: Node) -> str | None:
    """`OpenSSL::SSL::VERIFY_NONE`, `ssl._create_unverified_context()`, `withoutVerifying()`."""
    return node.name if node.kind in ("name", "member") and node.name in _NAMES else None


def _set(node: Node) -> str | None:
    """`session.verify = False`, `curl_setopt($handle, CURLOPT_SSL_VERIFYPEER, false)`."""
    if node.kind == "assign" and len(node.parts) > 1 and node.parts[0].kind in ("member", "index"):
        target, value = node.parts[:2]
        key = target.parts[1].name if _by_text(target) else target.name
        return f"{key} is {value.name}" if _named(value) else _said(key, value)
    if node.kind == "call" and len(node.parts) > 3 and node.parts[0].name == "curl_setopt":
        return _said(node.parts[2].name, node.parts[3])
    return None


def _by_text(target: Node) -> bool:
    return target.kind == "index" and len(target.parts) > 1 and target.parts[1].kind == "text"


def of_others(node: Node, keys: tuple[str, ...], calls: tuple[str, ...]) -> bool:
    """Whether it is a setting of a database, a broker or mail, by keys and calls around it."""
    if node.name.strip("'\":") == "verify":  # https://lostisland.github.io/faraday, its `ssl`
        return False
    return any(map(_OTHERS.search, keys)) or any(map(_OTHER_CALLS.search, calls))


# --- of the whole process

_PROCESS: tuple[Callable[[str], bool], ...] = (
    lambda name: name.endswith("NODE_TLS_REJECT_UNAUTHORIZED"),
    lambda name: name.endswith("PYTHONHTTPSVERIFY"),
    lambda name: name.endswith("ssl._create_default_https_context"),
    lambda name: "globalAgent" in name,
    lambda name: name.endswith("OpenSSL.SSL.VERIFY_PEER") or name.endswith("VERIFY_PEER"),
    lambda name: name.endswith("ServicePointManager.ServerCertificateValidationCallback"),
    lambda name: "DefaultTransport" in name,
    lambda name: name.endswith(("HttpOverrides.global", "axios.defaults.httpsAgent")),
)
_PROCESS_CALLS = re.compile(
    r"HttpsURLConnection\.setDefault(?:HostnameVerifier|SSLSocketFactory)$|SSLContext\.setDefault$"
    r"|^process\.env\.NODE_TLS"
)


def of_the_process(node: Node) -> str | None:
    """The words for a piece of code that does so for all that the process connects to."""
    if node.kind == "assign" and len(node.parts) > 1:
        name = dotted(node.parts[0])
        if any(known(name) for known in _PROCESS):
            value = node.parts[1]
            if name.endswith(("REJECT_UNAUTHORIZED", "PYTHONHTTPSVERIFY")):
                off = value.kind in ("text", "number") and value.name == "0"
                return f"{_WORDS}{name.rpartition('.')[2]} is 0" if off else None
            return next(filter(None, map(switched_off, (node, *value.walk()))), None)
    if node.kind == "call" and node.parts and _PROCESS_CALLS.search(dotted(node.parts[0])):
        return switched_off(node)
    return None
