"""What .NET's libraries and ASP.NET Core are known for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.audit.signed import known
from intercom_scan.audit.signed.ending import ThrownError
from intercom_scan.audit.signed.idioms import algorithm_of, header_of
from intercom_scan.audit.signed.making import body_of, configured, joined, signature
from intercom_scan.audit.signed.values import (
    NONE,
    Body,
    Const,
    Digest,
    Function,
    Native,
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

EMPTY = Const("")
HELD = "\0held"  # what was written to a stream
_STREAMS = frozenset({"MemoryStream", "ArrayBufferWriter", "StringWriter"})
_MAC = re.compile(r"^HMACSHA(\d+)$", re.IGNORECASE)
_ANSWERS = {"Forbid": 403, "Challenge": 401, "NotFound": 404, "Conflict": 409, "Ok": 200,
            "UnprocessableEntity": 422, "NoContent": 204, "Accepted": 202, "Content": 200,
            "OkResult": 200, "OkObjectResult": 200, "ForbidResult": 403,
            "ChallengeResult": 401}  # fmt: skip
_READS = frozenset({"ReadToEnd", "ReadToEndAsync", "ReadAsStringAsync", "ReadAsByteArrayAsync",
                    "ReadAsync", "ReadAllAsync", "StreamReader", "GetRawText", "ToArray",
                    "GetBuffer", "GetString", "CopyToAsync", "CopyTo",
                    "BufferedStream"})  # fmt: skip
_PARSES = frozenset({"Deserialize", "DeserializeAsync", "DeserializeObject", "Parse", "ParseAsync",
                     "ReadFromJsonAsync", "ReadFormAsync", "ReadJsonAsync"})  # fmt: skip
_WRITES = frozenset({"Serialize", "SerializeObject", "SerializeToUtf8Bytes", "ToJsonString"})
_TEXTS = frozenset({"ToString", "Trim", "TrimStart", "TrimEnd", "ToLower", "ToLowerInvariant",
                    "ToUpper", "ToUpperInvariant", "Replace", "Substring", "Split", "First",
                    "FirstOrDefault", "Single", "SingleOrDefault", "Last", "LastOrDefault",
                    "AsSpan", "AsMemory", "ToArray", "Remove", "Normalize"})  # fmt: skip
_RUNS = frozenset({"Run", "StartNew", "Enqueue", "QueueBackgroundWorkItem", "Schedule",
                   "QueueBackgroundWorkItemAsync", "QueueAsync", "EnqueueAsync"})  # fmt: skip
_ASKED = frozenset({"GetEnvironmentVariable", "GetValue", "GetSection", "GetRequiredSection",
                    "GetRequiredValue", "GetConnectionString"})  # fmt: skip


def call(machine: Machine, called: Call) -> Value:
    """What a call comes to; None for what is not known."""
    for each in (_run, _header, _configured, _digested, _compared, _text, _read, _parsed,
                 _checked, _answered, _made):  # fmt: skip
        found = each(machine, called)
        if found is not None:
            return found
    return None


def _run(machine: Machine, call: Call) -> Value:
    """What runs on another thread, or goes on with the request."""
    if isinstance(call.on, Native):
        return machine.call(call.on, call.args)
    functions = [arg for arg in call.args if isinstance(arg, Function)]
    if call.name in _RUNS and functions and machine.active:
        machine.call(functions[0], [])
        return Unknown()
    onwards = next((arg for arg in call.args if isinstance(arg, Native)), None)
    if call.name.startswith("On") and onwards is not None:  # `base.OnActionExecutionAsync(…)`
        return machine.call(onwards, call.args[:1])
    if call.name == "Invoke" and isinstance(call.on, Function):
        return machine.call(call.on, call.args)
    return None


def _header(machine: Machine, call: Call) -> Value:
    first = call.arg(0)
    if not isinstance(first, Const) or isinstance(call.on, Response):
        return None
    header = header_of(str(first.value))
    if header is None:
        return None
    value = signature(machine, header)
    if call.name in ("TryGetValue", "TryGetValues"):
        call.give(1, value)
        return Const(value != NONE)
    return Const(value != NONE) if call.name in ("ContainsKey", "Contains") else value


def _configured(machine: Machine, call: Call) -> Value:
    first = call.arg(0)
    if call.name not in _ASKED or not isinstance(first, Const) or isinstance(call.on, Request):
        return None
    if call.name.endswith("Section"):
        return Unknown(None, None, str(first.value))
    default = call.arg(1, "defaultValue")
    return configured(machine, str(first.value), call.where, default) or Unknown()


# --- digests


def _digested(_: Machine, call: Call) -> Value:  # noqa: PLR0911 any value
    """https://learn.microsoft.com/dotnet/api/system.security.cryptography.hmacsha1"""
    made = _MAC.match(call.name)
    if made:
        key = call.arg(0, "key", "Key")
        return _mac(call, f"sha{made[1]}", key if key is not None else Unknown())
    if call.name == "Create" and isinstance(call.arg(0), Const):
        made = _MAC.match(str(call.args[0].value).rpartition(".")[2])
        return _mac(call, f"sha{made[1]}", Unknown()) if made else None
    if call.name == "CreateHMAC" and len(call.args) > 1:
        said = call.args[0]
        name = said.value if isinstance(said, Const) else getattr(said, "name", "")
        return _mac(call, algorithm_of(str(name)), call.args[1])
    if call.name in ("HashData", "HashDataAsync") and len(call.args) > 1:
        own = _MAC.match(getattr(call.on, "name", "") or "")
        mac = _mac(call, f"sha{own[1]}" if own else None, call.args[0])
        return _digest(mac, call.args[1])
    mac_value = call.on
    if not isinstance(mac_value, Things) or "\0key" not in mac_value.items:
        return None
    if call.name in ("ComputeHash", "ComputeHashAsync"):
        return _digest(mac_value, joined(call.args[:1]))
    if call.name in ("AppendData", "TransformBlock", "TransformFinalBlock"):
        before = mac_value.items["\0data"]
        mac_value.items["\0data"] = joined([*([before] if before != NONE else []), call.args[0]])
        return Unknown()
    if call.name in ("GetHashAndReset", "GetCurrentHash"):
        return _digest(mac_value, mac_value.items["\0data"])
    return None


def _mac(call: Call, algorithm: str | None, key: object) -> Things:
    if key == NONE:
        raise ThrownError(call.where)
    return Things({"\0key": key, "\0algorithm": algorithm, "\0data": NONE})


def _digest(mac: Things, data: object) -> Digest:
    given = _content(data)
    key = mac.items.get("Key", mac.items["\0key"])
    return Digest(mac.items["\0algorithm"], key, given if given != NONE else None)


def _content(value: object) -> Value:
    """What a stream has in it."""
    if isinstance(value, Things) and HELD in value.items:
        return value.items[HELD]
    return Body("given") if isinstance(value, Request) else value


def _compared(machine: Machine, call: Call) -> Value:
    constant = call.name == "FixedTimeEquals"
    if not constant and call.name not in ("SequenceEqual", "Equals", "Compare", "CompareTo",
                                          "CompareOrdinal"):  # fmt: skip
        return None
    operands = call.args if constant else call.values
    found = known.compared(machine, call, operands, constant=constant)
    if call.name.startswith("Compare") and isinstance(found, Const):
        return Const(0 if found.value else 1)
    if found is None and isinstance(call.on, Const) and isinstance(call.arg(0), Const):
        return Const(str(call.on.value).lower() == str(call.args[0].value).lower())
    return found


# --- texts, streams and what is in them


def _text(_: Machine, call: Call) -> Value:  # noqa: PLR0911 any value
    first = call.arg(0)
    if call.name in ("IsNullOrEmpty", "IsNullOrWhiteSpace") and call.args:
        if first in (NONE, EMPTY):
            return Const(True)
        return None if isinstance(first, Unknown) else Const(False)
    if call.name.startswith("ThrowIf"):
        if first in (NONE, EMPTY):
            raise ThrownError(call.where)
        return NONE
    if call.name in ("StartsWith", "EndsWith", "Contains", "StartsWithSegments"):
        if isinstance(call.on, Const) and isinstance(first, Const):
            return Const(str(first.value).lower().strip("/") in str(call.on.value).lower())
        return Const(True) if isinstance(call.on, Signature) else None
    if call.name == "GetBytes":
        if first == NONE:
            raise ThrownError(call.where)
        return first
    if call.name == "ToString" and call.on == NONE:
        return EMPTY  # of a header that is not there
    carried = isinstance(call.on, Signature | Digest | Secret | Const)
    if call.name in _TEXTS and carried and call.on != NONE:
        return call.on
    converts = call.name in ("ToHexString", "ToHexStringLower", "FromHexString", "ToString")
    carried = isinstance(first, Signature | Digest)
    return first if converts and (carried or first == EMPTY) else None


def _read(_: Machine, call: Call) -> Value:
    if call.name == "StringBuilder" or (call.name in _STREAMS and not call.args):
        return Things()
    if call.name.startswith(("Append", "Write")) and isinstance(call.on, Things):
        call.on.items[HELD] = joined([*call.on.items.values(), *call.args])
        return call.on
    if call.name == "ToString" and isinstance(call.on, Things) and HELD in call.on.items:
        return call.on.items[HELD]
    given = body_of([_content(value) for value in (call.on, *call.args[:1])])
    if call.name not in _READS | {"MemoryStream"} or given is None:
        return None
    into = call.arg(0)
    if call.name.startswith("CopyTo") and isinstance(into, Things):
        into.items[HELD] = given
    return Body("given", given.at) if call.name == "GetRawText" else given


def _parsed(_: Machine, call: Call) -> Value:
    given = body_of([_content(value) for value in (call.on, *call.args)])
    if given is None:
        return None
    if call.name in _PARSES:
        return Body("parsed", given.at)
    return Body("again", given.at) if call.name in _WRITES else None


def _checked(_: Machine, call: Call) -> Value:
    """What is done to a request or a stream before it is read."""
    if call.name in ("EnableBuffering", "Seek", "EnableRewind", "Dispose", "DisposeAsync"):
        return NONE
    return None


# --- answers


def _answered(machine: Machine, call: Call) -> Value:
    status = known.status_of(call)
    if isinstance(call.on, Response):
        if call.name.startswith(("Write", "Complete", "Send")):
            machine.reply(status)
        return Response(status)
    if status is None and not isinstance(call.on, Things | Request):
        status = _ANSWERS.get(call.name)
    return Response(status) if status is not None else None


def _made(_: Machine, call: Call) -> Value:
    """A result of a framework by its class, and tasks, which are what they give."""
    if call.name in ("FromResult", "ConfigureAwait", "WaitAsync", "ValueTask"):
        return next((arg for arg in (call.on, *call.args) if isinstance(
            arg, Response | Body | Signature | Digest | Const | Things)), None)  # fmt: skip
    return None
