"""Names of Intercom's secrets, and the prefixes by which build tools publish a variable."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from intercom_scan.rotation.reads import is_credential
from intercom_scan.rules.names import credential_name, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Each tool puts what is named so into the code that browsers and phones get:
# https://nextjs.org/docs/app/guides/environment-variables
# https://vite.dev/guide/env-and-mode
# https://create-react-app.dev/docs/adding-custom-environment-variables
# https://docs.expo.dev/guides/environment-variables
# https://nuxt.com/docs/guide/going-further/runtime-config
# https://www.gatsbyjs.com/docs/how-to/local-development/environment-variables
# https://cli.vuejs.org/guide/mode-and-env.html
# https://svelte.dev/docs/kit/$env-static-public
# https://nx.dev/recipes/react/use-environment-variables-in-react
PREFIXES = ("NEXT_PUBLIC_", "VITE_", "REACT_APP_", "EXPO_PUBLIC_", "NUXT_PUBLIC_", "NUXT_ENV_",
            "GATSBY_", "VUE_APP_", "PUBLIC_", "NX_", "REACT_NATIVE_", "NG_APP_", "STORYBOOK_",
            "RSBUILD_", "SNOWPACK_PUBLIC_", "RAZZLE_", "BLITZ_PUBLIC_")  # fmt: skip
PUBLIC = re.compile("(?:" + "|".join(PREFIXES) + ")")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}")
_SAYING = frozenset({"secret", "hmac", "pat", "credential", "password", "private"})
_KEYED = frozenset({"identity", "verification", "verify", "secure", "hmac", "jwt", "signing",
                    "write", "read", "client"})  # fmt: skip
# What is made for one user, and given to that user.
_OWN = frozenset({"user", "session", "messenger", "device", "chat", "identity", "push"})


@lru_cache(4096)
def sort(name: str) -> str | None:
    """`secret` for the name of an Intercom secret, `key` for one that may be an app's id.

    None for all other names. Applications have called the id of their workspace their API key.
    """
    if not _NAME.fullmatch(name) or "intercom" not in name.lower():
        return None
    if not is_credential(name.encode()):
        return None
    known = credential_name(words(name.encode()))
    parts = set(known.reduced.split("_")) if known is not None else set()
    if parts & _SAYING:
        return "secret"
    if "token" in parts:
        return "key" if parts & _OWN else "secret"
    if "key" in parts:
        return "secret" if parts & _KEYED else "key"
    return None


class Named(NamedTuple):
    """A name in a text, and its line (from 1)."""

    name: str
    line: int


_NAMES = re.compile(r"[A-Za-z_][A-Za-z0-9_]{5,79}")
_COMMENT = re.compile(r"(?:^|\s)(?:#|//|;).*")
_LONGEST = 2_000  # bytes of a line that are looked at
_BLOCKS = {"<!--": "-->", "/*": "*/"}


def named(text: str) -> Iterator[Named]:
    """The names that say Intercom in a text that is no code, but for its comments."""
    for number, line in enumerate(without(text, _BLOCKS).split("\n"), 1):
        if "intercom" in line[:_LONGEST].lower():
            for found in _NAMES.finditer(_COMMENT.sub("", line[:_LONGEST])):
                if "intercom" in found[0].lower():
                    yield Named(found[0], number)


def without(text: str, blocks: Mapping[str, str]) -> str:
    """The text without its comments, by what opens and what closes each; lines stay."""
    opening = re.compile("|".join(map(re.escape, sorted(blocks, key=len, reverse=True))))
    kept: list[str] = []
    at = 0
    while (opened := opening.search(text, at)) is not None:
        end = text.find(blocks[opened[0]], opened.end())
        kept.append(text[at : opened.start()])
        if end < 0:
            return "".join(kept)
        kept.append("\n" * text.count("\n", opened.start(), end))
        at = end + len(blocks[opened[0]])
    return "".join([*kept, text[at:]])
