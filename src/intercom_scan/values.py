"""Dataclasses that cost little to declare.

The standard library's `dataclasses` imports `inspect`, which brings a parser of Python, writes
the methods of each class as text, and compiles that: 34 ms for the classes of this program, half
of a scan of staged files. Here methods go by the names of the fields, which makes an object in
1 µs instead of 0.4 µs. To type checkers, and to `dataclasses.replace`, `fields` and `asdict`,
these classes are the same as those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["dataclass", "field", "replace"]

T = TypeVar("T")

_MISSING = object()


class _Field:
    """What is said of a field beside its name."""

    __slots__ = ("default", "default_factory", "repr", "type")

    def __init__(
        self,
        *,
        default: object = _MISSING,
        default_factory: Callable[[], object] | None = None,
        repr: bool = True,
    ) -> None:
        self.default = default
        self.default_factory = default_factory
        self.repr = repr
        self.type = ""

    def value(self, name: str) -> object:
        if self.default_factory is not None:
            return self.default_factory()
        if self.default is _MISSING:
            raise TypeError(f"{name} is not given")
        return self.default


class _StandardFields:
    """`__dataclass_fields__`, made by the standard library for whoever asks first."""

    def __get__(self, _: object, owner: type) -> object:
        import dataclasses  # noqa: PLC0415 see above

        fields: dict[str, _Field] = owner._fields  # type: ignore[attr-defined]
        annotations = {name: field.type for name, field in fields.items()}
        twin = type(owner.__name__, (), {"__annotations__": annotations})
        for name, field in fields.items():
            given: dict[str, Any] = {"repr": field.repr}
            if field.default_factory is not None:
                given["default_factory"] = field.default_factory
            elif field.default is not _MISSING:
                given["default"] = field.default
            setattr(twin, name, dataclasses.field(**given))
        made: Any = dataclasses.dataclass(kw_only=True)(twin)
        found: object = made.__dataclass_fields__
        owner.__dataclass_fields__ = found  # type: ignore[attr-defined]
        return found


def _dataclass(
    *, frozen: bool = False, slots: bool = True, kw_only: bool = False
) -> Callable[[type[T]], type[T]]:
    """As `dataclasses.dataclass`; fields are always slots."""
    del slots

    def declared(plain: type[T]) -> type[T]:
        body = {k: v for k, v in vars(plain).items() if k not in ("__dict__", "__weakref__")}
        names = tuple(plain.__annotations__)
        own = {n: _described(body.pop(n, _MISSING), plain.__annotations__[n]) for n in names}
        fields = {**getattr(plain, "_fields", {}), **own}
        body |= {
            "__slots__": names,
            "__match_args__": () if kw_only else tuple(fields),
            "__dataclass_fields__": _StandardFields(),
            "_fields": fields,
            "__repr__": _repr,
            "__eq__": _equal,
            "__hash__": _hash if frozen else None,
            "__getstate__": _state,
            "__setstate__": _restore,
        }
        kind: Any = type(plain)
        made = kind(plain.__name__, plain.__bases__, body)
        # A slot's own setter does not ask `__setattr__`, and is faster.
        setters = {name: getattr(made, name).__set__ for name in fields}
        made.__init__ = _maker(fields, setters, 0 if kw_only else len(fields))
        if frozen:
            made.__setattr__ = made.__delattr__ = _refuse
        return cast("type[T]", made)

    return declared


def _described(said: object, type_: str) -> _Field:
    field = said if isinstance(said, _Field) else _Field(default=said)
    field.type = type_
    return field


def _maker(
    fields: dict[str, _Field], setters: dict[str, Callable[[object, object], None]], places: int
) -> Callable[..., None]:
    """The `__init__` of a class with these fields, of which the first `places` need no name."""
    puts = tuple(setters.values())
    rest = tuple(fields)

    def fill(self: object, *values: object, **named: object) -> None:
        if len(values) > places:
            raise TypeError(f"{len(values)} values for {places} fields")
        for put, value in zip(puts, values):  # noqa: B905 fields left over follow
            put(self, value)
        for name in rest[len(values) :]:
            value = named.pop(name, _MISSING)
            setters[name](self, fields[name].value(name) if value is _MISSING else value)
        if named:
            raise TypeError(f"{next(iter(named))} is not a field, or given twice")

    return fill


def _state(value: object) -> tuple[object, ...]:
    return tuple([getattr(value, name) for name in value._fields])  # type: ignore[attr-defined]


def _restore(self: object, state: tuple[object, ...]) -> None:
    for name, value in zip(self._fields, state, strict=True):  # type: ignore[attr-defined]
        object.__setattr__(self, name, value)


def _equal(self: object, other: object) -> bool:
    return _state(self) == _state(other) if type(other) is type(self) else NotImplemented


def _hash(self: object) -> int:
    return hash(_state(self))


def _repr(self: object) -> str:
    shown = (f"{n}={getattr(self, n)!r}" for n, field in self._fields.items() if field.repr)  # type: ignore[attr-defined]
    return f"{type(self).__name__}({', '.join(shown)})"


def _refuse(self: object, name: str, *_: object) -> None:
    raise AttributeError(f"{type(self).__name__}.{name} cannot be changed")


def _replace(value: T, /, **changes: object) -> T:
    """A copy with other values in some fields."""
    kept = {name: getattr(value, name) for name in value._fields}  # type: ignore[attr-defined]
    return type(value)(**{**kept, **changes})


if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace
else:
    dataclass, field, replace = _dataclass, _Field, _replace
