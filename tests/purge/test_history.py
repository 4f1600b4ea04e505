"""History around what was purged: the same as before, asked of git commit by commit."""

from __future__ import annotations

import os
import random

import pytest

from intercom_scan.fakes.ground import Ground
from intercom_scan.git import Git
from tests.purge.making import TOKEN, Purged, line, listed, same_but_for, state


def commits_of(ground: Ground) -> list[str]:
    return ground.git("rev-list", "--all", "--topo-order", "--reverse").split()


def replaced(purged: Purged) -> dict[str, str]:
    return {blob.id: blob.new for blob in purged.outcome.blobs}


@pytest.mark.parametrize("seed", range(6))
def test_random_histories(seed: int, tmp_path) -> None:
    """Files come, change, move and go on several branches that merge; a secret is in some."""
    chance = random.Random(seed)
    ground, secret = Ground(tmp_path / "repository"), TOKEN.sample()
    for number in range(30):
        branches = ground.git("for-each-ref", "--format=%(refname:short)", "refs/heads").split()
        ground.git("checkout", "--quiet", chance.choice(branches))
        match chance.randrange(6):
            case 0:
                ground.git("checkout", "--quiet", "-b", f"b{number}")
            case 1:
                others = chance.sample(branches, min(len(branches), chance.choice((1, 1, 2))))
                ground.git("merge", "--quiet", "--strategy=ours", "-m", "Merge", *others)
            case 2:
                ground.git("commit", "--quiet", "--allow-empty", "-m", "Nothing")
            case _:
                folder = chance.choice(("", "a/", "a/b/", "c/"))
                content = line(secret) * (chance.random() < 0.3) + b"%d\n" % number
                ground.commit_file(f"{folder}{chance.choice('xyz')}", content)
    purged = Purged(ground)
    assert purged.outcome.proof.clean
    same_but_for(purged, commits_of(ground), replaced(purged))


def test_what_comes_before_keeps_its_id_and_its_signature(tmp_path) -> None:
    ground, secret = Ground(tmp_path / "repository"), TOKEN.sample()
    signed = sign(ground, "refs/heads/main")
    ground.git("reset", "--quiet", "--hard", signed)
    ground.git("branch", "aside")
    leak = ground.commit_file("leak", line(secret))
    later = sign(ground, "refs/heads/main")
    purged = Purged(ground)
    assert set(purged.outcome.commits) == {leak, later}
    assert purged.outcome.signed == [later]
    assert purged.git("cat-file", "commit", signed) == Git(ground.path).output(
        "cat-file", "commit", signed
    )
    assert b"gpgsig" not in purged.git("cat-file", "commit", purged.new(later))
    assert [ref.name for ref in purged.outcome.refs if ref.changed] == [b"refs/heads/main"]


def sign(ground: Ground, ref: str) -> str:
    """A commit on top of a ref, with a header as a signature has it."""
    tree, parent = ground.git("rev-parse", f"{ref}^{{tree}}"), ground.git("rev-parse", ref)
    who = "A. Tester <tester@example.com> 1500000000 +0000"
    begin, end = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
    content = (
        f"tree {tree}\nparent {parent}\nauthor {who}\ncommitter {who}\n"
        f"gpgsig {begin}\n AAAA\n {end}\n\nSigned\n"
    )
    id_ = ground.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=content.encode())
    ground.git("update-ref", ref, id_)
    ground.git("reset", "--quiet", "--hard")
    return id_


def test_notes_follow_their_commits_in_folders_too(tmp_path) -> None:
    ground, secret = Ground(tmp_path / "repository"), TOKEN.sample()
    leak = ground.commit_file("leak", line(secret))
    root = ground.git("rev-parse", f"{leak}^")
    last = ground.commit_file("more", b"more\n")
    for commit in (root, leak, last):
        ground.git("notes", "add", "-m", f"about {commit}", commit)
    blob = ground.git("rev-parse", "HEAD:leak")
    entries = "".join(
        f"100644 blob {ground.object(b'deep ' + id_.encode())}\t{id_[2:]}\0" for id_ in (leak,)
    )
    inner = ground.git("mktree", "-z", stdin=entries.encode())
    top = f"040000 tree {inner}\t{leak[:2]}\n100644 blob {blob}\tREADME\n"
    fanned = ground.git("commit-tree", ground.git("mktree", stdin=top.encode()), "-m", "Notes")
    ground.git("update-ref", "refs/notes/fanned", fanned)
    purged = Purged(ground)
    for commit in (root, leak, last):
        shown = purged.git("notes", "show", purged.new(commit)).decode()
        assert shown == f"about {commit}\n"
    assert purged.git("notes", "--ref=fanned", "show", purged.new(leak)) == b"deep " + leak.encode()
    assert purged.new(leak) != leak


def test_messages_that_mention_a_commit_follow_it(tmp_path) -> None:
    ground, secret = Ground(tmp_path / "repository"), TOKEN.sample()
    leak = ground.commit_file("leak", line(secret))
    last = ground.commit_file("more", b"more\n", f"Mend {leak} and {leak[:9]}")
    purged = Purged(ground)
    new = purged.new(leak)
    assert f"Mend {new} and {new[:9]}".encode() in purged.git("log", "-1", purged.new(last))


def test_tags_of_tags_and_signed_tags(tmp_path) -> None:
    ground, secret = Ground(tmp_path / "repository"), TOKEN.sample()
    before = ground.git("rev-parse", "HEAD")
    ground.git("tag", "--annotate", "old", "-m", "Before", before)
    leak = ground.commit_file("leak", line(secret))
    begin = "-----BEGIN PGP SIGNATURE-----"
    text = f"object {leak}\ntype commit\ntag in\ntagger A <a@b> 1 +0000\n\nText\n{begin}\nabc\n"
    inner = ground.git("hash-object", "-t", "tag", "-w", "--stdin", stdin=text.encode())
    ground.git("tag", "--annotate", "outer", "-m", "Outside", inner)
    ground.git("tag", "light", leak)
    purged = Purged(ground)
    assert purged.outcome.unsigned_tags == [inner]
    assert purged.git("rev-parse", "old") == ground.git("rev-parse", "old").encode() + b"\n"
    for name in ("outer", "light"):
        assert purged.git("rev-parse", f"{name}^{{commit}}").decode().strip() == purged.new(leak)
    shown = purged.git("cat-file", "tag", "outer^{tag}") + purged.git(
        "cat-file", "tag", purged.git("cat-file", "tag", "outer").split()[1].decode()
    )
    assert b"Text\n" in shown
    assert begin.encode() not in shown


@pytest.mark.parametrize(
    ("author", "message"),
    [
        pytest.param(b"A <a@b> 1500000000 +0517", b"Odd zone\n", id="odd time zone"),
        pytest.param(b"A <a@b> 1500000000 +051800", b"Odd zone\n", id="very odd time zone"),
        pytest.param(b" <a@b> 1500000000 -0000", b"Nobody\n", id="no name"),
        pytest.param(b"A <> 1500000000 +0000", b"No address\n", id="no address"),
        pytest.param(b"A <a@b> 1500000000 +0000", b"", id="no message"),
        pytest.param(b"A <a@b> 1500000000 +0000", b"No end", id="no newline at its end"),
        pytest.param(b"A <a@b> 1500000000 +0000", b"\n\nData 3\nfrom :1\n", id="like a stream"),
        pytest.param(b"\xe9 <a@b> 1500000000 +0000", b"\xff\xfe\n", id="not UTF-8"),
    ],
)
def test_odd_commits_stay_as_they_are(author: bytes, message: bytes, tmp_path) -> None:
    ground, secret = Ground(tmp_path / "repository"), TOKEN.sample()
    leak = ground.commit_file("leak", line(secret))
    tree = ground.git("rev-parse", "HEAD^{tree}")
    content = b"tree %b\nparent %b\nauthor %b\ncommitter %b\nencoding ISO-8859-1\n\n%b" % (
        tree.encode(), leak.encode(), author, author, message,
    )  # fmt: skip
    odd = ground.git("hash-object", "-t", "commit", "-w", "--stdin", "--literally", stdin=content)
    ground.git("update-ref", "refs/heads/odd", odd)
    purged = Purged(ground)
    new = purged.git("cat-file", "commit", purged.new(odd))
    now_tree = purged.git("rev-parse", f"{purged.new(odd)}^{{tree}}").strip()
    assert new == content.replace(tree.encode(), now_tree).replace(
        leak.encode(), purged.new(leak).encode()
    )
    assert purged.outcome.odd == []


@pytest.mark.parametrize(
    ("author", "new"),
    [
        ("nobody", "unknown <> 0 +0000"),
        ("A <a@b> yesterday", "unknown <> 0 +0000"),
        ("A <a@b> 99999999999999999999 +0000", "unknown <> 0 +0000"),
        (" <> 5 +0000", "unknown <> 5 +0000"),
    ],
)
def test_a_commit_whose_author_git_refuses_gets_another(author: str, new: str, tmp_path) -> None:
    ground, secret = Ground(tmp_path / "repository"), TOKEN.sample()
    leak = ground.commit_file("leak", line(secret))
    tree = ground.git("rev-parse", "HEAD^{tree}")
    content = f"tree {tree}\nparent {leak}\nauthor {author}\ncommitter A <a@b> 1 +0000\n\nOdd\n"
    odd = ground.git(
        "hash-object", "-t", "commit", "-w", "--stdin", "--literally", stdin=content.encode()
    )
    ground.git("update-ref", "refs/heads/odd", odd)
    purged = Purged(ground)
    assert purged.outcome.odd == [odd]
    assert f"author {new}\n".encode() in purged.git("cat-file", "commit", purged.new(odd))


def test_trees_keep_modes_that_git_does_not_write_any_more(tmp_path) -> None:
    ground, secret = Ground(tmp_path / "repository"), TOKEN.sample()
    plain, leak = ground.object(b"plain\n"), ground.object(line(secret))
    raw = b"".join(
        b"%b %b\0%b" % (mode, name, bytes.fromhex(id_))
        for mode, name, id_ in (
            (b"100664", b"group", plain), (b"100755", b"leak", leak),
            (b"160000", b"module", "ab" * 20), (b"120000", b"to", plain),
        )
    )  # fmt: skip
    tree = ground.git("hash-object", "-t", "tree", "-w", "--stdin", "--literally", stdin=raw)
    commit = ground.git("commit-tree", tree, "-m", "Odd modes")
    ground.git("update-ref", "refs/heads/odd", commit)
    purged = Purged(ground)
    new = purged.git("cat-file", "tree", f"{purged.new(commit)}^{{tree}}")
    blob = replaced(purged)[leak]
    assert new == raw.replace(bytes.fromhex(leak), bytes.fromhex(blob))
    assert purged.outcome.links == (b"module",)


def test_names_that_collide_once_they_are_clean(tmp_path) -> None:
    ground = Ground(tmp_path / "repository")
    one, two = TOKEN.sample().decode(), TOKEN.sample().decode()
    for value in (one, two):
        ground.commit_file(f"keys/{value}/a.txt", b"A file.\n")
        ground.git("branch", f"try-{value}")
    purged = Purged(ground)
    paths = list(listed(Git(purged.copy, inherit=False), "refs/heads/main"))
    assert len(paths) == 3
    assert len([ref for ref in purged.outcome.refs if ref.renamed]) == 2
    assert len({ref.name for ref in purged.outcome.refs}) == 3
    assert purged.git("fsck", "--full", "--strict") == b""
    assert not any(value.encode().rstrip(b"=") in purged.everything() for value in (one, two))


def test_env_files_are_dropped_where_that_is_asked_for(tmp_path) -> None:
    ground = Ground(tmp_path / "repository")
    ground.commit_file("app/.env", b"PORT=80\n")
    ground.commit_file("app/.env.example", b"PORT=\n")
    ground.commit_file("only/.env.production", b"PORT=80\n")
    last = ground.git("rev-parse", "HEAD")
    purged = Purged(ground, pick=lambda _found: [], env_files=True)
    paths = listed(Git(purged.copy, inherit=False), purged.new(last))
    assert set(paths) == {b"README.md", b"app/.env.example"}
    assert purged.outcome.env_files == (b".env", b".env.production")
    assert b"only" not in purged.git("ls-tree", purged.new(last))


def test_what_was_not_chosen_stays(tmp_path) -> None:
    ground, gone, kept = Ground(tmp_path / "repository"), TOKEN.sample(), TOKEN.sample()
    ground.commit_file("gone", line(gone))
    ground.commit_file("kept", line(kept))
    purged = Purged(ground, pick=lambda found: [f for f in found if f.secret == gone])
    assert kept in purged.everything()
    assert gone not in purged.everything()
    assert [finding.secret for finding in purged.outcome.proof.others] == [kept]


def test_a_repository_with_ids_of_64_digits(tmp_path) -> None:
    path = tmp_path / "repository"
    path.mkdir()
    Git(path, inherit=False).output("init", "--quiet", "--object-format=sha256")
    ground, secret = Ground(path), TOKEN.sample()
    leak = ground.commit_file("leak", line(secret))
    ground.git("tag", "--annotate", "v1", "-m", "Release")
    ground.git("notes", "add", "-m", "A note", leak)
    ground.git("checkout", "--quiet", "-b", "side")
    ground.commit_file("more", b"more\n")
    purged = Purged(ground)
    assert len(purged.new(leak)) == 64
    assert purged.outcome.proof.clean
    assert purged.git("notes", "show", purged.new(leak)) == b"A note\n"
    heads = ground.git("rev-list", "--branches", "--reverse").split()
    same_but_for(purged, heads, replaced(purged))


def test_objects_that_are_there_already_are_not_touched(tmp_path) -> None:
    """git notes a new time for an object that it is to write again, in the original as well."""
    ground, secret = Ground(tmp_path / "repository"), TOKEN.sample()
    ground.commit_file("leak", line(secret))
    first = Purged(ground)
    objects = first.git("rev-list", "--all", "--objects", "--no-object-names")
    packed = first.git("pack-objects", "--stdout", "-q", stdin=objects)
    ground.git("unpack-objects", "-q", stdin=packed)
    for path in (ground.path / ".git" / "objects").rglob("*"):
        os.utime(path, (1, 1))
    first.output.rename(tmp_path / "first")
    before = state(ground.path)
    assert Purged(ground).outcome.commits == first.outcome.commits
    assert state(ground.path) == before


def test_a_detached_head(tmp_path) -> None:
    ground, secret = Ground(tmp_path / "repository"), TOKEN.sample()
    ground.git("checkout", "--quiet", "--detach")
    leak = ground.commit_file("leak", line(secret))
    ground.git("tag", "here")
    purged = Purged(ground)
    assert purged.git("rev-parse", "HEAD").decode().strip() == purged.new(leak) != leak


def test_ten_thousand_commits(tmp_path) -> None:
    """The secret is in every tenth, so that almost all have to be made anew."""
    ground, secret = Ground(tmp_path / "repository"), TOKEN.sample()
    who = b"committer A <a@b> 1500000000 +0000\n"
    pieces = []
    for number in range(10_000):
        content = line(secret) * (number % 10 == 5) + b"%d\n" % number
        pieces.append(
            b"commit refs/heads/long\n"
            + who
            + b"data 4\nText\nM 644 inline d%d/f%d\ndata %d\n%b\n"
            % (number % 7, number % 31, len(content), content)
        )
    ground.git("fast-import", "--quiet", stdin=b"".join(pieces))
    purged = Purged(ground)
    assert purged.outcome.proof.clean
    assert len(purged.outcome.commits) == 10_000 - 5
    assert purged.outcome.before.commits == purged.outcome.after.commits
    some = ground.git("rev-list", "--reverse", "long").split()
    same_but_for(purged, [some[0], some[4], some[5], some[5000], some[-1]], replaced(purged))
