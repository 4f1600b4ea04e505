"""What is made of values: attributes of them, and what several become together."""

from __future__ import annotations

import operator
import re
from typing import TYPE_CHECKING

from intercom_scan.audit.signed import idioms
from intercom_scan.audit.signed.values import (
    NONE,
    OTHER,
    WHOLE,
    Body,
    Const,
    Digest,
    Length,
    Request,
    Response,
    Secret,
    Signature,
    Things,
    Unknown,
    Where,
)
from intercom_scan.values import replace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from intercom_scan.audit.signed.machine import Machine
    from intercom_scan.audit.signed.values import Value


_ORDER = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_DEEP = 8  # keys that are known of a part
_TEXT = 64 << 10  # characters; a text that is doubled in each line has no end
_PARTS = 32  # of a body in a value; of more it is all


def attribute(machine: Machine, holder: object, name: str, where: Where) -> Value:  # noqa: PLR0911, PLR0912 a table
    """What `holder.name` or `holder["name"]` is."""
    header = idioms.header_of(name)
    if header is not None and not isinstance(holder, Response):
        return signature(machine, header)
    if isinstance(holder, Things):
        if name in holder.items:
            return holder.items[name]
        if name == "length":
            return Unknown()
        if name == OTHER.value and machine.trace.other():
            return NONE
    if name in ("length", "byteLength", "size"):
        if isinstance(holder, Signature | Digest):
            return Length(holder)
        if isinstance(holder, Const) and isinstance(holder.value, str):
            return Const(len(holder.value))
    if isinstance(holder, Request):
        return _of_request(name)
    if isinstance(holder, Signature | Digest | Secret):
        return holder
    if isinstance(holder, Body):
        return _part(machine, holder, name)
    if isinstance(holder, Response):
        return holder
    if idioms.REFUSES.search(name):
        return Const(401)
    if idioms.algorithm_of(name):
        return Const(name)
    known = configured(machine, name, where) if isinstance(holder, Unknown | Things) else None
    if known is not None:
        return known
    module = holder.module if isinstance(holder, Unknown) else None
    return Unknown(trail_of(holder), module, name)


def _of_request(name: str) -> object:
    if name == "method":
        return Const("POST")
    if name in idioms.PARSED:
        return Body("parsed")
    if name in ("res", "response", "reply"):
        return Response()
    if name in idioms.GIVEN and name != "raw":
        return Body("given")
    return Request() if name in idioms.ONWARDS else Unknown()


def _part(machine: Machine, body: Body, name: str) -> Body | Const:
    """What stands under a key of a body, or of a part of it."""
    if name in idioms.PARSED:
        return replace(body, form="parsed")
    key = re.sub(r"^get(?=[A-Z_])|[^A-Za-z]", "", name).lower()
    if machine.case == "other" and key == "topic":
        return OTHER
    return replace(body, at=frozenset((*keys[:_DEEP], key) for keys in body.at))


def joined(values: Iterable[object]) -> Value:
    """What is made of several values, by the one that counts most."""
    values = list(values)
    for kind in (Digest, Signature):
        for value in values:
            if isinstance(value, kind):
                return value
    body = body_of(values)
    if body is not None:
        return body
    for value in values:
        if isinstance(value, Secret):
            return value
    texts = [value for value in values if value is not None]
    if NONE in texts:
        return NONE
    written = [value for value in texts if isinstance(value, Const)]
    if texts and len(written) == len(texts):
        return written[0] if len(written) == 1 else _written(written)
    return Unknown(next((trail for v in values if (trail := trail_of(v))), None))


def _written(texts: list[Const]) -> Const | Unknown:
    """Texts one after the other, as far as that is what a person would write."""
    said = [str(text.value) for text in texts]
    return Const("".join(said)) if sum(map(len, said)) <= _TEXT else Unknown()


def decided(value: Value, *, holds: bool) -> Value:
    """A value that a run has taken to be true, or not to be: it stays so."""
    if isinstance(value, Unknown):
        return replace(value, decided=holds)
    return value if holds or not isinstance(value, Body) else Const(False)


def body_of(values: Iterable[object]) -> Body | None:
    """The body, where these values have it or parts of it, all together; the worst form counts."""
    found: list[Body] = []
    for value in values:
        if isinstance(value, Body):
            found.append(value)
        elif isinstance(value, Things):
            inner = body_of(v for v in value.items.values() if not isinstance(v, Things))
            found += [inner] if inner is not None else []
    order = ("again", "parsed", "given")
    worst = min(found, key=lambda body: order.index(body.form), default=None)
    if worst is None or len(found) == 1:
        return worst
    parts = frozenset[tuple[str, ...]]().union(*(body.at for body in found))
    return replace(worst, at=parts if len(parts) <= _PARTS else WHOLE)


def ordered(name: str, first: object, second: object) -> object:
    """What `<` and the like say of two values; of numbers alone it is known."""
    compare = _ORDER.get(name)
    if compare is not None and isinstance(first, Const) and isinstance(second, Const):
        one, other = first.value, second.value
        if isinstance(one, int) and isinstance(other, int):
            return Const(compare(one, other))
    return Unknown(trail_of(first) or trail_of(second))


def trail_of(value: object) -> tuple[Where, str] | None:
    return value.trail if isinstance(value, Unknown) else None


def signature(machine: Machine, header: str, default: object = None) -> object:
    """The value of a signature's header, as this run's request has it."""
    machine.read.add(header)
    if machine.case == "missing":
        return default if isinstance(default, Const) else NONE
    return Signature(header)


def configured(machine: Machine, name: str, where: Where, default: object = None) -> Value:
    """What a name of the environment or a configuration has, or the default it is read with."""
    if idioms.SECRET.search(name):
        if machine.case == "unset":
            return default if isinstance(default, Const) else NONE
        return Secret(name)
    return Unknown((where, f"what happens depends on {name}")) if name.isupper() else None
