"""A repository whose owner wants a value to survive, or the purge to do harm."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest

from intercom_scan.errors import GitError, UsageError
from intercom_scan.fakes.ground import Ground
from intercom_scan.git import Git
from intercom_scan.purge import driver, report, trees
from intercom_scan.purge.notes import Notes
from intercom_scan.purge.packing import Packer
from intercom_scan.rules import RULES
from tests.purge.making import TOKEN, Purged, confidential, line, listed, state

IDENTITY = next(rule for rule in RULES if rule.id == "intercom-identity-secret")
WHO = b"author A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n"


@pytest.fixture
def leaky(tmp_path):
    """A repository with a value in a file, and that value as a name may have it."""
    ground, secret = Ground(tmp_path / "repository"), TOKEN.sample()
    ground.commit_file("leak", line(secret))
    return ground, secret.rstrip(b"=")


def odd(ground: Ground, kind: str, content: bytes) -> str:
    """An object that git itself would not make."""
    return ground.git("hash-object", "-t", kind, "-w", "--stdin", "--literally", stdin=content)


def gone(ground: Ground, *secrets: bytes, **more) -> Purged:
    """What is left once all is purged, which is none of these."""
    before = state(ground.path)
    purged = Purged(ground, **more)
    assert state(ground.path) == before
    assert purged.outcome.proof.clean
    assert not any(secret in purged.everything() for secret in secrets)
    return purged


def test_values_as_any_part_of_the_name_of_a_ref(leaky) -> None:
    """Two of them are the same once they are clean, one as a file and one as a folder."""
    ground, secret = leaky
    other = TOKEN.sample().rstrip(b"=")
    ground.commit_file("other", line(other))
    names = [b"refs/" + secret, b"refs/" + other + b"/x", b"refs/heads/k/" + secret]
    for name in (*names, b"refs/heads/k/" + other + b"/x"):
        ground.git("update-ref", name, "HEAD")
    purged = gone(ground, secret, other)
    assert len({ref.name for ref in purged.outcome.refs}) == 5
    assert sum(ref.renamed for ref in purged.outcome.refs) == 4


@pytest.mark.parametrize("mode", [b"0040000", b"40755", b"1000000000000040000"])
def test_modes_that_git_takes_for_a_folder(mode: bytes, leaky) -> None:
    ground, secret = leaky
    inner = ground.git("rev-parse", "HEAD^{tree}")
    tree = odd(ground, "tree", mode + b" folder\0" + bytes.fromhex(inner))
    commit = ground.git("commit-tree", tree, "-m", "Odd mode")
    ground.git("update-ref", "refs/heads/main", commit)
    ground.git("config", "fsck.zeroPaddedFilemode", "ignore")
    purged = gone(ground, secret)
    assert purged.git("cat-file", "tree", f"{purged.new(commit)}^{{tree}}").startswith(mode)


def test_the_name_of_a_submodule_and_the_encoding_of_a_commit(leaky) -> None:
    ground, secret = leaky
    entry = b"160000," + b"ab" * 20 + b",module-" + secret
    ground.git("update-index", "--add", "--cacheinfo", entry)
    tree = ground.git("write-tree").encode()
    commit = odd(ground, "commit", b"tree %b\n%bencoding %b\n\nText\n" % (tree, WHO, secret))
    ground.git("update-ref", "refs/heads/odd", commit)
    purged = gone(ground, secret)
    paths = listed(Git(purged.copy, inherit=False), purged.new(commit))
    assert [mode for mode, _ in paths.values()].count(b"160000") == 1


def test_one_complaint_of_git_may_hide_another(leaky) -> None:
    """It stops at a missing blank; without that it sees the date, which is as it was."""
    ground, secret = leaky
    tree = ground.git("rev-parse", "HEAD^{tree}").encode()
    who = WHO.replace(b" <a@b> 1", b"<a@b> 01")
    commit = odd(ground, "commit", b"tree %b\n%b\nText\n" % (tree, who))
    ground.git("update-ref", "refs/heads/odd", commit)
    purged = gone(ground, secret)
    assert set(purged.outcome.odd) == {commit}
    assert b"author A <a@b> 01 +0000\n" in purged.git("cat-file", "-p", purged.new(commit))


def test_a_head_without_a_commit_that_is_named_after_a_value(leaky) -> None:
    ground, secret = leaky
    ground.git("symbolic-ref", "HEAD", b"refs/heads/" + secret)
    assert secret not in gone(ground, secret).git("symbolic-ref", "HEAD")


def test_a_detached_head_that_no_ref_reaches(leaky) -> None:
    ground, secret = leaky
    ground.git("checkout", "--quiet", "--detach")
    ground.git("branch", "--quiet", "--force", "main", "HEAD^")
    assert len(gone(ground, secret).outcome.commits) == 1


def test_what_lies_beside_notes_and_notes_on_tags(leaky) -> None:
    ground, secret = leaky
    ground.git("tag", "--annotate", "v1", "-m", "Release")
    ground.git("notes", "add", "-m", "On a tag", "v1")
    blob, leak = ground.object(b"A note.\n"), ground.git("rev-parse", "HEAD")
    names = (leak.encode(), b"x-" + secret, b".env")
    stdin = b"".join(b"100644 blob %b\t%b\n" % (blob.encode(), name) for name in names)
    notes = ground.git("commit-tree", ground.git("mktree", stdin=stdin), "-m", "Notes")
    ground.git("update-ref", "refs/notes/odd", notes)
    purged = gone(ground, secret, env_files=True)
    assert purged.git("notes", "show", "v1") == b"On a tag\n"
    paths = listed(Git(purged.copy, inherit=False), "refs/notes/odd")
    assert len(paths) == 2
    assert purged.new(leak).encode() in paths


@pytest.mark.parametrize("seed", range(3))
def test_notes_that_come_and_go(seed: int, tmp_path) -> None:
    """Each tree has what it had, under the new ids, in whatever folders."""
    chance = random.Random(seed)
    ground, secret = Ground(tmp_path / "repository"), TOKEN.sample()
    commits = [ground.commit_file("a", line(secret) * (n == 2) + b"%d\n" % n) for n in range(8)]
    texts = [ground.object(b"%d\n" % number) for number in range(20)]
    tip, kept, made = "", dict[str, str](), list[tuple[str, dict[str, str]]]()
    for number in range(30):
        id_ = chance.choice(commits)
        path = chance.choice((id_, f"{id_[:2]}/{id_[2:]}", f"{id_[:2]}/{id_[2:4]}/{id_[4:]}"))
        if kept and chance.random() < 0.3:
            del kept[chance.choice(list(kept))]
        kept[path] = chance.choice(texts)
        stdin = "".join(f"M 644 {blob} {path}\n" for path, blob in kept.items())
        head = f"commit refs/notes/x\ncommitter A <a@b> {number} +0000\ndata 1\nx\n"
        above = f"from {tip}\n" if tip else ""
        ground.git("fast-import", "--quiet", stdin=f"{head}{above}deleteall\n{stdin}".encode())
        tip = ground.git("rev-parse", "refs/notes/x")
        made.append((tip, dict(kept)))
    purged = Purged(ground)
    new = Git(purged.copy, inherit=False)
    for commit, paths in made:
        expected = set()
        for path, blob in paths.items():
            digits = iter(purged.new(path.replace("/", "")))
            moved = "".join(char if char == "/" else next(digits) for char in path)
            expected.add((moved.encode(), blob))
        found = listed(new, purged.new(commit))
        assert {(path, id_) for path, (_, id_) in found.items()} == expected


def test_folders_of_notes_that_are_all_the_same(leaky) -> None:
    """As many paths as nobody could list: 256 folders in each of 256, and so on."""
    ground, _ = leaky
    inner = ground.git("mktree", stdin=f"100644 blob {ground.object(b'x')}\tx\n".encode())
    for _ in range(6):
        rows = "".join(f"040000 tree {inner}\t{number:02x}\n" for number in range(256))
        inner = ground.git("mktree", stdin=rows.encode())
    ground.git("update-ref", "refs/notes/bomb", ground.git("commit-tree", inner, "-m", "Bomb"))
    git = Git(ground.path, inherit=False)
    packer = Packer(git, 40)
    renamed = {"ab" * 20: "cd" * 20}
    Notes(git, 40, renamed, packer).rekey([ground.git("rev-parse", "notes/bomb")])
    assert list(renamed) == ["ab" * 20]


def test_folders_and_submodules_are_no_env_files(tmp_path) -> None:
    ground = Ground(tmp_path / "repository")
    ground.commit_file(".env/bin/python", b"\n")
    ground.commit_file("a/.env.local", b"PORT=80\n")
    ground.git("update-index", "--add", "--cacheinfo", f"160000,{'ab' * 20},b/.env.prod")
    ground.git("commit", "--quiet", "-m", "A submodule")
    purged = gone(ground, pick=lambda _: [], env_files=True)
    assert purged.outcome.env_files == (b".env.local",)
    paths = listed(Git(purged.copy, inherit=False), "main")
    assert set(paths) == {b"README.md", b".env/bin/python", b"b/.env.prod"}


def test_an_env_file_that_is_left_is_no_proof(leaky, monkeypatch) -> None:
    ground, _ = leaky
    ground.commit_file(".env", b"PORT=80\n")
    kept = trees._changed

    def changed(old, forest, *rest):
        forest.env_files.clear()
        return kept(old, forest, *rest)

    monkeypatch.setattr(trees, "_changed", changed)
    purged = Purged(ground, env_files=True)
    assert not purged.outcome.proof.clean
    assert not purged.output.exists()


def test_what_was_overlooked_is_not_called_nothing(leaky, monkeypatch) -> None:
    monkeypatch.setattr(trees, "rewrite", lambda *_: None)
    with pytest.raises(GitError, match="nothing was changed"):
        Purged(leaky[0])


def test_a_repository_where_the_private_directory_would_be(leaky, tmp_path) -> None:
    ground, _ = leaky
    path = tmp_path / "out.partial" / "repository.git"
    subprocess.run(["git", "clone", "--quiet", "--bare", ground.path, path], check=True)
    before = state(path)
    with pytest.raises(UsageError, match="has the repository in it"):
        driver.purge(driver.Order(path, tmp_path / "out", confidential))
    assert state(path) == before


def test_the_present_directory_can_be_the_output(leaky, tmp_path, monkeypatch) -> None:
    (tmp_path / "out").mkdir()
    monkeypatch.chdir(tmp_path / "out")
    driver.purge(driver.Order(leaky[0].path, Path(), confidential))
    assert (tmp_path / "out" / "report.md").exists()


def test_commands_for_many_refs_and_a_remote_that_looks_like_an_option(leaky, tmp_path) -> None:
    """Odd names of branches as well; a value that stays is not in it, though a branch has it."""
    ground, _ = leaky
    stays = TOKEN.sample().rstrip(b"=")
    ground.commit_file("stays", line(stays))
    names = [f"b{number}" for number in range(150)] + [
        "-x",
        "'$(touch${IFS}harm)'",
        "`touch<harm`;&|",
    ]
    stdin = "".join(f"create refs/heads/{name} HEAD\n" for name in names)
    ground.git("update-ref", "--stdin", stdin=stdin.encode())
    ground.git("update-ref", b"refs/heads/" + stays, "HEAD")
    remote = tmp_path / "-remote.git"
    subprocess.run(["git", "clone", "--quiet", "--bare", ground.path, remote], check=True)
    ground.git("config", "remote.-x.url", "--receive-pack=touch harm")
    ground.git("config", "remote.-y.url", "../-remote.git")
    pick = lambda found: [f for f in found if stays not in f.secret]  # noqa: E731
    purged = Purged(ground, pick=pick)
    page = (purged.output / "report.md").read_text("utf-8")
    harm, push = (part.partition("```")[0] for part in page.split("```sh\n")[1:3])
    for script in (harm, push):
        done = subprocess.run(
            ["sh", "-c", script], cwd=ground.path, capture_output=True, check=False
        )
        assert not list(tmp_path.rglob("harm"))
    assert done.returncode == 0, done.stderr
    assert stays.decode() not in page
    assert page.partition("To be pushed by hand")[2]
    new = Git(remote, inherit=False)
    for name in ("main", *names):
        got = new.output("rev-parse", f"refs/heads/{name}")
        assert got == purged.git("rev-parse", f"refs/heads/{name}")
    kept = new.output("rev-parse", b"refs/heads/" + stays).strip().decode()
    assert kept == ground.git("rev-parse", "HEAD")


def test_two_purges_at_once_into_one_directory(leaky, monkeypatch) -> None:
    """The second one has cleared away what the first one proved."""
    kept = report.write

    def write(outcome, folder, *more):
        Git(folder / "repository.git", inherit=False).output("update-ref", "-d", "refs/heads/main")
        kept(outcome, folder, *more)

    monkeypatch.setattr(report, "write", write)
    with pytest.raises(GitError, match="two purges"):
        Purged(leaky[0])
    assert not (leaky[0].path.parent / "repository-purged").exists()


def test_a_header_that_git_does_not_write_is_listed(leaky) -> None:
    ground, secret = leaky
    tree = ground.git("rev-parse", "HEAD^{tree}").encode()
    for name, header in (("one", b"HG:extra x\n"), ("two", b"encoding \n")):
        commit = odd(ground, "commit", b"tree %b\n%b%b\nText\n" % (tree, WHO, header))
        ground.git("update-ref", f"refs/heads/{name}", commit)
    heads = ground.git("rev-parse", "one", "two").split()
    assert sorted(gone(ground, secret).outcome.bare) == sorted(heads)


def test_reports_name_files_whose_names_are_encoded_values(tmp_path) -> None:
    """Of a kind that no scan knows without a name near it, so that a mask is not told of it."""
    ground, secret = Ground(tmp_path / "repository"), IDENTITY.sample()
    percent = "".join(f"%{byte:02x}" for byte in secret)
    ground.commit_file(f"in/{percent}", IDENTITY.example.format(secret.decode()).encode() + b"\n")
    ground.commit_file(f"in/.env.{percent}", b"PORT=80\n")
    purged = gone(ground, secret, percent.encode(), env_files=True)
    assert len(purged.outcome.blobs) == 1
    assert len(purged.outcome.env_files) == 1
