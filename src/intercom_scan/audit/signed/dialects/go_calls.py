"""What Go's libraries and web frameworks are known for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.signed import known
from intercom_scan.audit.signed.ending import ThrownError
from intercom_scan.audit.signed.idioms import algorithm_of, header_of
from intercom_scan.audit.signed.making import body_of, configured, joined, signature, trail_of
from intercom_scan.audit.signed.values import (
    NONE,
    Body,
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

if TYPE_CHECKING:
    from intercom_scan.audit.signed.known import Call
    from intercom_scan.audit.signed.machine import Machine
    from intercom_scan.audit.signed.values import Value

EMPTY = Const("")  # what a header or a variable is that is not there
HELD = "\0held"  # what was read into a value
# https://pkg.go.dev/net/http#pkg-constants, those that answers to webhooks have
STATUS = {
    "StatusOK": 200, "StatusCreated": 201, "StatusAccepted": 202, "StatusNoContent": 204,
    "StatusFound": 302, "StatusSeeOther": 303, "StatusBadRequest": 400, "StatusUnauthorized": 401,
    "StatusPaymentRequired": 402, "StatusForbidden": 403, "StatusNotFound": 404,
    "StatusMethodNotAllowed": 405, "StatusNotAcceptable": 406, "StatusRequestTimeout": 408,
    "StatusConflict": 409, "StatusGone": 410, "StatusPreconditionFailed": 412,
    "StatusRequestEntityTooLarge": 413, "StatusUnsupportedMediaType": 415, "StatusTeapot": 418,
    "StatusUnprocessableEntity": 422, "StatusTooManyRequests": 429,
    "StatusInternalServerError": 500, "StatusNotImplemented": 501, "StatusBadGateway": 502,
    "StatusServiceUnavailable": 503, "StatusGatewayTimeout": 504,
}  # fmt: skip
_TEXTS = frozenset({"TrimPrefix", "TrimSuffix", "TrimSpace", "Trim", "TrimLeft", "TrimRight",
                    "ToLower", "ToUpper", "Split", "SplitN", "Fields", "Clone", "Replace",
                    "ReplaceAll"})  # fmt: skip
_SAME = frozenset({"HandlerFunc", "WrapF", "WrapH", "WrapHandler", "HTTPHandler", "NopCloser",
                   "NewReader", "NewBuffer", "NewBufferString", "LimitReader", "HTTPHandlerFunc",
                   "NewScanner", "NewDecoder", "WithContext", "Bytes", "String"})  # fmt: skip
_FILLS = frozenset({"Unmarshal", "Decode", "ShouldBindJSON", "ShouldBind", "BindJSON", "Bind",
                    "BodyParser", "ShouldBindBodyWith", "DecodeJSON"})  # fmt: skip
_ENDS = frozenset({"Fatal", "Fatalf", "Fatalln", "Panic", "Panicf", "Panicln", "Exit", "panic"})
_ANSWERS = frozenset({"JSON", "String", "Status", "Data", "HTML", "XML", "NoContent", "SendStatus",
                      "Redirect", "SendString", "Send", "IndentedJSON", "PureJSON", "Blob",
                      "AbortWithStatus", "AbortWithStatusJSON", "AbortWithError"})  # fmt: skip
_FAILS = frozenset({"NewHTTPError", "NewError"})
_WRITES = frozenset({"Fprint", "Fprintf", "Fprintln", "WriteString", "Copy", "CopyN", "Write",
                     "Encode", "Redirect", "Error", "NotFound", "WriteHeader"})  # fmt: skip


def call(machine: Machine, called: Call) -> Value:
    """What a call comes to; None for what is not known."""
    for each in (_ended, _failed, _header, _configured, _digested, _compared, _text, _read, _filled,
                 _context, _answered, _plain):  # fmt: skip
        found = each(machine, called)
        if found is not None:
            return found
    return None


def results(*values: object) -> Things:
    """What a call returns that has several results."""
    return Things({str(place): value for place, value in enumerate(values)})


def status_of(value: object) -> int | None:
    """The status that a constant of `net/http`, or a number, is."""
    if isinstance(value, Unknown):
        return STATUS.get(value.name)
    if isinstance(value, Const) and type(value.value) is int and 100 <= value.value < 600:
        return value.value
    return None


def of(value: object, *packages: str) -> bool:
    """Whether something comes from one of these packages."""
    return isinstance(value, Unknown) and value.module in packages


def _ended(_: Machine, call: Call) -> None:
    """What ends the program, or the goroutine that serves a request."""
    if call.name in _ENDS and not isinstance(call.on, Request | Response):
        raise ThrownError(call.where)


def _header(machine: Machine, call: Call) -> Value:
    first = call.arg(0)
    if isinstance(call.on, Response) or not (isinstance(first, Const) and call.name != "Set"):
        return None
    header = header_of(str(first.value))
    return signature(machine, header, EMPTY) if header is not None else None


def _configured(machine: Machine, call: Call) -> Value:
    """https://pkg.go.dev/os#Getenv: a variable that is not set reads as an empty text."""
    first = call.arg(0)
    asked = call.name in ("Getenv", "LookupEnv", "GetString") and isinstance(first, Const)
    if not asked or isinstance(call.on, Request):
        return None
    value = configured(machine, str(first.value), call.where, EMPTY) or Unknown()
    return results(value, Const(value != EMPTY)) if call.name == "LookupEnv" else value


# --- digests


def _digested(machine: Machine, call: Call) -> Value:
    """https://pkg.go.dev/crypto/hmac: what is made by `New` is written to, and then summed up."""
    if call.name == "New" and of(call.on, "crypto/hmac") and len(call.args) > 1:
        key = call.args[1]
        if machine.case == "unset" and key in (NONE, EMPTY):
            key = Secret("")  # every program takes a secret that is not set so: no fault by itself
        made = call.args[0]
        named = made.module if isinstance(made, Unknown) else None
        return Things(
            {"\0key": key, "\0algorithm": Const(algorithm_of(named or "")), "\0data": NONE}
        )
    if call.name == "Sum" and isinstance(call.on, Things) and "\0key" in call.on.items:
        return _sum(call.on)
    written = [value for value in (call.on, *call.args[:1]) if _is_mac(value)]
    if written and call.name in ("Write", "WriteString", "Copy", "Fprint", "Fprintf", "TeeReader"):
        given = call.args if written[0] is call.on else call.args[1:]
        data = written[0].items["\0data"]
        written[0].items["\0data"] = joined([*given] if data == NONE else [data, *given])
        return results(Unknown(), NONE)
    if call.name == "TeeReader" and len(call.args) > 1 and isinstance(call.args[1], Things):
        call.args[1].items["\0data" if _is_mac(call.args[1]) else HELD] = _content(call.args[0])
        return _content(call.args[0])
    return None


def _is_mac(value: object) -> bool:
    return isinstance(value, Things) and "\0key" in value.items


def _sum(mac: Things) -> Digest:
    algorithm = mac.items["\0algorithm"].value
    data = _content(mac.items["\0data"])
    return Digest(algorithm, mac.items["\0key"], data if data != NONE else None)


def _content(value: object) -> Value:
    """What a reader has, if it is one."""
    return Body("given") if isinstance(value, Request) else value


def _compared(machine: Machine, call: Call) -> Value:
    constant = call.name in ("Equal", "ConstantTimeCompare") and of(
        call.on, "crypto/hmac", "crypto/subtle"
    )
    plain = call.name in ("Equal", "EqualFold", "Compare", "DeepEqual")
    if not (constant or plain) or len(call.args) < 2:
        return None
    found = known.compared(machine, call, call.args, constant=constant)
    if call.name == "Compare" and isinstance(found, Const):
        return Const(0 if found.value else 1)
    return found


# --- texts, bytes and what is read


def _text(machine: Machine, call: Call) -> Value:  # noqa: PLR0911 any value
    first = call.arg(0)
    carried = isinstance(first, Signature | Digest | Secret)
    if not (carried or isinstance(first, Const)):
        return None
    if call.name in ("HasPrefix", "HasSuffix", "Contains"):
        if isinstance(first, Const) and isinstance(call.arg(1), Const):
            return Const(str(call.arg(1).value) in str(first.value))
        return Const(True) if isinstance(first, Signature) else None
    if call.name in ("CutPrefix", "CutSuffix"):
        return results(first, Const(first != EMPTY))
    if call.name == "Cut":
        return results(Unknown() if carried else first, first, Const(first != EMPTY))
    if call.name == "DecodeString":
        failed = machine.case == "short" and isinstance(first, Signature)
        return results(first, Unknown() if failed else NONE)
    if call.name in _TEXTS or call.name in _SAME or (call.name == "EncodeToString" and carried):
        return first
    if call.name == "len" and not isinstance(first, Signature | Digest):
        return Const(len(str(first.value)) if isinstance(first, Const) else 1)
    if call.name == "len":
        return None
    return None


def _failed(_: Machine, call: Call) -> Value:
    """An error, which is never nil, whatever it says."""
    own = call.name == "New" and isinstance(call.on, Unknown)
    made = own and (call.on.module or "").endswith("errors")
    return Const("error") if made or call.name in ("Errorf", "Wrap", "Wrapf") else None


def _read(_: Machine, call: Call) -> Value:
    first = call.arg(0)
    if call.name in ("ReadAll", "ReadFile", "GetRawData", "ReadFrom", "Copy"):
        given = body_of([_content(value) for value in (call.on, *call.args)])
        if given is None:
            return None
        into = call.on if call.name == "ReadFrom" else first
        if isinstance(into, Things):
            into.items[HELD] = given
        if call.name in ("ReadFrom", "Copy"):
            call.give(0, given)
        return results(given, NONE)
    if call.name == "MaxBytesReader" and len(call.args) > 1:
        return call.args[1]
    if call.name in ("Body", "BodyRaw", "PostBody") and isinstance(call.on, Request):
        return Body("given")
    if call.name in ("Marshal", "MarshalIndent"):
        given = body_of([first])
        return results(Body("again", given.at), NONE) if given is not None else None
    return None


def _filled(_: Machine, call: Call) -> Value:
    """What reads the body into a value."""
    if call.name not in _FILLS:
        return None
    given = body_of([_content(value) for value in (call.on, *call.args)])
    if given is None:
        return None
    for place, value in enumerate(call.args):
        if isinstance(value, Things):
            value.items.clear()
            value.items[HELD] = Body("parsed", given.at)
        else:
            call.give(place, Body("parsed", given.at))
    return NONE


def _context(machine: Machine, call: Call) -> Value:  # noqa: PLR0911 any value
    """What is put beside a request for what comes after."""
    kept: dict[str, Value] = machine.kept.setdefault("beside", {})
    if call.name == "WithValue" and len(call.args) > 2:
        kept[str(call.args[1])] = call.args[2]
        return Request()
    if not isinstance(call.on, Request):
        return None
    if call.name in ("Set", "Locals") and len(call.args) > 1:
        kept[str(call.args[0])] = call.args[1]
        return NONE
    if call.name in ("Value", "MustGet", "Get", "Locals") and str(call.arg(0)) in kept:
        value = kept[str(call.args[0])]
        return results(value, Const(True)) if call.name == "Get" else value
    if call.name in ("Context", "WithContext", "UserContext", "SetRequest", "Clone", "Request"):
        return Request()
    if call.name in ("Response", "Writer"):
        return Response()
    return None


# --- answers


def _answered(machine: Machine, call: Call) -> Value:
    status = next((found for v in call.args if (found := status_of(v)) is not None), None)
    if call.name in _FAILS and status is not None:
        return Response(status)
    if isinstance(call.on, Request):
        if call.name.startswith("Abort"):
            machine.kept["aborted"] = True
        if call.name not in _ANSWERS:
            return None
        machine.reply(status)
        return Request() if call.name == "Status" else Response(status)
    writer = next((v for v in (call.on, *call.args[:1]) if isinstance(v, Response)), None)
    if writer is None:
        return None
    if call.name in _WRITES:
        if call.name == "NotFound":
            status = 404
        machine.reply(status if status is not None else 200)
        return Response(status)
    return Response() if isinstance(call.on, Response) or call.name.startswith("New") else None


def _plain(_: Machine, call: Call) -> Value:
    first = call.arg(0)
    if call.name in ("new", "make") or (call.name in ("Buffer", "Builder") and not call.args):
        return Things()
    if call.name.startswith(("Write", "Fprint")):
        into = call.on if call.name.startswith("Write") else first
        if isinstance(into, Things):
            given = call.args if into is call.on else call.args[1:]
            into.items[HELD] = joined([*into.items.values(), *given])
            return results(Unknown(), NONE)
    if call.name in ("copy", "append") or (call.name == "Decode" and len(call.args) > 1):
        made = joined(call.args)
        if isinstance(first, Things) and call.name != "append":
            first.items[HELD] = made
        return made if call.name == "append" else results(Unknown(trail_of(made)), NONE)
    if call.name in _SAME and isinstance(first, Body | Request | Function | Things):
        return first
    if call.name in ("Bytes", "String") and isinstance(call.on, Things) and HELD in call.on.items:
        return call.on.items[HELD]
    return None
