"""Names that were chosen to be more than names, all the way through the action."""

from __future__ import annotations

import json
import os
import re
import sys
from itertools import cycle
from typing import TYPE_CHECKING, NamedTuple

import pytest
from markdown_it import MarkdownIt

from tests.action import host
from tests.action.world import Event, World, checkout, pull_request, push
from tests.integration.running import git

if TYPE_CHECKING:
    from pathlib import Path

    from tests.action.commands import Command

MARK = "INJECTED"
FILES = {
    "a command": f"a\n::error::{MARK}",
    "a command after a carriage return": f"b\r::set-env name={MARK}::{MARK}",
    "an encoded command": f"c%0A::notice::{MARK}",
    "an old command": f"d##[add-mask]{MARK}",
    "an old matcher": f"##[add-matcher]{MARK}",
    "a new command": f"::set-output name={MARK}::{MARK}",
    "more properties": f"e,title={MARK},line=99::{MARK}",
    "the end of CDATA": f"f]]><x>{MARK}",
    "a script": "g<script>alert(1)<",
    "a row of a table": f"h|{MARK}|\n|",
    "a link": f"[{MARK}](https:example.com)",
    "an image": f"![{MARK}](https:example.com)",
    "a colour": f"i\x1b[31m{MARK}",
    "a title of the terminal": f"j\x1b]0;{MARK}\x07",
    "an output": f"k\nresult={MARK}\n{MARK}<<END",
    "a shell": f'l$(touch {MARK})`touch {MARK}`"; touch {MARK}; "',
    "text that runs backwards": "m\u202e\u2066x",
    "not UTF-8": os.fsdecode(b"n\xff\xfe"),
}
AUTHORS = {
    "a command": f"%0A::error::{MARK}",
    "an old command": f"##[error]{MARK}",
    "a script": f"&lt;script&gt;{MARK}|`]]",
    "a colour": f"\x1b[31m{MARK}",
}
PUSH = 6  # files; the host shows ten marks of a step
BRANCH = f"x;touch${{IFS}}{MARK};`touch${{IFS}}{MARK}`%0A##](a)<script>|'\"]]>"
OBEYED = {"add-mask", "stop-commands", "error", "warning", "notice"}
REPORTS = ("sarif", "report", "json")
OUTPUTS = {
    "result", "findings", "new-findings", "exit-code", "commits-scanned",
    "sarif-file", "report-file", "json-file",
}  # fmt: skip


class Push(NamedTuple):
    """Files that a push brought, the tokens in them, and the commits before and after it."""

    names: list[str]
    secrets: list[str]
    before: str
    after: str


class Hostile(World):
    """A world with a branch that is hostile in everything that its author can choose.

    `pushes` are `PUSH` files each, so that all of them are marked.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        git(path, "checkout", "--quiet", "--detach", self.new)
        self.pushes: list[Push] = []
        authors = cycle(AUTHORS.values())
        for start in range(0, len(FILES), PUSH):
            names = list(FILES.values())[start : start + PUSH]
            for name in names:
                (path / name).write_bytes(self.line())
            self.pushes.append(
                Push(names, self.secrets[-len(names) :], *self._commit(next(authors)))
            )
        git(path, "checkout", "--quiet", "--detach", "main")
        git(path, "merge", "--quiet", "--no-ff", "-m", f"Merge\n\n::error::{MARK}", self.new)
        self.merged = git(path, "rev-parse", "HEAD")

    def _commit(self, author: str) -> tuple[str, str]:
        before, path = self.new, self.path
        git(path, "add", "--all")
        names = {f"GIT_{who}_NAME": author for who in ("AUTHOR", "COMMITTER")}
        message = f"Add\n\n::error::{MARK}\n##[error]{MARK}\r::error::{MARK}"
        git(path, "commit", "--quiet", "-m", message, env=names)
        self.new = git(path, "rev-parse", "HEAD")
        return before, self.new


def with_hostile_names(event: Event) -> Event:
    """An event whose branch is `BRANCH`, as far as a payload says it."""
    payload = json.loads(json.dumps(event.payload).replace('"feature"', json.dumps(BRANCH)))
    payload["head_commit"] = {
        "message": f"\n::error::{MARK}",
        "author": {"name": AUTHORS["a script"]},
    }
    variables = {"GITHUB_HEAD_REF": BRANCH, "GITHUB_REF_NAME": BRANCH, "GITHUB_ACTOR": MARK}
    return Event(event.name, payload, event.ref, event.sha, {**event.variables, **variables})


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Hostile:
    return Hostile(tmp_path_factory.mktemp("origin") / "sample")


class Done(NamedTuple):
    """What the action did, the directory that it did it in, and what it should have found."""

    ran: host.Ran
    place: Path
    names: list[str]
    secrets: list[str]


@pytest.fixture(scope="module", params=[0, 1, 2, "pull request"])
def done(
    world: Hostile, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Done:
    place = tmp_path_factory.mktemp("job")
    if request.param == "pull request":
        event = pull_request(world, fork=True)
        names, secrets = ["old.txt", "new.txt", *FILES.values()], world.secrets
    else:
        names, secrets, before, after = world.pushes[request.param]
        event = push(world, before, after)
    event = with_hostile_names(event)
    clone = checkout(world, event, place / "checkout")
    job = host.Job(clone, place / "runner", event.name, event.payload, event.environment())
    inputs = {f"{kind}-file": str(place / f"out.{kind}") for kind in REPORTS}
    inputs["mode"] = "history" if request.param == "pull request" else "changes"
    ran = host.run(job, inputs, frozenset({"Scan"}), {"install": {"python": sys.executable}})
    return Done(ran, place, names, secrets)


def test_all_of_it_is_found(done: Done) -> None:
    assert done.ran.code == 1, done.ran.log
    assert int(done.ran.outputs["findings"]) == len(done.secrets)


def marks(done: Done) -> list[Command]:
    return done.ran.named("error", "warning", "notice")


def test_only_the_program_gives_commands(done: Done) -> None:
    names = {command.name for command in done.ran.commands}
    assert {"add-mask", "stop-commands", "error"} <= names <= OBEYED
    assert [c for c in done.ran.commands if c.data.strip() == MARK or MARK in c.properties] == []
    for mark in marks(done):
        assert mark.properties.keys() <= {"file", "line", "endLine", "col", "endColumn", "title"}
        assert MARK not in mark.properties["title"]
        assert mark.properties.get("line") in (None, "1", "2")


def test_files_are_marked_by_their_own_names(done: Done) -> None:
    """Or the host would mark another file; a name that no page can show has a mark without one."""
    plain = {name for name in done.names if name.isprintable()}
    marked = {mark.properties["file"] for mark in marks(done) if "file" in mark.properties}
    assert marked <= plain
    if len(done.names) <= PUSH:
        assert marked == plain
        assert len(marks(done)) == len(done.names)


def test_only_the_program_sets_outputs(done: Done) -> None:
    assert done.ran.steps["scan"].keys() == OUTPUTS
    assert MARK not in "".join(done.ran.outputs.values())
    assert done.ran.environment == {}
    assert done.ran.paths == []


def test_nothing_controls_a_terminal(done: Done) -> None:
    assert set(
        re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", done.ran.log)
    ) <= {"\t"}


def test_the_summary_has_no_markup_of_others(done: Done) -> None:
    html = MarkdownIt("gfm-like", {"linkify": False}).render(done.ran.summary)
    assert "<script" not in html
    assert "<img" not in html
    assert re.findall(r"<a [^>]*example", html) == []
    assert "\x1b" not in done.ran.summary


def test_nothing_is_executed(done: Done) -> None:
    assert list(done.place.rglob(MARK)) == []


def test_nothing_says_a_secret(done: Done) -> None:
    said = done.ran.text + done.ran.summary
    said += "".join(repr(c) for c in done.ran.commands if c.name != "add-mask")
    for kind in REPORTS:
        said += (done.place / f"out.{kind}").read_text(encoding="utf-8")
    assert [secret for secret in done.secrets if secret in said] == []
    assert {c.data for c in done.ran.named("add-mask")} >= set(done.secrets)
