"""The cheap dataclasses do what the standard library's do."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import Any

import pytest

from intercom_scan.values import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Point:
    """A value."""

    x: int
    y: int = 2
    secret: bytes = field(default=b"", repr=False)

    @property
    def sum(self) -> int:
        return self.x + self.y


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    name: str
    tall: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived(Base):
    more: str
    tall: bool = True


@dataclass(slots=True)
class Bag:
    things: list[int] = field(default_factory=list)


def test_fields_by_place_by_name_and_by_default() -> None:
    assert (Point(1).x, Point(1).y, Point(1, 5).y, Point(y=3, x=4).sum) == (1, 2, 5, 7)
    assert Derived(name="a", more="b").tall
    assert not Derived(more="b", name="a", tall=False).tall


BAD: list[tuple[Any, tuple[object, ...], dict[str, object]]] = [
    (Point, (), {}),
    (Point, (1,), {"x": 1}),
    (Point, (1, 2, b"", 4), {}),
    (Point, (1,), {"z": 1}),
    (Base, ("a",), {}),
]


@pytest.mark.parametrize(("kind", "values", "named"), BAD)
def test_what_no_init_takes(kind: Any, values: Any, named: Any) -> None:
    with pytest.raises(TypeError):
        kind(*values, **named)


def test_values_are_equal_by_their_fields_and_their_class() -> None:
    assert Point(1) == Point(1, 2)
    assert Point(1) != Point(2)
    assert len({Point(1), Point(1, 2), Point(3)}) == 2
    assert Base(name="a") != Derived(name="a", more="", tall=False)
    other: object = (1, 2, b"")
    assert Point(1) != other


def test_frozen_ones_cannot_be_changed_and_others_can() -> None:
    point: Any = Point(1)
    for change in (lambda: setattr(point, "x", 3), lambda: delattr(point, "x")):
        with pytest.raises(AttributeError):
            change()
    with pytest.raises(AttributeError):
        point.other = 1
    bag = Bag()
    bag.things = [1]
    assert bag == Bag([1])
    bag.things = ()  # type: ignore[assignment]
    with pytest.raises(TypeError):
        hash(bag)


def test_a_default_that_is_made_is_made_anew() -> None:
    Bag().things.append(1)
    assert Bag().things == []


def test_what_is_not_to_be_shown_is_not_shown() -> None:
    assert repr(Point(1, secret=b"hidden")) == "Point(x=1, y=2)"


def test_replace() -> None:
    assert replace(Point(1, secret=b"s"), y=9) == Point(1, 9, b"s")
    assert replace(Derived(name="a", more="b"), name="c") == Derived(name="c", more="b")
    with pytest.raises(TypeError):
        replace(Point(1), z=1)  # type: ignore[call-arg]


def test_they_can_be_copied_and_pickled() -> None:
    for value in (Point(1, secret=b"s"), Derived(name="a", more="b"), Bag([1])):
        assert copy.copy(value) == value
        assert pickle.loads(pickle.dumps(value)) == value


def test_the_standard_library_takes_them_for_its_own() -> None:
    assert dataclasses.is_dataclass(Derived)
    assert [f.name for f in dataclasses.fields(Derived)] == ["name", "tall", "more"]
    assert [f.type for f in dataclasses.fields(Point)] == ["int", "int", "bytes"]
    assert dataclasses.replace(Point(1), y=4) == Point(1, 4)
    assert dataclasses.asdict(Bag([1])) == {"things": [1]}


def test_patterns_match_by_place() -> None:
    match Point(1, 2):
        case Point(x, y):
            assert (x, y) == (1, 2)
        case _:
            pytest.fail("no match")
