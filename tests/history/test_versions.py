"""The versions of a large text: read fast, they bring what each brings that is read plainly."""

from __future__ import annotations

import random
from base64 import b64encode
from urllib.parse import quote

import pytest

from intercom_scan.detector import Detector
from intercom_scan.fakes.ground import Ground
from intercom_scan.git import open_repository
from intercom_scan.history.objects import Objects
from intercom_scan.rules import RULES, suspects
from intercom_scan.rules.values import random_uuid
from intercom_scan.sources import listing, objects
from intercom_scan.sources.tally import Progress

VERSIONS = 6
WRAPPED = (
    lambda line: line,
    lambda line: b64encode(line.encode()).decode(),
    quote,
    lambda line: f'"{line}\\n"',
    lambda line: "- name: " + line.replace("=", "\n  value: ", 1),
)


def ordinary(dice):
    """A line as the description of an API has it."""
    return dice.choice([
        f"          request_id: {random_uuid()}",
        f"      - id: {random_uuid()}",
        f"        external_id: '{random_uuid()}'",
        "        description: The key of a conversation in Intercom.",
        f"        updated_at: {dice.randrange(10**9, 2 * 10**9)}",
        f"        url: https://example.com/{dice.getrandbits(200):050x}",
        "        secret: your-secret-here",
        "    properties:",
    ])  # fmt: skip


def planted(dice):
    """A line with a credential in it, as it stands or encoded."""
    rule = dice.choice(RULES)
    return dice.choice(WRAPPED)(rule.example.format(rule.sample().decode()))


def versions(dice):
    """Texts that share most lines; some credentials stay, some are in one of them alone."""
    lines = [ordinary(dice) for _ in range(2200)]
    for _ in range(25):
        lines.insert(dice.randrange(len(lines)), planted(dice))
    for _ in range(VERSIONS):
        changed = dict.fromkeys(dice.sample(range(len(lines)), 40), "")
        for at in changed:
            lines[at] = ordinary(dice)
        lines.insert(dice.randrange(len(lines)), ordinary(dice))
        alone = list(lines)
        for _ in range(3):
            alone[dice.randrange(len(lines))] = planted(dice)
        lines[dice.randrange(len(lines))] = planted(dice)
        yield "\n".join(alone).encode()


@pytest.mark.parametrize(("name", "jobs"), [("api.intercom.io.yaml", 1), ("spec.yaml", 2)])
def test_all_versions_are_read_as_each_alone(tmp_path, monkeypatch, name, jobs):
    dice = random.Random(f"{name} {jobs}")
    ground = Ground(tmp_path / "repository")
    contents = {}
    for content in versions(dice):
        ground.commit_file(name, content)
        contents[ground.git("rev-parse", f"HEAD:{name}")] = content
    ground.git("repack", "-adq")
    assert len(contents) == VERSIONS
    assert all(len(content) > suspects.SMALL for content in contents.values())

    monkeypatch.setattr(objects, "BUFFER", 1 << 16)
    repository = open_repository(ground.path)
    assert repository
    fast = Objects(repository, Detector(), jobs, Progress())
    with listing.every_object(repository.git, []) as read:
        fast.read(read)

    monkeypatch.setattr(suspects, "SMALL", 1 << 30)
    path = name.encode() if "intercom" in name else b""
    plain = {id_: Detector().look(content, path) for id_, content in contents.items()}
    assert {id_: hits for id_, (_, hits) in fast.hits.items()} == {
        id_: sight.hits for id_, sight in plain.items()
    }
    assert not fast.skips
    assert min(len(sight.hits) for sight in plain.values()) > 15
