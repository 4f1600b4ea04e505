"""What refs name that is no commit: tags of tags, of blobs, and of whole trees."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from intercom_scan.sources.reader import ObjectReader, UnreadableObject

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from intercom_scan.git import Git
    from intercom_scan.sources.stores import Ref

_TARGET = re.compile(rb"object ([0-9a-f]{40,64})\ntype ([a-z]{3,6})\n")


@dataclass(frozen=True, slots=True)
class Labels:
    """By object id: the refs that reach it past no commit, and its paths in trees they name."""

    refs: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    paths: dict[str, set[bytes]] = field(default_factory=lambda: defaultdict(set))


def read_labels(git: Git, reader: ObjectReader, refs: Iterable[Ref], wanted: set[str]) -> Labels:
    """Follow refs through their tags, and into trees for the `wanted` objects."""
    labels = Labels()
    for ref in refs:
        for id_, type_ in tagged(reader, ref):
            labels.refs[id_].add(ref.name)
            if type_ == "tree":
                _follow_tree(git, id_, ref.name, wanted, labels)
    return labels


def tagged(reader: ObjectReader, ref: Ref) -> Iterator[tuple[str, str]]:
    """Id and type of what a ref names, and of all that it tags, one after the other."""
    id_, type_ = ref.object, ref.type
    yield id_, type_
    while type_ == "tag" and (target := _target(reader, id_)):
        id_, type_ = target
        yield id_, type_


def _target(reader: ObjectReader, tag: str) -> tuple[str, str] | None:
    try:
        found = _TARGET.match(reader.read(tag))
    except UnreadableObject:
        return None
    return (found[1].decode("ascii"), found[2].decode("ascii")) if found else None


def _follow_tree(git: Git, tree: str, name: str, wanted: set[str], labels: Labels) -> None:
    answer = git.run("ls-tree", "-r", "-z", "--full-tree", tree)  # a damaged one: what can be had
    for record in answer.out.split(b"\0"):
        meta, _, path = record.partition(b"\t")
        id_ = meta.rpartition(b" ")[2].decode("ascii", "replace")
        if id_ in wanted:
            labels.refs[id_].add(name)
            labels.paths[id_].add(path)
