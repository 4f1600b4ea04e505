"""Annotated tags and refs, by what became of that which they name."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from intercom_scan.purge.commits import parse
from intercom_scan.purge.trees import unused
from intercom_scan.sources.asking import describe
from intercom_scan.sources.reader import ObjectReader
from intercom_scan.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from intercom_scan.git import Git
    from intercom_scan.purge.packing import Packer
    from intercom_scan.purge.rewriting import Cleaner

# The last of them in a tag's message is its signature, and ends it:
# https://git-scm.com/docs/gitformat-signature
_HEADER = re.compile(rb"\ngpgsig[^ \n]* .*(?:\n .*)*")
_SIGNATURE = re.compile(
    rb"^-----BEGIN (?:PGP SIGNATURE|PGP MESSAGE|SSH SIGNATURE|SIGNED MESSAGE)-----$", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Ref:
    """A ref as it was and as it is: full names as git has them, ids of what they name."""

    old_name: bytes = field(repr=False)
    name: bytes
    old: str
    new: str

    @property
    def changed(self) -> bool:
        return self.old != self.new or self.old_name != self.name

    @property
    def renamed(self) -> bool:
        return self.old_name != self.name


def refs(git: Git) -> list[tuple[bytes, str]]:
    """Name and object of each ref."""
    lines = git.records("for-each-ref", "--format=%(objectname) %(refname)", end=b"\n")
    return [(name, id_.decode("ascii")) for id_, _, name in (x.partition(b" ") for x in lines)]


def tags(
    git: Git, tips: Iterable[str], renamed: dict[str, str], held: set[str], cleaner: Cleaner,
    packer: Packer,
) -> list[str]:  # fmt: skip
    """Make the annotated tags anew that have to change; ids of those that lost a signature.

    `tips` may be any objects. A tag may name another one, and so on.
    """
    signed: list[str] = []
    seen: set[str] = set()
    names = list(dict.fromkeys(tips))
    known = describe(git, map(str.encode, names))
    with ObjectReader(git) as reader:
        for tip in [tip for tip, found in zip(names, known, strict=True) if found.type == "tag"]:
            for id_, content in reversed(_chain(reader, tip, seen)):
                target = parse(id_, content).all(b"object")[0].decode("ascii")
                if id_ in renamed or not (target in renamed or id_ in held):
                    continue
                new = content.replace(target.encode(), renamed.get(target, target).encode(), 1)
                bare = _unsigned(new)
                if bare != new:
                    signed.append(id_)
                renamed[id_] = packer.add("tag", _cleaned(bare, cleaner) if id_ in held else bare)
    return signed


def _chain(reader: ObjectReader, tip: str, seen: set[str]) -> list[tuple[str, bytes]]:
    """A tag and those that it names, up to one that was seen."""
    found: list[tuple[str, bytes]] = []
    kind = [b"tag"]
    while kind == [b"tag"] and tip not in seen:
        content = reader.read(tip)
        seen.add(tip)
        found.append((tip, content))
        tag = parse(tip, content)
        kind, tip = tag.all(b"type"), tag.all(b"object")[0].decode("ascii")
    return found


def _unsigned(tag: bytes) -> bytes:
    head, blank, message = tag.partition(b"\n\n")
    begins = [found.start() for found in _SIGNATURE.finditer(message)]
    return _HEADER.sub(b"", head) + blank + message[: begins[-1] if begins else None]


def _cleaned(tag: bytes, cleaner: Cleaner) -> bytes:
    """Name, tagger and message each by itself, so that what is between them stays."""
    head, blank, message = tag.partition(b"\n\n")
    lines = [re.split(rb"(^tag(?:ger)? |[<>])", line) for line in head.split(b"\n")]
    clean = (b"".join(map(cleaner.clean_text, line)) for line in lines)
    return b"\n".join(clean) + blank + cleaner.clean_text(message)


def placed(
    found: Iterable[tuple[bytes, str]], renamed: Mapping[str, str], cleaner: Cleaner
) -> list[Ref]:
    """The refs with new names where theirs hold a secret, or are ids of what has another now."""
    found = list(found)
    names = {name for name, _ in found}
    taken = names.union(*map(_folders, names))
    new: list[Ref] = []
    for name, old in found:
        clean = _renamed(name, cleaner) if cleaner.holds(name) else _replacing(name, renamed)
        if clean != name:
            clean = _free(clean, names, taken)
            names.add(clean)
            taken.update(_folders(clean), (clean,))
        new.append(Ref(name, clean, old, renamed.get(old, old)))
    return new


def _folders(name: bytes) -> list[bytes]:
    return [name[:at] for at, char in enumerate(name) if char == 0x2F]


def _free(name: bytes, names: set[bytes], taken: set[bytes]) -> bytes:
    """No ref may have the name of another, or of a folder that another is in."""
    *folders, last = name.split(b"/")
    found = b""
    for folder in folders:
        found = unused(found + folder, names) + b"/"
    return unused(found + last, taken)


def _renamed(name: bytes, cleaner: Cleaner) -> bytes:
    """The beginning, which says what it is a ref of, stays as long as it has nothing of a value."""
    *kind, last = name.split(b"/", 2)
    new = b"/".join((*kind, cleaner.clean_text(last)))
    return b"refs/" + cleaner.clean_text(name[5:]) if cleaner.holds(new) else new


def _replacing(name: bytes, renamed: Mapping[str, str]) -> bytes:
    """A replacement's ref is named by the id that it stands in for."""
    folder, _, id_ = os.fsdecode(name).rpartition("/")
    return os.fsencode(f"{folder}/{renamed.get(id_, id_)}") if folder == "refs/replace" else name


def write(copy: Git, found: Iterable[Ref], head: bytes | str) -> None:
    """Set the refs, and HEAD: to a ref's name (bytes), or to a commit (its id)."""
    lines = b"".join(b"create %b\0%b\0" % (ref.name, ref.new.encode()) for ref in found)
    copy.output("update-ref", "--no-deref", "-z", "--stdin", stdin=lines)
    if isinstance(head, bytes):
        copy.output("symbolic-ref", "HEAD", head)
    else:
        copy.output("update-ref", "--no-deref", "HEAD", head)


def commits_of(git: Git, tips: Iterable[str]) -> list[str]:
    """The commits among what is named, and those that tags name in the end."""
    names = [f"{tip}^{{commit}}".encode() for tip in dict.fromkeys(tips)]
    return [found.id for found in describe(git, names) if found.type == "commit"]
