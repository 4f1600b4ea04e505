"""Tags and their attributes, and the calls that they are in the script of a page."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from intercom_scan.audit.syntax.templates import Page

_NAME = re.compile(r"[\w.:-]+")
_SPACE = re.compile(r"[\s/]*")
_ATTRIBUTE = re.compile(r"[^\s=>/]+")
_EQUALS = re.compile(r"\s*=\s*")
_BARE = re.compile(r"[^\s>]+")
_COMPONENT = re.compile(r"[A-Z][\w.]*$|\w+-[\w-]+$")
_HANDLER = re.compile(
    r"(?:@|v-on:|on:|\(|on(?=[A-Z]|click|submit|load|change))([A-Za-z][\w:-]*)[^=]*$"
)
_BOUND = re.compile(r"(?::|v-bind:|\[)([A-Za-z][\w:-]*)[^=]*$")
_NESTED = 4_000  # characters of what is in brackets
_OTHERS = re.compile(r"v-(?!bind$|model$)|#|\*|use:|bind:|let:|slot$|class:|key$")


class Attribute(NamedTuple):
    """`value` is None where there is none; `braces` where it is an expression in braces."""

    place: int
    name: str
    value: str | None
    braces: bool = False


class Tag(NamedTuple):
    """An opening tag: its name, what it has, and where the name and the tag end."""

    name: str
    attributes: tuple[Attribute, ...]
    place: int
    end: int

    @property
    def given(self) -> dict[str, str]:
        return {each.name: each.value or "" for each in self.attributes}


def read(page: Page, place: int) -> tuple[Tag, int]:
    """The tag whose name begins at a place, and where it ends."""
    text, start = page.text, place
    name = _NAME.match(text, place)
    place = name.end() if name else place
    found: list[Attribute] = []
    while place < len(text):
        space = _SPACE.match(text, place)
        place = space.end() if space else place
        if text[place : place + 1] in (">", ""):
            break
        marked = page.skipped(place)
        if marked > place:
            place = marked
            continue
        attribute, place = _attribute(page, place)
        found.append(attribute)
    end = min(place + 1, len(text))
    return Tag(name[0] if name else "", tuple(found), start, end), end


def _attribute(page: Page, place: int) -> tuple[Attribute, int]:
    text, start = page.text, place
    if page.form.braces and text[place] == "{":
        inside, place = _in_braces(text, place)
        return Attribute(start, "", inside, braces=True), place
    name = _ATTRIBUTE.match(text, place)
    if name is None:  # a sign that belongs to nothing
        return Attribute(start, "", None), place + 1
    equals = _EQUALS.match(text, name.end())
    if equals is None:
        return Attribute(start, name[0], None), name.end()
    value, braces, place = _value(page, equals.end())
    return Attribute(start, name[0], value, braces), place


def _value(page: Page, place: int) -> tuple[str, bool, int]:
    """What stands behind `=`, whether that is an expression in braces, and where it ends.

    Quotes may have quotes of their own within a template's marks.
    """
    text, sign = page.text, page.text[place : place + 1]
    braces = page.form.braces
    if sign == "{" and braces:
        inside, place = _in_braces(text, place)
        return inside, True, place
    if sign not in ("'", '"'):
        bare = _BARE.match(text, place)
        return (bare[0], False, bare.end()) if bare else ("", False, place)
    end = page.quoted(sign, place + 1)
    value = text[place + 1 : end]
    if braces and value.startswith("{") and balanced(value, 1, "{}") == len(value) - 1:
        return value[1:-1], True, end + 1
    return value, False, end + 1


def _in_braces(text: str, place: int) -> tuple[str, int]:
    end = balanced(text, place + 1, "{}")
    return text[place + 1 : end], end + 1


def balanced(text: str, place: int, brackets: str) -> int:
    """Where the bracket that is open before `place` closes, or how far that was looked for."""
    depth = 1
    until = min(len(text), place + _NESTED)
    for at in range(place, until):
        depth += (text[at] == brackets[0]) - (text[at] == brackets[1])
        if not depth:
            return at
    return until


def called(tag: Tag, filled: Callable[[str], str]) -> Iterator[tuple[int, str]]:
    """The call in pieces, each with its place; none for an element that does nothing.

    `filled` has names for what a template inserts into a value.
    """
    handled = [each for each in tag.attributes if _HANDLER.match(each.name)]
    sourced = tag.name == "script" and "src" in tag.given
    if not (_COMPONENT.match(tag.name) or handled or sourced):
        return
    yield tag.place, f";{_pascal(tag.name)}({{"
    for each in tag.attributes:
        value = each.value
        if value is not None and not each.braces:
            value = filled(html.unescape(value))
        made = _prop(each, value)
        if made:
            yield each.place, f"{made},"
    yield tag.end, "});"


def _pascal(name: str) -> str:
    """`my-component` is `MyComponent`: https://vuejs.org/style-guide/rules-strongly-recommended"""
    if "-" not in name:
        return re.sub(r"[^\w.]", "_", name)
    return "".join(word[:1].upper() + word[1:] for word in re.findall(r"\w+", name))


def _prop(each: Attribute, value: str | None) -> str:
    handler, bound = _HANDLER.match(each.name), _BOUND.match(each.name)
    if each.braces:
        return _of_braces(each.name, handler, value or "")
    if not each.name or _OTHERS.match(each.name):
        return ""
    if handler:
        return f"{_key('on-' + handler[1])}:()=>{{{value or ''}}}"
    if each.name == "v-bind":
        return f"...({value})"
    if bound or each.name == "v-model":
        name = bound[1] if bound else "modelValue"
        return f"{_key(name)}:({value or _camel(name)})"
    return f"{_key(each.name)}:{'true' if value is None else json.dumps(value)}"


def _of_braces(name: str, handler: re.Match[str] | None, value: str) -> str:
    if not name:
        spread = value.strip().startswith("...")
        return value if spread or re.fullmatch(r"\s*\w+\s*", value) else ""
    return f"{_key('on-' + handler[1] if handler else name)}:({value})"


def _key(name: str) -> str:
    return json.dumps(_camel(name))


def _camel(name: str) -> str:
    """`user-id` is `userId`, as in https://vuejs.org/guide/components/props.html"""
    return re.sub(r"-(\w)", lambda found: found[1].upper(), name)
