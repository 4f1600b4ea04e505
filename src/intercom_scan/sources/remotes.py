"""What a remote is known to have: the refs that say so."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.git import Repository

_LISTED = 1000  # refs that are named to git one by one; of more, too much is read


def known(repository: Repository, remote: str | None, url: str | None) -> tuple[str, ...]:
    """Patterns of the refs that say what a remote has, as `git rev-list --glob` has them.

    `remote` and `url` are what git tells its hook before a push; a remote without a name goes by
    its URL. None where the refs may speak of another repository: more is read then, not less.
    """
    if not remote or remote == url or set(remote) & set("*?[\\"):
        return ()
    names = os.fsdecode(repository.git.run("remote").out).splitlines()
    others = tuple(f"refs/remotes/{n}/" for n in names if n.startswith(f"{remote}/"))
    if not _fetched_from(repository, remote, url) or not _alone(repository, remote, others):
        return ()
    prefix = f"refs/remotes/{remote}/"
    listed = repository.git.output("for-each-ref", "--format=%(refname) %(symref)", prefix)
    refs = [line.split(" ") for line in os.fsdecode(listed).splitlines()]
    own = [
        ref for ref, leads_to in refs
        if not ref.startswith(others) and (leads_to or ref).startswith(prefix)
    ]  # fmt: skip
    if len(own) == len(refs):
        return (f"{prefix}*",)
    # Without a wildcard git would add `/*` to each.
    return tuple(f"{ref[:-1]}[{ref[-1]}]" for ref in own[:_LISTED])


def _fetched_from(repository: Repository, remote: str, url: str | None) -> bool:
    """Whether the push goes where the remote-tracking refs come from, and not to a `pushurl`."""
    ask = repository.git.run
    fetch = os.fsdecode(ask("remote", "get-url", "--", remote).out).splitlines()
    push = [url] if url else os.fsdecode(
        ask("remote", "get-url", "--push", "--all", "--", remote).out
    ).splitlines()  # fmt: skip
    return bool(fetch) and push == fetch


def _alone(repository: Repository, remote: str, others: tuple[str, ...]) -> bool:
    """Whether fetching from this remote sets its remote-tracking refs, and from no other does."""
    prefix = f"refs/remotes/{remote}/"
    setters = {
        name
        for name, target in _fetches(repository)
        if (target.startswith(prefix) and not target.startswith(others))
        or ("*" in target and prefix.startswith(target.partition("*")[0]))
    }  # fmt: skip
    return setters == {remote}


def _fetches(repository: Repository) -> Iterator[tuple[str, str]]:
    """Each remote's name and a pattern of the refs that fetching from it sets."""
    # https://git-scm.com/docs/git-config#Documentation/git-config.txt-remotenamefetch
    answer = repository.git.run("config", "-z", "--get-regexp", r"^remote\..*\.fetch$")
    for item in os.fsdecode(answer.out).split("\0")[:-1]:
        key, _, value = item.partition("\n")
        yield key[len("remote.") : -len(".fetch")], value.partition(":")[2]
