"""Damaged and partial repositories: the rest is read, what is not is listed, and never clean."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from intercom_scan.fakes.planting import Ground
from tests.integration.running import canonical, command, fresh, git, scan

if TYPE_CHECKING:
    from pathlib import Path


class Wounded(Ground):
    """A repository with two secrets, one in what a test damages, one in the rest."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.lost, lost_line = fresh()
        self.kept, kept_line = fresh()
        self.victim_commit = self.commit_file("lost/a.env", lost_line)
        self.victim = self.git("rev-parse", "HEAD:lost/a.env")
        self.victim_tree = self.git("rev-parse", "HEAD:lost")
        for number in range(5):
            self.commit_file(f"more/{number}.txt", b"nothing %d\n" % number)
        self.commit_file("kept.env", kept_line)
        self.kept_head = self.git("rev-parse", "HEAD")

    def loose(self, id_: str) -> Path:
        path = self.path / ".git" / "objects" / id_[:2] / id_[2:]
        path.chmod(0o644)
        return path

    def pack(self) -> Path:
        self.git("repack", "-a", "-d", "--quiet", "--window=0")
        self.git("prune-packed")
        (pack,) = (self.path / ".git" / "objects" / "pack").glob("*.pack")
        for path in pack.parent.iterdir():
            path.chmod(stat.S_IWUSR | stat.S_IRUSR)
        return pack


def flip(path: Path, at: float) -> None:
    data = bytearray(path.read_bytes())
    data[int(len(data) * at)] ^= 0xFF
    path.write_bytes(data)


def gone(ground):
    ground.loose(ground.victim).unlink()


def truncated(ground):
    path = ground.loose(ground.victim)
    path.write_bytes(path.read_bytes()[:20])


def emptied(ground):
    ground.loose(ground.victim).write_bytes(b"")


def flipped(ground):
    flip(ground.loose(ground.victim), 0.7)


def tree_gone(ground):
    ground.loose(ground.victim_tree).unlink()
    ground.loose(ground.victim).unlink()


def tree_emptied(ground):
    ground.loose(ground.victim_tree).write_bytes(b"")


def commit_gone(ground):
    ground.loose(ground.victim_commit).unlink()


def commit_emptied(ground):
    ground.loose(ground.victim_commit).write_bytes(b"")


def commit_flipped(ground):
    flip(ground.loose(ground.victim_commit), 0.5)


def unreadable_ref(ground):
    ground.write(".git/refs/heads/broken", b"not an id\n")


def ref_to_nothing(ground):
    ground.write(".git/refs/heads/nothing", b"1234567890" * 4 + b"\n")


def tag_to_nothing(ground):
    ground.write(".git/refs/tags/nothing", b"1234567890" * 4 + b"\n")


def index_flipped(ground):
    flip(ground.path / ".git" / "index", 0.5)


def index_of_junk(ground):
    ground.write(".git/index", b"junk" * 100)


def reflog_of_junk(ground):
    with (ground.path / ".git" / "logs" / "HEAD").open("ab") as file:
        file.write(b"1234567890" * 4 + b" " + b"0987654321" * 4 + b" x <y> 1 +0000\tlost\n")


def alternate_gone(ground):
    ground.write(".git/objects/info/alternates", b"/nowhere/objects\n")


def packed_gone(ground):
    """Beside a pack that is sound."""
    ground.pack()
    id_ = ground.object(b"loose\n")
    ground.loose(id_).write_bytes(b"")


def index_of_pack_gone(ground):
    ground.pack().with_suffix(".idx").unlink()
    add_rest(ground)


def index_of_pack_flipped(ground):
    flip(ground.pack().with_suffix(".idx"), 0.1)
    add_rest(ground)


def index_of_pack_cut(ground):
    path = ground.pack().with_suffix(".idx")
    path.write_bytes(path.read_bytes()[:500])
    add_rest(ground)


def pack_cut(ground):
    path = ground.pack()
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    add_rest(ground)


def pack_gone(ground):
    ground.pack().unlink()
    add_rest(ground)


def pack_of_junk(ground):
    path = ground.pack()
    path.write_bytes(b"junk" * 1000)
    add_rest(ground)


def add_rest(ground):
    """The secret that must be found is loose beside the damaged pack."""
    git(
        ground.path, "hash-object", "-w", "--stdin", stdin=b"# again\nINTERCOM_TOKEN=" + ground.kept
    )


DAMAGE = (
    gone, truncated, emptied, flipped, tree_gone, tree_emptied, commit_gone,
    commit_emptied, commit_flipped, unreadable_ref, ref_to_nothing, tag_to_nothing, index_flipped,
    index_of_junk, alternate_gone, packed_gone, index_of_pack_gone,
    index_of_pack_flipped, index_of_pack_cut, pack_cut, pack_gone, pack_of_junk,
)  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda damage: damage.__name__)
def test_the_rest_is_scanned_and_the_damage_listed(tmp_path, damage):
    ground = Wounded(tmp_path / "repository")
    damage(ground)
    result = scan(ground.path)
    assert not result.complete
    assert all(skip.what and skip.reason for skip in result.skipped)
    assert canonical(ground.kept) in {finding.secret for finding in result.findings}


@pytest.mark.parametrize("damage", [unreadable_ref, alternate_gone, reflog_of_junk, packed_gone,
                                    index_of_junk, tree_emptied, ref_to_nothing, commit_gone,
                                    commit_emptied],
                         ids=lambda damage: damage.__name__)  # fmt: skip
def test_nothing_else_is_lost_by_it(tmp_path, damage):
    ground = Wounded(tmp_path / "repository")
    damage(ground)
    secrets = {finding.secret for finding in scan(ground.path).findings}
    assert secrets == {canonical(ground.kept), canonical(ground.lost)}


@pytest.mark.parametrize("damage", [commit_gone, commit_emptied, commit_flipped],
                         ids=lambda damage: damage.__name__)  # fmt: skip
def test_a_hole_in_history_leaves_the_commits_above_it(tmp_path, damage):
    ground = Wounded(tmp_path / "repository")
    damage(ground)
    result = scan(ground.path)
    (kept,) = [f for f in result.findings if f.secret == canonical(ground.kept)]
    assert kept.places[0].path == "kept.env"
    assert kept.exposure is not None
    assert kept.exposure.refs == ("HEAD", "refs/heads/main")


@pytest.mark.parametrize("at", [0.0, 0.2, 0.4, 0.6, 0.8])
def test_no_flipped_bit_in_a_pack_is_called_clean(tmp_path, at):
    ground = Wounded(tmp_path / "repository")
    flip(ground.pack(), at)
    result = scan(ground.path)
    assert not result.complete


@pytest.mark.parametrize("mode", ["history", "range"])
@pytest.mark.parametrize(
    "damage", [commit_gone, commit_emptied, tree_gone, tree_emptied, gone],
    ids=lambda damage: damage.__name__,
)  # fmt: skip
def test_history_and_range_past_a_hole(tmp_path, mode, damage):
    ground = Wounded(tmp_path / "repository")
    damage(ground)
    root = ground.git("rev-list", "--max-parents=0", "main") if damage in (gone,) else "main~3"
    result = scan(ground.path, mode, f"{root}..main" if mode == "range" else None)
    assert canonical(ground.kept) in {finding.secret for finding in result.findings}
    if mode == "history" or damage is gone:
        assert not result.complete


def test_every_missing_object_is_named(tmp_path):
    ground = Wounded(tmp_path / "repository")
    gone(ground)
    assert f"object {ground.victim}" in {skip.what for skip in scan(ground.path).skipped}


def test_each_missing_object_counts(tmp_path):
    ground = Wounded(tmp_path / "repository")
    for number in range(29):
        ground.write(f"many/{number}.txt", b"gone %d\n" % number)
    ground.git("add", "--", "many")
    ground.git("commit", "--quiet", "--message", "Many")
    for line in ground.git("ls-tree", "-r", "HEAD:many").splitlines():
        ground.loose(line.split()[2]).unlink()
    ran = command("--all-history", cwd=ground.path)
    assert ran.out.splitlines()[-1].startswith("INCOMPLETE: 29 things not read")


@pytest.mark.parametrize("mode", ["all-history", "history"])
def test_as_a_command_it_prints_findings_and_exits_with_3(tmp_path, mode):
    ground = Wounded(tmp_path / "repository")
    gone(ground)
    ran = command(f"--{mode}", "--format", "json", cwd=ground.path)
    assert ran.code == 3
    assert len(ran.fingerprints) == 1
    assert ground.victim in ran.skipped


@pytest.mark.parametrize("mode", ["all-history", "history"])
def test_shallow_clone(tmp_path, mode):
    ground = Wounded(tmp_path / "repository")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth", "2", f"file://{ground.path}", str(clone))
    result = scan(clone, mode)
    assert not result.complete
    assert any("--unshallow" in skip.reason for skip in result.skipped)
    assert canonical(ground.kept) in {finding.secret for finding in result.findings}


@pytest.mark.parametrize("depth", ["blob:none", "tree:0"])
@pytest.mark.parametrize("mode", ["all-history", "history", "range"])
def test_partial_clone_is_read_as_it_is_and_nothing_is_fetched(tmp_path, depth, mode):
    ground = Wounded(tmp_path / "repository")
    ground.git("config", "uploadpack.allowFilter", "true")
    ground.git("config", "uploadpack.allowAnySHA1InWant", "true")
    clone = tmp_path / "clone"
    git(
        tmp_path,
        "clone",
        "--quiet",
        "--no-checkout",
        f"--filter={depth}",
        f"file://{ground.path}",
        str(clone),
    )
    asked = tmp_path / "asked"
    script = tmp_path / "upload-pack"
    script.write_text(f"#!/bin/sh\ntouch '{asked}'\nexec git-upload-pack \"$@\"\n")
    script.chmod(0o755)
    git(clone, "config", "remote.origin.uploadpack", str(script))
    before = git(clone, "count-objects", "-v")
    result = scan(clone, mode, "HEAD~4..HEAD" if mode == "range" else None)
    assert not asked.exists()
    assert git(clone, "count-objects", "-v") == before
    assert result.skipped
    assert not result.complete


def test_the_partial_clone_would_have_fetched(tmp_path):
    """The test above can fail: plain git does ask the remote."""
    ground = Wounded(tmp_path / "repository")
    ground.git("config", "uploadpack.allowFilter", "true")
    ground.git("config", "uploadpack.allowAnySHA1InWant", "true")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--filter=blob:none", f"file://{ground.path}", str(clone))
    git(clone, "cat-file", "blob", ground.victim)
    assert ground.victim in git(clone, "cat-file", "--batch-check", "--batch-all-objects")
