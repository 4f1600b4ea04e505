"""Branches that each add ignores, merged by git itself."""

from __future__ import annotations

import os
import random
import subprocess

import pytest

from intercom_scan.policy import Ignore
from intercom_scan.policy.ignore_file import ATTRIBUTES, ATTRIBUTES_FILE, FILE, parse, update
from tests.policy.build import RULES, fingerprint


def git(root, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    for who in ("AUTHOR", "COMMITTER"):
        environment |= {f"GIT_{who}_NAME": "x", f"GIT_{who}_EMAIL": "x@example.com"}
    return subprocess.run(
        ["git", "-C", str(root), *arguments], env=environment, check=check, capture_output=True
    )


def commit(root, ignores: list[Ignore], attributes: bool) -> None:
    (root / FILE).parent.mkdir(exist_ok=True)
    before = (root / FILE).read_bytes() if (root / FILE).exists() else b""
    (root / FILE).write_bytes(update(before, ignores))
    if attributes:
        (root / ATTRIBUTES_FILE).write_text(ATTRIBUTES)
    git(root, "add", "-A")
    git(root, "commit", "-qm", "x", "--allow-empty")


def merged(root, base, ours, theirs, *, attributes: bool) -> bool:
    """Whether git merges the two; what comes out has to hold all of them then."""
    git(root, "checkout", "-q", "--orphan", "base")
    git(root, "rm", "-rfq", "--ignore-unmatch", ".")
    (root / "other").write_text("x")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "root")
    if base:
        commit(root, base, attributes)
    git(root, "checkout", "-qb", "theirs")
    commit(root, theirs, attributes)
    git(root, "checkout", "-q", "base")
    commit(root, ours, attributes)
    clean = git(root, "merge", "-q", "--no-edit", "theirs", check=False).returncode == 0
    if clean:
        found = {ignore.fingerprint for ignore in parse((root / FILE).read_bytes())}
        assert found == {ignore.fingerprint for ignore in [*base, *ours, *theirs]}
    else:
        git(root, "merge", "--abort")
    git(root, "checkout", "-q", "--detach")
    git(root, "branch", "-qD", "base", "theirs")
    return clean


def some(chance: random.Random, count: int) -> list[Ignore]:
    return [
        Ignore(fingerprint(chance.getrandbits(60)), f"why {chance.random()}", rule=RULES[0])
        for _ in range(count)
    ]


@pytest.fixture
def root(tmp_path):
    git(tmp_path, "init", "-q")
    return tmp_path


@pytest.mark.parametrize("seed", range(12))
def test_any_additions_merge_with_the_attributes_that_are_written(root, seed: int) -> None:
    chance = random.Random(seed)
    sizes = [chance.choice([0, 1, 20]), chance.choice([1, 5, 60]), chance.choice([1, 5, 60])]
    assert merged(root, *(some(chance, size) for size in sizes), attributes=True)


def test_two_reasons_for_one_finding_merge(root) -> None:
    one, two = (Ignore(fingerprint(1), reason) for reason in ("a", "b"))
    assert merged(root, some(random.Random(1), 3), [one], [two], attributes=True)
    assert {i.reason for i in parse((root / FILE).read_bytes())} >= {"a", "b"}


def test_additions_merge_without_attributes_where_no_two_begin_alike(root) -> None:
    """As a host does that heeds no attributes."""
    chance = random.Random(7)
    for _ in range(12):
        base, ours, theirs = some(chance, chance.choice([1, 10])), some(chance, 2), some(chance, 2)
        alike = {i.fingerprint[:2] for i in ours} & {i.fingerprint[:2] for i in theirs}
        assert merged(root, base, ours, theirs, attributes=False) or alike
    neighbours = [Ignore(f"{prefix:02x}" + "0" * 30, "why") for prefix in range(256)]
    assert merged(root, some(chance, 1), neighbours[::2], neighbours[1::2], attributes=False)


def test_without_sections_or_attributes_they_would_not(root) -> None:
    """The layout is what does it: the same start in one section conflicts."""
    one, two = (Ignore("ab" + digit * 30, "why") for digit in "01")
    assert not merged(root, some(random.Random(1), 3), [one], [two], attributes=False)
    assert merged(root, some(random.Random(1), 3), [one], [two], attributes=True)
