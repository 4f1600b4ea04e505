"""What a push publishes, before it does: on the side that sends or on the one that receives."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

from intercom_scan.finding import Skip
from intercom_scan.history.labels import tagged
from intercom_scan.history.tracing import Trace
from intercom_scan.modes import Mode
from intercom_scan.modes.collecting import Collected, Settings
from intercom_scan.modes.objects import objects_of
from intercom_scan.rules import path_names_intercom
from intercom_scan.sources import listing, quarantine, stores
from intercom_scan.sources.asking import describe
from intercom_scan.sources.index import GITLINK
from intercom_scan.sources.listing import Brought, Span
from intercom_scan.sources.reader import ObjectReader

if TYPE_CHECKING:
    from collections.abc import Iterable

    from intercom_scan.api import Request
    from intercom_scan.git import Git, Repository
    from intercom_scan.history.objects import Objects
    from intercom_scan.sources.stores import Ref
    from intercom_scan.sources.updates import RefUpdate

_Item = TypeVar("_Item")


def scan(request: Request, repository: Repository | None, settings: Settings) -> Collected:
    """The objects that the new refs reach, and neither the old nor the request's known refs do.

    On the side that receives, also what else arrived, which git says by its environment.
    The names of the refs are read too. An old object that is not here is left out of account, and
    then more is read, not less.
    """
    assert repository is not None
    collected = Collected()
    git = repository.git
    wanted = [update for update in request.updates if update.new]
    refs = stores.described(git, [(u.new.encode(), u.name) for u in wanted])
    for ref in refs:
        collected.text(settings.detector.look(os.fsencode(ref.name)), "ref-name", None)
        if not ref.type:
            skip = Skip(f"object {ref.object} of {ref.name}", "missing from the object store")
            collected.skips.append(skip)
    span = Span(_unique(ref.commit for ref in refs), _commits(git, wanted), request.known)
    skips: list[Skip] = []
    brought = listing.brought(git, span, skips, path_names_intercom)
    _add_loose(git, refs, brought)
    tips = _unique(update.new for update in wanted)
    brought.ids.extend(quarantine.others(git, brought.ids, tips, span))
    objects = objects_of(repository, settings)
    objects.expect(brought.telling)
    with listing.named(git, _unique(brought.ids), skips) as read:
        collected.tally.add(objects.read(read))
    objects.look_at_names(_unique(brought.names))
    trace = _trace(objects, refs, span)
    collected.occurrences += trace.occurrences()
    collected.skips.extend(skips + trace.skips)
    return collected


def _trace(objects: Objects, refs: list[Ref], span: Span) -> Trace:
    """By the commits that are pushed, and by HEAD's, which may have it too."""
    head = objects.repository.git.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}").out
    here = stores.described(objects.repository.git, [(head.strip(), "HEAD")] if head else [])
    tips = [*span.lines, *(ref.object for ref in here)]
    return Trace(objects, [*refs, *here], (), span.options, everything=False, tips=tips)


def _unique(items: Iterable[_Item | None]) -> list[_Item]:
    return [item for item in dict.fromkeys(items) if item]


def _commits(git: Git, updates: Iterable[RefUpdate]) -> list[str]:
    """The commits that the refs name so far, as far as they are here."""
    old = dict.fromkeys(update.old for update in updates if update.old)
    return _unique(
        answer.id for answer in describe(git, (f"{id_}^{{commit}}".encode() for id_ in old))
    )


def _add_loose(git: Git, refs: Iterable[Ref], brought: Brought) -> None:
    """Annotated tags, and blobs and trees that are tagged or pushed as they are."""
    with ObjectReader(git) as reader:
        for ref in refs:
            for id_, type_ in tagged(reader, ref):
                if type_ in ("tag", "blob"):
                    brought.ids.append(id_)
                elif type_ == "tree":
                    _add_tree(git, id_, brought)


def _add_tree(git: Git, tree: str, brought: Brought) -> None:
    for mode, id_, path in listing.files_of(git, tree):
        if mode != GITLINK:
            brought.ids.append(id_.decode("ascii"))
            brought.names.extend(path.split(b"/"))
            if path_names_intercom(path):
                brought.telling.setdefault(id_.decode("ascii"), path)


MODE = Mode(scan)
