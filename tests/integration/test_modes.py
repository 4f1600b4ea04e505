"""What each way of scanning reads, and what it leaves out."""

from __future__ import annotations

from pathlib import Path

import pytest

from intercom_scan.fakes.planting import Ground
from tests.integration.running import (
    canonical,
    command,
    found,
    fresh,
    git,
    only_place,
    scan,
    spot,
)  # fmt: skip


def secrets(result) -> set[bytes]:
    return {finding.secret for finding in result.findings}


@pytest.fixture
def ground(tmp_path):
    return Ground(tmp_path / "repository")


def test_staged_reads_the_index_and_not_the_working_tree(ground):
    (one, staged), (two, working) = fresh(), fresh()
    ground.write("a.env", b"# part\n" + staged)
    ground.git("add", "--force", "a.env")
    ground.write("a.env", working)
    result = scan(ground.path, "staged")
    assert secrets(result) == {canonical(one)}
    assert spot(only_place(result, one)) == ("index", "a.env", 2, 23)
    assert canonical(two) in secrets(scan(ground.path, "files"))


def test_staged_initial_commit(tmp_path):
    git(tmp_path, "init", "--quiet")
    secret, line = fresh()
    (tmp_path / "a.env").write_bytes(line)
    git(tmp_path, "add", "--force", "a.env")
    assert only_place(scan(tmp_path, "staged"), secret).origin == "index"


def test_staged_leaves_out_what_head_has_and_what_is_only_intended(ground):
    ground.commit_file("old.env", fresh()[1])
    ground.write("intended.env", fresh()[1])
    ground.git("add", "--force", "--intent-to-add", "intended.env")
    ground.git("mv", "old.env", "new.env")
    result = scan(ground.path, "staged")
    assert {f.places[0].path for f in result.findings} == {"new.env"}
    ground.git("reset", "--quiet", "--hard")
    ground.git("rm", "--quiet", "old.env")
    result = scan(ground.path, "staged")
    assert result.findings == ()
    assert result.complete


def test_staged_in_the_middle_of_a_merge(ground):
    sides = []
    for name in ("one", "two"):
        secret, line = fresh()
        sides.append(canonical(secret))
        ground.git("checkout", "--quiet", "-b", name, "main")
        ground.commit_file("fought.env", line)
    with pytest.raises(Exception, match="failed"):
        ground.git("merge", "one")
    assert secrets(scan(ground.path, "staged")) >= {sides[0]}
    assert secrets(scan(ground.path)) == set(sides)


def test_staged_chmod_link_and_name(ground):
    secret, _ = fresh()
    (ground.path / f"{secret.decode()}.txt").write_bytes(b"x\n")
    linked, _ = fresh()
    (ground.path / "link").symlink_to(f"../{linked.decode()}")
    ground.git("add", "--all", "--force")
    result = scan(ground.path, "staged")
    assert only_place(result, secret).origin == "file-name"
    assert found(result, linked)


def test_staged_by_the_variables_of_a_hook(ground):
    """git gives its hooks another index for `git commit FILE`, and its directory."""
    (one, first), (two, second) = fresh(), fresh()
    ground.write("a.env", first)
    ground.git("add", "--force", "a.env")
    other = ground.path / ".git" / "next-index"
    env = {"GIT_INDEX_FILE": str(other), "GIT_DIR": str(ground.path / ".git")}
    ground.write("b.env", second)
    git(ground.path, "read-tree", "HEAD", env=env)
    git(ground.path, "add", "--force", "b.env", env=env)
    ran = command("--staged", "--format", "json", cwd=ground.path, env=env)
    assert [f["path"] for f in ran.report["findings"]] == ["b.env"]
    relative = {"GIT_INDEX_FILE": ".git/next-index", "GIT_DIR": ".git"}
    ran = command("--staged", "--format", "json", cwd=ground.path, env=relative)
    assert [f["path"] for f in ran.report["findings"]] == ["b.env"]
    assert one != two


@pytest.mark.parametrize("mode", ["staged", "history", "all-history"])
def test_from_a_folder_of_the_repository(ground, monkeypatch, mode):
    secret, line = fresh()
    ground.write("sub/a.env", line)
    ground.write("b.txt", line)
    ground.git("add", "--all", "--force")
    if mode != "staged":
        ground.git("commit", "--quiet", "-m", "Add")
    monkeypatch.chdir(ground.path / "sub")
    assert {p.path for p in found(scan(".", mode), secret).places} >= {"sub/a.env", "b.txt"}


def test_worktree(ground):
    secret, line = fresh()
    linked = ground.path.parent / "linked"
    ground.git("worktree", "add", "--quiet", str(linked))
    (linked / "a.env").write_bytes(line)
    git(linked, "add", "--force", "a.env")
    for mode in ("files", "staged", "all-history"):
        assert found(scan(linked, mode), secret), mode
    assert scan(ground.path, "staged").findings == ()
    git(linked, "commit", "--quiet", "-m", "Add")
    exposure = found(scan(linked), secret).exposure
    assert exposure is not None
    assert exposure.in_head
    assert "refs/heads/linked" in exposure.refs
    main = found(scan(ground.path), secret).exposure
    assert main is not None
    assert not main.in_head
    assert "worktrees/linked/HEAD" in main.refs


def test_submodule(ground):
    secret, line = fresh()
    source = Ground(ground.path.parent / "source")
    source.commit_file("deep/a.env", line)
    git(ground.path, "submodule", "--quiet", "add", str(source.path), "vendor/lib")
    ground.git("commit", "--quiet", "-m", "Add")
    inside, staged = fresh()
    (ground.path / "vendor" / "lib" / "b.env").write_bytes(staged)
    git(ground.path / "vendor" / "lib", "add", "--force", "b.env")
    files = scan(ground.path, "files")
    for wanted in (secret, inside):
        assert found(files, wanted)
    assert found(scan(ground.path), secret).places[0].path == "vendor/lib/deep/a.env"
    assert secrets(scan(ground.path / "vendor" / "lib", "staged")) == {canonical(inside)}
    ground.git("rm", "--quiet", "--force", "vendor/lib")
    ground.git("commit", "--quiet", "-m", "Remove")
    assert found(scan(ground.path), secret)


@pytest.fixture(scope="module")
def branched(tmp_path_factory):
    """main: base; topic: base, side (deleted again), top; they merge with a secret of the merge."""
    ground = Ground(tmp_path_factory.mktemp("branched") / "repository")
    made = {name: fresh() for name in ("base", "side", "top", "main", "merge", "renamed")}
    ground.commit_file("base.env", made["base"][1])
    ground.commit_file("old-name.env", made["renamed"][1])
    ground.git("tag", "--annotate", "v1", "-m", "One")
    ground.git("checkout", "--quiet", "-b", "topic")
    ground.commit_file("side.env", made["side"][1])
    ground.git("rm", "--quiet", "side.env")
    ground.git("mv", "old-name.env", "new-name.env")
    ground.git("commit", "--quiet", "-m", "Remove and rename")
    ground.commit_file("top.env", made["top"][1])
    ground.git("checkout", "--quiet", "main")
    ground.commit_file("main.env", made["main"][1])
    ground.git("merge", "--quiet", "--no-commit", "topic")
    ground.write("merge.env", made["merge"][1])
    ground.git("add", "--force", "merge.env")
    ground.git("commit", "--quiet", "-m", "Merge")
    ground.git("tag", "v2")
    return ground.path, {name: canonical(secret) for name, (secret, _) in made.items()}


@pytest.mark.parametrize(
    ("revisions", "wanted"),
    [
        ("v1..topic", {"side", "top", "renamed"}),
        ("v1..v2", {"side", "top", "main", "merge", "renamed"}),
        ("topic..main", {"main", "merge"}),
        ("main^1..main", {"side", "top", "merge", "renamed"}),
        ("topic~1..topic", {"top"}),
        ("main^1..topic", {"side", "top", "renamed"}),  # neither is the other's ancestor
        ("v1..", {"side", "top", "main", "merge", "renamed"}),
    ],
)
def test_range(branched, revisions, wanted):
    path, made = branched
    result = scan(path, "range", revisions)
    assert secrets(result) == {made[name] for name in wanted}
    assert result.complete


@pytest.mark.parametrize("revisions", ["main..topic", "v2..v2", "HEAD..HEAD"])
def test_a_range_without_commits_is_not_clean(branched, revisions):
    assert not scan(branched[0], "range", revisions).complete


def test_a_range_that_only_removes_is_clean(ground):
    ground.commit_file("a.env", fresh()[1])
    ground.git("rm", "--quiet", "a.env")
    ground.git("commit", "--quiet", "-m", "Remove")
    result = scan(ground.path, "range", "HEAD~1..HEAD")
    assert (result.findings, result.complete, result.commits) == ((), True, 1)


def test_range_reads_messages_and_names(ground):
    (one, line), (two, _) = fresh(), fresh()
    ground.git("commit", "--quiet", "--allow-empty", "-m", f"Try\n\n{line.decode()}")
    ground.commit_file(f"{two.decode()}/x.txt", b"A project.\n")
    result = scan(ground.path, "range", "HEAD~2..HEAD")
    assert only_place(result, one).origin == "commit-message"
    assert "file-name" in {place.origin for place in found(result, two).places}


@pytest.mark.parametrize(
    ("revision", "wanted"),
    [
        ("HEAD", {"base", "renamed", "side", "top", "main", "merge"}),
        ("topic", {"base", "renamed", "side", "top"}), ("v1", {"base", "renamed"}),
        ("v1^{}", {"base", "renamed"}), ("main~1", {"base", "renamed", "main"}),
    ],
)  # fmt: skip
def test_history(branched, revision, wanted):
    path, made = branched
    assert secrets(scan(path, "history", revision)) == {made[name] for name in wanted}


def test_history_reads_no_more_than_it_says(ground):
    """Neither stashes nor other branches nor the index; the tag's message, as it is reachable."""
    told, line = fresh()
    ground.git("tag", "--annotate", "v1", "-m", line.decode())
    ground.git("update-ref", "refs/heads/other", ground.commit_of(fresh()[1]))
    ground.write("a.env", fresh()[1])
    ground.git("add", "--force", "a.env")
    assert secrets(scan(ground.path, "history", "HEAD")) == {canonical(told)}
    assert len(secrets(scan(ground.path))) == 3


def test_history_takes_its_revision_or_head(branched):
    path, made = branched
    for arguments, count in ((("--history",), 6), (("--history", "v1"), 2), (("--history=v1",), 2)):
        ran = command(*arguments, "--format", "json", cwd=path)
        assert len(ran.fingerprints) == count
    assert len(made) == 6


def test_files_that_git_ignores_are_left_out_unless_named(ground, monkeypatch):
    secret, line = fresh()
    ground.commit_file(".gitignore", b"*.secret\n")
    ground.write("a.secret", line)
    monkeypatch.chdir(ground.path)
    assert scan(".", "files").findings == ()
    assert spot(only_place(scan("a.secret", "files"), secret))[:2] == ("file", "a.secret")


def test_tracked_staged_and_untracked_are_read_once(ground, monkeypatch):
    made = [fresh() for _ in range(3)]
    ground.commit_file("tracked.env", made[0][1])
    ground.write("staged.env", made[1][1])
    ground.git("add", "--force", "staged.env")
    ground.write("untracked.env", made[2][1])
    monkeypatch.chdir(ground.path)
    result = scan(".", "files")
    assert [only_place(result, secret).path for secret, _ in made] == [
        "tracked.env", "staged.env", "untracked.env",
    ]  # fmt: skip


def test_paths_given_twice_are_read_once(ground, monkeypatch):
    secret, line = fresh()
    ground.commit_file("sub/a.env", line)
    monkeypatch.chdir(ground.path)
    for paths in (["sub", "sub"], ["sub", "sub/a.env"], [".", "./sub"]):
        result = scan(paths, "files")
        assert only_place(result, secret).path == "sub/a.env"
        assert result.objects == len({"README.md", "sub/a.env"} if "." in paths else {"sub/a.env"})


def test_a_folder_and_its_parent(ground, monkeypatch):
    secret, line = fresh()
    ground.commit_file("sub/a.env", line)
    monkeypatch.chdir(ground.path / "sub")
    assert only_place(scan(".", "files"), secret).path == "sub/a.env"
    assert only_place(scan("..", "files"), secret).path == "sub/a.env"


def test_paths_of_the_policy_start_at_the_top(ground, monkeypatch):
    _, line = fresh()
    ground.commit_file("sub/a.env", line)
    exclusion = b"paths:\n  exclude:\n    - path: sub/**\n      reason: samples\n"
    ground.write(".intercom-scan.yaml", exclusion)
    for folder, path in ((ground.path, "."), (ground.path / "sub", "."), (Path("/"), ground.path)):
        monkeypatch.chdir(folder)
        [finding] = scan(path, "files").findings
        assert finding.status == "ignored"


def test_outside_of_git_every_file(tmp_path, monkeypatch):
    made = [fresh() for _ in range(2)]
    (tmp_path / ".gitignore").write_text("*.env\n")
    (tmp_path / "a.env").write_bytes(made[0][1])
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "b.env").write_bytes(made[1][1])
    monkeypatch.chdir(tmp_path)
    result = scan(".", "files")
    assert [only_place(result, s).path for s, _ in made] == ["a.env", ".hidden/b.env"]


def test_a_repository_in_a_repository_and_in_a_folder(ground, tmp_path, monkeypatch):
    secret, line = fresh()
    inner = Ground(ground.path / "inner")
    inner.write("a.env", line)
    monkeypatch.chdir(ground.path)
    assert only_place(scan(".", "files"), secret).path == "inner/a.env"
    monkeypatch.chdir(tmp_path)
    assert any(p.path == "repository/inner/a.env" for p in found(scan(".", "files"), secret).places)


def test_an_empty_folder_is_not_clean(tmp_path):
    assert not scan(tmp_path, "files").complete


@pytest.mark.parametrize("before", [b"", b"\0\xff" * 1000, b"x" * 20_000_000, b"x\n" * 10_000_000])
def test_stdin(tmp_path, before):
    secret, line = fresh()
    result = scan(tmp_path, "stdin", stdin=before + b"\n" + line)
    place = only_place(result, secret)
    assert (place.origin, place.path) == ("stdin", None)
    assert place.line == before.count(b"\n") + 2
    assert result.bytes == len(before) + 1 + len(line)


def test_empty_stdin_is_not_clean():
    assert command("--stdin").code == 3


def test_archive_on_stdin():
    import gzip

    secret, line = fresh()
    ran = command("--stdin", "--format", "json", stdin=gzip.compress(line))
    assert ran.report["findings"][0]["encoding"] == ["gzip"]
    assert secret.decode() not in ran.out
