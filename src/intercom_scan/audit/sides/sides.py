"""Where code runs: on a server, in a browser, or in the app of a phone."""

from __future__ import annotations

import json
import posixpath
import re
from typing import TYPE_CHECKING

from intercom_scan.audit.flow.calls import dotted
from intercom_scan.audit.syntax.modules import ending
from intercom_scan.audit.syntax.parse import PAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.syntax.modules import Modules
    from intercom_scan.audit.syntax.tree import Node

# Pages whose code is script alone; in others it stands beside a server's.
_SCRIPTED = frozenset({"html", "htm", "twig", "jinja", "jinja2", "j2", "hbs", "handlebars", "njk",
                       "liquid", "mustache"})  # fmt: skip
WEB = frozenset({"js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "vue", "svelte"})
_SERVER = re.compile(
    r"(?:^|/)(?:pages/api|server|functions|netlify|backend|scripts?|bin|cli|lambdas?|supabase|"
    r"migrations|convex|workers?|cypress|e2e)/"
    r"|\.server\.\w+$|(?:^|/)\+(?:server|page\.server|layout\.server)\.\w+$|hooks\.server\."
    r"|(?:^|/)(?:route|middleware|instrumentation)\.[jt]s$|\.config\.\w+$|\.d\.ts$|rc\.\w+$"
    r"|(?:^|/)(?:gulpfile|server|Gruntfile)\.\w+$"
)
# https://react.dev/reference/react/hooks and the packages that only a browser or a phone can use.
_HOOKS = frozenset({
    "useState", "useEffect", "useLayoutEffect", "useReducer", "useRef", "useContext",
    "useCallback", "useMemo", "createContext", "Component", "PureComponent",
    "useRouter", "usePathname", "useSearchParams", "useParams",  # of next/navigation
})  # fmt: skip
_BROWSER = re.compile(
    r"react-dom(?:/client)?|react-use-intercom|@intercom/(?:messenger-js-sdk|intercom-react-native)"
    r"|react-native(?:[/-].*)?|expo(?:-.*)?|@react-native.*|ng-intercom|@angular/(?!ssr).*"
    r"|@ionic/.*|@capacitor/.*|vue|vue-router|pinia|svelte(?:/.*)?|solid-js|preact/hooks"
    r"|react-router-dom|react-redux|vue-intercom|next/router|@env"
)
_NODE = re.compile(
    r"express|fastify|koa|hono|@nestjs/.*|next/(?:headers|server)|server-only|node:.*|fs|http|https"
    r"|child_process|firebase-(?:functions|admin)|aws-lambda|@aws-sdk/.*|intercom-client|pg|mysql2?"
    r"|@prisma/client|mongoose|@sveltejs/kit|h3|@remix-run/node|\$env/(?:static|dynamic)/private"
)
# Functions of a page that run on the server alone, by what frameworks look for.
_PAGE = frozenset({
    "getServerSideProps", "getStaticProps", "getStaticPaths", "loader", "action",
    "generateMetadata", "generateStaticParams", "asyncData",
})  # fmt: skip
_WRAPPED = frozenset({
    "createServerFn", "server$", "routeLoader$", "routeAction$", "defineEventHandler", "handler",
    "createServerAction", "serverQuery$", "getServerSideProps",
})  # fmt: skip
_FRAMEWORKS = re.compile(
    r"next|nuxt|@remix-run/.*|@sveltejs/kit|astro|gatsby|express|fastify|koa|hono|@nestjs/core|"
    r"@tanstack/react-start|@angular/ssr|@react-router/node|meteor-.*|@redwoodjs/.*|vinxi|@hapi/hapi"
)
_FRONT = re.compile(
    r"react-scripts|react-native|expo|@angular/core|@vue/cli-service|@ionic/.*|cordova|vite|parcel"
)
_GLOBALS = frozenset({"window", "document", "localStorage", "sessionStorage", "navigator"})


def side(modules: Modules, path: str) -> str | None:
    """`server`, `browser` or `phone`; None where nobody can tell."""
    kept = modules.kept.setdefault("sides", {})
    if path not in kept:
        end = ending(path)
        kept[path] = _web(modules, path) if end in WEB else _other(modules, path, end)
    found: str | None = kept[path]
    return found


def _other(modules: Modules, path: str, end: str) -> str | None:
    if end in PAGES:
        return "browser" if end in _SCRIPTED else None
    if end in ("java", "kt"):
        return "phone" if _is_android(modules, path) else "server"
    return _by_kind(modules, path, *_KINDS[end]) if end in _KINDS else "server"


def _is_android(modules: Modules, path: str) -> bool:
    if b"android" not in modules.project.read(path):
        return False
    known = ("android.", "androidx.", "io.intercom.android", "com.google.android")
    return any(module.startswith(known) for module, _ in imports(modules.tree(path)))


def _by_kind(
    modules: Modules, path: str, manifest: str, phone: tuple[str, ...], server: tuple[str, ...]
) -> str:
    """By what a file imports, else by what its package depends on."""
    imported = [module for module, _ in imports(modules.tree(path))]
    if any(name.startswith(phone) for name in imported):
        return "phone"
    depends = _manifest(modules, path, manifest).lower()
    served = any(name.startswith(server) for name in imported)
    return "server" if served or any(word in depends for word in _SERVING) else "phone"


# The file that says what a package depends on, and the beginnings of what apps and servers import.
_KINDS = {
    "swift": ("Package.swift", ("UIKit", "SwiftUI", "Intercom"), ("Vapor", "Hummingbird")),
    "dart": ("pubspec.yaml", ("package:flutter", "package:intercom_flutter"), ("package:shelf",)),
}
_SERVING = (b"vapor", b"hummingbird", b"kitura", b"shelf", b"dart_frog", b"serverpod")


def _manifest(modules: Modules, path: str, name: str) -> bytes:
    """The content of the nearest file of that name, in a folder around; b"" where there is none."""
    folder = posixpath.dirname(path)
    while True:
        found = posixpath.join(folder, name)
        if found in modules.project.files:
            return modules.project.read(found)
        if not folder:
            return b""
        folder = posixpath.dirname(folder)


def _web(modules: Modules, path: str) -> str | None:
    tree = modules.tree(path)
    if tree is None:
        return None
    if said := directive(tree):
        return "browser" if said == "use client" else "server"
    imported = list(imports(tree))
    if _SERVER.search(path) or any(_NODE.fullmatch(module) for module, _ in imported):
        return "server"
    shown = ending(path) in ("vue", "svelte") or any(_shows(each) for each in imported)
    if shown or (_has_globals(tree) and not _asks_where(tree)):
        return "browser"
    return _by_package(modules, path)


def _shows(imported: tuple[str, str]) -> bool:
    module, name = imported
    return (module in ("react", "next/navigation") and name in _HOOKS) or bool(
        _BROWSER.fullmatch(module)
    )


def _has_globals(tree: Node) -> bool:
    """`window.…`, `document.…`"""
    members = (node.parts[0] for node in tree.walk() if node.kind == "member" and node.parts)
    return any(on.kind == "name" and on.name in _GLOBALS for on in members)


def _asks_where(tree: Node) -> bool:
    """`typeof window`: it runs on both sides."""
    asked = (node.parts[0] for node in tree.walk() if node.name == "typeof" and node.parts)
    return any(on.kind == "name" and on.name in _GLOBALS for on in asked)


def directive(body: Node) -> str:
    """`use client` or `use server`, where that stands first."""
    first = next(iter(body.parts), body)
    while first.kind in ("discard", "block") and first.parts:
        first = first.parts[0]
    return first.name if first.kind == "text" and first.name in ("use client", "use server") else ""


def imports(tree: Node | None) -> Iterator[tuple[str, str]]:
    """The modules that a file imports, and which name of each."""
    for node in tree.walk() if tree is not None else ():
        if node.kind == "import" and len(node.parts) > 1:
            yield node.parts[1].name, node.parts[0].name
        elif node.kind == "call" and len(node.parts) == 2 and node.parts[0].name == "require":
            yield node.parts[1].name, "*"


def _by_package(modules: Modules, path: str) -> str | None:
    """By what the nearest package depends on: one that has no server runs in browsers alone."""
    inside = re.search(r"(?:^|/)(?:src|app|lib)/|(?:^|/)App\.", path)
    return _package(_manifest(modules, path, "package.json")) if inside else None


def _package(data: bytes) -> str | None:
    try:
        given = json.loads(data)
        known = {*given.get("dependencies", {}), *given.get("devDependencies", {})}
    except (AttributeError, TypeError, ValueError, RecursionError):  # some other file
        return None
    if any(_FRAMEWORKS.fullmatch(name) for name in known):
        return None
    return "browser" if any(_FRONT.fullmatch(name) for name in known) else None


def living(tree: Node) -> Iterator[tuple[Node, tuple[Node, ...]]]:
    """The nodes of a page that get to the browser, each with those around it.

    Without the functions that frameworks run on the server alone, and what templates insert.
    """
    waiting: list[tuple[Node, tuple[Node, ...]]] = [(tree, ())]
    while waiting:
        node, around = waiting.pop()
        if _on_server(node):
            continue
        yield node, around
        inner = (*around, node)
        waiting.extend((part, inner) for part in reversed(node.parts))


def _on_server(node: Node) -> bool:
    if node.kind == "inserted":
        return True
    if node.kind == "function":
        return node.name in _PAGE or (
            len(node.parts) > 1 and directive(node.parts[1]) == "use server"
        )
    if node.kind == "assign" and len(node.parts) > 1:
        made = node.parts[1]
        return node.parts[0].name in _PAGE and made.kind in ("function", "call")
    if node.kind == "call" and node.parts:
        words = dotted(node.parts[0]).replace("()", "").split(".")
        return bool(_WRAPPED.intersection(words))
    return False
