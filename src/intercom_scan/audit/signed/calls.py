"""What a call comes to, for a machine that runs a handler on paper."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from intercom_scan.audit.signed import dialects, idioms
from intercom_scan.audit.signed.known import KNOWN, Call
from intercom_scan.audit.signed.making import (
    attribute,
    body_of,
    joined,
    trail_of,
)
from intercom_scan.audit.signed.values import (
    NONE,
    Body,
    Class,
    Const,
    Digest,
    Function,
    Native,
    Request,
    Response,
    Scope,
    Secret,
    Signature,
    Things,
    Unknown,
)

if TYPE_CHECKING:
    from intercom_scan.audit.signed.machine import Machine
    from intercom_scan.audit.syntax.tree import Node

_PARSERS = ("json", "urlencoded", "raw")
_TELLS = re.compile(r"sign|verif|auth|intercom", re.IGNORECASE)
_TELLING = 4  # letters; shorter names are met everywhere


def evaluate(machine: Machine, node: Node, scope: Scope) -> tuple[Call, Any]:
    """A call's values, and the function of the project that it means, if it is known."""
    callee = node.parts[0]
    on = function = None
    if callee.kind in ("member", "index"):
        on = machine.run(callee.parts[0], scope)
        if callee.kind == "member" and isinstance(on, Things):
            function = on.items.get(callee.name)
    else:
        function = machine.run(callee, scope)
    args, named = [], {}
    for part in node.parts[1:]:
        if part.kind == "named":
            named[part.name] = machine.run(part.parts[0], scope)
        else:
            args.append(machine.run(part, scope))
    name = callee.name
    if isinstance(function, Unknown) and function.module is not None and callee.kind == "name":
        on, name = function, _theirs(function.module, function.name)
    known = function if isinstance(function, Function | Class | Native) else None
    return Call(name, on, args, named, machine.at(node, scope)), known


def _theirs(module: str, name: str) -> str:
    """What a package calls a function, however it is imported; its own name where it is one."""
    return module.rpartition("/")[2] if name in ("*", "default", "") else name


def result(machine: Machine, call: Call, function: object) -> Any:  # noqa: ANN401 any value
    """What a call returns, by what it is known to do, in the order of how sure that is."""
    if call.name in idioms.ROUTES:
        machine.registered.append(call)
    if call.name in ("require", "import") and call.args and isinstance(call.args[0], Const):
        return machine.exported(str(call.args[0].value), "*", call.where.path)
    if call.name in idioms.ROUTERS and function is None:
        texts = [v for v in [*call.args, *call.named.values()] if isinstance(v, Const)]
        prefix = Const(" ".join(str(text.value) for text in texts))
        return Things({"prefix": prefix})  # known again where it is mounted
    if function is not None:
        return machine.call(function, call.args, call.named)
    options = call.arg(0)
    if call.name in _PARSERS and isinstance(options, Things) and "verify" in options.items:
        return options  # https://expressjs.com/en/api.html#express.json
    dialect = dialects.of(call.where.path)
    own = () if dialect is None else (dialect.call,)
    for known in (*own, *KNOWN, _callback):
        found = known(machine, call)
        if found is not None:
            return found
    return _elsewhere(machine, call)


def _callback(machine: Machine, call: Call) -> Any:  # noqa: ANN401 any value
    """Functions that are given to others: promises, and what reads a stream."""
    functions = [arg for arg in call.args if isinstance(arg, Function)]
    if not functions or not machine.active:
        return None
    if call.name == "Promise":
        held: list[Any] = []
        machine.call(functions[0], [Native(held.extend), Native(lambda _: NONE)])
        return held[0] if held else Unknown()
    if call.name in ("on", "once") and isinstance(call.on, Request):
        machine.call(functions[0], [Body("given")])
        return call.on
    if call.name in ("then", "map", "forEach", "finally", "some", "filter", "every"):
        given = body_of([call.on]) or (call.on if isinstance(call.on, Signature | Digest) else None)
        return machine.call(functions[0], [given or Unknown(trail_of(call.on))])
    return None


def _elsewhere(machine: Machine, call: Call) -> Any:  # noqa: ANN401 any value
    """What is called is not in sight: another file's function by its name, or a package's."""
    found = _by_name(machine, call)
    if found is not None:
        return machine.call(found, call.args, call.named)
    if call.on == NONE:
        return NONE
    for last in (_test, _conversion):
        value = last(machine, call)
        if value is not None:
            return value
    made = joined(call.values)
    return Unknown() if isinstance(made, Const) and not isinstance(call.on, Const) else made


def _by_name(machine: Machine, call: Call) -> Function | None:
    """The one function of the repository that is called so, on whatever it is called."""
    outside = isinstance(call.on, Unknown) and call.on.module is not None
    within = isinstance(call.on, Signature | Digest | Body | Secret | Request | Const)
    concerned = any(
        isinstance(value, Signature | Secret | Digest | Body | Request) for value in call.values
    )
    if not concerned or not machine.active or outside or within or len(call.name) < _TELLING:
        return None
    found = machine.modules.functions(call.name)
    if len(found) != 1:
        return None
    path, node = found[0]
    scope = machine.load(path)
    known = scope.find(node.name)
    return known if isinstance(known, Function) else Function(node, scope, Things())


def _test(machine: Machine, call: Call) -> Any:  # noqa: ANN401 any value
    """Questions about the signature: by its shape, or by a package that is not in sight."""
    taken = next((value for value in call.values if isinstance(value, Signature)), None)
    asked = any(isinstance(value, Request) for value in call.args)
    if body_of(call.args) is not None:  # what is asked about is the body, beside no signature
        asked = asked or NONE in call.args or any(isinstance(v, Secret) for v in call.args)
    if call.name in ("startsWith", "startswith", "isinstance") and taken:
        return Const(True)
    if call.name in ("match", "fullmatch") and taken:
        return taken
    if not idioms.VERIFIES.search(call.name) and call.name != "test":
        return None
    if isinstance(call.on, Digest) or not (taken or asked):
        return None
    if call.name == "test" or isinstance(call.on, Signature):
        return Const(machine.case != "short")
    trail = (call.where, f"{call.name}() is not in the repository")
    machine.lost[trail] = None
    return Unknown(trail)


def _conversion(machine: Machine, call: Call) -> Any:  # noqa: ANN401 any value
    if call.name == "len" and call.args:
        return attribute(machine, call.args[0], "length", call.where)
    converts = idioms.CONVERTS.search(call.name)
    carried = isinstance(call.on, Signature | Digest | Body | Secret)
    if converts and isinstance(call.arg(0), Const) and not carried:
        return call.on if isinstance(call.on, Const) else call.args[0]
    if isinstance(call.on, Const) and not converts:
        return joined([value for value in call.values if not isinstance(value, Const)])
    return None


def discarded(machine: Machine, node: Node, scope: Scope, *, returned: bool = False) -> Any:  # noqa: ANN401
    """A statement that is a call: an act, if something of the body is given to it."""
    if node.kind != "call":
        return machine.run(node, scope)
    call, function = evaluate(machine, node, scope)
    plain = returned and _plain(call)
    return _acted(machine, call, function, may=not plain)


def used(machine: Machine, node: Node, scope: Scope) -> Any:  # noqa: ANN401 any value
    """A call whose result is used: an act only where its name says so."""
    call, function = evaluate(machine, node, scope)
    return _acted(machine, call, function, may=idioms.ACTS.search(call.name) is not None)


def _acted(machine: Machine, call: Call, function: object, *, may: bool) -> Any:  # noqa: ANN401
    before = (len(machine.compared), len(machine.lost), machine.answered, len(machine.acts))
    value = result(machine, call, function)
    after = (len(machine.compared), len(machine.lost), machine.answered, len(machine.acts))
    given = body_of([*call.args, *call.named.values()]) is not None
    if machine.active and may and given and before == after and not _idle(call, value):
        machine.acts.append(call.where)
    return value


def _idle(call: Call, value: object) -> bool:
    """Whether a call only tells or prepares something."""
    return (
        idioms.IDLE.search(call.name) is not None
        or idioms.VERIFIES.search(call.name) is not None
        or isinstance(call.on, Response | Request | Native)
        or isinstance(value, Response | Digest | Signature)
    )


def _plain(call: Call) -> bool:
    return call.name[:1].isupper() or call.name in idioms.PARSES | idioms.SERIALISES


def decorated(machine: Machine, mark: Node, function: object, scope: Scope) -> object:
    """What a decorator makes of a function: a wrapper of the project's own, or the same."""
    if mark.kind == "call":
        call, known = evaluate(machine, mark, scope)
        machine.registered.append(call._replace(args=[*call.args, function]))
        maker = machine.call(known, call.args, call.named) if known is not None else None
    else:
        maker = machine.run(mark, scope)
        if isinstance(maker, Unknown) and maker.module and _TELLS.search(mark.name):
            where = machine.at(mark, scope)
            machine.lost[where, f"{mark.name} is not in the repository"] = None
        machine.registered.append(Call(mark.name, None, [function], {}, machine.at(mark, scope)))
    made = machine.call(maker, [function]) if isinstance(maker, Function) else None
    return made if isinstance(made, Function) else function
