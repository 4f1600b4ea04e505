"""Templates of pages that have a secret put in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.audit.sides.names import sort, without

if TYPE_CHECKING:
    from collections.abc import Iterator

    Told = tuple[int, str]

_PAGES = re.compile(
    r"(?i)\.(?:html?|erb|haml|slim|twig|jinja2?|j2|ejs|hbs|handlebars|mustache|liquid|njk|pug|"
    r"cshtml|razor|jsp|php|phtml|ftl|gohtml|tmpl|eta|astro)$"
)
_MARKUP = re.compile(r"(?i)<(?:script|html|body|head|div|meta|input|form|section|main|p)\b")
# What is printed: `<%= … %>`, `{{ … }}`, `{!! … !!}`, `<?= … ?>`, `<?php echo … ?>`, `@Model.X`.
_PRINTED = re.compile(
    r"<%[-=]{1,2}\s{0,20}([^%]{1,300}?)-?%>|\{\{-?\s{0,20}([^{}]{1,300}?)-?\}\}"
    r"|\{!!\s{0,20}([^{}!]{1,300}?)!!\}|<\?(?:=|php\s{1,9}echo)\s{0,20}([^?]{1,300}?)\?>"
    r"|@\(?([A-Za-z][\w.\[\]\"':]{1,200})\)?|\$\{([\w.]{1,200})\}"
)
# What makes something else of a value, or only asks for it.
_OPERATORS = re.compile(r"[?!<>=]=|[?+*]|&&|\b(?:if|unless|and|not|present|blank|defined)\b")
_ARRAY = re.compile(r"(?is)(?:json_encode|Js::from)\(\s{0,20}\[(.*)\]")
_CALLED = re.compile(r"(\w{1,80})\s?\(")
_READING = re.compile(
    r"(?i)\w*env|config\w*|fetch|get\w*|dig|credentials|json_encode|to_json|raw|j|e|"
    r"html_escape|escape_javascript|safe|default|tojson|json"
)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{2,79}")
_COMMENTS = {"<!--": "-->", "{#": "#}", "<%#": "%>", "{{--": "--}}", "{{!--": "--}}"}
_SAYS = re.compile(r"(?i)secret|token|key|hmac")


def is_page(path: str, data: bytes) -> bool:
    """Whether a file is a template of a page, and not of a configuration."""
    return bool(_PAGES.search(path)) and bool(_MARKUP.search(data.decode("utf-8", "replace")))


def in_page(data: bytes) -> Iterator[Told]:
    """Secrets that a template prints as they are."""
    text = without(data.decode("utf-8", "replace"), _COMMENTS)
    for found in _PRINTED.finditer(text):
        printed: str = next(each for each in found.groups() if each is not None).strip()
        for value in _values(printed):
            if _SAYS.search(value) and _plain(value) and (name := _secret(value)):
                yield text.count("\n", 0, found.start()) + 1, f"prints `{name}` into the page"


def _values(printed: str) -> list[str]:
    """What is printed, or each value of an array that is printed as JSON."""
    array = _ARRAY.match(printed)
    if array is None:
        return [printed]
    values, depth = [""], 0
    for char in array[1]:
        depth += (char in "([") - (char in ")]")
        if char == "," and depth == 0:
            values.append("")
        else:
            values[-1] += char
    return values


def _plain(printed: str) -> bool:
    """Whether it is a value as it is read, with no call around it that signs."""
    calls = all(_READING.fullmatch(name) for name in _CALLED.findall(printed))
    return calls and not _OPERATORS.search(printed.replace("->", ".").replace("=>", " "))


def _secret(printed: str) -> str:
    """The secret's name, which may be parted: `services.intercom.secret`."""
    names: list[str] = _NAME.findall(printed)
    for name in names:
        if sort(name) == "secret":
            return name
    joined = "_".join(names[1:]) if len(names) > 1 else ""
    start = joined.lower().find("intercom")
    return joined[start:] if start >= 0 and sort(joined[start:]) == "secret" else ""
