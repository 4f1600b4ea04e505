"""The audit of changed files alone: `--staged`, `--changed-since`, and files by their names."""

from __future__ import annotations

import os

import pytest

from intercom_scan.api import Request
from intercom_scan.audit import changed, running
from intercom_scan.audit.auditing import audit
from intercom_scan.audit.checks import CHECKS
from intercom_scan.audit.model import Evidence, failed
from intercom_scan.audit.project import Project
from intercom_scan.audit.syntax.modules import ending
from intercom_scan.audit.words import WORDS
from intercom_scan.errors import UsageError
from intercom_scan.git import open_repository
from intercom_scan.values import replace
from tests.audit.repositories import repository
from tests.integration.running import command

(SAMPLE, *_) = CHECKS["webhook-verified"].samples
HELPER = """
const crypto = require('crypto');
function genuine(body, header) {
  const mac = crypto.createHmac('sha1', process.env.INTERCOM_CLIENT_SECRET).update(body);
  const wanted = Buffer.from('sha1=' + mac.digest('hex'));
  const given = Buffer.from(header || '');
  return given.length === wanted.length && crypto.timingSafeEqual(given, wanted);
}
module.exports = { genuine };
"""
HANDLER = """
const express = require('express');
const { genuine } = require('./genuine');
const app = express();
app.post('/webhooks/intercom', express.raw({ type: '*/*' }), (req, res) => {
  if (!genuine(req.body, req.get('X-Hub-Signature'))) {
    return res.sendStatus(401);
  }
  queue.add(JSON.parse(req.body));
  res.sendStatus(200);
});
"""
BROKEN = HELPER.replace("return given.length", "return !header || given.length")


@pytest.fixture
def ground(tmp_path):
    """A repository with a handler that is safe, and one that never was."""
    return repository(
        tmp_path / "repository",
        {
            "old/hook.js": SAMPLE.unsafe,
            "web/hook.js": HANDLER,
            "web/genuine.js": HELPER,
            "README.md": "of Intercom\n",
        },
    )


def place_of(ground):
    found = open_repository(ground.path)
    assert found is not None
    return found


def change(ground, path: str, text: str) -> None:
    ground.write(path, text.encode())
    ground.git("add", "--", path)


def answers(result, check: str = "webhook-verified"):
    """The answer of a check and the files in its evidence."""
    (known,) = (each for each in result.checks if each.id == check)
    return known.answer, {each.path for each in known.evidence}


def staged(ground, *only: str):
    place = place_of(ground)
    return audit(Request(paths=(ground.path,)), only, changed=changed.staged(place))


NOTHING = ("not-applicable", {None})


def test_what_has_to_do_with_no_changed_file_is_not_told(ground):
    change(ground, "README.md", "more of Intercom\n")
    assert answers(staged(ground)) == NOTHING


def test_a_changed_handler_is_asked_about_and_no_other(ground):
    change(ground, "web/hook.js", HANDLER.replace("return res.sendStatus(401);", ""))
    assert answers(staged(ground)) == ("fail", {"web/hook.js"})
    change(ground, "web/hook.js", HANDLER.replace("queue.add", "await queue.add"))
    assert answers(staged(ground)) == ("pass", {"web/hook.js"})


@pytest.mark.parametrize("paths", [["old/hook.js", "web/hook.js"], ["old/hook.js"]])
def test_evidence_of_other_files_is_left_out(ground, paths):
    """Whatever files a check goes by itself."""
    change(ground, "web/hook.js", HANDLER + "\n")
    found = failed([Evidence(path, 1, "wrong") for path in paths], "mend it")
    check = replace(CHECKS["webhook-verified"], run=lambda _: found)
    project = Project(Request(paths=(ground.path,)), changed.staged(place_of(ground)))
    ((_, outcome),) = running.answers(project, [check])
    kept = [path for path in paths if path != "old/hook.js"]
    assert [each.path for each in outcome.evidence] == (kept or [None])
    assert outcome.answer == ("fail" if kept else "not-applicable")


def test_a_changed_helper_is_on_the_trail_of_its_handlers(ground):
    change(ground, "web/genuine.js", BROKEN)
    answer, paths = answers(staged(ground))
    assert answer == "fail"
    assert "old/hook.js" not in paths
    assert paths <= {"web/hook.js", "web/genuine.js"}


def test_the_index_counts_and_not_the_working_tree(ground):
    change(ground, "web/genuine.js", BROKEN)
    ground.write("web/genuine.js", HELPER.encode())
    assert answers(staged(ground))[0] == "fail"
    change(ground, "web/genuine.js", HELPER + "\n")
    ground.write("web/genuine.js", BROKEN.encode())
    assert answers(staged(ground))[0] == "pass"


def test_a_file_that_only_the_index_has(ground):
    change(ground, "new/hook.js", SAMPLE.unsafe)
    (ground.path / "new" / "hook.js").unlink()
    assert answers(staged(ground)) == ("fail", {"new/hook.js"})


def test_before_the_first_commit(tmp_path):
    ground = repository(tmp_path / "repository", {})
    ground.git("update-ref", "-d", "HEAD")
    change(ground, "hook.js", SAMPLE.unsafe)
    assert answers(staged(ground)) == ("fail", {"hook.js"})


def test_what_is_deleted_or_is_no_file_is_left_out(ground):
    ground.git("rm", "--quiet", "old/hook.js")
    os.symlink("web/hook.js", ground.path / "intercom.js")
    ground.git("add", "intercom.js")
    files = changed.staged(place_of(ground))
    assert files == (frozenset(), {}, ())


def test_only_what_says_a_word_of_the_checks_is_kept(ground):
    change(ground, "plain.js", "const a = 1;\n")
    change(ground, "large.js", "// intercom\n" + "x" * changed.LARGEST)
    change(ground, "small.js", "// INTERCOM\n")
    files = changed.staged(place_of(ground))
    assert files.paths == {"plain.js", "large.js", "small.js"}
    assert files.contents == {"small.js": b"// INTERCOM\n"}


def test_what_git_cannot_give_makes_it_incomplete(ground):
    change(ground, "new.js", SAMPLE.unsafe)
    id_ = ground.git("rev-parse", ":new.js").strip()
    (ground.path / ".git" / "objects" / id_[:2] / id_[2:]).unlink()
    result = staged(ground)
    assert not result.complete
    assert [skip.what for skip in result.skipped if skip.what == "new.js"]


def test_checks_of_the_whole_repository_are_left_to_it(ground):
    change(ground, "README.md", "more of Intercom\n")
    asked = {each.id for each in staged(ground).checks}
    whole = {check.id for check in CHECKS.values() if check.whole}
    assert "rotation" in whole
    assert asked == set(CHECKS) - whole
    with pytest.raises(UsageError, match="more than changed files"):
        staged(ground, "rotation")


def test_since_a_commit(ground):
    change(ground, "web/hook.js", HANDLER.replace("return res.sendStatus(401);", ""))
    ground.git("commit", "--quiet", "--message", "worse")
    place = place_of(ground)
    for revision, expected in (
        ("HEAD^", ("fail", {"web/hook.js"})),
        ("HEAD", NOTHING),
    ):
        files = changed.since(place, revision)
        result = audit(Request(paths=(ground.path,)), ["webhook-verified"], changed=files)
        assert answers(result) == expected


def test_since_where_a_branch_began(ground):
    ground.git("checkout", "--quiet", "-b", "topic")
    change(ground, "a.js", "// intercom\n")
    ground.git("commit", "--quiet", "--message", "of the topic")
    ground.git("checkout", "--quiet", "main")
    change(ground, "b.js", "// intercom\n")
    ground.git("commit", "--quiet", "--message", "of main")
    ground.git("checkout", "--quiet", "topic")
    assert changed.since(place_of(ground), "main").paths == {"a.js"}


def test_by_name(ground):
    place = place_of(ground)
    ground.write("unknown.js", SAMPLE.unsafe.encode())
    files = changed.named(place, ["hook.js", "../README.md", "../unknown.js"], ground.path / "web")
    assert files.paths == {"web/hook.js", "README.md"}


def test_one_pass_finds_all_files_that_checks_ask_for(tmp_path, monkeypatch):
    by_ending = {
        ending(sample.path): (f"{check.id}/{sample.path}", sample.safe)
        for check in CHECKS.values()
        for sample in check.samples
    }
    repository(tmp_path, dict(by_ending.values()))
    looked = []
    look_for = Project._look_for

    def noted(self, words):
        looked.append(words)
        look_for(self, words)

    monkeypatch.setattr(Project, "_look_for", noted)
    project = Project(Request(paths=(tmp_path,)))
    asked = [check for check in CHECKS.values() if check.samples]
    assert len(running.answers(project, asked)) > 8
    assert looked == [WORDS], "what is asked for beside them stands in audit/words.py"


EXITS = {
    ("--staged", "--only", "webhook-verified"): 1,
    ("--staged", "--only", "webhook-verified", "--fail-on", "critical"): 0,
    ("--changed-since", "HEAD", "--only", "webhook-verified"): 1,
    ("--changed-since", "HEAD", "--staged"): 2,
    ("--changed-since", "nothing"): 2,
    ("--staged", "--only", "rotation"): 2,
}


@pytest.mark.parametrize("arguments", EXITS, ids=" ".join)
def test_exit_codes(ground, arguments):
    change(ground, "web/genuine.js", BROKEN)
    assert command("audit", *arguments, cwd=ground.path).code == EXITS[arguments]


def test_outside_of_a_repository(tmp_path):
    assert command("audit", "--staged", cwd=tmp_path).code == 2
