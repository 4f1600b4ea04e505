"""What may never change an answer: other names for what the code declares, and another layout."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from intercom_scan.audit.signed.idioms import header_of
from intercom_scan.audit.syntax.modules import ending
from intercom_scan.audit.syntax.parse import LANGUAGES, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.audit.signed.samples import Sample

# What frameworks look for or hand over under just these names.
_KNOWN = frozenset({
    "self", "this", "handler", "POST", "GET", "action", "exports", "module", "post", "request",
    "canActivate", "fetch", "constructor", "params", "it", "super", "window", "default",
    "doPost", "doFilter", "doFilterInternal", "shouldNotFilter", "preHandle", "handleRequest",
    "ServeHTTP", "main", "InvokeAsync", "Invoke", "OnActionExecutionAsync", "OnActionExecuting",
    "OnAuthorization", "OnAuthorizationAsync", "OnResourceExecuting", "OnResourceExecutionAsync",
    "call", "handle", "authorize", "__invoke", "middleware", "middlewareAliases",
})  # fmt: skip
_COMMENTS = {**dict.fromkeys(("py", "rb"), "# note"),
             **dict.fromkeys(("html", "erb", "twig", "vue", "svelte", "ejs", "json", "xml",
                              "plist"),
                             "")}  # fmt: skip
_LONG = re.compile(r'"""|\'\'\'|`')  # which begin or end texts of several lines

Case = tuple[str, "str | None"]
breaks = st.lists(st.integers(0, 3), min_size=1, max_size=20)
starts = st.integers(0, 10**6)


def changes(samples: Mapping[str, Sample]) -> list[tuple[str, str]]:
    """Every unsafe change, as the names of the sample and of the change."""
    return [(name, change) for name, sample in samples.items() for change in sample.changes]


def cases(samples: Mapping[str, Sample]) -> list[Case]:
    """Every sample as it is (None), and with each of its changes."""
    return [(name, change) for name in samples for change in (None, *samples[name].changes)]


def changed(sample: Sample, change: str | None) -> dict[str, str]:
    """The files of a sample, after one of its changes."""
    if change is None:
        return sample.files
    before, after, _ = sample.changes[change]
    files = {path: text.replace(before, after) for path, text in sample.files.items()}
    assert files != sample.files, change
    return files


def declared(files: dict[str, str], keep: Iterable[str] = ()) -> list[str]:
    """Names that the code declares and nothing outside of it can know; `keep` are others."""
    own: set[str] = set()
    others = {*_KNOWN, *keep}
    for path, text in files.items():
        if ending(path) not in LANGUAGES:
            others |= set(re.findall(r"\w+", text))
            continue
        for node in parse(text.encode(), ending(path)).walk():
            if node.kind in ("param", "assign") and node.parts[0].kind == "name":
                own.add(node.parts[0].name)
            elif node.kind == "function":
                own.add(node.name)
            elif node.kind in ("member", "pair", "named", "class", "import"):
                others.add(node.name)
            elif node.kind == "text":
                others |= set(re.findall(r"\w+", node.name))
    return sorted(
        name for name in own - others if re.fullmatch(r"[^\W\d]\w*", name) and not header_of(name)
    )


def renamed(files: dict[str, str], first: int, keep: Iterable[str] = ()) -> dict[str, str]:
    """The same with numbered names, from `first`, for all that can have another name."""
    names = {name: f"v{first + i}" for i, name in enumerate(declared(files, keep))}
    if not names:
        return files
    pattern = re.compile(r"\b(" + "|".join(map(re.escape, names)) + r")\b")
    return {path: pattern.sub(lambda found: names[found[1]], text) for path, text in files.items()}


def laid(files: dict[str, str], kinds: list[int]) -> dict[str, str]:
    """The same with empty lines, comments and other indentation where a line may begin."""
    return {path: _spaced(text, kinds, ending(path)) for path, text in files.items()}


def _spaced(text: str, kinds: list[int], language: str) -> str:
    comment = _COMMENTS.get(language, "// note")
    found: list[str] = []
    quoted = False
    for i, line in enumerate(text.split("\n")):
        within = quoted
        quoted ^= len(_LONG.findall(line)) % 2 == 1
        kind = kinds[i % len(kinds)]
        free = not within and not quoted and not line.endswith("\\")
        if kind and free:
            found += ["", comment][: 1 + (kind > 1)]
        kept = language == "py" or kind < 3 or not free
        found.append(line if kept else "\t" + line.strip())
    return "\n".join(found)
