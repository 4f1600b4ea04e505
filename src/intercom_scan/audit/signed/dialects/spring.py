"""What frameworks of Java and Kotlin give to parameters and fields: Spring, JAX-RS, Micronaut."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.audit.signed import idioms
from intercom_scan.audit.signed.dialects.jvm import raw
from intercom_scan.audit.signed.dialects.objects import injected
from intercom_scan.audit.signed.ending import ThrownError
from intercom_scan.audit.signed.making import configured, signature
from intercom_scan.audit.signed.values import (
    NONE,
    Body,
    Const,
    Request,
    Response,
    Scope,
    Things,
    Unknown,
)

if TYPE_CHECKING:
    from intercom_scan.audit.signed.machine import Machine
    from intercom_scan.audit.signed.values import Value
    from intercom_scan.audit.syntax.tree import Node

_HEADERS = frozenset({"RequestHeader", "HeaderParam", "Header", "RestHeader"})
_BODIES = frozenset({"RequestBody", "Body"})
_ASKED = re.compile(r"^(?:Http(?:Servlet)?|Servlet|Server(?:Http|Web)?|Web|Native\w*)?Request\b"
                    r"|^ServerWebExchange|^Http(?:Headers|Entity)|^RequestEntity|^ApplicationCall"
                    r"|^ContainerRequestContext|^APIGateway\w*RequestEvent|^HttpServerRequest"
                    r"|^(?:Multi)?(?:Value)?Map<String,(?:String|List<String>)>")  # fmt: skip
_ANSWERS = re.compile(r"^(?:Http(?:Servlet)?|Servlet|Server(?:Http)?|HttpServer)Response\b")
_PLACE = re.compile(r"^[$#]\{\s*([\w.\-]+)\s*(?::([^}]*))?\}$")
_SETTINGS = re.compile(r"(?:^|/)application[\w-]*\.(?:properties|ya?ml)$")


def fill(machine: Machine, declared: Node, scope: Scope, value: object) -> Value:  # noqa: PLR0911 a table
    """What a parameter or a field is that a framework fills."""
    marks = declared.parts[2].parts if len(declared.parts) > 2 else ()
    kind = next((mark.name for mark in marks if mark.kind == "type"), "").rstrip("?")
    name = declared.parts[0].name
    for mark in marks:
        said = mark.parts[0].name if mark.kind == "call" else mark.name
        given = _given(machine, mark, scope)
        if said in _HEADERS:
            return _header(machine, mark, given, kind, name)
        if said in _BODIES:
            return Body("given" if raw(kind) else "parsed")
        if said in ("Value", "ConfigProperty", "Property"):
            return _setting(machine, mark, given, scope)
        if said in ("PathVariable", "RequestParam", "PathParam", "QueryParam"):
            return Unknown()
    if declared.kind == "param" and _ASKED.match(kind) and not isinstance(value, Things):
        return Request()
    if _ANSWERS.match(kind):
        return Response()
    return injected(machine, kind, scope) if value is None and kind else None


def _given(machine: Machine, mark: Node, scope: Scope) -> dict[str, object]:
    """What an annotation says, by name; `value` is what stands there without one."""
    if mark.kind != "call":
        return {}
    found: dict[str, object] = {}
    for part in mark.parts[1:]:
        of_name = part.kind == "named"
        value = machine.run(part.parts[0] if of_name else part, scope)
        if isinstance(value, Things) and value.items:  # several, of which one is enough
            value = next(iter(value.items.values()))
        found[part.name if of_name else "value"] = value
    return found


def _header(machine: Machine, mark: Node, given: dict[str, object], kind: str, name: str) -> object:
    """Spring and Micronaut refuse a request without a header that is not said to be optional."""
    key = given.get("value", given.get("name", Const(name)))
    header = idioms.header_of(str(key.value)) if isinstance(key, Const) else None
    if header is None:
        return Request() if _ASKED.match(kind) or kind == "HttpHeaders" else Unknown()
    default = given.get("defaultValue")
    found = signature(machine, header, default)
    optional = given.get("required") == Const(False) or kind.startswith("Optional")
    called = mark.parts[0].name if mark.kind == "call" else mark.name
    demanded = called == "RequestHeader" and not optional and default is None
    if found == NONE and demanded and machine.active:
        raise ThrownError(machine.at(mark, Scope("")))
    return found


def _setting(machine: Machine, mark: Node, given: dict[str, object], scope: Scope) -> object:
    """`@Value("${name:default}")`; what is set to nothing is as good as missing."""
    where = machine.at(mark, scope)
    said = given.get("value", given.get("name"))
    text = str(said.value) if isinstance(said, Const) else ""
    place = _PLACE.match(text)
    name, default = (place[1], place[2]) if place else (text, None)
    fallback = given.get("defaultValue") if default is None else Const(default)
    if fallback is None:
        fallback = _written(machine, name)
    found = configured(machine, name, where, fallback)
    return Unknown((where, f"what happens depends on {name}")) if found is None else found


def _written(machine: Machine, name: str) -> Const | None:
    """The default that an application's own settings give: `client-secret: ${SECRET:}`."""
    last = re.escape(name.rpartition(".")[2].encode())
    line = re.compile(
        rb"^[ \t\w.-]*" + last + rb"[ \t]*[:=][ \t]*[\"']?\$\{\w+:\}[\"']?[ \t]*$", re.M
    )
    for path in _settings(machine):
        if line.search(machine.modules.project.read(path)):
            return Const("")
    return None


def _settings(machine: Machine) -> list[str]:
    kept: dict[str, Value] = machine.modules.kept
    if "settings" not in kept:
        kept["settings"] = [
            path for path in machine.modules.project.files if _SETTINGS.search(path)
        ]
    found: list[str] = kept["settings"]
    return found
