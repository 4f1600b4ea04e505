"""What a call comes to, for a machine that runs a handler on paper."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from intercom_scan.audit.signed import dialects, idioms
from intercom_scan.audit.signed.binding import put, shared
from intercom_scan.audit.signed.ending import ReturnedError, ThrownError
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
    Later,
    Native,
    Pending,
    Request,
    Response,
    Scope,
    Secret,
    Signature,
    Things,
    Unknown,
    Where,
)
from intercom_scan.audit.syntax.lowering import LATER, WAITED
from intercom_scan.values import replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from intercom_scan.audit.signed.machine import Machine
    from intercom_scan.audit.signed.tracing import Step
    from intercom_scan.audit.signed.values import Value
    from intercom_scan.audit.syntax.tree import Node

_PARSERS = ("json", "urlencoded", "raw")
_TELLS = re.compile(r"sign|verif|auth|intercom", re.IGNORECASE)
_TELLING = 4  # letters; shorter names are met everywhere


def evaluate(machine: Machine, node: Node, scope: Scope) -> tuple[Call, Value]:
    """A call's values, and the function of the project that it means, if it is known."""
    callee = node.parts[0]
    on = function = None
    if callee.kind in ("member", "index"):
        on = machine.run(callee.parts[0], scope)
        on = shared(machine, on) if isinstance(on, Class) else on
        if callee.kind == "member" and isinstance(on, Things):
            function = on.items.get(callee.name)
        if function is None and callee.kind == "member" and (own := dialects.of(scope.path)):
            function = own.member(machine, on, callee, scope)
    else:
        function = _own(callee, scope) or machine.run(callee, scope)
    args: list[Value] = []
    named: dict[str, Value] = {}
    outs: list[tuple[int, Callable[[Value], None]]] = []
    for part in node.parts[1:]:
        if part.kind == "named":
            named[part.name] = settled(machine.run(part.parts[0], scope))
            continue
        if part.kind == "out":
            outs.append((len(args), partial(put, machine, part.parts[0], scope=scope)))
        args.append(settled(machine.run(part.parts[0] if part.kind == "out" else part, scope)))
    name = callee.name
    if callee.kind == "index" and callee.parts[-1].kind == "text":
        name = callee.parts[-1].name  # app["post"](…)
    if isinstance(function, Unknown) and function.module is not None and callee.kind == "name":
        on, name = function, _theirs(function.module, function.name)
    known = function if isinstance(function, Function | Class | Native) else None
    return Call(name, on, args, named, machine.at(node, scope), tuple(outs)), known


def _own(callee: Node, scope: Scope) -> Function | None:
    """The method that a bare name is called for, in languages that need no `this`."""
    if callee.kind != "name" or dialects.of(scope.path) is None:
        return None
    owner, found = scope.find("this"), scope.find(callee.name)
    held = owner.items.get(callee.name) if isinstance(owner, Things) else None
    return held if isinstance(held, Function) and not isinstance(found, Function) else None


def brought(machine: Machine, module: str, name: str, scope: Scope) -> Value:
    """What an import brings: at once only where it matters that the module has run by then."""
    bring = partial(machine.exported, module, name, scope.path)
    # A program that does not start without a secret throws at the import, not where it is used.
    if machine.case == "unset" or dialects.of(scope.path) is not None:
        return bring()
    return Later(bring) if machine.modules.resolve(module, scope.path) is not None else bring()


def included(machine: Machine, module: str, scope: Scope) -> None:
    """A file whose names come with it, and which does what it does where it is included."""
    path = machine.modules.resolve(module, scope.path)
    if path is None or path == scope.path:
        return
    inner = Scope(path, scope)
    inner.names |= machine.load(path).names
    tree = machine.modules.tree(path)
    if machine.active and tree is not None:
        with suppress(ReturnedError):
            machine.run(tree, inner)
    own = ("exports", "module", "self", "this")
    scope.names |= {name: value for name, value in inner.names.items() if name not in own}


def _theirs(module: str, name: str) -> str:
    """What a package calls a function, however it is imported; its own name where it is one."""
    return module.rpartition("/")[2] if name in ("*", "default", "") else name


def result(machine: Machine, call: Call, function: object) -> Value:
    """What a call returns, by what it is known to do, in the order of how sure that is."""
    if call.name in idioms.ROUTES:
        machine.registered.append(call)
    first = call.arg(0)
    text = first.value if isinstance(first, Const) else None  # Kotlin requires a condition
    if call.name in ("require", "import") and isinstance(text, str):
        return machine.exported(text, "*", call.where.path)
    if function is None and (router := _router(call)) is not None:
        return router
    if function is not None:
        value = _run(machine, function, call)
        if call.outs and isinstance(function, Function) and machine.ended is not None:
            params = function.node.parts[0].parts
            for place, write in call.outs:
                written = params[place].parts[0].name if place < len(params) else ""
                write(machine.ended.find(written) or Unknown())
        return value
    options = call.arg(0)
    if call.name in _PARSERS and isinstance(options, Things) and "verify" in options.items:
        return options  # https://expressjs.com/en/api.html#express.json
    dialect = dialects.of(call.where.path)
    own = () if dialect is None else (dialect.call,)
    for known in (*own, _promised, _wrapped, *KNOWN, _callback):
        found = known(machine, call)
        if found is not None:
            return found
    return _elsewhere(machine, call)


def _router(call: Call) -> Things | None:
    """What routes are registered on, known again where it is mounted."""
    if call.name in idioms.ROUTERS:
        given = [*call.args, *call.named.values()]
        held = [v for each in given if isinstance(each, Things) for v in each.items.values()]
        texts = [value for value in [*given, *held] if isinstance(value, Const)]
        prefix = Const(" ".join(str(text.value) for text in texts))
        return Things({**call.named, "prefix": prefix})  # `dependencies` among them
    if isinstance(call.on, Things) and "prefix" in call.on.items and call.name in idioms.VERBS:
        return call.on  # which the next verb is called on
    alone = call.name == "route" and call.on is not None and len(call.args) == 1
    if alone and isinstance(call.args[0], Const):  # Express's `app.route(…)`
        return Things({"prefix": call.args[0]})
    return None


def _run(machine: Machine, function: object, call: Call) -> Value:
    value = machine.call(function, call.args, call.named)
    return Pending(value) if _later(function) and isinstance(value, Const) else value


def _later(function: object) -> bool:
    return isinstance(function, Function) and function.node.parts[2].name == LATER


def settled(value: Value) -> Value:
    """What a promise comes to, where somebody waits for it."""
    return value.value if isinstance(value, Pending) else value


def _wrapped(_: Machine, call: Call) -> Value:
    if call.name == "all" and isinstance(call.arg(0), Things):
        return call.args[0]  # Promise.all([…])
    if call.name not in idioms.WRAPS:
        return None
    return next((arg for arg in call.args if isinstance(arg, Function)), None)


def _callback(machine: Machine, call: Call) -> Value:
    """Functions that are given to others: promises, and what reads a stream."""
    functions = [arg for arg in call.args if isinstance(arg, Function)]
    if not functions or not machine.active:
        return None
    if call.name == "Promise" or call.name in idioms.LATER:
        held: list[Value] = []
        machine.call(functions[0], [Native(held.extend), Native(lambda _: NONE)])
        return held[0] if held else Unknown()
    if call.name in ("on", "once") and isinstance(call.on, Request):
        machine.call(functions[0], [Body("given")])
        return call.on
    if call.name in ("then", "map", "forEach", "finally", "some", "filter", "every"):
        given = body_of([call.on]) or (call.on if isinstance(call.on, Signature | Digest) else None)
        return machine.call(functions[0], [given or Unknown(trail_of(call.on))])
    return None


def _promised(machine: Machine, call: Call) -> Value:
    """What becomes of a promise: `catch` and `finally` leave it as it is."""
    if not isinstance(call.on, Pending):
        return None
    then = call.args[0] if call.name == "then" and call.args else None
    return call.on if then is None else machine.call(then, [call.on.value])


def _elsewhere(machine: Machine, call: Call) -> Value:
    """What is called is not in sight: another file's function by its name, or a package's."""
    found = _by_name(machine, call)
    if found is not None:
        return _run(machine, found, call)
    if call.on == NONE:
        return NONE
    for last in (_test, _conversion):
        value = last(machine, call)
        if value is not None:
            return value
    made = joined(call.values)
    if isinstance(made, Body) and not isinstance(call.on, Body):
        return replace(made, made=True)
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
    if Where(path, node.line) in machine.running:  # of another object, as it is on this one now
        return None
    scope = machine.load(path)
    known = scope.find(node.name)
    return known if isinstance(known, Function) else Function(node, scope, Things())


def _test(machine: Machine, call: Call) -> Value:
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


def _conversion(machine: Machine, call: Call) -> Value:
    if call.name == "len" and call.args:
        return attribute(machine, call.args[0], "length", call.where)
    converts = idioms.CONVERTS.search(call.name)
    carried = isinstance(call.on, Signature | Digest | Body | Secret)
    if call.on == Const("") and call.name in idioms.CUTS:  # of nothing nothing is left
        return Things({"0": call.on, "1": NONE, "2": NONE}) if call.name == "split" else call.on
    if converts and isinstance(call.arg(0), Const) and not carried:
        return call.on if isinstance(call.on, Const) else call.args[0]
    if isinstance(call.on, Const) and not converts:
        return joined([value for value in call.values if not isinstance(value, Const)])
    return None


def discarded(machine: Machine, node: Node, scope: Scope, *, returned: bool = False) -> Value:
    """A statement that is a call: an act, if something of the body is given to it."""
    if node.kind != "call":
        return machine.run(node, scope)
    call, function = evaluate(machine, node, scope)
    plain = returned and _plain(call)
    waited = returned or node.name == WAITED
    step = machine.trace.step(call, node, waited=waited)
    try:
        value = _acted(machine, step, function, may=not plain)
    except ThrownError:
        if waited or not _later(function):
            raise
        return NONE  # nobody hears of it
    if node.name == WAITED:
        value = settled(value)
    if call.name == "update" and isinstance(value, Digest) and node.parts[0].parts:
        put(machine, node.parts[0].parts[0], value, scope)  # the one that is there changes
    return value


def used(machine: Machine, node: Node, scope: Scope) -> Value:
    """A call whose result is used: an act only where its name says so."""
    call, function = evaluate(machine, node, scope)
    step = machine.trace.step(call, node, waited=node.name == WAITED)
    value = _acted(machine, step, function, may=_acts(call))
    return settled(value) if node.name == WAITED else value


def _acts(call: Call) -> bool:
    """Whether a name says that something is done, of a call whose result is used.

    Some names say so only of what was handed to the code: `queue.Send(…)`, not `strings.Send(…)`.
    """
    handed = isinstance(call.on, Unknown) and call.on.module is None
    typed = dialects.of(call.where.path) is not None and idioms.ACTS_ON.search(call.name)
    return idioms.ACTS.search(call.name) is not None or bool(handed and typed)


def _acted(machine: Machine, step: Step, function: object, *, may: bool) -> Value:
    call = step.call
    before = (len(machine.compared), len(machine.lost), machine.answered, len(machine.acts))
    with machine.trace.within(step, machine, function):
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
        or isinstance(value, Response | Digest | Signature | Pending)
        or (isinstance(value, Const) and isinstance(value.value, bool))
    )


def _plain(call: Call) -> bool:
    if dialects.of(call.where.path) is not None and idioms.ACTS.search(call.name):
        return False  # where functions begin with capital letters, too
    made = call.name in idioms.PARSES | idioms.SERIALISES
    return made or call.name[:1].isupper() or idioms.CONVERTS.search(call.name) is not None


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
