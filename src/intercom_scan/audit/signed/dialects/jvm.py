"""What libraries of Java and Kotlin do with digests, texts, and values that may be missing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.audit.signed import known
from intercom_scan.audit.signed.ending import ThrownError
from intercom_scan.audit.signed.idioms import algorithm_of
from intercom_scan.audit.signed.making import attribute, body_of, configured, joined, trail_of
from intercom_scan.audit.signed.values import (
    NONE,
    Body,
    Const,
    Digest,
    Function,
    Length,
    Native,
    Request,
    Response,
    Secret,
    Signature,
    Things,
    Unknown,
)
from intercom_scan.values import replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from intercom_scan.audit.signed.known import Call
    from intercom_scan.audit.signed.machine import Machine
    from intercom_scan.audit.signed.values import Value

_DIGEST = re.compile(r"^(?:getH|h)macSha(\d+)(?:Hex)?$", re.I)  # of commons-codec, Guava and okio
_READS = frozenset({"readTree", "readValue", "fromJson", "parseString", "parseToJsonElement",
                    "decodeFromString", "JSONObject", "JsonObject", "convertValue", "treeToValue",
                    "parseObject"})  # fmt: skip
_WRITES = frozenset({"writeValueAsString", "writeValueAsBytes", "toJson", "encodeToString",
                     "toJSONString", "toPrettyString", "toJSON"})  # fmt: skip
_ALIKE = frozenset({"equals", "equalsIgnoreCase", "contentEquals", "compareTo", "compare"})
_CONSTANT = re.compile(r"^isEqual$|constant_?time|timing_?safe|secure_?(?:equal|compare)", re.I)
_EMPTY = {"isEmpty": True, "isBlank": True, "isNullOrEmpty": True, "isNullOrBlank": True,
          "isNull": True, "isNotEmpty": False, "isNotBlank": False, "hasText": False,
          "hasLength": False, "nonNull": False, "isPresent": False}  # fmt: skip
_DEMANDS = frozenset({"requireNonNull", "requireNotNull", "checkNotNull", "notNull", "hasText",
                      "hasLength", "notEmpty", "orElseThrow"})  # fmt: skip
_BUILDERS = frozenset({"StringBuilder", "StringBuffer", "ByteArrayOutputStream", "StringWriter",
                       "Formatter", "StringJoiner"})  # fmt: skip
_ADDS = frozenset({"append", "write", "add", "format", "put", "writeBytes"})
_ASKED = frozenset({"property", "propertyOrNull", "getProperty", "getRequiredProperty", "getString",
                    "getenv", "getOrDefault", "getConfigValue"})  # fmt: skip
_FAILS = re.compile(r"^(?:on\w*Error|doOn\w*|onFailure|exceptionally|recover|catch)", re.I)


def called(machine: Machine, call: Call) -> Value:
    """What a call comes to in both languages; None for what is not known."""
    for each in (_refused, _configured, _mac, _compared, _emptiness, _demanded, _held, _json,
                 _length, _texts, _optional, _request):  # fmt: skip
        found = each(machine, call)
        if found is not None:
            return found
    return None


# --- what ends a chain of calls


def _refused(_: Machine, call: Call) -> Value:
    """An answer is built by calls on it, and nothing is done with what failed."""
    if isinstance(call.on, Response) and call.name not in (
        "setStatus",
        "sendError",
        "setStatusCode",
    ):
        status = known.status_of(call)
        return call.on if status is None else Response(status)
    if call.name == "error" and isinstance(call.on, Unknown) and call.on.name in ("Mono", "Uni"):
        return Response(401)  # what is thrown where the chain is waited for
    return None


# --- digests


def _mac(_: Machine, call: Call) -> Value:  # noqa: PLR0911 a table
    """`javax.crypto.Mac` and what wraps it: a key is put in, then data, then asked."""
    if call.name == "SecretKeySpec" and call.args:
        return _key(call, call.args[0])
    first = call.arg(0)
    if call.name == "getInstance" and isinstance(first, Const) and algorithm_of(str(first.value)):
        return _made(first, None) if "mac" in str(first.value).lower() else None
    if call.name in ("HmacUtils", "getInitializedMac") and len(call.args) > 1:
        return _made(first, _key(call, call.args[1]))
    of_name = _DIGEST.match(call.name)
    if of_name is not None and call.args:
        algorithm = Const(f"sha{of_name[1]}")
        if len(call.args) > 1:
            return _digest(_made(algorithm, _key(call, first)), call.args[1])
        if body_of([call.on]) is not None:
            return _digest(_made(algorithm, _key(call, first)), call.on)
        return _made(algorithm, _key(call, first))
    if isinstance(call.on, Things) and "\0mac" in call.on.items:
        return _asked(call, call.on)
    return None


def _key(call: Call, key: object) -> object:
    if (
        key == NONE
    ):  # https://docs.oracle.com/javase/8/docs/api/javax/crypto/spec/SecretKeySpec.html
        raise ThrownError(call.where)
    return key


def _made(algorithm: object, key: object) -> Things:
    return Things({"\0mac": algorithm, "\0key": key, "\0data": None})


def _digest(mac: Things, data: object) -> Digest:
    algorithm = mac.items["\0mac"]
    text = algorithm.value if isinstance(algorithm, Const) else ""
    return Digest(algorithm_of(str(text)), mac.items["\0key"], data)


def _asked(call: Call, mac: Things) -> Value:
    if call.name == "init" and call.args:
        mac.items["\0key"] = _key(call, call.args[0])
        return mac
    if call.name in ("update", "putBytes", "putString"):
        mac.items["\0data"] = joined([mac.items["\0data"], *call.args])
        return mac
    if call.name in ("doFinal", "hmac", "hmacHex", "hashBytes", "hashString", "hash"):
        return _digest(mac, joined([mac.items["\0data"], *call.args[:1]]))
    return mac


def _compared(machine: Machine, call: Call) -> Value:
    """`MessageDigest.isEqual` takes as long whatever differs, `equals` does not."""
    constant = _CONSTANT.search(call.name) is not None
    if not constant and call.name not in _ALIKE:
        return None
    operands = call.args if constant and len(call.args) > 1 else call.values
    pairs = [pair for a in operands for b in operands if (pair := known.signature_and_digest(a, b))]
    if not pairs:
        taken = any(isinstance(value, Signature | Digest) for value in operands)
        return Const(False) if taken and (NONE in operands or Const("") in operands) else None
    same = known.compare(machine, pairs[0], call.where, constant=constant)
    return Const(0 if same.value else 1) if call.name.startswith("compare") else same


# --- values that may be missing


def _configured(machine: Machine, call: Call) -> Value:
    key = call.arg(0)
    asks = call.name in _ASKED and isinstance(key, Const) and isinstance(key.value, str)
    if not asks or isinstance(call.on, Body | Request):
        return None
    found = configured(machine, str(key.value), call.where, call.arg(1))
    trail = call.where, f"what happens depends on {key.value}"
    return Unknown(trail) if found is None else found


def empty(value: object) -> bool | None:
    """Whether a value is missing or has nothing in it; None for what is not known."""
    if isinstance(value, Const):
        return value.value in (None, "")
    return False if isinstance(value, Signature | Secret | Digest | Body | Length) else None


def _emptiness(_: Machine, call: Call) -> Value:
    wanted = _EMPTY.get(call.name)
    if wanted is None:
        return None
    if call.name == "hasText" and isinstance(call.on, Unknown) and call.on.name == "Assert":
        return None
    asked = call.args[0] if call.args else call.on
    is_empty = empty(asked)
    return Unknown(trail_of(asked)) if is_empty is None else Const(is_empty == wanted)


def _demanded(_: Machine, call: Call) -> Value:
    if call.name not in _DEMANDS:
        return None
    asked = call.on if call.name == "orElseThrow" or not call.args else call.args[0]
    if asked == NONE:
        raise ThrownError(call.where)
    return asked


def _optional(machine: Machine, call: Call) -> Value:
    """An Optional is the value that it has, or none; a Mono and a Stream likewise."""
    given = call.arg(0)
    if call.name in ("ofNullable", "justOrEmpty", "just", "of") and len(call.args) == 1:
        return None if isinstance(given, Function) else given
    if call.name in ("orElse", "defaultIfEmpty", "switchIfEmpty", "orElseGet"):
        if call.on != NONE:
            return call.on
        return machine.call(given, []) if isinstance(given, Function) else given
    if not isinstance(given, Function) and not any(isinstance(a, Function) for a in call.args):
        return None
    if call.on == NONE or _FAILS.search(call.name):
        return call.on if call.on is not None else NONE
    return lent(machine, call)


def lent(machine: Machine, call: Call) -> Value:
    """A function that is given to another, which calls it with what it is asked of."""
    function = next(arg for arg in reversed(call.args) if isinstance(arg, Function))
    others = [arg for arg in call.args if arg is not function]
    held = joined([call.on, *others])
    of = held if isinstance(held, Body | Signature | Digest) else Unknown(trail_of(call.on))
    value = machine.call(function, [call.on if call.on is not None else of, of])
    if call.name == "filter":
        return held if machine.truth(value) else NONE
    if call.name in ("ifPresent", "forEach", "doOnNext", "execute", "submit"):
        return NONE
    return held if isinstance(value, Unknown) and value.trail is None else value


# --- texts and bodies


def _held(_: Machine, call: Call) -> Value:
    """What a text or a list of bytes is built with, piece by piece."""
    if call.name in _BUILDERS:
        return Things({"\0held": joined(call.args) if call.args else None})
    if not (isinstance(call.on, Things) and "\0held" in call.on.items):
        return None
    if call.name in _ADDS:
        held = call.on.items["\0held"]
        new = joined(call.args)
        call.on.items["\0held"] = new if held is None else joined([held, new])
        return call.on
    held = call.on.items["\0held"]
    return Const("") if held is None else held


def _json(_: Machine, call: Call) -> Value:
    body = body_of([*call.args, call.on] if call.name in _WRITES | {"toString"} else call.args)
    if body is None:
        return None
    if call.name in _WRITES or (
        call.name == "toString" and body.form == "parsed" and not call.args
    ):
        return replace(body, form="again")
    return replace(body, form="parsed") if call.name in _READS and body.form == "given" else None


def _length(machine: Machine, call: Call) -> Value:
    if call.args or call.on is None:
        return None
    if call.name in ("length", "size"):
        return attribute(machine, call.on, "length", call.where)
    return None


def _texts(_: Machine, call: Call) -> Value:
    """What is asked of a text that the code says itself, and what such a text becomes."""
    first, on = call.arg(0), call.on
    if not (isinstance(on, Const) and isinstance(on.value, str)):
        return None
    asked = _SAYS.get(call.name)
    if asked is not None:
        known_text = isinstance(first, Const) and isinstance(first.value, str)
        return Const(asked(on.value, first.value)) if known_text else None
    return on if call.name in _SAME else None


_SAYS: dict[str, Callable[[str, str], bool]] = {
    "startsWith": str.startswith,
    "endsWith": str.endswith,
    "contains": str.__contains__,
    "equals": str.__eq__,
}
_SAME = frozenset({"getName", "toString", "name", "trim", "strip", "getAlgorithm", "getBytes",
                   "toByteArray", "encodeToByteArray", "toCharArray"})  # fmt: skip


_RAW = re.compile(r"^(?:String|byte|ByteArray|InputStream|DataBuffer|Resource|char|CharSequence)")


def raw(kind: str) -> bool:
    """Whether a type holds a body as it came."""
    inside = re.search(r"<([\w\[\]]+)>?", kind)
    return _RAW.match(inside[1] if inside and not kind.startswith("Map") else kind) is not None


def _request(machine: Machine, call: Call) -> Value:  # noqa: PLR0911 a table
    """What servlets, Spring, JAX-RS, Micronaut and Ktor call the parts of a request."""
    on = call.on
    if isinstance(on, Native):  # the rest of a chain of filters
        return machine.call(on, [Request()])
    if isinstance(on, Response) and call.name in ("setStatus", "sendError", "setStatusCode"):
        status = known.status_of(call)
        if status is not None:
            machine.reply(status)
        return Response(status)
    if call.name.endswith(("Wrapper", "CachedBodyHttpServletRequest")) and on != NONE:
        return Request() if any(isinstance(arg, Request) for arg in call.args) else None
    if not isinstance(on, Request):
        return None
    if call.name in ("getRequestURI", "getServletPath", "getPathInfo", "getRequestURL"):
        address = machine.kept.get("address")
        if address is None:
            return Unknown((call.where, "what happens depends on the address"))
        return Const(address)
    if call.name in ("getHeaders", "getRequest", "mutate", "getHeaderNames", "exchange"):
        return Request()
    if call.name == "getMethod":
        return Const("POST")
    if call.name in ("bodyToMono", "body", "receive", "awaitBody"):
        kind = call.named.get("type", call.arg(0))
        text = kind.name if isinstance(kind, Unknown) else str(getattr(kind, "value", ""))
        return Body("given" if raw(text) else "parsed")
    if re.match(r"get(?:InputStream|Reader|Body|Content|DataBuffer)|receive|awaitBody", call.name):
        return Body("given")
    if call.name.startswith("respond"):
        status = known.status_of(call)
        machine.reply(status if status is not None else 200)
        return Response(status)
    return None
