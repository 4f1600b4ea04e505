"""A repository with a token in its history, a fake Intercom, and somebody who rotates it."""

from __future__ import annotations

from contextlib import contextmanager
from types import SimpleNamespace

from intercom_scan.fakes.ground import Ground
from intercom_scan.rotation import keeping
from intercom_scan.rotation.digest import Digest
from tests.rotation.running import CHEAP
from tests.rotation.terminal import play
from tests.test_promises import TOKEN
from tests.verify.fake import Reply, error, intercom
from tests.verify.test_command import shares

DEAD = Reply(401, error("token_revoked"))
UNSCOPED = Reply(403, error("forbidden"))
DONE, NEW, AGAIN = "Is that done?", "The new value (not shown)", "The new value once more"
KEPT = "what is done is kept: the same command goes on from there"


@contextmanager
def rotating(tmp_path):
    """A repository with a token in its history, a fake Intercom, and whoever rotates it."""
    old, new = (TOKEN.sample().decode() for _ in range(2))
    ground = Ground(tmp_path / "repository")
    ground.commit_file("config/app.env", f"INTERCOM_ACCESS_TOKEN={old}\n".encode())
    replies = {old: Reply(), new: Reply()}
    with intercom(lambda token: replies.get(token, DEAD)) as fake:
        yield SimpleNamespace(
            old=old, new=new, ground=ground, replies=replies, fake=fake, folder=tmp_path / "state",
            said={}, more={},
        )  # fmt: skip


def answering(world, question):
    """What somebody does who does all that is asked for; `said` has other answers."""
    for begin, said in world.said.items():
        if question.startswith(begin):
            return said.pop(0) if isinstance(said, list) else said
    if question.startswith((NEW, AGAIN)):
        return world.new
    return "y"


def run(world, *arguments, answer=None):
    return play(
        ("rotation", "run", *map(str, arguments)), answer or (lambda q: answering(world, q)),
        cwd=world.ground.path, program=CHEAP,
        env={
            "INTERCOM_SCAN_API_BASE": world.fake.base, "XDG_STATE_HOME": str(world.folder),
            "COLUMNS": "200", **world.more,
        },
    )  # fmt: skip


def revoking(world, done=0):
    """Answers under which the old token is dead once its revocation is said to be done.

    `done` of the four steps that somebody says so of are done already.
    """

    def answer(question):
        nonlocal done
        done += question.startswith(DONE)
        if done == 4:
            world.replies[world.old] = DEAD
        return answering(world, question)

    return answer


def quiet(world, played):
    """No value in anything that is left of a run."""
    texts = [played.out, *(file.read_text() for file in world.folder.rglob("*") if file.is_file())]
    texts += [file.read_text() for file in world.ground.path.glob(".intercom-scan-rotation*")]
    for value in (world.old, world.new):
        assert [shares(text, value) for text in texts] == [[]] * len(texts)


def entries(world):
    """Those of the ledger."""
    ledger = keeping.load(world.ground.path)
    assert ledger is not None
    return ledger.entries


def recorded(world):
    """What the ledger has: whether the present value is this, and the retired ones those."""
    ledger = keeping.load(world.ground.path)
    if ledger is None:
        return None
    [entry] = ledger.entries
    prints = {Digest(ledger.salt).fingerprint(v.encode()): v for v in (world.old, world.new)}
    return entry.title, prints[entry.fingerprint], [prints[p] for p in entry.retired]


def whole(world):
    return ("INTERCOM_ACCESS_TOKEN (default)", world.new, [world.old])
