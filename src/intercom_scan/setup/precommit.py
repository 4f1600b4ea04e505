"""`.pre-commit-config.yaml` with this project's hooks in it, and all that was there as it was."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan._version import VERSION
from intercom_scan.errors import ConfigError
from intercom_scan.setup import yaml_places
from intercom_scan.setup.yaml_text import (
    Edit,
    append_items,
    append_pair,
    applied,
    block,
    flow,
    newline,
    prepend_pair,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.setup.yaml_places import Document, Node
    from intercom_scan.setup.yaml_text import Data

FILE = ".pre-commit-config.yaml"
# The one place that names the repository.
URL = "https://github.com/intercom-scan/intercom-scan"
REV = f"v{VERSION}"
HOOKS = ("intercom-secrets", "intercom-env", "intercom-commit-msg", "intercom-pre-push")

# `pre-commit install` installs the hooks of these: https://pre-commit.com/#top_level-default_install_hook_types
TYPES_KEY = "default_install_hook_types"
TYPES = ("pre-commit", "pre-merge-commit", "commit-msg", "pre-push")

_BOM = b"\xef\xbb\xbf"
_VERSION = re.compile(r"v?([0-9]{1,6})\.([0-9]{1,6})\.([0-9]{1,6})")


def merge(data: bytes | None) -> bytes:
    """The file with all of HOOKS and TYPES in it; `data` itself where they are there already.

    `data` is what the file has now, None where there is none. An entry of an older version gets
    this one's `rev`. Raises ConfigError, `FILE:LINE: what is wrong, what to do`, for what cannot
    be read or extended without changing what is there.
    """
    if data is None:
        return _fresh("\n").encode()
    document = yaml_places.read(data, FILE)
    edits = list(_edits(document))
    if not edits:
        return data
    after = applied(document.text, edits).encode()
    _check(document, after, {edit.start for edit in edits if edit.end > edit.start})
    return (_BOM if data.startswith(_BOM) else b"") + after


def _entry(hooks: list[str]) -> Data:
    return {"repo": URL, "rev": REV, "hooks": [{"id": hook} for hook in hooks]}


def _fresh(ending: str) -> str:
    entry = block([_entry(list(HOOKS))], 2, 2, 2)
    types = flow(TYPES, quoted=False)
    return "".join(line + ending for line in [f"{TYPES_KEY}: {types}", "repos:", *entry])


def _edits(document: Document) -> Iterator[Edit]:
    root = document.root
    if root is None:  # comments at most
        end, ending = len(document.text), newline(document.text)
        new = _fresh(ending)
        if end and document.text[-1] not in "\r\n":  # a last line that nothing ends stays so
            new = ending + new.removesuffix(ending)
        yield Edit(end, end, new)
        return
    if root.kind == "list":
        raise document.error(root, "is a list, as of old; run `pre-commit migrate-config` first")
    if root.kind != "mapping":
        raise document.error(root, "is no mapping; write `repos:` with a list")
    _standing_alone(document, root)
    types, repos = document.pair(root, TYPES_KEY), document.pair(root, "repos")
    if (types is None or repos is None) and document.pair(root, "<<"):
        raise document.error(root, f"merges keys with '<<'; write {TYPES_KEY} and repos themselves")
    if types is not None:
        yield from _more_types(document, root, types)
    elif root.items:
        yield prepend_pair(document, root, TYPES_KEY, TYPES)
    else:
        yield from append_pair(document, root, TYPES_KEY, TYPES)
    if repos is not None:
        yield from _more_hooks(document, root, repos)
    elif root.items:
        yield from append_pair(document, root, "repos", [_entry(list(HOOKS))])
    else:
        pair = f'"repos": {flow([_entry(list(HOOKS))], quoted=True)}'
        yield Edit(root.end - 1, root.end - 1, f", {pair}")


def _more_types(document: Document, root: Node, types: tuple[Node, Node]) -> Iterator[Edit]:
    there = {item.text for item in types[1].items if item.kind == "text"}
    if missing := [name for name in TYPES if name not in there]:
        yield from append_items(document, root, types, missing)


def _more_hooks(document: Document, root: Node, repos: tuple[Node, Node]) -> Iterator[Edit]:
    there: set[str] = set()
    ours: list[Node] = []
    for entry in repos[1].items:
        if entry.kind != "mapping":
            continue
        hooks = _ids(document, entry)
        there |= hooks
        source = _text(document, entry, "repo")
        if _is_url(source) or (hooks & set(HOOKS) and source not in ("local", "meta")):
            ours.append(entry)
            yield from _newer_rev(document, entry) if _is_url(source) else ()
    missing = [hook for hook in HOOKS if hook not in there]
    if not missing:
        return
    if not ours:
        yield from append_items(document, root, repos, [_entry(missing)])
        return
    entry = ours[0]
    _standing_alone(document, repos[1])
    _standing_alone(document, entry)
    pair = document.pair(entry, "hooks")
    if pair is None:
        raise document.error(entry, "has no hooks; write `hooks:` with a list")
    yield from append_items(document, entry, pair, [{"id": hook} for hook in missing])


def _standing_alone(document: Document, node: Node) -> None:
    if node.anchor in document.aliases:
        raise document.error(node, "has an anchor that others refer to; write them apart")


def _text(document: Document, mapping: Node, key: str) -> str:
    pair = document.pair(mapping, key)
    return pair[1].text if pair and pair[1].kind == "text" else ""


def _ids(document: Document, entry: Node) -> set[str]:
    """The hooks that an entry names."""
    hooks = document.pair(entry, "hooks")
    items = hooks[1].items if hooks and hooks[1].kind == "list" else ()
    return {_text(document, item, "id") for item in items if item.kind == "mapping"}


def _is_url(source: str) -> bool:
    """Whether it is URL in any of the ways that git writes it."""
    path = URL.partition("://")[2]
    host, _, rest = path.partition("/")
    plain = source.lower().rstrip("/").removesuffix(".git")
    heads = (f"https://{host}/", f"ssh://git@{host}/", f"git@{host}:", f"git://{host}/")
    return any(plain == head + rest for head in heads)


def _newer_rev(document: Document, entry: Node) -> Iterator[Edit]:
    """This version's tag in place of an older one's; a commit or a branch is somebody's choice."""
    rev = document.pair(entry, "rev")
    if rev is None or rev[1].kind != "text" or rev[1].anchor is not None:
        return
    node = rev[1]
    there, this = _VERSION.fullmatch(node.text), _VERSION.fullmatch(REV)
    inset = {None: 0, "'": 1, '"': 1}.get(node.style)
    if not there or not this or inset is None:
        return
    old, new = ([int(number) for number in match.groups()] for match in (there, this))
    if old < new and document.text[node.start + inset : node.end - inset] == node.text:
        _standing_alone(document, entry)
        yield Edit(node.start + inset, node.end - inset, REV)


# --- whether all went well


def _check(before: Document, data: bytes, replaced: set[int]) -> None:
    """Read what came out again: everything must be in it, and nothing else must be missing."""
    try:
        after = yaml_places.read(data, FILE)
        kept = before.root is None or (
            after.root is not None and _kept(before.root, after.root, replaced)
        )
        whole = kept and before.aliases == after.aliases and not list(_edits(after))
    except ConfigError:
        whole = False
    if not whole:
        line = before.root.line if before.root else 1
        raise ConfigError(
            f"{FILE}:{line}: cannot be extended without changing what is there; "
            f"add {URL} with {', '.join(HOOKS)} by hand"
        )


def _kept(old: Node, new: Node, replaced: set[int]) -> bool:
    """Whether `new` is `old` with more in it, and another text only at the places `replaced`."""
    if old.empty and new.kind == "list":
        return True
    if (old.kind, old.flow, old.anchor, old.tag) != (new.kind, new.flow, new.anchor, new.tag):
        return False
    if old.kind in ("text", "alias"):
        changed = any(old.start <= place < old.end for place in replaced)
        return old.style == new.style and (old.text == new.text) != changed
    if old.kind == "list":
        pairs = list(zip(old.items, new.items, strict=False))
    else:
        at = [key.text for key in new.items[::2]]
        first = at.index(old.items[0].text) if old.items and old.items[0].text in at else 0
        pairs = list(zip(old.items, new.items[2 * first :], strict=False))
    return len(pairs) == len(old.items) and all(_kept(a, b, replaced) for a, b in pairs)
