"""Addresses in code: those without encryption, and the hosts of regions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.audit.https.hosts import HOST, REGIONS, plain, wrong
from intercom_scan.audit.https.walking import DEVELOPMENT_FILES, pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.https.walking import Piece
    from intercom_scan.audit.signed.values import Where
    from intercom_scan.audit.syntax.modules import Modules

# `eu`, `EU_PRODUCTION`, `hostEu`: a name for one of several.
_REGION = re.compile(r"(?:^|[^A-Za-z])(?:eu|au|us|europe\w*|australia\w*)(?:[^A-Za-z]|$)", re.I)
HIDDEN = "cannot follow which host this address without encryption has"


def in_code(modules: Modules, path: str) -> Iterator[tuple[Where, str]]:
    """What is wrong with the addresses that a module writes, or HIDDEN."""
    tree = modules.tree(path)
    if tree is None or DEVELOPMENT_FILES.search(path):
        return
    whole: set[int] = set()
    for piece in pieces(path, tree):
        node = piece.node
        if node.kind == "template" and node.parts:
            whole |= {id(part) for part in node.parts}
            text = _text(piece)
        elif node.kind == "text" and id(node) not in whole:
            text = node.name
        else:
            continue
        words = _wrong(piece, text)
        if words is not None and not piece.only_in_development:
            yield piece.site.where, words


def _text(piece: Piece) -> str:
    """A template's text, with a mark for each piece that is computed."""
    return "".join(part.name if part.kind == "text" else "\0" for part in piece.node.parts)


def _wrong(piece: Piece, text: str) -> str | None:
    address = plain(text)
    if address is None:
        return None
    around = [node.name for node in piece.site.around]
    names = " ".join([piece.site.path.rpartition("/")[2].rpartition(".")[0], *around, *piece.keys])
    known = "\0" not in address.host
    words = wrong(address, names, known=known)
    return words if words is None or known else HIDDEN


def regions(modules: Modules, path: str) -> Iterator[tuple[Where, str, bool]]:
    """The hosts of regions that a module writes, and whether one of several is chosen there."""
    tree = modules.tree(path)
    for piece in pieces(path, tree) if tree is not None else ():
        if piece.node.kind == "text":
            for found in HOST.finditer(piece.node.name):
                chosen = bool(piece.keys and _chosen(piece)) or bool(piece.conditions)
                yield piece.site.where, REGIONS[found[0]], chosen


def _chosen(piece: Piece) -> bool:
    """Whether a host stands under a region's name, as in `{eu: …, au: …}`."""
    return any(_REGION.search(key) for key in piece.keys)
