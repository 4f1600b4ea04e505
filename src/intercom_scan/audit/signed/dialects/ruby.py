"""Ruby: Rails, Sinatra and Rack, and the libraries that webhooks are verified with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.audit.signed import idioms
from intercom_scan.audit.signed.dialects import rails, sinatra
from intercom_scan.audit.signed.dialects.composing import ANSWERED, told
from intercom_scan.audit.signed.dialects.model import Dialect
from intercom_scan.audit.signed.ending import ThrownError
from intercom_scan.audit.signed.making import body_of, configured, joined, trail_of
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

# https://github.com/rack/rack/blob/main/lib/rack/utils.rb, SYMBOL_TO_STATUS_CODE
_STATUS = {
    "ok": 200, "created": 201, "accepted": 202, "no_content": 204, "found": 302,
    "bad_request": 400, "unauthorized": 401, "forbidden": 403, "not_found": 404,
    "method_not_allowed": 405, "not_acceptable": 406, "gone": 410, "precondition_failed": 412,
    "unprocessable_entity": 422, "unprocessable_content": 422, "too_many_requests": 429,
    "internal_server_error": 500, "service_unavailable": 503,
}  # fmt: skip
_KEEPS = frozenset({"read", "string", "to_s", "b", "dup", "freeze", "strip", "chomp", "itself",
                    "force_encoding", "scrub", "downcase", "to_str", "to_sym", "squish", "presence",
                    "hexdigest", "to_h", "to_unsafe_h", "permit!", "with_indifferent_access",
                    "deep_symbolize_keys", "to_hash", "html_safe", "last", "first"})  # fmt: skip
_SERIALISES = frozenset({"to_json", "generate", "dump", "pretty_generate", "encode", "to_query",
                         "inspect"})  # fmt: skip
_PARSES = frozenset({"decode", "load", "parse", "symbolize_keys"})
# What may verify a request before it runs the block that it is given.
_AROUND = re.compile(r"hook|verif|sign|authentic", re.IGNORECASE)
_TAKEN = frozenset({"fetch", "dig", "fetch!", "[]"})
_LOADS = frozenset({"raw_post", "raw_body"})
_CONSTANT = re.compile(r"[A-Z]")


def routes(machine: Machine, tree: Node, scope: Scope) -> Iterator[Route]:
    """The actions of Rails' controllers, and the routes of Sinatra, Grape and Rack."""
    yield from rails.routes(machine, tree, scope)
    yield from sinatra.routes(machine, tree, scope)


def load(_: Machine, scope: Scope) -> None:
    """What stands outside of classes belongs to an object as well."""
    scope.names |= dict.fromkeys(("self", "this"), Things())


def name(machine: Machine, node: Node, scope: Scope) -> Value:
    """A method that is called by its name alone, or a constant that is loaded for its name."""
    owner = scope.find("self")
    if isinstance(owner, Things):
        found = _of(machine, owner, node.name)
        if found is not None:
            return found
    if _CONSTANT.match(node.name):
        made = constant(machine, [node.name], scope)
        return Unknown(None, node.name, node.name) if made is None else made
    if node.name in ("request", "env"):
        return Request()
    if node.name in ("params", "permitted_params"):
        return Body("parsed")
    return Response() if node.name == "response" else None


def _of(machine: Machine, owner: Things, name: str) -> Value:
    found = owner.items.get(name, owner.items.get(f"@{name}"))
    return machine.call(found, []) if isinstance(found, Function) and found.node.name else found


def constant(machine: Machine, parts: list[str], scope: Scope) -> Class | None:
    """The class or module that `A::B` means: of this file, or of the one that is loaded for it."""
    if not parts:
        return None
    for path in (scope.path, machine.modules.resolve("::".join(parts), scope.path)):
        node = _classes(machine, path).get(parts[-1]) if path is not None else None
        if node is not None and path is not None:
            return _class(machine, node, path)
    return None


def _classes(machine: Machine, path: str) -> dict[str, Node]:
    """A file's classes and modules, by their names; the first of several."""
    known: dict[str, dict[str, Node]] = machine.modules.kept.setdefault("ruby classes", {})
    if path not in known:
        tree = machine.modules.tree(path)
        nodes = [node for node in tree.walk() if node.kind == "class"] if tree is not None else []
        known[path] = {node.name: node for node in reversed(nodes)}
    return known[path]


def _class(machine: Machine, node: Node, path: str) -> Class:
    """The same each time, so that what a class remembers is remembered."""
    scope = machine.load(path)
    key = f"class {node.line}"
    if key not in scope.names:
        scope.names[key] = Class(node, scope)
    made: Class = scope.names[key]
    return made


def member(machine: Machine, holder: object, node: Node, scope: Scope) -> Value:  # noqa: PLR0911 a table
    """An attribute, which is a call of a method without arguments."""
    if _CONSTANT.match(node.name):
        made = constant(machine, _path(node), scope)
        if made is None and isinstance(holder, Unknown) and holder.module is not None:
            return Unknown(None, holder.module, node.name)
        return made
    if isinstance(holder, Things):
        if node.name.startswith("@"):
            return holder.items.get(node.name, NONE)
        return _of(machine, holder, node.name)
    if isinstance(holder, Unknown) and node.name == "env" and holder.name == "Rails":
        return Unknown((machine.at(node, scope), "what happens depends on Rails.env"))
    if isinstance(holder, Request) and node.name in _LOADS:
        return Body("given")
    if isinstance(holder, Request) and node.name in ("request_parameters", "params", "POST"):
        return Body("parsed")
    if node.name in _SERIALISES and isinstance(holder, Body | Things):
        return _written(holder)
    if node.name == "bytesize":
        return machine.run(node._replace(name="length"), scope)
    if holder == NONE and node.name in ("to_s", "to_str"):
        return Const("")
    known = isinstance(holder, Body | Signature | Digest | Secret | Const)
    return holder if known and node.name in _KEEPS else None


def _path(node: Node) -> list[str]:
    """`A::B::C`, by its parts; none if it is not made of names alone."""
    if node.kind == "name":
        return [node.name]
    above = _path(node.parts[0]) if node.kind == "member" else []
    return [*above, node.name] if above else []


def _written(value: object) -> Value:
    body = body_of([value])
    return replace(body, form="again") if body is not None and body.form != "given" else None


# --- calls


def call(machine: Machine, call: Call) -> Value:
    """What Ruby's own libraries and its frameworks do."""
    for known in (_taken, _hmac, _asked, _answer, _json, _blocks):
        found = known(machine, call)
        if found is not None:
            return found
    return None


def _taken(machine: Machine, call: Call) -> Value:
    """`ENV.fetch('X')`, which raises where there is none; `credentials.dig(:a, :b)`."""
    bang = call.name.endswith("!") and not call.args and isinstance(call.on, Unknown)
    if not bang and call.name not in _TAKEN:
        return None
    keys = [arg.value for arg in call.args if isinstance(arg, Const) and isinstance(arg.value, str)]
    if bang:
        keys = [call.name[:-1]]
    if isinstance(call.on, Signature | Body | Digest) or not keys:
        return None
    key = keys[-1] if call.name == "dig" else keys[0]
    header = idioms.header_of(key)
    if header is not None:
        machine.read.add(header)
        found: Value = NONE if machine.case == "missing" else Signature(header)
    elif isinstance(call.on, Things) and key in call.on.items:
        return call.on.items[key]
    else:
        found = configured(machine, key, call.where)
    if (found == NONE and call.name in ("fetch", "fetch!")) or (found == NONE and bang):
        return _default(machine, call)
    return found


def _default(machine: Machine, call: Call) -> Value:
    if len(call.args) < 2:
        raise ThrownError(call.where)
    other = call.args[1]
    return machine.call(other, []) if isinstance(other, Function) else other


def _hmac(_: Machine, call: Call) -> Value:
    """https://docs.ruby-lang.org/en/master/OpenSSL/HMAC.html"""
    hashes = isinstance(call.on, Unknown) and call.on.module == "Digest"
    if hashes and len(call.args) == 1 and isinstance(call.args[0], Const):
        return call.args[0]  # a plain hash of what the code says itself
    of_openssl = isinstance(call.on, Unknown) and call.on.module == "OpenSSL"
    if not of_openssl:
        return None
    if call.name in ("Digest", "new") and call.args:
        return call.args[0]
    if call.name == "HMAC" and len(call.args) > 1:
        return _digest(call.args[1], call.args[0], None, call)
    if call.name in ("hexdigest", "digest", "base64digest") and len(call.args) > 2:
        return _digest(call.args[0], call.args[1], call.args[2], call)
    return Const(call.name) if idioms.algorithm_of(call.name) else None


def _digest(algorithm: object, key: object, data: object, call: Call) -> Digest:
    if key == NONE:  # TypeError: no implicit conversion of nil into String
        raise ThrownError(call.where)
    said = algorithm.value if isinstance(algorithm, Const) else None
    return Digest(idioms.algorithm_of(said) if isinstance(said, str) else None, key, data)


def _asked(machine: Machine, call: Call) -> Value:  # noqa: PLR0911 a table
    """Questions, which end in `?`."""
    if not call.name.endswith("?"):
        return None
    known = isinstance(call.on, Signature | Digest | Secret | Body)
    empty = call.on == NONE or call.on == Const("")
    if call.name == "nil?" and not isinstance(call.on, Unknown):
        return Const(call.on == NONE)
    if call.name in ("blank?", "empty?", "present?", "any?") and (known or empty):
        return Const(empty == (call.name in ("blank?", "empty?")))
    if call.name in ("start_with?", "match?", "include?") and (
        empty or isinstance(call.on, Signature)
    ):
        return Const(not empty and (call.name != "match?" or machine.case != "short"))
    if call.name in ("key?", "has_key?", "include?") and isinstance(call.on, Request):
        arg = call.arg(0)
        asked = idioms.header_of(str(arg.value)) if isinstance(arg, Const) else None
        return Const(machine.case != "missing") if asked else None
    if call.name == "performed?" and call.on is None:
        return Const(machine.answered)
    if isinstance(call.on, Unknown) and call.on.trail is not None:
        return Unknown(call.on.trail)
    return None


def _answer(machine: Machine, call: Call) -> Value:
    """Rails' `head` and `render`, Sinatra's `halt`, Grape's `error!`, and what a route returns."""
    if call.on is not None and not isinstance(call.on, Response | Things):
        return None
    given = call.named.get("status", call.arg(1) if call.name == "error!" else call.arg(0))
    status = _status(given)
    if call.name in ("head", "render", "redirect_to", "send_data"):
        machine.reply(status if status is not None or call.name == "render" else 302)
        return Response(status)
    if call.name == "status" and call.args:
        machine.status = status if machine.active else machine.status
        return Response(status)
    if call.name in ("halt", "error!"):
        machine.reply(status)
        raise ThrownError(call.where)
    if isinstance(given, Things) and call.name == ANSWERED:  # Rack: status, headers, body
        status = _status(given.items.get("0"))
    return told(machine, call, status)


def _status(value: object) -> int | None:
    if isinstance(value, Response):
        return value.status
    said = value.value if isinstance(value, Const) else None
    if isinstance(said, int) and not isinstance(said, bool):
        return said
    return _STATUS.get(said) if isinstance(said, str) else None


def _json(_: Machine, call: Call) -> Value:
    first = call.arg(0)
    if call.name == "Request" and isinstance(first, Request):
        return first
    if call.name in _SERIALISES:
        return _written(call.on if call.name == "to_json" else first)
    if call.name in _PARSES and isinstance(first, Body):
        return replace(first, form="parsed")
    kept = isinstance(call.on, Body | Signature | Digest | Secret | Const)
    return call.on if kept and call.name in _KEEPS and call.on != NONE else None


def _blocks(machine: Machine, call: Call) -> Value:
    """A block that is given to what is not in sight runs once."""
    if call.name in ("call", "()", "yield") and isinstance(call.on, Function):
        return machine.call(call.on, call.args)
    block = call.args[-1] if call.args else None
    if not machine.active or not isinstance(block, Function) or block.node.name:
        return None
    if _AROUND.search(call.name):
        machine.trails[call.where, f"cannot follow {call.name}()"] = None
    carried = joined([call.on]) if call.on is not None else None
    given = carried if not isinstance(call.on, Things) else next(iter(call.on.items.values()), None)
    value = machine.call(block, [Unknown(trail_of(call.on)) if given is None else given])
    return call.on if call.name in ("tap", "each") and call.on is not None else value


DIALECT = Dialect(routes=routes, name=name, member=member, call=call, load=load)
