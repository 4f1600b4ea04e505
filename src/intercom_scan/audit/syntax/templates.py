"""The script of pages and templates, as JavaScript on the lines where it stands.

What a template inserts becomes a name that says what it is, and the parser's tree of that name the
node `inserted`. Elements that are components, or that have handlers, become calls.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from intercom_scan.audit.syntax.inserted import standing_for
from intercom_scan.audit.syntax.lowering import TooMuchError
from intercom_scan.audit.syntax.markup import balanced, called, read
from intercom_scan.audit.syntax.php_pages import closing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from intercom_scan.audit.syntax.markup import Tag


class Mark(NamedTuple):
    """How a template's own code stands in it; `value` fits the beginning of what is inserted."""

    closes: str
    value: re.Pattern[str]


class Form(NamedTuple):
    """A kind of file: its marks, the language in them, and whether all of it is script."""

    marks: Mapping[str, Mark] = {}
    inside: str = ""
    script: bool = False
    braces: bool = False  # an attribute's value may be an expression in braces


_ANY, _NEVER = re.compile(""), re.compile(r"(?!)")
_SHOWN = re.compile(r"=+")
_DOUBLE = re.compile(r"-?(?![#/!^>-]|\s*else\b)")
_BRACES = {"{{": Mark("}}", _DOUBLE), "{{{": Mark("}}}", _ANY)}
_PERCENT = {"{%": Mark("%}", _NEVER), "{#": Mark("#}", _NEVER)}
_PHP = {"<?": Mark("?>", re.compile(r"=|php\s+echo\b"))}

_ERB = Form({"<%": Mark("%>", _SHOWN)}, "rb")
_EJS = Form({"<%": Mark("%>", re.compile(r"[=-]"))}, "js")
_JINJA = Form({**_BRACES, **_PERCENT}, "py")
_BLADE = Form({**_BRACES, **_PHP, "{!!": Mark("!!}", _ANY), "@": Mark("", _NEVER)}, "php")
_PAGES = {
    **dict.fromkeys(("html", "htm", "twig", "jinja", "jinja2", "j2", "hbs", "handlebars", "njk",
                     "liquid", "mustache"), _JINJA),
    **dict.fromkeys(("vue", "svelte", "astro"), Form(braces=True)),
    "erb": _ERB,
    "ejs": _EJS,
    "blade.php": _BLADE,
}  # fmt: skip
FORMS: Mapping[str, Form] = {
    **_PAGES,
    **{f"js.{end}": form._replace(script=True) for end, form in _PAGES.items() if form.marks},
}
PHP = Form(_PHP, "php")  # the script in a page of plain PHP

_SCRIPT = re.compile(r"(?:^|/|-|\.)(?:javascript|ecmascript|babel|jsx|typescript|module)$|^$", re.I)
_RAW = {name: re.compile(rf"</{name}", re.I) for name in ("script", "style", "textarea", "title")}
# https://laravel.com/docs/blade#blade-directives
_DIRECTIVE = re.compile(
    r"@(json|js)\(|@(?:end)?(?:if|elseif|else|auth|guest|isset|empty|foreach|forelse|php|unless|env"
    r"|production|can|push|once|section|include)\b"
)
_OPENED = re.compile(r" ?\(")
_VALUES = 2_000  # that a page inserts; a person does not write more


class Page:
    """Reads a text once, from its beginning to its end."""

    def __init__(self, text: str, form: Form) -> None:
        self.text, self.form = text, form
        opens = sorted(form.marks, key=len, reverse=True)
        marks = [_DIRECTIVE.pattern if each == "@" else re.escape(each) for each in opens]
        self._marks = re.compile("|".join(marks) if marks else r"(?!)")
        self._next = re.compile("|".join([*marks, "<!--", "<(?=[A-Za-z])"]))
        self._barren: dict[str, int] = {}
        self._found: list[str] = []
        self._lines = self._counted = self._until = self._values = 0

    def code(self) -> str:
        """Its script, with nothing between but the ends of lines."""
        if self.form.script:
            self._script(0, len(self.text))
            return "".join(self._found)
        place = self._front()
        while (found := self._next.search(self.text, place)) is not None:
            place = found.end()
            if found[0] == "<":
                place = self._tag(place)
            elif found[0] == "<!--":
                place = self.closed("-->", place)
            else:
                place = self._over(found)
        return "".join(self._found)

    def _front(self) -> int:
        """What stands before an Astro page, between two lines of dashes."""
        if not self.form.braces or not self.text.startswith("---\n"):
            return 0
        end = self.text.find("\n---", 3)
        if end > 0:
            self._script(4, end + 1)
        return max(end + 4, 4)

    def closed(self, closes: str, place: int) -> int:
        """Where what begins at `place` has ended; `place` where it never does."""
        if place < self._barren.get(closes, 0):
            return place
        end = closing(self.text, place) if closes == "?>" else self.text.find(closes, place)
        if end < 0:
            self._barren[closes] = len(self.text)  # no need to look for it again
            return place
        return end + len(closes)

    def skipped(self, place: int) -> int:
        """Past a mark that begins here, `place` where none does."""
        found = self._marks.match(self.text, place)
        return self._over(found) if found else place

    def _over(self, found: re.Match[str]) -> int:
        """Where a mark that begins so has ended."""
        if found[0].startswith("@"):
            return self._bracket(found)[1]
        return self.closed(self.form.marks[found[0]].closes, found.end())

    def _bracket(self, found: re.Match[str]) -> tuple[str, int]:
        """What a directive has in brackets, and where it ends."""
        opened = _OPENED.match(self.text, found.end() - bool(found[1]))
        if opened is None:
            return "", found.end()
        end = balanced(self.text, opened.end(), "()")
        return self.text[opened.end() : end], end + 1

    def quoted(self, quote: str, place: int) -> int:
        """Where a text in quotes ends, which a template's marks may have in them as well."""
        end = self._quote(quote, place)
        while (found := self._marks.search(self.text, place, end)) is not None:
            place = self._over(found)
            if place > end:
                end = self._quote(quote, place)
        return end

    def _quote(self, quote: str, place: int) -> int:
        end = self.text.find(quote, place)
        return len(self.text) if end < 0 else end

    def _tag(self, place: int) -> int:
        tag, place = read(self, place)
        self._put_tag(tag)
        closing = _RAW.get(tag.name.lower())
        if closing is None:
            return place
        end = closing.search(self.text, place)
        until = end.start() if end else len(self.text)
        if tag.name.lower() == "script" and _SCRIPT.search(tag.given.get("type", "")):
            self._script(place, until)
            self._put(";")
        return until

    def _put_tag(self, tag: Tag) -> None:
        for place, piece in called(tag, self._filled):
            self._reach(place)
            self._put(piece)

    def _filled(self, value: str) -> str:
        """An attribute's value, with names for what is inserted."""
        return Page(value, self.form._replace(script=True)).code() if self.form.marks else value

    def _put(self, text: str) -> None:
        self._found.append(text)
        self._lines += text.count("\n")

    def _reach(self, place: int) -> None:
        """Ends lines until this is the line of a place in the text."""
        self._counted += self.text.count("\n", self._until, place)
        self._until = max(place, self._until)
        self._put("\n" * max(self._counted - self._lines, 0))

    def _script(self, place: int, end: int) -> None:
        self._reach(place)
        while (found := self._marks.search(self.text, place, end)) is not None:
            self._plain(place, found.start())
            place = self._value(found, end)
        self._plain(place, end)

    def _plain(self, place: int, end: int) -> None:
        """As it stands; lines that a value had are made up for where a line ends."""
        first = self.text.find("\n", place, end)
        if first >= 0:
            self._put(self.text[place:first])
            self._reach(first + 1)
            place = first + 1
        self._put(self.text[place:end])

    def _value(self, found: re.Match[str], end: int) -> int:
        if found[0].startswith("@"):  # of Blade, of which only some insert
            inside, place = self._bracket(found)
            if found[1]:
                self._insert(inside)
            return place
        mark = self.form.marks[found[0]]
        place = self.closed(mark.closes, found.end())
        if place == found.end() or place > end:
            self._put(found[0])
            return found.end()
        inside = self.text[found.end() : place - len(mark.closes)]
        shown = mark.value.match(inside)
        if shown is not None:
            self._insert(inside[shown.end() :])
        return place

    def _insert(self, expression: str) -> None:
        self._values += 1
        if self._values > _VALUES:
            raise TooMuchError
        self._put(standing_for(expression, self.form.inside))


def code(form: Form) -> Callable[[str], str]:
    """From a text of this form to its script."""
    return lambda text: Page(blade(text) if "@" in form.marks else text, form).code()


def between(opens: str, closes: str) -> Callable[[str], str]:
    """From a text to the code in its marks, on the same lines."""
    pattern = re.compile(rf"{re.escape(opens)}(?![#%])[=-]*|{re.escape(closes)}|\n")

    def made(text: str) -> str:
        found: list[str] = []
        place = -1
        for piece in pattern.finditer(text):
            word = piece[0]
            if word == closes:
                found += [text[place : piece.start()].rstrip("-"), ";"] if place >= 0 else []
                place = -1
            elif word == "\n":
                found.append("\n" if place < 0 else text[place : piece.end()])
                place = place if place < 0 else piece.end()
            elif place < 0:
                place = piece.end()
        return "".join(found)

    return made


def blade(text: str) -> str:
    """`@php … @endphp` as PHP's own marks."""
    return re.sub(r"@php\b(?! ?\()", "<?php ", text).replace("@endphp", "?>")
