"""What calls come to that libraries and frameworks are known for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from intercom_scan.audit.signed import idioms
from intercom_scan.audit.signed.ending import (
    ThrownError,
)
from intercom_scan.audit.signed.making import (
    body_of,
    configured,
    joined,
    signature,
)
from intercom_scan.audit.signed.values import (
    NONE,
    Body,
    Compared,
    Const,
    Digest,
    Request,
    Response,
    Signature,
    Things,
    Unknown,
    Where,
)

if TYPE_CHECKING:
    from intercom_scan.audit.signed.machine import Machine

_ERRORS = range(400, 600)


class Call(NamedTuple):
    """A call with its values: `name` is the last part of what is called, `on` what has it."""

    name: str
    on: Any
    args: list[Any]
    named: dict[str, Any]
    where: Where

    @property
    def values(self) -> list[Any]:
        return [self.on, *self.args, *self.named.values()]

    def arg(self, place: int, *names: str) -> Any:  # noqa: ANN401 any value
        for name in names:
            if name in self.named:
                return self.named[name]
        return self.args[place] if place < len(self.args) else None


def _header(machine: Machine, call: Call) -> Any:  # noqa: ANN401 any value
    for arg in call.args[:1]:
        if isinstance(arg, Const) and isinstance(arg.value, str) and call.name != "set":
            header = idioms.header_of(arg.value)
            if header is not None and not isinstance(call.on, Response):
                return signature(machine, header, call.arg(1, "default"))
    return None


def _configured(machine: Machine, call: Call) -> Any:  # noqa: ANN401 any value
    if call.name == "getattr":
        call = call._replace(args=call.args[1:])
    key = call.args[0] if call.args else None
    if not (isinstance(key, Const) and isinstance(key.value, str)):
        return None
    if isinstance(call.on, Unknown | Things | None) and call.name.lower() in (
        "get", "getenv", "getorthrow", "config", "env", "getattr", "require"
    ):  # fmt: skip
        default = call.arg(1, "default")
        return configured(machine, key.value, call.where, default)
    return None


def signature_and_digest(a: object, b: object) -> tuple[Signature, Digest] | None:
    for one, other in ((a, b), (b, a)):
        if isinstance(one, Signature) and isinstance(other, Digest):
            return one, other
    return None


def compare(
    machine: Machine, pair: tuple[Signature, Digest], where: Where, *, constant: bool
) -> Const:
    """The verdict of this run's request; what was compared, and how, is kept."""
    found, digest = pair
    machine.compared.append(Compared(constant, where, digest, found.header))
    return Const(machine.case == "right")


def _compare(machine: Machine, call: Call) -> Any:  # noqa: ANN401 any value
    raises = idioms.COMPARE.get(call.name)
    if raises is None and call.name not in idioms.PLAIN and not (
        call.name in ("compare", "default", "") and _is_buffer_compare(call)
    ):  # fmt: skip
        return None
    operands = call.values if raises is None else call.args
    pairs = [pair for a in operands for b in operands if (pair := signature_and_digest(a, b))]
    if not pairs:
        if any(isinstance(value, Digest) for value in operands):
            return Const(False) if NONE in operands or Const("") in operands else _lost(call)
        return _lost(call) if any(isinstance(v, Signature) for v in operands) else None
    if raises and machine.case == "short" and not pairs[0][0].even:
        machine.compared.append(Compared(True, call.where, pairs[0][1], pairs[0][0].header))
        raise ThrownError(call.where, implicit=True)
    return compare(machine, pairs[0], call.where, constant=raises is not None)


def _is_buffer_compare(call: Call) -> bool:
    return any(signature_and_digest(a, b) for a in call.values for b in call.values)


def _lost(call: Call) -> Unknown:
    return Unknown((call.where, f"cannot follow what {call.name or 'this'}() compares"))


def _hmac(_: Machine, call: Call) -> Any:  # noqa: ANN401, PLR0911 a table
    if call.name in idioms.HMAC_OF_KEY and (call.args or call.named):
        algorithm, key = idioms.HMAC_OF_KEY[call.name]
        if call.name in ("new", "HMAC"):
            if not (isinstance(call.on, Unknown) and call.on.module == "hmac"):
                return None
            made = call.arg(0, "key"), call.arg(1, "msg"), call.arg(2, "digestmod")
            return _digest(*made, call.where)
        return _digest(call.arg(key), None, call.args[algorithm], call.where)
    if call.name == "digest" and isinstance(call.on, Unknown) and call.on.module == "hmac":
        made = call.arg(0, "key"), call.arg(1, "msg"), call.arg(2, "digest")
        return _digest(*made, call.where)
    of_message = idioms.HMAC_OF_MESSAGE.search(call.name)
    if of_message and len(call.args) > 1:
        return Digest(of_message[1].lower(), call.args[1], call.args[0])
    if call.name == "update" and isinstance(call.on, Digest) and call.args:
        return Digest(call.on.algorithm, call.on.key, joined([call.on.data, call.args[0]]))
    return _web_crypto(call)


def _digest(key: object, data: object, algorithm: object, where: Where) -> Digest:
    if key == NONE:  # no library takes that for a key
        raise ThrownError(where)
    return Digest(_algorithm(algorithm), key, data)


def _web_crypto(call: Call) -> Any:  # noqa: ANN401 any value
    """https://developer.mozilla.org/en-US/docs/Web/API/SubtleCrypto"""
    if call.name == "importKey" and len(call.args) > 2:
        given = call.args[2]
        named = given.items.get("hash") if isinstance(given, Things) else None
        named = named.items.get("name") if isinstance(named, Things) else named
        return _digest(call.args[1], None, named, call.where)
    if call.name == "sign" and len(call.args) > 2 and isinstance(call.args[1], Digest):
        return Digest(call.args[1].algorithm, call.args[1].key, call.args[2])
    return None


def _algorithm(value: object) -> str | None:
    if isinstance(value, Const) and isinstance(value.value, str):
        return idioms.algorithm_of(value.value)
    return None


def _body(_: Machine, call: Call) -> Any:  # noqa: ANN401, PLR0911 a table
    first = call.args[0] if call.args else None
    if call.name in idioms.SERIALISES and isinstance(body_of([first]), Body):
        return Body("again")
    if call.name in idioms.PARSES and isinstance(first, Body):
        return Body("parsed")
    if isinstance(call.on, Request) and not (call.args and call.name in idioms.SENDS):
        if call.name in idioms.ONWARDS:
            return Request()
        if call.name in idioms.PARSED:
            return Body("parsed")
        if call.name in idioms.GIVEN:
            return Body("given")
    reads = idioms.READS.search(call.name) and not idioms.VERIFIES.search(call.name)
    if reads and isinstance(first, Request) and not isinstance(call.on, Things):
        return Body("given")
    return None


def _answer(machine: Machine, call: Call) -> Any:  # noqa: ANN401 any value
    """Answers of frameworks: a status anywhere among what is given, or a name that refuses."""
    status = status_of(call)
    own = isinstance(call.on, Response | Request)
    if (call.name == "throw" and isinstance(call.on, Request)) or call.name == "abort":
        raise ThrownError(call.where)
    if own and (call.name in idioms.STATUS or call.name in idioms.SENDS):
        known = status if status is not None else getattr(call.on, "status", None)
        if call.name in idioms.SENDS:
            machine.reply(known)
        return Response(known)
    if status is not None:
        return Response(status)
    return None


def status_of(call: Call) -> int | None:
    """The status that a call gives an answer, if it is one of an error."""
    if idioms.REFUSES.search(call.name):
        return 401
    for value in [*call.args, *call.named.values()]:
        found = status_in(value)
        if found is not None:
            return found
    return None


def status_in(value: object) -> int | None:
    """An error's status as a number, in an answer, or in an object or tuple."""
    if isinstance(value, Const) and isinstance(value.value, int) and value.value in _ERRORS:
        return value.value
    if isinstance(value, Response) and value.status in _ERRORS:
        return value.status
    if isinstance(value, Things):
        for key in ("status", "statusCode", "status_code", "1"):
            if isinstance(found := value.items.get(key), Const | Response):
                return status_in(found)
    return None


# In the order of how sure they are.
KNOWN = (_header, _configured, _compare, _hmac, _body, _answer)
