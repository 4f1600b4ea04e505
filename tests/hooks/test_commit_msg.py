"""`intercom-commit-msg`: what git records of a message, and nothing that it removes."""

from __future__ import annotations

import pytest

from intercom_scan.fakes.ground import Ground
from intercom_scan.modes.message import split
from tests.hooks.running import git, hang_up, hook, leak
from tests.integration.running import fresh

SCISSORS = b"# ------------------------ >8 ------------------------\n"
TOLD = b"# Do not modify or remove the line above.\n"
SHOWN = b"diff --git a/b b/b\n"


@pytest.fixture
def ground(tmp_path):
    return Ground(tmp_path / "repository")


@pytest.mark.parametrize(
    ("message", "comment", "cleanup", "left"),
    [
        pytest.param(b"a\n# b\nc\n", b"#", b"default", b"a\nc\n", id="comments"),
        pytest.param(b"a\n # b\n", b"#", b"default", b"a\n # b\n", id="indented-is-no-comment"),
        pytest.param(b"a\n#b", b"#", b"strip", b"a", id="no-last-newline"),
        pytest.param(b"a\n; b\n# c\n", b";", b"default", b"a\n# c\n", id="another-character"),
        pytest.param(b"a\n// b\n/ c\n", b"//", b"default", b"a\n/ c\n", id="several-characters"),
        pytest.param(b"a\n" + SCISSORS + TOLD + SHOWN, b"#", b"default", b"a\n", id="scissors"),
        pytest.param(SCISSORS + TOLD + SHOWN, b"#", b"default", b"", id="scissors-first"),
        pytest.param(b"a\n" + SCISSORS + b"b\n", b"#", b"default", b"a\nb\n", id="not-git-s-own"),
        pytest.param(b"a\n" + SCISSORS + b"b\n", b"#", b"scissors", b"a\n", id="by-that-name"),
        pytest.param(b"a\n# b\n", b"#", b"scissors", b"a\n# b\n", id="scissors-keeps-comments"),
        pytest.param(b"a\n# b\n", b"#", b"whitespace", b"a\n# b\n", id="whitespace"),
        pytest.param(b"a\n# b\n", b"#", b"verbatim", b"a\n# b\n", id="verbatim"),
        pytest.param(
            b"a\n# b\n" + SCISSORS + TOLD + SHOWN, b"#", b"verbatim", b"a\n# b\n", id="verbose"
        ),
        pytest.param(b"#1\n\n; told\n;\n", b"auto", b"default", b"#1\n\n; told\n;\n", id="auto"),
        pytest.param(b"a\n\n# told\n#\n", b"auto", b"strip", b"a\n\n# told\n#\n", id="auto-strip"),
        pytest.param(b"a\nb\n", b"auto", b"default", b"a\nb\n", id="auto-without-any"),
        pytest.param(b"", b"auto", b"default", b"", id="empty"),
        pytest.param(b"a\r# b\n# c\n", b"#", b"default", b"a\r# b\n", id="a-lone-return"),
        pytest.param(
            b"a\n" + SCISSORS + TOLD + b"b\n", b"#", b"default", b"a\nb\n", id="made-by-hand"
        ),
        pytest.param(
            b"#1\n" + (SCISSORS + TOLD).replace(b"#", b"@") + SHOWN, b"auto", b"default",
            b"#1\n", id="auto-by-scissors",
        ),
    ],
)  # fmt: skip
def test_split(message, comment, cleanup, left):
    assert split(message, comment, cleanup)[0] == left


def message(ground, text, *arguments, **more):
    ground.write("MESSAGE", text)
    return hook("intercom-commit-msg", *arguments, "MESSAGE", cwd=ground.path, **more)


def test_the_message_and_not_its_comments(ground):
    secret, line = fresh()
    ran = message(ground, b"Add it\n\n" + line)
    assert ran.code == 1
    assert ran.out.startswith("commit-message:3:")
    assert "Next: write the message without it and commit again; rotate it" in ran.out
    assert secret.decode() not in ran.said
    ran = message(ground, b"Add it\n\n# comment\n" + SCISSORS + TOLD + SHOWN + line)
    assert (ran.code, ran.said) == (0, "")
    assert message(ground, b"").code == 0


def test_a_comment_is_remarked_on(ground):
    """git may have been told to keep it, and tells no hook."""
    secret, line = fresh()
    ran = message(ground, b"Add it\n\n# " + line)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("note: commit-message: a comment has an Intercom Access Token; git ")
    assert ran.out.count("\n") == 1
    assert secret.decode() not in ran.said
    assert message(ground, b"Add it\n\n# " + line, "-v").out.count("note:") == 1


@pytest.mark.parametrize("way", ["whitespace", "verbatim", "scissors"])
def test_a_way_of_cleaning_up_by_option_is_not_lost_in_silence(hooked, way):
    secret, line = fresh()
    env = editor(hooked, b"Title\n\n# " + line)
    ran = git(hooked.path, "commit", "--allow-empty", f"--cleanup={way}", env=env)
    assert ran.code == 0
    assert secret.decode() in git(hooked.path, "log", "-1", "--format=%B").out, "the case itself"
    assert "note: commit-message: a comment has an Intercom Access Token" in ran.said


def test_what_nobody_edits_keeps_its_comments(ground):
    assert message(ground, b"Add it\n\n# " + leak(), env={"GIT_EDITOR": ":"}).code == 1


def test_scissors_in_what_nobody_edits_are_text(hooked):
    secret, line = fresh()
    hooked.write(".git/given", b"Title\n\n" + SCISSORS + TOLD + line)
    ways = ["--allow-empty", "--cleanup=whitespace", "-F", ".git/given"]
    assert git(hooked.path, "commit", *ways).code == 1
    assert git(hooked.path, "commit", "--no-verify", *ways).code == 0
    assert secret.decode() in git(hooked.path, "log", "-1", "--format=%B").out


@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-16", "utf-16-le", "shift_jis"])
def test_encodings(ground, encoding):
    ground.git("config", "i18n.commitEncoding", encoding)
    text = "Grüße\n\n" if encoding.startswith(("iso", "utf")) else "日本\n\n"
    assert message(ground, (text + leak().decode()).encode(encoding)).code == 1
    assert message(ground, text.encode(encoding)).code == 0


def test_usage(ground, tmp_path):
    ran = hook("intercom-commit-msg", "nothing", cwd=ground.path)
    assert ran.code == 2
    assert "nothing: No such file" in ran.err
    assert hook("intercom-commit-msg", cwd=ground.path).code == 2
    assert message(ground, b"A\n", "--config", "missing.yaml").code == 2


# --- as git runs it, held against what git records


@pytest.fixture
def hooked(ground):
    hang_up(ground.path, "commit-msg", "intercom-commit-msg")
    return ground


def editor(ground, text: bytes) -> dict[str, str]:
    """An editor that puts a text before what git has written."""
    ground.write(".git/text", text)
    script = ground.write(".git/editor.sh", b'cat .git/text "$1" > .git/new; mv .git/new "$1"\n')
    return {"GIT_EDITOR": f"sh '{script}'"}


WAYS = [
    pytest.param([], b"Title\n\n%b", True, id="text"),
    pytest.param([], b"Title\n\n# %b", False, id="comment"),
    pytest.param([], b"Title\n\nnote\r# %b", True, id="return"),
    pytest.param([], b"Title\n\n" + SCISSORS + TOLD + b"%b", True, id="scissors-by-hand"),
    pytest.param([], b"Title\n" + SCISSORS + TOLD + SHOWN + b"%b", True, id="pasted-difference"),
    pytest.param(["--verbose"], b"Title\n\n# %b", False, id="verbose"),
    pytest.param(["--verbose"], b"Title\n\n%b", True, id="verbose-text"),
    pytest.param(["-c", "core.commentChar=;"], b"Title\n\n# %b", True, id="character"),
    pytest.param(["-c", "core.commentChar=;"], b"Title\n\n; %b", False, id="character-comment"),
    pytest.param(["-c", "core.commentChar=auto"], b"Title\n\n%b", True, id="auto"),
    pytest.param(["-c", "commit.cleanup=scissors"], b"Title\n\n# %b", True, id="scissors-comment"),
    pytest.param(["-c", "commit.cleanup=whitespace"], b"Title\n\n# %b", True, id="whitespace"),
    pytest.param(["-c", "commit.cleanup=verbatim"], b"Title\n\n# %b", True, id="verbatim"),
    pytest.param(["-c", "commit.cleanup=strip"], b"Title\n\n# %b", False, id="strip"),
]


@pytest.mark.parametrize("edited", [True, False], ids=["edited", "given"])
@pytest.mark.parametrize(("options", "text", "held"), WAYS)
def test_it_says_what_git_records(hooked, options, text, held, edited):
    secret, line = fresh()
    config, rest = (options, []) if "-c" in options else ([], options)
    # The difference that --verbose shows below the scissors has one too.
    hooked.write("a.env", b"x\n" + line)
    hooked.git("add", "--force", "a.env")
    content = text % line
    env = editor(hooked, content) if edited else {}
    how = [] if edited else ["-F", str(hooked.write(".git/given", content))]
    ran = git(hooked.path, *config, "commit", *how, *rest, env=env)
    without = git(
        hooked.path, *config, "commit", "--no-verify", "--allow-empty", *how, *rest, env=env
    )
    assert without.code == 0, without.said
    recorded_it = secret.decode() in git(hooked.path, "log", "-1", "--format=%B").out
    if edited:
        assert recorded_it == held, "the case itself"
    assert (ran.code != 0) == recorded_it, ran.said


def test_messages_of_merges(hooked):
    hooked.git("checkout", "--quiet", "-b", "other")
    hooked.commit_file("b.txt", b"b\n")
    hooked.git("checkout", "--quiet", "main")
    hooked.commit_file("c.txt", b"c\n")
    assert git(hooked.path, "merge", "-m", leak().decode(), "other").code != 0
    git(hooked.path, "merge", "--abort")
    assert git(hooked.path, "merge", "-m", "Join", "other").code == 0
