"""What calls come to that libraries and frameworks are known for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from intercom_scan.audit.signed import idioms
from intercom_scan.audit.signed.ending import (
    ThrownError,
)
from intercom_scan.audit.signed.making import (
    attribute,
    body_of,
    configured,
    joined,
    ordered,
    signature,
    trail_of,
)
from intercom_scan.audit.signed.values import (
    NONE,
    OTHER,
    Body,
    Compared,
    Const,
    Digest,
    Length,
    Request,
    Response,
    Signature,
    Things,
    Unknown,
    Where,
)
from intercom_scan.values import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from intercom_scan.audit.signed.machine import Machine
    from intercom_scan.audit.signed.values import Value

_ERRORS = range(400, 600)


class Call(NamedTuple):
    """A call with its values: `name` is the last part of what is called, `on` what has it.

    `outs` are the places of arguments that the call may write to, each with what does.
    """

    name: str
    on: Value
    args: list[Value]
    named: dict[str, Value]
    where: Where
    outs: tuple[tuple[int, Callable[[Value], None]], ...] = ()

    def give(self, place: int, value: object) -> None:
        """Writes to what is given at a place, if the call may write to that."""
        for out, put in self.outs:
            if out == place:
                put(value)

    @property
    def values(self) -> list[Value]:
        return [self.on, *self.args, *self.named.values()]

    def arg(self, place: int, *names: str) -> Value:
        for name in names:
            if name in self.named:
                return self.named[name]
        return self.args[place] if place < len(self.args) else None


def _header(machine: Machine, call: Call) -> Value:
    place = 1 if isinstance(call.arg(0), Request) else 0
    for arg in call.args[place : place + 1]:
        if isinstance(arg, Const) and isinstance(arg.value, str) and call.name != "set":
            header = idioms.header_of(arg.value)
            if header is not None and not isinstance(call.on, Response):
                return signature(machine, header, call.arg(place + 1, "default"))
    return None


def _configured(machine: Machine, call: Call) -> Value:
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
    return Const(machine.case in ("right", "other"))


def equal(machine: Machine, a: object, b: object, where: Where) -> object:  # noqa: PLR0911 a table
    """Whether two values are the same, as `==` says it."""
    if isinstance(a, Length) or isinstance(b, Length):
        return Const(machine.case != "short" and Const(0) not in (a, b))
    pair = signature_and_digest(a, b)
    if pair is not None:
        return compare(machine, pair, where, constant=False)
    if OTHER in (a, b) or (isinstance(a, Const) and isinstance(b, Const)):
        return Const((machine.trace.other() if OTHER in (a, b) else True) and a == b)
    for one, other in ((a, b), (b, a)):
        if isinstance(one, Signature) and isinstance(other, Const) and _is_prefix(other):
            return Const(True)
        if isinstance(other, Const) and other.value in (None, "", False):
            made = isinstance(one, Body) and one.made
            return Unknown(trail_of(one)) if made or isinstance(one, Unknown) else Const(False)
        if isinstance(one, Digest) and isinstance(other, Const):
            return Const(False)  # no signature came
    return _uncertain((a, b), where)


def within(machine: Machine, what: object, of: object, *, negated: bool) -> object:
    """Whether something is in something, as `in` says it."""
    if what == OTHER:
        return Const(machine.trace.other() == negated)
    if isinstance(of, Request) and isinstance(what, Const) and idioms.header_of(str(what.value)):
        return Const((machine.case != "missing") != negated)
    return Unknown()


def _uncertain(values: tuple[object, ...], where: Where) -> Unknown:
    """What a comparison says that may be the one that counts."""
    trail = next((found for value in values if (found := trail_of(value))), None)
    taken = any(isinstance(value, Signature) for value in values)
    others = any(isinstance(value, Unknown) for value in values)
    if trail is None and taken and others:
        trail = where, "cannot follow what the signature is compared with"
    return Unknown(trail)


def _split(_: Machine, call: Call) -> Value:
    """The pieces of a text that the code says itself, such as the default of a header."""
    if call.name not in ("split", "explode", "partition"):
        return None
    text, mark = (call.arg(1), call.arg(0)) if call.name == "explode" else (call.on, call.arg(0))
    if not (isinstance(text, Const) and isinstance(text.value, str) and isinstance(mark, Const)):
        return None
    pieces = text.value.split(str(mark.value)) if mark.value else [text.value]
    return Things({str(place): Const(piece) for place, piece in enumerate(pieces)})


def _is_prefix(value: Const) -> bool:
    """Whether a text is the one that stands before a digest, `sha1` or `sha1=`."""
    said = value.value
    return isinstance(said, str) and idioms.algorithm_of(said.removesuffix("=")) is not None


_BITS = frozenset({"^", "|", "&", ">>", ">>>", "<<", "-"})


def mixed(machine: Machine, name: str, values: tuple[Value, Value], where: Where) -> Value:
    """What an operator makes of two values; `^` of what is the same is 0, `|` keeps the rest."""
    pair = signature_and_digest(*values)
    if name == "^" and pair is not None:
        return Const(0 if compare(machine, pair, where, constant=True).value else 1)
    if name == "^" and any(isinstance(value, Length) for value in values):
        return Const(int(machine.case == "short"))
    if name in _BITS and any(isinstance(value, Signature | Digest) for value in values):
        return _uncertain(values, where) if name == "^" else joined(values)
    numbers = [v.value for v in values if isinstance(v, Const) and isinstance(v.value, int)]
    if name == "|" and len(numbers) == len(values):
        return Const(numbers[0] | numbers[1])
    return ordered(name, *values)


def _compare(machine: Machine, call: Call) -> Value:
    raises = idioms.COMPARE.get(call.name)
    if raises is None and call.name not in idioms.PLAIN and not (
        call.name in ("compare", "default", "") and _is_buffer_compare(call)
    ):  # fmt: skip
        return None
    operands = call.values if raises is None else call.args
    pairs = _pairs(operands)
    if raises and pairs and machine.case == "short" and not pairs[0][0].even:
        machine.compared.append(Compared(True, call.where, pairs[0][1], pairs[0][0].header))
        raise ThrownError(call.where, implicit=True)
    return compared(machine, call, operands, constant=raises is not None)


def compared(machine: Machine, call: Call, operands: Sequence[Value], *, constant: bool) -> Value:
    """What a comparison of these values comes to; None where neither of them counts."""
    pairs = _pairs(operands)
    if pairs:
        return compare(machine, pairs[0], call.where, constant=constant)
    if any(isinstance(value, Digest) for value in operands):
        return Const(False) if NONE in operands or Const("") in operands else _lost(call)
    return _lost(call) if any(isinstance(value, Signature) for value in operands) else None


def _pairs(operands: Sequence[Value]) -> list[tuple[Signature, Digest]]:
    return [pair for a in operands for b in operands if (pair := signature_and_digest(a, b))]


def _is_buffer_compare(call: Call) -> bool:
    return any(signature_and_digest(a, b) for a in call.values for b in call.values)


def _lost(call: Call) -> Unknown:
    return Unknown((call.where, f"cannot follow what {call.name or 'this'}() compares"))


def _hmac(machine: Machine, call: Call) -> Value:  # noqa: PLR0911 a table
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
    return _web_crypto(machine, call)


def _digest(key: object, data: object, algorithm: object, where: Where) -> Digest:
    if key == NONE:  # no library takes that for a key
        raise ThrownError(where)
    return Digest(_algorithm(algorithm), key, data)


def _web_crypto(machine: Machine, call: Call) -> Value:
    """https://developer.mozilla.org/en-US/docs/Web/API/SubtleCrypto"""
    if call.name == "importKey" and len(call.args) > 2:
        given = call.args[2]
        named = given.items.get("hash") if isinstance(given, Things) else None
        named = named.items.get("name") if isinstance(named, Things) else named
        return _digest(call.args[1], None, named, call.where)
    if call.name == "sign" and len(call.args) > 2 and isinstance(call.args[1], Digest):
        return Digest(call.args[1].algorithm, call.args[1].key, call.args[2])
    if call.name == "verify" and len(call.args) > 3 and isinstance(call.args[1], Digest):
        made = Digest(call.args[1].algorithm, call.args[1].key, call.args[3])
        return compared(machine, call, (call.args[2], made), constant=True)
    return None


def _algorithm(value: object) -> str | None:
    if isinstance(value, Const) and isinstance(value.value, str):
        return idioms.algorithm_of(value.value)
    return None


def _body(machine: Machine, call: Call) -> Value:  # noqa: PLR0911 a table
    first = call.args[0] if call.args else None
    given = body_of([first])
    if call.name in idioms.READS_PARSED and isinstance(first, Request):
        return Body("parsed")
    if call.name in idioms.SERIALISES and given is not None:
        return replace(given, form="again")
    if call.name in idioms.PARSES and isinstance(first, Body):
        return replace(first, form="parsed")
    if isinstance(call.on, Body):
        return _part(machine, call.on, call)
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


def _part(machine: Machine, body: Value, call: Call) -> Value:
    """What is taken out of a body by keys, or by a method that is called like one."""
    keys = [arg.value for arg in call.args if isinstance(arg, Const) and isinstance(arg.value, str)]
    if not keys and not call.args and call.name.startswith("get") and call.name != "getBytes":
        keys = [call.name]
    elif call.name not in idioms.TAKES:
        return None
    for key in keys[: None if call.name == "dig" else 1]:
        body = attribute(machine, body, key, call.where)
    return body if keys else None


def _other_topic(machine: Machine, call: Call) -> Value:
    """What is said of a topic that the code does not name."""
    if OTHER not in call.values:
        return None
    if idioms.ASKS.search(call.name) and machine.trace.other():
        return Const(False)
    looks = isinstance(call.on, Things | Unknown) and call.name in idioms.TAKES
    return call.arg(1, "default") or NONE if looks else None


def _gathered(machine: Machine, call: Call) -> Value:
    """What is put into a list, and what is asserted."""
    if isinstance(call.on, Things) and call.name in ("push", "append") and call.args:
        call.on.items[str(len(call.on.items))] = call.args[0]
        return Unknown()
    if call.name not in idioms.ASSERTS or not call.args or not machine.active:
        return None
    if not machine.truth(call.args[0]):
        raise ThrownError(call.where)
    return Unknown()


def _answer(machine: Machine, call: Call) -> Value:
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
KNOWN = (_gathered, _header, _configured, _compare, _hmac, _split, _other_topic, _body, _answer)
