"""Fakes in all the places where a repository keeps bytes: to test and to measure by."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from intercom_scan.fakes.ground import Ground
from intercom_scan.fakes.wrapping import WRAPPINGS
from intercom_scan.git import Git

if TYPE_CHECKING:
    from intercom_scan.rules.model import Credential

__all__ = [
    "BARE_PLACES",
    "PLACES",
    "WRAPPINGS",
    "Ground",
    "Planted",
    "plant",
    "plant_bare",
    "plant_wrapped",
]

Plant = Callable[[Ground, bytes], None]


def deleted_file(ground: Ground, line: bytes) -> None:
    ground.commit_file("old.env", line)
    ground.git("rm", "--quiet", "old.env")
    ground.git("commit", "--quiet", "--message", "Remove it")


def unmerged_branch(ground: Ground, line: bytes) -> None:
    ground.git("checkout", "--quiet", "-b", "unmerged")
    ground.commit_file("unmerged.env", line)
    ground.git("checkout", "--quiet", "main")


def deleted_branch(ground: Ground, line: bytes) -> None:
    ground.git("checkout", "--quiet", "-b", "gone")
    ground.commit_file("gone.env", line)
    ground.git("checkout", "--quiet", "main")
    ground.git("branch", "--quiet", "-D", "gone")


def merge_commit(ground: Ground, line: bytes) -> None:
    ground.git("checkout", "--quiet", "-b", "side")
    ground.commit_file("side.txt", b"side\n")
    ground.git("checkout", "--quiet", "main")
    ground.commit_file("main.txt", b"main\n")
    ground.git("merge", "--quiet", "--no-commit", "--no-ff", "side")
    ground.write("merged.env", line)
    ground.git("add", "--", "merged.env")
    ground.git("commit", "--quiet", "--message", "Merge")


def stash(ground: Ground, line: bytes) -> None:
    ground.write("README.md", b"A project.\n" + line)
    ground.git("stash", "push", "--quiet")


def stash_untracked(ground: Ground, line: bytes) -> None:
    ground.write("untracked.env", line)
    ground.git("stash", "push", "--quiet", "--include-untracked")


def pull_ref(ground: Ground, line: bytes) -> None:
    ground.git("update-ref", "refs/pull/7/head", ground.commit_of(line))


def note(ground: Ground, line: bytes) -> None:
    ground.git("notes", "add", "--file", "-", "HEAD", stdin=line)


def commit_message(ground: Ground, line: bytes) -> None:
    ground.git("commit", "--quiet", "--allow-empty", "--file", "-", stdin=b"Try\n\n" + line)


def tag_message(ground: Ground, line: bytes) -> None:
    ground.git("tag", "--annotate", "v1", "--file", "-", stdin=b"Release\n\n" + line)


def tagged_blob(ground: Ground, line: bytes) -> None:
    ground.git("tag", "a-blob", ground.object(line))


def dangling_blob(ground: Ground, line: bytes) -> None:
    ground.object(b"dangling\n" + line)


def dangling_commit(ground: Ground, line: bytes) -> None:
    ground.commit_of(b"dangling commit\n" + line)


def index(ground: Ground, line: bytes) -> None:
    ground.write("staged.env", line)
    ground.git("add", "--force", "--", "staged.env")


def no_diff(ground: Ground, line: bytes) -> None:
    ground.commit_file("sub/.gitattributes", b"*.x -diff\n*.y binary\n*.z export-ignore\n")
    ground.commit_file("sub/a.x", line)


def binary_attribute(ground: Ground, line: bytes) -> None:
    ground.commit_file("sub/a.y", line)


def export_ignore(ground: Ground, line: bytes) -> None:
    ground.commit_file("sub/a.z", line)


def reflog_message(ground: Ground, line: bytes) -> None:
    message = b" ".join(line.split())
    head = ground.git("rev-parse", "HEAD")
    ground.git("update-ref", "--create-reflog", "-m", message, "refs/heads/logged", head)


def config(ground: Ground, line: bytes) -> None:
    with (ground.path / ".git" / "config").open("ab") as file:
        file.write(b'[remote "mirror"]\n\turl = https://example.com/\n# ' + line)


def hook(ground: Ground, line: bytes) -> None:
    ground.write(".git/hooks/post-commit.old", b"#!/bin/sh\n" + line)


def lfs_object(ground: Ground, line: bytes) -> None:
    id_ = hashlib.sha256(line).hexdigest()
    ground.write(f".git/lfs/objects/{id_[:2]}/{id_[2:4]}/{id_}", line)
    ground.commit_file(
        "big.bin",
        b"version https://git-lfs.github.com/spec/v1\noid sha256:%b\nsize %d\n"
        % (id_.encode(), len(line)),
    )


def submodule(ground: Ground, line: bytes) -> None:
    inner = Ground(ground.path / "vendor" / "lib")
    inner.commit_file("lib.env", line)
    inner.commit_file("lib.env", b"\n")
    ground.git("-c", "advice.addEmbeddedRepo=false", "add", "--force", "vendor/lib")
    ground.git("commit", "--quiet", "--message", "Add a submodule")


def worktree(ground: Ground, line: bytes) -> None:
    linked = ground.path.parent / f"{ground.path.name}-linked"
    ground.git("worktree", "add", "--quiet", "--detach", str(linked))
    (linked / "linked.env").write_bytes(line)
    Git(linked, inherit=False).output("add", "--force", "linked.env")


def alternate(ground: Ground, line: bytes) -> None:
    other = Ground(ground.path.parent / f"{ground.path.name}-alternate")
    other.object(line)
    store = (other.path / ".git" / "objects").as_posix()
    ground.write(".git/objects/info/alternates", store.encode() + b"\n")


def long_line(ground: Ground, line: bytes) -> None:
    ground.commit_file("bundle.js", b"var a=1;" * 300_000 + line + b"var b=2;" * 300_000)


def large_file(ground: Ground, line: bytes) -> None:
    ground.commit_file("large.log", b"nothing here\n" * 2_000_000 + line + b"nothing\n" * 10)


def odd_name(ground: Ground, line: bytes) -> None:
    blob = ground.object(b"odd\n" + line)
    tree = ground.git("mktree", "-z", stdin=b"100644 blob %b\ta\n\x1b[2J\xff.env\0" % blob.encode())
    ground.git("update-ref", "refs/heads/odd", ground.git("commit-tree", tree, "-m", "Odd name"))


def tag_of_tag(ground: Ground, line: bytes) -> None:
    ground.git("tag", "--annotate", "inner", "--file", "-", stdin=b"Release\n\n" + line)
    ground.git("tag", "--annotate", "outer", "inner", "--message", "Release again")
    ground.git("tag", "--delete", "inner")


def tagged_tree(ground: Ground, line: bytes) -> None:
    entry = f"100644 blob {ground.object(line)}\ta.txt\0"
    ground.git("tag", "a-tree", ground.git("mktree", "-z", stdin=entry.encode()))


def note_on_blob(ground: Ground, line: bytes) -> None:
    blob = ground.git("rev-parse", "HEAD:README.md")
    ground.git("notes", "--ref=review", "add", "--file", "-", blob, stdin=line)


def replacement(ground: Ground, line: bytes) -> None:
    ground.git("replace", ground.object(b"the first\n"), ground.object(line))


def amended(ground: Ground, line: bytes) -> None:
    ground.commit_file("amended.env", line)
    ground.write("amended.env", b"\n")
    ground.git("commit", "--quiet", "--all", "--amend", "--no-edit")


def octopus_merge(ground: Ground, line: bytes) -> None:
    for name in ("one", "two"):
        ground.git("checkout", "--quiet", "-b", f"octopus-{name}", "main")
        ground.commit_file(f"{name}.txt", name.encode())
    ground.git("checkout", "--quiet", "main")
    ground.git("merge", "--quiet", "--no-commit", "--no-ff", "octopus-one", "octopus-two")
    ground.write("octopus.env", line)
    ground.git("add", "--force", "--", "octopus.env")
    ground.git("commit", "--quiet", "--message", "Merge two")


def conflict(ground: Ground, line: bytes) -> None:
    stages = [ground.object(content + line * (content == b"2\n")) for content in (b"1\n", b"2\n")]
    entries = "".join(f"100644 {id_} {n}\tfought.env\0" for n, id_ in enumerate(stages, 2))
    ground.git("update-index", "-z", "--index-info", stdin=entries.encode())


def worktree_ref(ground: Ground, line: bytes) -> None:
    linked = ground.path.parent / f"{ground.path.name}-bisected"
    ground.git("worktree", "add", "--quiet", "--detach", str(linked))
    Git(linked, inherit=False).output("update-ref", "refs/worktree/mine", ground.commit_of(line))


def worktree_config(ground: Ground, line: bytes) -> None:
    linked = ground.path.parent / f"{ground.path.name}-configured"
    ground.git("worktree", "add", "--quiet", "--detach", str(linked))
    ground.write(f".git/worktrees/{linked.name}/config.worktree", b"# " + line)


def removed_submodule(ground: Ground, line: bytes) -> None:
    inner = Ground(ground.path / ".git" / "modules" / "old" / "nested" / "modules" / "deep")
    inner.commit_file("deep.env", line)
    for path in (inner.path / ".git").iterdir():
        path.rename(inner.path / path.name)
    (inner.path / ".git").rmdir()
    (inner.path / "deep.env").unlink()


def commit_header(ground: Ground, line: bytes) -> None:
    who = b"A. Tester <tester@example.com> 1500000000 +0000"
    head = b"tree %b\nauthor %b\ncommitter %b\n" % (
        ground.git("rev-parse", "HEAD^{tree}").encode(), who, who,
    )  # fmt: skip
    content = head + b"x-origin " + line.replace(b"\n", b"\n ").rstrip() + b"\n\nWith a header\n"
    id_ = ground.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=content)
    ground.git("update-ref", "refs/heads/headed", id_)


def cruft_pack(ground: Ground, line: bytes) -> None:
    id_ = ground.object(b"cruft\n" + line)
    ground.git("pack-objects", "--quiet", ".git/objects/pack/pack", stdin=id_.encode() + b"\n")
    (ground.path / ".git" / "objects" / id_[:2] / id_[2:]).unlink()


def message_being_written(ground: Ground, line: bytes) -> None:
    ground.write(".git/MERGE_MSG", line)


# Places that hold a line of text, so every kind can be planted in them.
PLACES: dict[str, Plant] = {
    plant.__name__: plant
    for plant in (
        deleted_file, unmerged_branch, deleted_branch, merge_commit, stash, stash_untracked,
        pull_ref, note, commit_message, tag_message, tagged_blob, dangling_blob, dangling_commit,
        no_diff, binary_attribute, export_ignore, reflog_message, config, hook, lfs_object,
        submodule, worktree, alternate, long_line, large_file, odd_name, tag_of_tag, tagged_tree,
        note_on_blob, replacement, amended, octopus_merge, worktree_ref, worktree_config,
        removed_submodule, commit_header, cruft_pack, message_being_written, index, conflict,
    )
}  # fmt: skip


def author(ground: Ground, value: bytes) -> None:
    email = value.rstrip(b"=").decode()
    ground.git("commit", "--quiet", "--allow-empty", "-m", "By it", "--author", f"A <{email}=>")


def committer(ground: Ground, value: bytes) -> None:
    ground.git("-c", b"user.name=" + value, "commit", "--quiet", "--allow-empty", "-m", "Name")


def symlink(ground: Ground, value: bytes) -> None:
    blob = ground.object(b"../" + value)
    tree = ground.git("mktree", stdin=b"120000 blob %b\tlink\n" % blob.encode())
    ground.git("update-ref", "refs/heads/link", ground.git("commit-tree", tree, "-m", "Link"))


def file_name(ground: Ground, value: bytes) -> None:
    ground.commit_file(f"keys/{value.decode()}.txt", b"A project.\n")


def branch_name(ground: Ground, value: bytes) -> None:
    ground.git("update-ref", b"refs/heads/try-" + value, ground.git("rev-parse", "HEAD"))


def remote_url(ground: Ground, value: bytes) -> None:
    url = b"https://user:%b@example.com/a.git" % quote(value).encode()
    ground.git("config", "remote.origin.url", url)


def extra_header(ground: Ground, value: bytes) -> None:
    ground.git("config", "http.extraheader", b"Authorization: Bearer " + value)


def tag_name(ground: Ground, value: bytes) -> None:
    ground.git("tag", b"try-" + value)


def odd_branch_name(ground: Ground, value: bytes) -> None:
    ground.git("update-ref", b"refs/heads/\xff-" + value, ground.git("rev-parse", "HEAD"))


def reflog_of_deleted_branch(ground: Ground, value: bytes) -> None:
    ground.git("checkout", "--quiet", "-b", b"was-" + value)
    ground.git("checkout", "--quiet", "main")
    ground.git("branch", "--quiet", "-D", b"was-" + value)


def directory_name(ground: Ground, value: bytes) -> None:
    inner = ground.git("mktree", stdin=f"100644 blob {ground.object(b'A file.')}\ta\n".encode())
    tree = ground.git("mktree", stdin=b"040000 tree %b\t%b\n" % (inner.encode(), value))
    ground.git("update-ref", "refs/heads/folder", ground.git("commit-tree", tree, "-m", "Folder"))


def tree_name_unreachable(ground: Ground, value: bytes) -> None:
    blob = ground.object(b"A file.").encode()
    ground.git("mktree", stdin=b"100644 blob %b\t%b\n" % (blob, value))


def index_name(ground: Ground, value: bytes) -> None:
    ground.write(f"staged/{value.decode()}.txt", b"A file.\n")
    ground.git("add", "--force", "--", "staged")


# Places with room for a value alone: only a kind that needs no name nearby is found in them.
BARE_PLACES: dict[str, Plant] = {
    plant.__name__: plant
    for plant in (
        author, committer, symlink, file_name, directory_name, branch_name, tag_name,
        odd_branch_name, reflog_of_deleted_branch, remote_url, extra_header, index_name,
        tree_name_unreachable,
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Planted:
    """A fake, what it is, and where it was put."""

    rule: Credential
    place: str
    secret: bytes

    @property
    def canonical(self) -> bytes:
        found = self.rule.check(self.secret)
        if found is None:
            raise AssertionError(f"the sample of {self.rule.id} fails its own check")
        return found


def plant(ground: Ground, rule: Credential, place: str, put: Plant) -> Planted:
    """Put a fresh fake, on a line as real files have it, at a place."""
    secret = rule.sample()
    put(ground, rule.example.format(secret.decode()).encode() + b"\n")
    return Planted(rule, place, secret)


def plant_bare(ground: Ground, rule: Credential, place: str, put: Plant) -> Planted:
    """Put a fresh fake alone at a place."""
    secret = rule.sample()
    put(ground, secret)
    return Planted(rule, place, secret)


def plant_wrapped(
    ground: Ground, rule: Credential, name: str, wrap: Callable[[bytes], bytes]
) -> Planted:
    """Commit a file that holds a fresh fake in a wrapping."""
    secret = rule.sample()
    line = rule.example.format(secret.decode()).encode() + b"\n"
    ground.commit_file(f"wrapped/{rule.id}-{name}", wrap(line))
    return Planted(rule, name, secret)
