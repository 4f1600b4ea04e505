"""Fakes in every place where a repository keeps bytes: gone from all that refs reach."""

from __future__ import annotations

import pytest

from intercom_scan.fakes.planting import BARE_PLACES, PLACES, Ground, plant, plant_bare
from tests.purge.making import TOKEN, Purged, state

# What no ref reaches is in no copy, so there is nothing to rewrite.
BESIDE = {
    "deleted_branch", "dangling_blob", "dangling_commit", "reflog_message", "config", "hook",
    "lfs_object", "submodule", "worktree", "alternate", "amended", "worktree_ref",
    "worktree_config", "removed_submodule", "cruft_pack", "message_being_written", "index",
    "conflict", "reflog_of_deleted_branch", "remote_url", "extra_header", "index_name",
    "tree_name_unreachable",
}  # fmt: skip


@pytest.mark.parametrize("place", [*PLACES, *BARE_PLACES])
def test_a_place(place: str, tmp_path) -> None:
    ground = Ground(tmp_path / "repository")
    if place in PLACES:
        planted = plant(ground, TOKEN, place, PLACES[place])
    else:
        planted = plant_bare(ground, TOKEN, place, BARE_PLACES[place])
    before = state(ground.path)
    purged = Purged(ground)
    assert state(ground.path) == before
    assert purged.outcome is not None
    assert not purged.output.with_name(purged.output.name + ".partial").exists()
    if place in BESIDE:
        assert purged.outcome.proof is None
        assert not purged.output.exists()
        return
    assert purged.outcome.proof.clean
    assert planted.secret.rstrip(b"=") not in purged.everything()
    assert purged.git("fsck", "--full", "--strict") == b""
    assert not (purged.copy / "objects" / "info" / "alternates").exists()
    reached = "".join(f"{ref.new}\n" for ref in purged.outcome.refs)
    purged.git("cat-file", "--batch", stdin=reached.encode())
    assert b"missing" not in purged.git("cat-file", "--batch-check", stdin=reached.encode())
