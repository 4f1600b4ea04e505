"""What code that runs with the user has or needs of a secret."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.audit.flow.calls import dotted
from intercom_scan.audit.sides.names import PUBLIC, sort
from intercom_scan.audit.sides.sides import imports, living

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.syntax.modules import Modules
    from intercom_scan.audit.syntax.tree import Node

    Told = tuple[int, str]  # a line, and what is wrong there

PLACES = {"browser": "the browser", "phone": "the app"}
_API = re.compile(r"\bapi\.(?:eu\.|au\.)?intercom\.io\b")
_AUTHORIZATION = re.compile(r"(?i)authorization|bearer\b.*")
_HMAC = re.compile(
    r"(?:^|\.)(?:HmacSHA256|createHmac|hmacSHA256|hmac|Hmac|HMAC|sha256\.hmac|hmac_sha256|"
    r"authenticationCode|getInstance|subtle\.sign|SecretKeySpec|SignJWT|CCHmac)(?:\(\)|\.|$)"
)
_IDENTITY = frozenset({"user_hash", "userHash", "setUserHash", "intercom_user_jwt", "setUserJwt",
                       "intercomUserJwt", "userJwt", "user_jwt", "UserHash"})  # fmt: skip
_CAMEL = re.compile(r"(?i)secret|access_?token|api_?token|identity_?key|verification_?key")
_HOLDERS = frozenset({
    "env", "environment", "config", "Config", "extra", "Constants", "secrets", "Secrets", "Env",
    "runtimeConfig", "publicRuntimeConfig", "BuildConfig", "settings", "Keys", "string",
    "Environment", "AppConfig", "constants", "CONFIG", "dotenv",
})  # fmt: skip
# What keeps a value under a name, or asks a database for a column.
_KEEPS = frozenset({"getItem", "setItem", "select"})


def in_code(modules: Modules, path: str, side: str) -> Iterator[Told]:
    """What is wrong in a file that runs in a browser or on a phone."""
    tree = modules.tree(path)
    if tree is None:
        return
    alive = list(living(tree))
    where = PLACES[side]
    yield from _read(alive, where)
    texts = [(node.line, node.name) for node, _ in alive if node.kind == "text"]
    if any(_AUTHORIZATION.fullmatch(text.strip()) for text in _words(alive)):
        for line, text in texts:
            if _API.search(text):
                yield line, f"calls Intercom's API with a token from {where}"
    if _IDENTITY.intersection(_words(alive)):
        for node, _ in alive:
            if node.kind == "call" and node.parts and _signs(node.parts[0]):
                yield node.line, f"signs for Intercom in {where}, which needs the secret there"
    for module, name in imports(tree):
        if side == "browser" and module == "intercom-client":
            yield 1, f"imports {module}, which needs a token, into {name} of the browser"


def _signs(callee: Node) -> bool:
    return bool(_HMAC.search(dotted(callee)) or _HMAC.search(callee.name))


def _words(alive: list[tuple[Node, tuple[Node, ...]]]) -> set[str]:
    """The names, keys and texts."""
    return {node.name for node, _ in alive if node.name}


def _read(alive: list[tuple[Node, tuple[Node, ...]]], where: str) -> Iterator[Told]:
    seen: set[str] = set()
    for node, around in alive:
        name = _kept(node, around) or _secret(node, around)
        if name and not PUBLIC.match(name) and name not in seen:  # those are told for all files
            seen.add(name)
            yield node.line, f"reads `{name}` in {where}"


def _secret(node: Node, around: tuple[Node, ...]) -> str:
    """The name of a secret that a node reads or has."""
    if node.kind not in ("member", "name", "text", "import", "assign"):
        return ""
    name = node.parts[0].name if node.kind == "assign" and node.parts else node.name
    if sort(name) != "secret":
        return ""
    parent = around[-1] if around else None
    if node.kind == "text":
        reads = parent is not None and parent.kind in ("index", "call")
        return name if reads and name.isupper() and parent is not None and _reads(parent) else ""
    if node.kind == "assign":
        value = node.parts[1] if len(node.parts) > 1 else None
        return name if value is not None and value.kind == "text" and value.name else ""
    if name.isupper():
        return name
    on = dotted(node.parts[0]).replace("()", "").split(".") if node.kind == "member" else []
    holds = _HOLDERS.intersection(on) or any(word.endswith("Config") for word in on)
    return name if holds and _CAMEL.search(name) else ""


def _kept(node: Node, around: tuple[Node, ...]) -> str:
    """`localStorage.getItem(…)`, `database.from("users").select(…)`"""
    parent = around[-1] if around else None
    if node.kind != "text" or parent is None or parent.kind != "call":
        return ""
    if parent.parts[0].name not in _KEEPS:
        return ""
    return next((word for word in re.split(r"[\s,]+", node.name) if sort(word) == "secret"), "")


def _reads(node: Node) -> bool:
    """`process.env["X"]`, `dotenv.env["X"]`, `String.fromEnvironment("X")`, `getString("X")`."""
    if node.kind == "index":
        return True
    said = dotted(node.parts[0])
    return bool(re.search(r"(?i)env|getstring|info\w*\(?|config|secret|object|value|\bget$", said))
