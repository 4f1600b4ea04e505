"""PHP: its own functions, and requests and answers as its frameworks have them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.audit.signed import idioms
from intercom_scan.audit.signed.binding import instance
from intercom_scan.audit.signed.dialects import laravel, scripts, symfony
from intercom_scan.audit.signed.dialects.composing import told
from intercom_scan.audit.signed.dialects.model import Dialect
from intercom_scan.audit.signed.ending import ThrownError
from intercom_scan.audit.signed.known import compare, signature_and_digest, status_in
from intercom_scan.audit.signed.making import body_of, configured, signature
from intercom_scan.audit.signed.values import (
    NONE,
    Body,
    Class,
    Const,
    Digest,
    Function,
    Request,
    Response,
    Secret,
    Signature,
    Things,
    Unknown,
)
from intercom_scan.values import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.signed.handlers import Route
    from intercom_scan.audit.signed.known import Call
    from intercom_scan.audit.signed.machine import Machine
    from intercom_scan.audit.signed.values import Scope, Value
    from intercom_scan.audit.syntax.tree import Node

_REQUEST = re.compile(r"(?:^|\\)\??(?:WP_REST_)?(?:Server)?Request(?:Interface)?$")
_RESPONSE = re.compile(r"(?:^|\\)\w*Response(?:Interface)?$")
_STATUS_LINE = re.compile(r"^HTTP/[\d.]+ (\d{3})")
_NAMED = {  # https://www.iana.org/assignments/http-status-codes
    "OK": 200, "CREATED": 201, "ACCEPTED": 202, "NO_CONTENT": 204, "GONE": 410,
    "BAD_REQUEST": 400, "UNAUTHORIZED": 401, "FORBIDDEN": 403, "NOT_FOUND": 404,
    "METHOD_NOT_ALLOWED": 405, "UNPROCESSABLE_ENTITY": 422, "INTERNAL_SERVER_ERROR": 500,
}  # fmt: skip
_PARSED = frozenset({"_POST", "_REQUEST", "_GET"})
_GIVES = frozenset({"getContent", "getBody", "get_body", "getContents", "getRawBody", "rawContent"})
_PARSES = frozenset({"all", "input", "json", "toArray", "validate", "validated", "only", "post",
                     "getPayload", "getParsedBody", "collect", "get_json_params", "get_params",
                     "getPostParams", "except"})  # fmt: skip
_SERIALISES = frozenset(
    {"json_encode", "serialize", "http_build_query", "toJson", "wp_json_encode"}
)
_SETTINGS = frozenset({"getParameter", "config", "env", "getenv", "get_option", "get", "constant"})
_PLAIN = frozenset({"strcmp", "strcasecmp"})
_HEADERS = frozenset({"apache_request_headers", "getallheaders"})
_BESIDE = frozenset({"server", "headers", "attributes"})
_PREFIX = re.compile(r"^sha\d+=$")


def routes(machine: Machine, tree: Node, scope: Scope) -> Iterator[Route]:
    """Controllers and closures of frameworks, and files that are handlers themselves."""
    yield from laravel.routes(machine, tree, scope)
    yield from symfony.routes(machine, tree, scope)
    yield from scripts.routes(machine, tree, scope)


def name(machine: Machine, node: Node, scope: Scope) -> Value:
    """What is always there, or a class that is loaded for its name."""
    if node.name == "_SERVER":
        return Request()
    if node.name in _PARSED:
        return Body("parsed")
    if node.name == "HTTP_RAW_POST_DATA":
        return Body("given")
    if node.name in ("static", "parent"):
        return scope.find("self") if node.name == "static" else None
    return class_named(machine, node.name, scope) if node.name[:1].isupper() else None


def class_named(machine: Machine, word: str, scope: Scope) -> Value:
    """A class of the same namespace, or the one of the project that has this name."""
    found = scope.find(word)
    if isinstance(found, Class):
        return found
    path = machine.modules.resolve(word.replace(".", "\\"), scope.path)
    if path is None or path == scope.path:
        return found
    return machine.load(path).names.get(word.rpartition("\\")[2], found)


def member(_: Machine, holder: object, node: Node, __: Scope) -> Value:
    """Statuses by their names, and what a request has beside its body."""
    if node.name.startswith("HTTP_"):
        status = _NAMED.get(node.name.removeprefix("HTTP_"))
        return Const(status) if status else Unknown()
    if isinstance(holder, Request):
        if node.name in _BESIDE:
            return Request()
        if node.name == "request":
            return Body("parsed")
    if isinstance(holder, Things) and node.name not in holder.items:
        return Request() if node.name == "request" else None
    return None


def fill(machine: Machine, declared: Node, scope: Scope, value: object) -> Value:
    """What a container gives by a parameter's type: a request, a service, a setting."""
    marks = declared.parts[-1].parts if declared.kind == "param" else ()
    if value is not None and not isinstance(value, Unknown):
        return None
    for mark in marks:
        if mark.kind == "call" and mark.parts[0].name == "Autowire":
            return _autowired(machine, mark, scope)
    kind = next((mark.name.lstrip("?") for mark in marks if mark.kind == "type"), "")
    if _REQUEST.search(kind):
        return Request()
    made = class_named(machine, kind.rpartition("\\")[2], scope) if kind[:1].isupper() else None
    if isinstance(made, Class):
        return instance(machine, made)
    target = declared.parts[0].name if declared.kind == "param" else ""
    if kind == "string" and idioms.SECRET.search(target):
        return configured(machine, target, machine.at(declared, scope))
    return Response() if _RESPONSE.search(kind) else None


def _autowired(machine: Machine, mark: Node, scope: Scope) -> Value:
    """https://symfony.com/doc/current/service_container/autowiring.html, `#[Autowire]`"""
    said = " ".join(node.name for part in mark.parts[1:] for node in part.walk() if node.name)
    found = re.search(r"\w*" + idioms.SECRET.pattern + r"\w*", said, re.I)
    return configured(machine, found[0], machine.at(mark, scope)) if found else Unknown()


# --- calls


def call(machine: Machine, call: Call) -> Value:
    """What PHP's own functions and its frameworks' methods do."""
    for known in (_header, _body, _hmac, _compared, _asked, _environment, _answer, _refused):
        found = known(machine, call)
        if found is not None:
            return found
    return told(machine, call, _status(call.arg(0)))


def _header(machine: Machine, call: Call) -> Value:
    first = call.arg(0)
    if call.on is None and (call.name in _HEADERS or isinstance(first, Request)):
        passes = call.name in _HEADERS or call.name.startswith("array_")
        return Request() if passes else None
    header = idioms.header_of(str(first.value)) if isinstance(first, Const) else None
    if header is None or isinstance(call.on, Response):
        return None
    if call.name in ("has", "hasHeader", "array_key_exists"):
        return Const(machine.case != "missing")
    if call.name == "getHeaderLine":
        return signature(machine, header, Const(""))
    return None


def _body(_: Machine, call: Call) -> Value:  # noqa: PLR0911 a table
    first = call.arg(0)
    if call.name in ("file_get_contents", "fopen") and first == Const("php://input"):
        return Body("given")
    if call.name == "request" and call.on is None:
        return Body("parsed") if call.args else Request()
    if isinstance(call.on, Request | Things | Body) and call.name in _GIVES:
        return call.on if isinstance(call.on, Body) else Body("given")
    if isinstance(call.on, Request) and call.name in (*_PARSES, "get", "get_param"):
        kept = isinstance(first, Const) and idioms.header_of(str(first.value))
        return None if kept else Body("parsed")
    if call.name == "json_decode" and isinstance(first, Body):
        return replace(first, form="parsed")
    given = body_of([call.on if call.name == "toJson" else first])
    if call.name in _SERIALISES and given is not None and given.form != "given":
        return replace(given, form="again")
    if call.name in ("getRequest", "createFromGlobals", "getCurrentRequest", "fromGlobals"):
        return Request()
    return None


def _hmac(_: Machine, call: Call) -> Value:
    """https://www.php.net/manual/en/function.hash-hmac.php"""
    if call.name != "hash_hmac" or len(call.args) + len(call.named) < 3:
        return None
    algorithm, key = call.arg(0, "algo"), call.arg(2, "key")
    key = Unknown() if key in (NONE, Const(False)) else key
    said = algorithm.value if isinstance(algorithm, Const) else None
    named = idioms.algorithm_of(said) if isinstance(said, str) else None
    return Digest(named, key, call.arg(1, "data"))


def _compared(machine: Machine, call: Call) -> Value:
    """`strcmp`, which is 0 for what is the same."""
    if call.name not in _PLAIN or len(call.args) < 2:
        return None
    pair = signature_and_digest(call.args[0], call.args[1])
    if pair is None:
        return None
    same = compare(machine, pair, call.where, constant=False)
    return Const(0 if same.value else 1)


def _asked(machine: Machine, call: Call) -> Value:  # noqa: PLR0911 a table
    first = call.arg(0)
    known = isinstance(first, Signature | Digest | Secret | Body)
    empty = isinstance(first, Const) and not first.value
    if call.name in ("isset", "empty", "is_null", "filled", "blank", "is_string") and (
        known or isinstance(first, Const)
    ):
        absent = first == NONE if call.name in ("isset", "is_null", "is_string") else empty
        return Const(absent == (call.name in ("empty", "is_null", "blank")))
    if call.name in ("str_starts_with", "preg_match", "strpos", "str_contains"):
        text = call.arg(1) if call.name == "preg_match" else first
        if text == NONE or text == Const(""):
            return Const(False)
        if isinstance(text, Signature):
            right = call.name != "preg_match" or machine.case != "short"
            return Const(0 if call.name == "strpos" else right)
    if call.name == "explode" and isinstance(call.arg(1), Signature):
        return call.args[1]
    if call.name == "array_pad" and isinstance(first, Signature | Things):
        return first
    if call.name in ("substr", "str_replace", "trim", "strtolower", "ltrim", "explode", "sprintf"):
        texts = [arg for arg in call.args if isinstance(arg, Signature | Digest)]
        return texts[0] if texts else None
    return None


def _environment(machine: Machine, call: Call) -> Value:
    """https://laravel.com/docs/configuration#determining-the-current-environment"""
    asks = call.name in ("environment", "getEnvironment", "isProduction", "isLocal",
                         "runningUnitTests")  # fmt: skip
    first = call.arg(0)
    asks = asks or (call.name == "config" and first == Const("app.env"))
    if asks:
        return Unknown((call.where, "what happens depends on the environment"))
    key = first.value if isinstance(first, Const) else None
    if call.name not in _SETTINGS or isinstance(call.on, Request | Body | Signature):
        return None
    secret = isinstance(key, str) and idioms.SECRET.search(key)
    return _setting(machine, call, str(key)) if secret else None


def _setting(machine: Machine, call: Call, key: str) -> Value:
    """What a key of a configuration has, which may be a default that stands in its file."""
    default = call.arg(1, "default")
    found = configured(machine, key, call.where, default)
    if found == NONE and call.name == "getenv":
        return Const(False)  # https://www.php.net/manual/en/function.getenv.php
    if found == NONE and call.name == "config":
        return laravel.default_of(machine, key)
    return found


def _answer(machine: Machine, call: Call) -> Value:  # noqa: PLR0911 a table
    """`header`, `http_response_code`, `exit`, and what frameworks make answers with."""
    if call.on is None and call.name in ("http_response_code", "status_header"):
        return _status_set(machine, _status(call.arg(0)))
    if call.on is None and call.name == "header":
        line, code = call.arg(0), call.arg(2, "response_code")
        found = _STATUS_LINE.match(str(line.value)) if isinstance(line, Const) else None
        return _status_set(machine, int(found[1]) if found else _status(code))
    if call.on is None and call.name in ("exit", "wp_die", "wp_send_json_error"):
        if machine.active:
            raise ThrownError(call.where)
        return NONE
    if call.name in ("response", "withStatus", "setStatusCode") or _RESPONSE.search(call.name):
        status = status_in(Things({"status": given})) if (given := _given(call)) else None
        said = given.value if isinstance(given, Const) and status is None else status
        return Response(said if isinstance(said, int) else None)
    if call.name == "WP_Error":
        return Response(status_in(call.arg(2)) or 403)
    if isinstance(call.on, Response):
        given = _given(call)
        return Response(_status(given) or call.on.status)
    return None


def _given(call: Call) -> Value:
    """The number among what an answer is made of."""
    for value in [*call.named.values(), *call.args]:
        if isinstance(value, Const) and isinstance(value.value, int):
            return value
    return None


def _status_set(machine: Machine, status: int | None) -> Response:
    if machine.active and status is not None:
        machine.status = status
    return Response(status)


def _status(value: object) -> int | None:
    if isinstance(value, Response):
        return value.status
    said = value.value if isinstance(value, Const) else None
    return said if isinstance(said, int) and not isinstance(said, bool) else None


def _refused(machine: Machine, call: Call) -> Value:
    """`abort_unless($signed, 401)` and the like: https://laravel.com/docs/helpers."""
    if call.name in ("abort_if", "abort_unless", "throw_if", "throw_unless") and call.args:
        if machine.truth(call.args[0]) == call.name.endswith("_if"):
            raise ThrownError(call.where)
        return NONE
    if call.name == scripts.PERMITTED:
        permitted = call.args[0]
        if status_in(permitted) or not machine.truth(permitted):
            raise ThrownError(call.where)
        return NONE
    if call.name in ("__invoke", "call_user_func") and isinstance(call.on, Function):
        return machine.call(call.on, call.args)
    if call.name in ("tap", "rescue", "retry", "optional", "value", "transaction"):
        block = next((arg for arg in call.args if isinstance(arg, Function)), None)
        return machine.call(block, []) if block is not None and machine.active else None
    return None


DIALECT = Dialect(routes=routes, name=name, member=member, call=call, fill=fill)
