"""A hostile repository: nothing of it is run, nothing is written in it, nobody is asked."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from intercom_scan.fakes.planting import Ground
from tests.integration.running import canonical, command, fresh, git, scan

MODES = (
    ("files", None), ("staged", None), ("range", "HEAD~1..HEAD"), ("history", "HEAD"),
    ("all-history", None),
)  # fmt: skip


def trap(folder: Path, name: str) -> tuple[Path, str]:
    """A program that leaves a mark where it is run, and that mark."""
    mark = folder / f"ran-{name.replace('/', '-')}"
    script = folder / f"trap-{name.replace('/', '-')}"
    script.write_text(f"#!/bin/sh\ntouch '{mark}'\nexit 0\n")
    script.chmod(0o755)
    return mark, str(script)


SETTINGS = {
    "core.fsmonitor": "{}", "core.hooksPath": "{}", "core.pager": "{}", "core.editor": "{}",
    "core.sshCommand": "{}", "core.askPass": "{}", "core.gitProxy": "{}",
    "core.alternateRefsCommand": "{}", "credential.helper": "!{}", "diff.external": "{}",
    "diff.evil.textconv": "{}", "diff.evil.command": "{}", "filter.evil.clean": "{}",
    "filter.evil.smudge": "{}", "filter.evil.process": "{}", "filter.evil.required": "true",
    "merge.evil.driver": "{}", "alias.cat-file": "!{}", "alias.rev-list": "!{}",
    "pager.cat-file": "{}", "pager.ls-files": "{}", "pager.rev-list": "{}", "gpg.program": "{}",
    "log.showSignature": "true", "remote.origin.url": "ext::{}", "remote.origin.promisor": "true",
    "remote.origin.partialclonefilter": "blob:none", "remote.origin.uploadpack": "{}",
    "remote.origin.vcs": "evil", "uploadpack.packObjectsHook": "{}", "interactive.diffFilter": "{}",
    "trace2.normalTarget": "{}", "trace2.eventTarget": "{}", "submodule.vendor.update": "!{}",
    "core.splitIndex": "true", "core.untrackedCache": "true", "index.skipHash": "true",
    "protocol.ext.allow": "always", "protocol.allow": "always", "maintenance.auto": "true",
    "gc.auto": "1", "core.attributesFile": ".gitattributes", "grep.fallbackToNoIndex": "true",
}  # fmt: skip
HOOKS = (
    "post-index-change",
    "post-checkout",
    "pre-commit",
    "fsmonitor-watchman",
    "reference-transaction",
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A repository whose every setting is a trap; and where the marks would be."""
    folder = tmp_path_factory.mktemp("hostile")
    ground = Ground(folder / "repository")
    secret, line = fresh()
    ground.commit_file("a.env", line)
    ground.commit_file(".gitattributes", b"* diff=evil filter=evil merge=evil text eol=crlf\n")
    ground.commit_file("b.env", line)
    (ground.path / "b.env").write_bytes(line + b"changed\n")
    ground.write("c.env", b"# staged\n" + line)
    git(ground.path, "add", "--force", "c.env")
    ground.git("update-ref", "refs/heads/absent", ground.commit_of(b"absent\n"))
    blob = ground.git("rev-parse", "absent:a.txt")
    (ground.path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    gitmodules = (
        '[submodule "vendor"]\n\tpath = vendor\n\turl = ext::{0}\n\tupdate = !{0}\n\tbranch = .\n'
    )
    (ground.path / ".gitmodules").write_text(gitmodules.format(trap(folder, "gitmodules")[1]))
    for name in HOOKS:
        target = ground.path / ".git" / "hooks" / name
        target.write_text(Path(trap(folder, name)[1]).read_text())
        target.chmod(0o755)
    lines = []
    for name, value in SETTINGS.items():
        section, _, key = name.rpartition(".")
        head, _, sub = section.partition(".")
        title = f'[{head} "{sub}"]' if sub else f"[{head}]"
        lines.append(f'{title}\n\t{key} = "{value.format(trap(folder, name)[1])}"\n')
    (folder / "included").write_text(f'[core]\n\tfsmonitor = "{trap(folder, "included")[1]}"\n')
    lines.append(f'[include]\n\tpath = "{folder}/included"\n')
    lines.append("[extensions]\n\tpartialClone = origin\n[core]\n\trepositoryformatversion = 1\n")
    with (ground.path / ".git" / "config").open("a") as file:
        file.writelines(lines)
    return folder, ground.path, canonical(secret)


def state(top: Path) -> dict[str, tuple[object, ...]]:
    """Everything below a folder: kind, mode, time of change, content."""
    found: dict[str, tuple[object, ...]] = {}
    for here, folders, names in os.walk(top):
        for name in [".", *folders, *names]:
            path = Path(here, name)
            stat = path.lstat()
            content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
            found[str(path)] = (stat.st_mode, stat.st_mtime_ns, stat.st_ino, content)
    return found


@pytest.mark.parametrize(("mode", "revision"), MODES, ids=[mode for mode, _ in MODES])
def test_nothing_of_it_runs_and_nothing_is_written(hostile, mode, revision):
    folder, path, secret = hostile
    before = state(folder)
    result = scan(path, mode, revision)
    assert secret in {finding.secret for finding in result.findings}
    assert state(folder) == before


@pytest.mark.parametrize("arguments", [(), ("--staged",), ("--all-history",), ("--stdin",),
                                       ("--policy-from", "HEAD"), ("--history", "HEAD"),
                                       ("--range", "HEAD~1..HEAD")])  # fmt: skip
def test_nothing_of_it_runs_as_a_command(hostile, arguments):
    folder, path, _ = hostile
    before = state(folder)
    ran = command(*arguments, cwd=path, stdin=b"text")
    assert ran.code in (0, 1, 3)
    assert state(folder) == before


def test_the_traps_would_have_sprung(hostile, tmp_path):
    """The tests above can fail: plain git does walk into them."""
    folder, path, _ = hostile
    copy = tmp_path / "copy"
    os.system(f"cp -r '{path}' '{copy}'")
    before = {p.name for p in folder.glob("ran-*")}
    for line in ("status", "diff", "add b.env"):
        os.system(f"cd '{copy}' && timeout 5 git {line} >/dev/null 2>&1 </dev/null")
    sprung = {p.name for p in folder.glob("ran-*")} - before
    for name in sprung:
        (folder / name).unlink()
    assert {"ran-core.fsmonitor", "ran-diff.external"} & sprung or "ran-included" in sprung
    assert any("filter" in name for name in sprung)


VARIABLES = ("GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_EDITOR", "GIT_ASKPASS", "GIT_SSH",
             "GIT_SSH_COMMAND", "GIT_PROXY_COMMAND", "SSH_ASKPASS", "PAGER")  # fmt: skip


def test_variables_that_name_programs_or_files(tmp_path, hostile):
    folder, path, _ = hostile
    before = state(folder)
    env = {name: trap(tmp_path, name)[1] for name in VARIABLES}
    for name in (
        "GIT_TRACE",
        "GIT_TRACE2_EVENT",
        "GIT_TRACE_PACKET",
        "GIT_TRACE2",
        "GIT_TRACE_SETUP",
    ):
        env[name] = str(tmp_path / "trace")
    for mode in ("--all-history", "--staged", "--history"):
        command(mode, cwd=path, env=env)
    assert list(tmp_path.glob("ran-*")) == []
    assert not (tmp_path / "trace").exists()
    assert state(folder) == before


def test_a_work_tree_that_is_elsewhere_is_not_read(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    secret, line = fresh()
    (elsewhere / "a.env").write_bytes(line)
    ground = Ground(tmp_path / "repository")
    ground.commit_file("b.txt", b"x\n")
    git(ground.path, "config", "core.worktree", str(elsewhere))
    for arguments in ((), (".",), ("--staged",), ("--all-history",)):
        ran = command(*arguments, "--format", "json", cwd=ground.path)
        assert secret.decode() not in ran.out
        assert '"fingerprint"' not in ran.out
        assert ran.code in (0, 2, 3)


def test_a_nested_repository_s_work_tree_that_is_elsewhere_is_not_read(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    _, line = fresh()
    (elsewhere / "a.env").write_bytes(line)
    ground = Ground(tmp_path / "repository")
    inner = Ground(ground.path / "inner")
    git(inner.path, "config", "core.worktree", str(elsewhere))
    assert scan(ground.path, "files").findings == ()


def test_a_git_file_that_leads_elsewhere(tmp_path):
    """A folder that says its git directory is another repository's."""
    other = Ground(tmp_path / "other")
    _, line = fresh()
    other.commit_file("a.env", line)
    ground = Ground(tmp_path / "repository")
    (ground.path / "inner").mkdir()
    (ground.path / "inner" / ".git").write_text(f"gitdir: {other.path}/.git\n")
    (ground.path / "inner" / "b.txt").write_bytes(b"x\n")
    assert scan(ground.path, "files").findings == ()


def test_submodules_in_a_circle(tmp_path):
    ground = Ground(tmp_path / "repository")
    (ground.path / "again").mkdir()
    (ground.path / "again" / ".git").write_text("gitdir: ../.git\n")
    head = ground.git("rev-parse", "HEAD")
    ground.git("update-index", "--add", "--cacheinfo", f"160000,{head},again")
    assert scan(ground.path).objects
    assert scan(ground.path, "files").objects


def test_stores_that_name_each_other(tmp_path):
    """A folder in `modules` may say that its objects are another repository's, and so on."""
    one, two = Ground(tmp_path / "one"), Ground(tmp_path / "two")
    _, line = fresh()
    two.commit_file("a.env", line)
    for ground, other in ((one, two), (two, one)):
        module = ground.path / ".git" / "modules" / "sub"
        (module / "objects").mkdir(parents=True)
        (module / "HEAD").write_text("ref: refs/heads/main\n")
        (module / "commondir").write_text(f"{other.path}/.git\n")
    result = scan(one.path)
    assert len(result.findings) == 1


def test_modules_that_hold_each_other(tmp_path):
    one, two = Ground(tmp_path / "one"), Ground(tmp_path / "two")
    for ground, other in ((one, two), (two, one)):
        (ground.path / "sub").mkdir()
        (ground.path / "sub" / ".git").write_text(f"gitdir: {other.path}/.git\n")
        head = other.git("rev-parse", "HEAD")
        ground.git("update-index", "--add", "--cacheinfo", f"160000,{head},sub")
    assert scan(one.path).objects
