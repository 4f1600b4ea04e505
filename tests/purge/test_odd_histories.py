"""Histories that no git would make today, against a slow oracle: only the value is another one."""

from __future__ import annotations

import hashlib
import random
import re

import pytest

from intercom_scan.fakes.ground import Ground
from intercom_scan.git import Git
from intercom_scan.purge.secrets import fill
from tests.purge.making import TOKEN, Purged, line

EMPTY = hashlib.sha1(b"tree 0\0", usedforsecurity=False).hexdigest()
MODES = (b"40000", b"40000", b"040000", b"160000", b"120000", b"100644", b"100755", b"0100664")
NAMES = (b"a", b"b", b"a.b", b"a0", b"A", b"\xff", b"x y", b'q"q', b"-x", b"a-b")
PEOPLE = (b"A", b"", b"\xe9\xff", b" lead", b"trail ", b"tab\t", b"\x01", b"x" * 300)
ADDRESSES = (b"a@b", b"", b" a@b ", b"\xff")
DATES = (b"1 +0000", b"1500000000 +0530", b"1500000000 -0000", b"99999999999 +9959")
HEADERS = (b"", b"", b"encoding x y\n", b"encoding ISO-8859-1\n", b"gpgsig A\n B\n \n C\n")
MESSAGES = (
    b"", b"x", b"\n\nx\n\n\n", b"a\0b", b"\xff\xfea\0", b"feature done\ndone\n", b"a\r\n",
    b"M 644 inline x\n", b"from :1\nmerge :2\n", b"# 1234567 deadbeef\n", b"x" * 70_000,
)  # fmt: skip


class Odd(Ground):
    """Commits of random trees, with and without a value."""

    def __init__(self, path, seed: int) -> None:
        super().__init__(path)
        self.chance = random.Random(seed)
        self.value = TOKEN.sample().rstrip(b"=")
        contents = (b"a\n", b"", b"\0\1", b"b" + self.value + b"\n", line(self.value))
        self.blobs = [self.object(content) for content in contents]
        self.commit_file("leak", line(self.value))
        self.made: dict[str, bytes] = {}

    def pick(self, *among: bytes) -> bytes:
        """One of these; now and then with a value behind it."""
        return self.chance.choice(among) + self.chance.choice((b"",) * 4 + (self.value,))

    def raw(self, kind: str, content: bytes) -> str:
        return self.git("hash-object", "-t", kind, "-w", "--stdin", "--literally", stdin=content)

    def tree(self, depth: int = 0) -> str:
        entries: dict[bytes, tuple[bytes, str]] = {}
        for _ in range(self.chance.randrange(5)):
            mode = self.chance.choice(MODES[3 * (depth > 2) :])
            folder, link = mode.endswith(b"40000"), mode == b"160000"
            id_ = self.tree(depth + 1) if folder else self.chance.choice(self.blobs)
            name = self.pick(*NAMES)
            entries[name] = mode, "ab" * 20 if link else id_
        return self.raw("tree", written(entries))

    def commit(self) -> None:
        count = self.chance.choice((0, 1, 1, 1, 2, 2, 6)) if self.made else 0
        parents = [self.chance.choice(list(self.made)[-8:]) for _ in range(count)]
        lines = [b"tree " + self.chance.choice((self.tree(), EMPTY)).encode()]
        lines += [b"parent " + parent.encode() for parent in parents]
        for role in (b"author", b"committer"):
            who = b"A" if role == b"author" else self.pick(*PEOPLE)
            email = self.pick(*ADDRESSES)
            lines.append(b"%b %b <%b> %b" % (role, who, email, self.chance.choice(DATES)))
        rest = self.chance.choice(HEADERS) + b"\n" + self.pick(*MESSAGES)
        content = b"\n".join(lines) + b"\n" + rest
        id_ = self.raw("commit", content)
        self.made[id_] = content
        self.git("update-ref", f"refs/heads/c{len(self.made)}", id_)


def written(entries: dict[bytes, tuple[bytes, str]]) -> bytes:
    """A tree in git's order."""
    order = sorted(entries, key=lambda name: name + b"/" * entries[name][0].endswith(b"40000"))
    return b"".join(
        b"%b %b\0%b" % (entries[name][0], name, bytes.fromhex(entries[name][1])) for name in order
    )


class Oracle:
    """What is to become of each object, one by one and by other means."""

    def __init__(self, ground: Odd, purged: Purged) -> None:
        self.git, self.value = Git(ground.path, inherit=False), ground.value
        self.fill = fill(len(ground.value))
        self.blobs = {blob.id: blob.new for blob in purged.outcome.blobs}

    def clean(self, text: bytes) -> bytes:
        return text.replace(self.value, self.fill)

    def tree(self, id_: str) -> str:
        content = b"" if id_ == EMPTY else self.git.output("cat-file", "tree", id_)
        entries: dict[bytes, tuple[bytes, str]] = {}
        while content:
            head, _, rest = content.partition(b"\0")
            mode, _, name = head.partition(b" ")
            inner, content = rest[:20].hex(), rest[20:]
            new = self.tree(inner) if mode.endswith(b"40000") else self.blobs.get(inner, inner)
            entries[self.clean(name)] = mode, inner if mode == b"160000" else new
        data = written(entries)
        return hashlib.sha1(b"tree %d\0%b" % (len(data), data), usedforsecurity=False).hexdigest()

    def commit(self, content: bytes, new: dict[str, str]) -> bytes:
        head, blank, message = content.partition(b"\n\n")
        lines = re.sub(rb"\ngpgsig .*(?:\n .*)*", b"", head).split(b"\n")
        lines[0] = b"tree " + self.tree(lines[0][5:].decode()).encode()
        for number, text in enumerate(lines):
            if text.startswith(b"parent "):
                lines[number] = b"parent " + new[text[7:].decode()].encode()
        return self.clean(b"\n".join(lines) + blank + message)


@pytest.mark.parametrize("seed", range(4))
def test_all_else_is_as_it_was(seed: int, tmp_path) -> None:
    ground = Odd(tmp_path / "repository", seed)
    for _ in range(20):
        ground.commit()
    purged = Purged(ground)
    oracle, copy = Oracle(ground, purged), Git(purged.copy, inherit=False)
    new = {id_: purged.new(id_) for id_ in ground.made}
    odd = {*purged.outcome.odd}
    assert purged.outcome.proof.clean
    for id_, content in ground.made.items():
        expected = oracle.commit(content, new)
        unsigned = re.sub(rb"\ngpgsig .*(?:\n .*)*", b"", content.partition(b"\n\n")[0])
        if expected == unsigned + b"\n\n" + content.partition(b"\n\n")[2]:
            assert new[id_] == id_
        elif id_ not in odd:
            assert copy.output("cat-file", "commit", new[id_]) == expected
    assert len(odd) < len(ground.made) / 2
