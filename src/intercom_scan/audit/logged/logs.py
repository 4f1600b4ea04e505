"""Which calls write a log, and which values they print as a whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from intercom_scan.audit.flow.calls import dotted, sites
from intercom_scan.audit.flow.idioms import ENVIRONMENT
from intercom_scan.audit.flow.reach import Reach, within
from intercom_scan.audit.signed.idioms import SERIALISES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.flow.calls import Site
    from intercom_scan.audit.syntax.modules import Modules
    from intercom_scan.audit.syntax.tree import Node

# Methods that only loggers have, and those that others have as well.
_LEVEL = re.compile(
    r"^(?:info|debug|warn|warning|fatal|critical|notice|exception|verbose|informational|Log[A-Z]\w*"
    r"|Infof?|Debugf?|Warnf?|Infow|Errorw|Warnw|Debugw|InfoContext|ErrorContext|WriteLine)$"
)
_OTHERS = re.compile(
    r"^(?:error|log|trace|write|print(?:ln|f)?|Print(?:ln|f)?|e|d|i|w|v|Error|add|Fprintf|Fprintln"
    r"|captureMessage|captureException|captureEvent)$"
)
_FUNCTIONS = frozenset({
    "print", "println", "printf", "puts", "pp", "p", "error_log", "var_dump", "print_r", "dump",
    "dd", "NSLog", "os_log", "debugPrint", "syslog", "logger", "echo", "log",
})  # fmt: skip
_RECEIVER = re.compile(
    r"(?:^|[._$@])(?:\w*log(?:s|ger|ging|rus)?|console|Log|Logger|System\.(?:out|err)|std(?:out|err)"
    r"|Timber|slog|zap|zerolog|fmt|sentry|Sentry|Debug|Trace|winston|pino|bunyan|Console)(?:\(\))?"
    r"(?:\.\w+(?:\(\))?)?$",
    re.IGNORECASE,
)
_MAKES = re.compile(
    r"^(?:pino|winston|bunyan|log4js|loglevel|createLogger|getLogger|get_logger|LoggerFactory|Logger"
    r"|ILogger|structlog|loguru|logging|monolog|log4j|slf4j|logrus|zap)\b|/logg(?:er|ing)$|^log/slog$",
    re.IGNORECASE,
)
# Records of what was done that are no lines of a log.
AUDIT = re.compile(
    r"audit|activity|(?:^|_|\.)log[A-Z_]\w*|^log(?:_\w+)?$|history_?entry|paper_?trail"
    r"|record_?(?:action|change|deletion|act)|track_?(?:action|change)",
    re.IGNORECASE,
)
_TABLES = re.compile(r"(?:^|_)logs?$|audit|activit(?:y|ies)$")
# What prints a value as it is.
_PRINTS = SERIALISES | {
    "inspect", "str", "repr", "String", "toString", "to_s", "to_json", "json_encode", "format",
    "sprintf", "Sprintf", "ToString", "SerializeObject", "Serialize", "writeValueAsString",
    "print_r", "var_export", "pformat", "unsafe_h", "to_unsafe_h", "to_h", "all", "toArray",
    "toJSON", "json", "dump",
}  # fmt: skip


class Loggers:
    """Which calls write a log, by their names or by what they are called on."""

    def __init__(self, modules: Modules) -> None:
        self.modules = modules
        self._made = Reach(modules, lambda node: bool(_MAKES.search(node.name)))
        self._known: dict[int, bool] = {}

    def __call__(self, site: Site) -> bool:
        if id(site.node) not in self._known:
            self._known[id(site.node)] = self._is(site)
        return self._known[id(site.node)]

    def _is(self, site: Site) -> bool:
        callee = site.node.parts[0]
        if callee.kind == "name":
            return callee.name in _FUNCTIONS
        if callee.kind != "member" or not callee.parts:
            return False
        if _LEVEL.search(callee.name):
            return True
        on = callee.parts[0]
        named = _RECEIVER.search(dotted(on)) is not None
        return bool(_OTHERS.search(callee.name)) and (named or self._made.at(on, site) is not None)

    def console(self, site: Site) -> bool:
        """Whether it prints an object with all that it holds."""
        return site.name.startswith("console.")

    def within(self, path: str, function: Node) -> list[Site]:
        """The calls in a function that write a log or keep a record of what was done."""
        return [
            site
            for site in sites(self.modules, path)
            if site.node.kind == "call"
            and any(same(each, function) for each in site.around)
            and (self(site) or _keeps_record(site))
        ]


_JOINS = frozenset({"template", "list", "object", "pair", "named", "block", "other"})
_JOINING = frozenset({"+", "%", "??", "||", "or", "<<", "."})


def same(one: Node, other: Node) -> bool:
    """Whether two nodes are the same function, of a file that was parsed twice, perhaps."""
    return one is other or (one.line, one.kind, one.name) == (other.line, other.kind, other.name)


def _keeps_record(site: Site) -> bool:
    """Whether a call keeps a record of what was done: by its name, or that of a table."""
    if AUDIT.search(site.name):
        return True
    texts = (part.name for part in within(site.node.parts[0]) if part.kind == "text")
    return any(_TABLES.search(text) for text in texts)


class Printed(NamedTuple):
    """A value that a log has as a whole, as text too."""

    node: Node
    name: str


def printed(call: Node) -> Iterator[Printed]:
    """The values that a call which writes a log is given, as a whole."""
    waiting = list(reversed(call.parts[1:]))
    while waiting:
        node = waiting.pop()
        if node.kind in ("name", "member", "index"):
            yield Printed(node, dotted(node))
        elif node.kind in _JOINS or (node.kind == "binary" and node.name in _JOINING):
            waiting.extend(reversed(node.parts))
        elif node.kind == "call" and ENVIRONMENT.search(dotted(node.parts[0])):
            yield Printed(node, "")
        elif node.kind == "choice":
            waiting.extend(reversed(node.parts[1:]))
        elif node.kind == "call" and node.parts and node.parts[0].name in _PRINTS:
            on = node.parts[0].parts[:1] if node.parts[0].kind == "member" else ()
            plain = on and len(node.parts) == 1
            waiting.extend(reversed(on if plain else node.parts[1:]))
