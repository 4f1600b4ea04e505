"""Whatever is asked or lies there: one clear line or a listed skip, and the right exit code."""

from __future__ import annotations

import io
import os
import shutil
import socket
import stat
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from intercom_scan.errors import GitError, UsageError
from intercom_scan.fakes.planting import Ground
from intercom_scan.finding import Skip
from intercom_scan.sources import listing
from tests.integration.running import COMMAND, canonical, command, found, fresh, git, one_line, scan


@pytest.fixture(scope="module")
def ground(tmp_path_factory):
    made = Ground(tmp_path_factory.mktemp("bad") / "repository")
    made.commit_file("a.env", fresh()[1])
    return made


def skips(result) -> str:
    return "\n".join(f"{s.what}: {s.reason}" for s in result.skipped)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--all-history",),
        ("--history",),
        ("--staged",),
        ("--range", "a..b"),
        ("--policy-from", "x"),
    ],
)
def test_not_a_repository(tmp_path, arguments):
    one_line(command(*arguments, cwd=tmp_path), 2, "repository")


def test_no_such_path(tmp_path):
    one_line(command("no-such-file", cwd=tmp_path), 2, "no-such-file")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--staged", "--all-history"), ("--stdin", "a"), ("--all-history", "a", "b"),
        ("--format", "xml"), ("--format", "json", "--format", "sarif"), ("--fail-on", "worst"),
        ("--jobs", "0"), ("--no-such-option",), ("explain", "no-such-rule"), ("--range", "HEAD"),
        ("--range", "..HEAD"), ("--range", "a...b"), ("--config", "no-such.yaml"),
        ("--baseline", "no-such.json"), ("--policy-from", "no-such"),
        ("--format", "json:.git/config/a.json"), ("--format", "text:a", "--format", "json:a"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_command_lines(ground, arguments):
    one_line(command(*arguments, cwd=ground.path), 2)


@pytest.mark.parametrize("revision", ["no-such", "-x", "--all", "--output=x", "HEAD^{tree}", "",
                                      "@{u}", "a b", "\n", "--upload-pack=x"])  # fmt: skip
def test_bad_revisions(ground, revision):
    with pytest.raises(UsageError):
        scan(ground.path, "history", revision or "no-such")
    for ends in (f"{revision}..HEAD", f"HEAD..{revision or 'no-such'}"):
        with pytest.raises(UsageError):
            scan(ground.path, "range", ends)
    assert not (ground.path / "x").exists()


def test_a_revision_that_begins_with_a_dash_on_the_command_line(ground):
    one_line(command("--history=-x", cwd=ground.path), 2, "-x")


def test_empty_repository(tmp_path):
    git(tmp_path, "init", "--quiet")
    for mode in ("files", "all-history"):
        result = scan(tmp_path, mode)
        assert not result.complete, mode
    with pytest.raises(UsageError):
        scan(tmp_path, "history", "HEAD")
    assert scan(tmp_path, "staged").complete


def test_bare_repository(tmp_path, ground):
    bare = tmp_path / "bare.git"
    git(tmp_path, "clone", "--quiet", "--bare", str(ground.path), str(bare))
    assert [f.places[0].path for f in scan(bare).findings] == ["a.env"]
    assert scan(bare).complete
    assert [f.places[0].path for f in scan(bare, "history", "HEAD").findings] == ["a.env"]
    with pytest.raises(UsageError, match="bare"):
        scan(bare, "files")


def fake_git(folder: Path, text: str) -> dict[str, str]:
    script = folder / "git"
    script.write_text(f"#!/bin/sh\n{text}\n")
    script.chmod(0o755)
    return {"PATH": str(folder)}


@pytest.mark.parametrize("arguments", [(), ("--all-history",), ("--staged",), ("--stdin",)])
def test_without_git(tmp_path, ground, arguments):
    ran = command(*arguments, cwd=ground.path, env={"PATH": str(tmp_path)}, stdin=b"text")
    if arguments == ("--stdin",):
        assert ran.code in (0, 3)
    else:
        one_line(ran, 3, "install git")


@pytest.mark.parametrize("arguments", [(), ("--all-history",), ("--staged",)])
def test_git_too_old(tmp_path, ground, arguments):
    """Old gits know neither the option nor the format, and say so by 129."""
    text = 'for a; do case $a in version) echo "git version 2.20.1"; exit 0;; esac; done; exit 129'
    one_line(command(*arguments, cwd=ground.path, env=fake_git(tmp_path, text)), 3, "too old")


@pytest.mark.parametrize("arguments", [(), ("--all-history",), ("--staged",)])
def test_git_that_fails(tmp_path, ground, arguments):
    env = fake_git(tmp_path, "echo 'fatal: out of \x1b[2J order' >&2; exit 1")
    ran = command(*arguments, cwd=ground.path, env=env)
    one_line(ran, 3, "order")
    assert "\x1b" not in ran.err


def test_git_that_dies_in_the_middle(tmp_path, ground):
    real = shutil.which("git")
    text = f'case "$* " in *"--batch "*|*"--batch="*) kill -9 $$;; esac; exec {real} "$@"'
    ran = command(
        "--all-history", "--format", "json", cwd=ground.path, env=fake_git(tmp_path, text)
    )
    assert ran.code == 3
    assert ran.fingerprints == []


def test_git_that_dies_once_is_asked_again(tmp_path, ground):
    """Object by object then."""
    real = shutil.which("git")
    text = f'case "$*" in *--batch=*) kill -9 $$;; esac; exec {real} "$@"'
    ran = command(
        "--all-history", "--format", "json", cwd=ground.path, env=fake_git(tmp_path, text)
    )
    assert (ran.code, len(ran.fingerprints)) == (1, 1)


def as_nobody(work) -> str:
    """Do some work in a child that has given up its rights; what it returns."""
    reader, writer = os.pipe()
    if not (child := os.fork()):
        try:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
            os.write(writer, work().encode())
        except BaseException as error:
            os.write(writer, repr(error).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with open(reader) as answer:
        text = answer.read()
    os.waitpid(child, 0)
    return text


def open_to_all(folder):
    """pytest keeps its folders, of which there are more with several workers, to its own user."""
    for path in (folder, *folder.parents):
        if path.is_relative_to(tempfile.gettempdir()) and path != Path(tempfile.gettempdir()):
            path.chmod(0o755)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs another user to become")
def test_unreadable_file_and_folder(tmp_path, monkeypatch):
    open_to_all(tmp_path)
    secret, line = fresh()
    (tmp_path / "a.env").write_bytes(line)
    (tmp_path / "closed.env").write_bytes(line)
    (tmp_path / "closed.env").chmod(0)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "b.env").write_bytes(line)
    (tmp_path / "folder").chmod(0)
    monkeypatch.chdir(tmp_path)
    scan(".", "files")

    def work() -> str:
        result = scan(".", "files")
        return f"{result.complete} {len(result.findings)}\n{skips(result)}"

    text = as_nobody(work)
    assert text.startswith("False 1\n"), text
    assert "closed.env: Permission denied" in text
    assert "folder: Permission denied" in text
    assert secret.decode() not in text


@pytest.mark.skipif(os.geteuid() != 0, reason="needs another user to become")
def test_unreadable_folder_in_a_repository(tmp_path, monkeypatch):
    ground = Ground(tmp_path / "repository")
    ground.write("folder/b.env", fresh()[1])
    scan(ground.path)  # loads what another user might not be let read
    (ground.path / "folder").chmod(0)
    for path in (ground.path, *ground.path.rglob("*")):
        os.chown(path, 65534, 65534)
    open_to_all(ground.path.parent)
    monkeypatch.chdir(ground.path)
    monkeypatch.setenv("HOME", "/nonexistent")
    monkeypatch.setenv("XDG_CONFIG_HOME", "/nonexistent")
    text = as_nobody(lambda: skips(scan(".", "files")))
    assert "folder" in text
    assert "Permission denied" in text


def test_things_that_are_no_files(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    with socket.socket(socket.AF_UNIX) as made:
        here = Path.cwd()
        os.chdir(tmp_path)
        made.bind("socket")
        os.chdir(here)
    if os.geteuid() == 0:
        os.mknod(tmp_path / "device", stat.S_IFCHR | 0o600, os.makedev(1, 5))
    secret, line = fresh()
    (tmp_path / "a.env").write_bytes(line)
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "around").symlink_to(".")
    (tmp_path / "gone").symlink_to("nowhere")
    result = scan(tmp_path, "files")
    assert result.complete
    assert len(found(result, secret).places) == 1
    for name in ("fifo", "socket"):
        assert f"{tmp_path}/{name}: a socket, FIFO or device" in skips(result) or (
            f"{name}: not a regular file" in skips(result)
        )


def test_things_that_are_no_files_in_a_repository(tmp_path):
    ground = Ground(tmp_path / "repository")
    os.mkfifo(ground.path / "fifo")
    secret, line = fresh()
    tracked = ground.write("was-a-file", line)
    ground.git("add", "--force", "was-a-file")
    tracked.unlink()
    os.mkfifo(tracked)
    result = scan(ground.path, "files")
    assert found(result, secret).places[0].origin == "index"
    assert result.complete


@pytest.mark.parametrize("inside", [True, False], ids=["repository", "folder"])
def test_links_are_not_followed(tmp_path, inside):
    _, line = fresh()
    (tmp_path / "outside.env").write_bytes(line)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "b.env").write_bytes(line)
    top = tmp_path / "repository"
    (Ground(top).path if inside else top).mkdir(exist_ok=True)
    (top / "link").symlink_to("../outside.env")
    (top / "folder").symlink_to("../folder")
    (top / "a.txt").write_bytes(b"x\n")
    result = scan(top, "files")
    assert result.objects
    assert not result.findings


def test_a_tracked_folder_that_became_a_link_is_not_followed(tmp_path):
    _, line = fresh()
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "b.env").write_bytes(line)
    ground = Ground(tmp_path / "repository")
    tracked, tracked_line = fresh()
    ground.commit_file("folder/b.env", tracked_line)
    shutil.rmtree(ground.path / "folder")
    (ground.path / "folder").symlink_to("../outside")
    result = scan(ground.path, "files")
    assert [f.secret for f in result.findings] == [canonical(tracked)], "what the index has"
    place = result.findings[0].places[0]
    assert (place.origin, place.path) == ("index", "folder/b.env")
    assert result.complete


def test_the_git_directory_s_links_are_not_followed(tmp_path):
    secret, line = fresh()
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "b.env").write_bytes(line)
    ground = Ground(tmp_path / "repository")
    (ground.path / ".git" / "hooks" / "out").symlink_to(tmp_path / "outside" / "b.env")
    (ground.path / ".git" / "more").symlink_to(tmp_path / "outside")
    assert canonical(secret) not in {f.secret for f in scan(ground.path).findings}


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("below", ["", "sub"])
def test_what_only_the_working_tree_lacks_is_read_from_the_index(tmp_path, sparse, below):
    ground = Ground(tmp_path / "repository")
    secret, line = fresh()
    ground.commit_file("sub/a.env", line)
    if sparse:
        ground.git("update-index", "--skip-worktree", "sub/a.env")
    (ground.path / "sub" / "a.env").unlink()
    result = scan(ground.path / below, "files")
    place = found(result, secret).places[0]
    assert (place.origin, place.path) == ("index", "sub/a.env" if not below else place.path)
    assert result.complete
    id_ = ground.git("rev-parse", "HEAD:sub/a.env")
    (ground.path / ".git" / "objects" / id_[:2] / id_[2:]).unlink()
    lost = scan(ground.path / below, "files")
    assert not lost.complete
    assert "a.env: missing from the object store" in skips(lost)


def test_sparse_file_of_four_gigabytes(tmp_path):
    secret, line = fresh()
    with (tmp_path / "disk.img").open("wb") as file:
        file.truncate(4 << 30)
        file.seek(0, os.SEEK_END)
        file.write(b"\n" + line)
    result = scan(tmp_path, "files")
    assert result.bytes > 4 << 30
    assert found(result, secret).places[0].line == 2


def test_two_scans_at_once(ground):
    started = [
        subprocess.Popen([*COMMAND, "--all-history", "--format", "json"], cwd=ground.path,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(3)
    ]  # fmt: skip
    ends = [(process.communicate(timeout=60), process.returncode) for process in started]
    assert [code for _, code in ends] == [1, 1, 1]
    assert len({out.split(b'"findings":')[1] for (out, _), _ in ends}) == 1


def test_a_repository_that_changes_under_the_scan(tmp_path):
    ground = Ground(tmp_path / "repository")
    secret, line = fresh()
    ground.commit_file("kept.env", line)
    script = (
        f"cd '{ground.path}'; i=0; while :; do i=$((i+1)); echo $i > f$i; git add f$i;"
        "git -c user.name=a -c user.email=b commit -q -m $i; rm -f f$((i-3));"
        "[ $((i % 5)) = 0 ] && git repack -q -a -d; done"
    )
    writer = subprocess.Popen(["sh", "-c", script], stderr=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, start_new_session=True)  # fmt: skip
    try:
        for _ in range(6):
            for mode in ("all-history", "files", "history"):
                assert found(scan(ground.path, mode), secret)
    finally:
        os.killpg(writer.pid, 9)
        writer.wait()


def test_packs_that_are_replaced_while_they_are_listed(tmp_path, monkeypatch):
    ground = Ground(tmp_path / "repository")
    secret, line = fresh()
    ground.commit_file("kept.env", line)
    real, calls = listing.every_object, []

    @contextmanager
    def ended_early(git, skips):
        calls.append(git)
        if len(calls) == 1:
            ground.git("repack", "-q", "-a", "-d")
            skips.append(Skip("the list of all objects", "a packfile cannot be accessed"))
            yield io.BytesIO().read
        else:
            with real(git, skips) as read:
                yield read

    monkeypatch.setattr(listing, "every_object", ended_early)
    result = scan(ground.path, "all-history")
    assert found(result, secret)
    assert (len(calls), result.skipped) == (2, ())
    assert result.objects == scan(ground.path, "all-history").objects


@pytest.mark.skipif(os.geteuid() != 0, reason="needs to give a repository away")
def test_repository_of_another_owner(tmp_path):
    ground = Ground(tmp_path / "repository")
    for path in (ground.path, ground.path / ".git"):
        os.chown(path, 12345, 12345)
    for mode in ("--all-history", "--staged", "--history"):
        one_line(command(mode, cwd=ground.path), 3, "safe.directory")
    one_line(command(cwd=ground.path), 3, "safe.directory")
    with pytest.raises(GitError):
        scan(ground.path)
