"""What the values of a program are to a check of signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from intercom_scan.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable

    from intercom_scan.audit.syntax.tree import Node

# The requests that a handler is tried with: what their signature is, that no secret is set, or
# that it is signed right and its topic is one that the code does not name.
Case: TypeAlias = Literal["right", "wrong", "short", "missing", "unset", "other"]
# One of the types below, or what a run holds beside them: a list, a function of the machine.
Value: TypeAlias = Any
WHOLE: frozenset[tuple[str, ...]] = frozenset({()})


class Where(NamedTuple):
    """A place in the code."""

    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Const:
    """A value that the code itself says: text, a number, a truth, or None."""

    value: str | int | bool | None


@dataclass(frozen=True, slots=True)
class Signature:
    """The header's value, or what was made of it. `even` has the digest's length whatever came."""

    header: str
    even: bool = False


@dataclass(frozen=True, slots=True)
class Digest:
    """An HMAC, or what was made of it; what is not known of it is None."""

    algorithm: str | None
    key: Value
    data: Value


@dataclass(frozen=True, slots=True)
class Body:
    """The request's body: `given` as it came, `parsed`, or `again` made from what was parsed.

    `at` says which parts of it a value has, each by the keys that lead there, in lower case and
    with letters only; no keys are all of it. `made` by a call that is not in sight, it may be empty
    or false as well.
    """

    form: Literal["given", "parsed", "again"]
    at: frozenset[tuple[str, ...]] = WHOLE
    made: bool = False


@dataclass(frozen=True, slots=True)
class Secret:
    """What a name of the environment or a configuration has."""

    name: str


@dataclass(frozen=True, slots=True)
class Length:
    """How long a signature or a digest is."""

    of: Value


@dataclass(frozen=True, slots=True)
class Request:
    """What a handler is given of the request."""


@dataclass(frozen=True, slots=True)
class Response:
    """What a handler answers with."""

    status: int | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """Anything else.

    `trail` says where the check lost it, if a verdict may hide there. `module` and `name` say which
    package it comes from and as what, `decided` whether this run has taken it to hold.
    """

    trail: tuple[Where, str] | None = None
    module: str | None = None
    name: str = ""
    decided: bool | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """A promise or coroutine that nobody has awaited yet: true, whatever comes of it."""

    value: Const


@dataclass(slots=True)
class Things:
    """Several values, in an object or list, by name or by number."""

    items: dict[str, Value] = field(default_factory=dict)

    def at(self, place: object) -> Value:
        """What stands in a place; a list has nothing behind its end."""
        return self.items.get(str(place), NONE if "0" in self.items else Unknown())


class Later:
    """What an import brings, looked up at its first use: most imports are of no use to a run."""

    __slots__ = ("_make",)

    def __init__(self, make: Callable[[], Value]) -> None:
        self._make = make

    def __call__(self) -> Value:
        return self._make()


class Names(dict[str, "Value"]):
    """Values by name; those that are to be looked up are, where they are asked for by name."""

    def __getitem__(self, name: str) -> Value:
        value = super().__getitem__(name)
        if isinstance(value, Later):
            value = self[name] = value()
        return value

    def get(self, name: str, default: Value = None) -> Value:
        if name not in self:
            return default
        return self[name]


class Scope:
    """The names of a block of code."""

    def __init__(self, path: str, parent: Scope | None = None) -> None:
        self.path, self.parent = path, parent
        self.names = Names()

    def find(self, name: str) -> Value:
        """The value of a name, None where none is declared."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.parent
        return None

    def put(self, name: str, value: object) -> None:
        """A new value for what an enclosing function declares, or here; no module's is changed."""
        scope: Scope | None = self
        while scope is not None and scope.parent is not None:
            if name in scope.names:
                scope.names[name] = value
                return
            scope = scope.parent
        self.names[name] = value


@dataclass(slots=True)
class Function:
    """A function with the names it sees; `owner` is what `this` and `self` are in it."""

    node: Node
    scope: Scope
    owner: Value = None

    @property
    def where(self) -> Where:
        return Where(self.scope.path, self.node.line)


@dataclass(slots=True)
class Class:
    """A class, which makes objects when it is called; `shared` has what needs no object."""

    node: Node
    scope: Scope
    shared: Value = None


@dataclass(slots=True)
class Native:
    """A function of the machine itself, or one that chooses `among` functions of the project."""

    run: Value
    among: tuple[Function, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison of a signature with a digest: in constant time or not, and where."""

    constant: bool
    where: Where
    digest: Digest
    header: str


NONE = Const(None)
OTHER = Const("\0a topic that the code does not name")
