"""`intercom-scan rotation check`, as its users start it, and where code reads a credential."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import date, timedelta

import pytest

from intercom_scan.errors import UsageError
from intercom_scan.reporters import FORMATS
from intercom_scan.rotation import age, digest, reads
from intercom_scan.rotation.ledger import FILE
from intercom_scan.rotation.recording import today
from tests.integration.running import Dated, command, git, one_line
from tests.rotation.running import CLIENT, NAME, check, problems, record, recorded, token

PRODUCTION, STAGING = ("--environment", "production"), ("--environment", "staging")
OLD = str(today() - timedelta(91))
TITLE = f"{NAME} (production)"
JSON = ("--format", "json")


def days_ago(count):
    return str(today() - timedelta(count))


# --- the ledger alone


def test_all_is_well(project):
    recorded(project, token(), *PRODUCTION, "--rotated", days_ago(90))
    ran = check(project, "-v")
    assert (ran.code, ran.err) == (0, "")
    assert f"{TITLE}: 90 days old" in ran.out
    assert "clean" in ran.out


@pytest.mark.parametrize(("limit", "late"), [("90d", 1), ("12w", 7), ("91d", 0), ("13w", 0)])
def test_overdue(project, limit, late):
    recorded(project, token(), *PRODUCTION, "--rotated", OLD)
    ran = check(project, "--max-age", limit, *JSON)
    assert ran.code == bool(late)
    assert problems(ran) == ({("rotation-overdue", TITLE)} if late else set())
    for found in ran.report["findings"]:
        assert f"is 91 days old, {late} more than it may be" in found["detail"]
        assert (found["path"], found["line"]) == (FILE, 8)


def test_a_rotation_ends_it(project):
    recorded(project, token(), *PRODUCTION, "--rotated", OLD)
    assert check(project).code == 1
    recorded(project, token(), *PRODUCTION)
    assert check(project).code == 0


def test_a_day_to_come_hides_no_age(project):
    recorded(project, token(), *PRODUCTION)
    path = project / FILE
    path.write_text(path.read_text().replace(str(today()), "2999-01-01"))
    ran = check(project, *JSON)
    assert (ran.code, problems(ran)) == (1, {("rotation-overdue", TITLE)})
    assert "in the future" in ran.out


def test_the_same_value_in_two_environments(project):
    value = token()
    recorded(project, value, *PRODUCTION)
    recorded(project, value, *PRODUCTION, "--name", "OTHER_NAME")
    assert check(project).code == 0
    recorded(project, value, *STAGING)
    ran = check(project, *JSON)
    [(rule, about)] = problems(ran)
    assert (ran.code, rule) == (1, "rotation-shared")
    assert about == f"{NAME} (production) and {NAME} (staging) and OTHER_NAME (production)"


def test_a_rotated_value_that_another_environment_keeps(project):
    value = token()
    for where in (PRODUCTION, STAGING):
        recorded(project, value, *where)
    recorded(project, token(), *PRODUCTION)
    ran = check(project, *JSON)
    assert (ran.code, problems(ran)) == (1, {("rotation-unchanged", f"{NAME} (staging)")})


# --- values

VALUES = {
    "as recorded": ("new", "production", set()),
    "of no environment": ("new", None, set()),
    "rotated out": ("old", "production", {("rotation-unchanged", TITLE)}),
    "rotated out, elsewhere": ("old", "staging", {("rotation-unchanged", f"{NAME} (staging)")}),
    "of another environment": (
        "new", "staging", {("rotation-shared", f"{TITLE} and {NAME} (staging)")}
    ),
    "not recorded": ("else", "production", {("rotation-unknown", TITLE)}),
    "not recorded, anywhere": ("else", None, {("rotation-unknown", NAME)}),
}  # fmt: skip


@pytest.mark.parametrize("case", VALUES)
def test_a_value(project, case):
    which, environment, expected = VALUES[case]
    values = {"old": token(), "new": token(), "else": token()}
    for one in ("old", "new"):
        recorded(project, values[one], *PRODUCTION)
    where = f"={environment}" if environment else ""
    ran = check(project, "--env", NAME + where, *JSON, **{NAME: values[which]})
    assert (ran.code, problems(ran)) == (bool(expected), expected)
    for value in values.values():
        assert value[10:50] not in ran.out + ran.err


def test_an_unknown_value_under_a_known_name_says_since_when(project):
    recorded(project, token(), *PRODUCTION, "--rotated", days_ago(3))
    ran = check(project, "--env", f"{NAME}=production", *JSON, **{NAME: token()})
    [found] = ran.report["findings"]
    assert f"has another value than {FILE} knows of {days_ago(3)}" in found["detail"]
    assert found["remedy"] == (
        f"intercom-scan rotation record --env {NAME} --environment production"
    )


def test_two_unknown_values_that_are_the_same(project):
    value = token()
    recorded(project, token(), name="OTHER")
    ran = check(
        project, "--env", "A_INTERCOM_TOKEN=production", "--env", "B_INTERCOM_TOKEN=staging",
        *JSON, A_INTERCOM_TOKEN=value, B_INTERCOM_TOKEN=value,
    )  # fmt: skip
    assert {rule for rule, _ in problems(ran)} == {"rotation-shared", "rotation-unknown"}


def test_a_key_is_needed_for_values_and_not_for_days(project):
    value, key = token(), {digest.KEY: "k3y" * 9}
    recorded(project, value, **key)
    assert check(project).code == 0
    assert check(project, "--env", NAME, **{NAME: value}, **key).code == 0
    one_line(check(project, "--env", NAME, **{NAME: value}), 2, "begun with a key")
    wrong = {digest.KEY: "w" * 20}
    one_line(check(project, "--env", NAME, **{NAME: value}, **wrong), 2, "another key")


# --- names in the code


def test_names_that_nobody_recorded(project):
    (project / "app.js").write_text("a = 1\n  go(process.env.INTERCOM_CLIENT_SECRET)\n")
    recorded(project, token())
    ran = check(project, *JSON)
    assert (ran.code, problems(ran)) == (1, {("rotation-unknown", "INTERCOM_CLIENT_SECRET")})
    [found] = ran.report["findings"]
    assert (found["path"], found["line"], found["column"]) == ("app.js", 2, 18)
    secret = CLIENT.sample().decode()
    recorded(project, secret, name="INTERCOM_CLIENT_SECRET")
    assert check(project).code == 0


def test_a_name_whose_value_is_given_is_judged_by_that(project):
    (project / "app.js").write_text(f"process.env.{NAME}\n")
    recorded(project, token(), name="OTHER")
    ran = check(project, "--env", NAME, *JSON, **{NAME: token()})
    assert [f["path"] for f in ran.report["findings"]] == [None]


READ = (
    "process.env.X", 'process.env["X"]', "import.meta.env.X", 'Deno.env.get("X")',
    'os.environ["X"]', "os.environ.get('X')", 'os.getenv("X")', "env.str('X')", 'config("X")',
    'ENV["X"]', "ENV.fetch('X') { }", "getenv('X')", "$_ENV['X']", 'os.Getenv("X")',
    'os.LookupEnv("X")', 'System.getenv("X")', 'Environment.GetEnvironmentVariable("X")',
    'std::env::var("X")', 'env!("X")', "echo $X", "curl ${X:-}", "$env:X", "${{ secrets.X }}",
    "${{ secrets['X'] }}", "os.environ.get(\n    'X')",
)  # fmt: skip
NOT_READ = (
    "X=", "export X", "the X", "X_IS_SET", "const X = 1", "unset X", '"X": 1', "prefix_X",
    "process.env." + "A" * 80 + "X",
)  # fmt: skip


def names_in(tmp_path, text, file="code"):
    ground = Dated(tmp_path / "r")
    ground.write(file, text.encode() if isinstance(text, str) else text)
    return reads.find(ground.path)


@pytest.mark.parametrize("code", READ)
def test_code_that_reads_a_name(tmp_path, code):
    found = names_in(tmp_path, code.replace("X", NAME))
    assert list(found.places) == [NAME]


@pytest.mark.parametrize("code", NOT_READ)
def test_code_that_reads_none(tmp_path, code):
    assert names_in(tmp_path, code.replace("X", NAME)).places == {}


@pytest.mark.parametrize(
    ("line", "names"), [(f"export {NAME}=", [NAME]), (f"# {NAME} is read", []), (f"A=${NAME}", [])]
)
def test_templates_name_what_is_read(tmp_path, line, names):
    assert list(names_in(tmp_path, f"PORT=3000\n{line}\n", "api/.env.example").places) == names


@pytest.mark.parametrize(
    "name", ["INTERCOM_API_KEY", "INTERCOM_READ_KEY", "STAGING_INTERCOM_API_KEY"]
)
def test_names_that_a_mobile_key_may_have_too(tmp_path, name):
    assert list(names_in(tmp_path, f"process.env.{name}").places) == [name]


@pytest.mark.parametrize(
    "name",
    [
        "INTERCOM_APP_ID",
        "INTERCOM_ANDROID_SDK_KEY",
        "INTERCOM_IOS_API_KEY",
        "INTERCOM_REGION",
        "INTERCOM_NPM_TOKEN",
        "INTERCOM",
    ],
)
def test_names_of_what_is_no_secret(tmp_path, name):
    assert names_in(tmp_path, f"process.env.{name}").places == {}


def test_pages_for_people_read_nothing(tmp_path):
    assert names_in(tmp_path, f"${NAME}", "docs/README.md").places == {}


def test_what_is_not_looked_at(tmp_path):
    ground = Dated(tmp_path / "r")
    ground.write("large.js", b"//" + b"x" * reads.LARGEST + f"process.env.{NAME}".encode())
    os.mkfifo(ground.path / "fifo")
    (ground.path / "link").symlink_to("large.js")
    inner = Dated(ground.path / "inner")
    inner.put("a.js", f"process.env.{NAME}".encode())
    git(ground.path, "add", "inner")
    ground.put("gone.js", f"process.env.{NAME}".encode())
    (ground.path / "gone.js").unlink()
    found = reads.find(ground.path)
    assert found.places == {}
    assert [(skip.what, skip.incomplete) for skip in found.skips] == [("large.js", False)]


def test_places_of_many_names(tmp_path):
    text = f"\n\na; ${NAME};${NAME}\n\n${NAME}"
    found = names_in(tmp_path, text * 2)
    spots = [(p.line, p.column, p.end_column) for p in found.places[NAME]]
    wide = len(NAME)
    assert spots == [
        (3, 5, 5 + wide), (3, 7 + wide, 7 + 2 * wide), (5, 2, 2 + wide),
        (7, 5, 5 + wide), (7, 7 + wide, 7 + 2 * wide), (9, 2, 2 + wide),
    ]  # fmt: skip


# --- where there is no ledger


def test_ages_are_those_of_history(tmp_path):
    ground = Dated(tmp_path / "r")
    value = token()
    ground.put("config.env", f"INTERCOM_ACCESS_TOKEN={value}\n".encode())
    ran = check(ground.path, *JSON)
    [found] = ran.report["findings"]
    assert (ran.code, found["rule"], found["path"]) == (1, "rotation-overdue", "config.env")
    assert "in history since 2017-07-15" in found["detail"]
    assert f"there is no {FILE}" in ran.report["summary"]["notes"][0]
    ran = check(ground.path, "--max-age", "36500d", *JSON)
    assert (ran.code, problems(ran)) == (0, set())
    assert ran.report["summary"]["notes"][1].endswith(f"{(today() - date(2017, 7, 15)).days} days")
    assert value[10:50] not in ran.out
    # A value that history has is known by that, another one is not.
    known = ("--max-age", "36500d", "--env", NAME, *JSON)
    assert check(ground.path, *known, **{NAME: value}).code == 0
    ran = check(ground.path, *known, **{NAME: token()})
    assert problems(ran) == {("rotation-unknown", NAME)}
    both = ("--env", "A_INTERCOM_TOKEN=x", "--env", "B_INTERCOM_TOKEN=y")
    more = {"A_INTERCOM_TOKEN": value, "B_INTERCOM_TOKEN": value}
    ran = check(ground.path, *both, "--max-age", "36500d", *JSON, **more)
    assert {rule for rule, _ in problems(ran)} == {"rotation-shared"}


def test_without_a_ledger_a_shallow_clone_says_nothing_of_ages(tmp_path):
    ground = Dated(tmp_path / "r")
    ground.put("config.env", f"INTERCOM_ACCESS_TOKEN={token()}\n".encode())
    ground.put("more", b"x")
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{ground.path}", "shallow")
    assert check(tmp_path / "shallow").code == 3


def test_what_is_ignored_has_no_age(tmp_path):
    ground = Dated(tmp_path / "r")
    ground.put("config.env", f"INTERCOM_ACCESS_TOKEN={token()}\n".encode())
    ran = command("ignore", "--all-current", "--reason", "revoked", cwd=ground.path)
    assert ran.code == 0
    assert check(ground.path).code == 0


# --- as all checks


def test_an_ignore_lets_a_problem_be(project):
    recorded(project, token(), *PRODUCTION, "--rotated", OLD)
    [found] = check(project, *JSON).report["findings"]
    ran = command("ignore", found["fingerprint"], "--reason", "leaves in May", cwd=project)
    assert ran.code == 0
    ran = check(project, *JSON)
    assert (ran.code, ran.report["findings"][0]["status"]) == (0, "ignored")
    (project / ".intercom-scan.yaml").write_text("severities:\n  rotation-overdue: high\n")
    [found] = check(project, "--policy-from", "HEAD", *JSON).report["findings"]
    assert (found["status"], found["severity"]) == ("new", "medium")
    [found] = check(project, *JSON).report["findings"]
    assert found["severity"] == "high"


HOSTILE = {"by": r'"\e[31m"', "version": "9", "salt": "x"}


@pytest.mark.parametrize("key", HOSTILE)
def test_a_ledger_that_is_none(project, key):
    recorded(project, token(), *PRODUCTION, "--by", "Jane")
    text = (project / FILE).read_text().splitlines(keepends=True)
    lines = [
        f"{line.partition(':')[0]}: {HOSTILE[key]}\n" if f"{key}:" in line else line
        for line in text
    ]
    (project / FILE).write_text("".join(lines))
    one_line(check(project), 2, f"{FILE}:")
    one_line(record(project, token()), 2, f"{FILE}:")


@pytest.mark.parametrize("form", FORMATS)
def test_each_format_shows_no_secret(project, form):
    """Not even one that somebody has written into the ledger for a name."""
    value, name = token(), token().rstrip("=")
    recorded(project, value, *PRODUCTION, "--rotated", OLD)
    recorded(project, token(), *PRODUCTION, "--rotated", days_ago(100), "--name", "OTHER")
    path = project / FILE
    path.write_text(path.read_text().replace("OTHER", name))
    ran = check(project, "-v", "--format", form, "--env", NAME, **{NAME: value})
    assert ran.code == 1, ran.err
    assert [part for part in (value, name) if part[10:50] in ran.out + ran.err] == []
    assert "91 days old" in ran.out
    assert "100 days old" in ran.out
    if form == "json":
        assert json.loads(ran.out)["scan"]["mode"] == "rotation"
    if form == "text":
        assert "2 problems (2 medium)" in ran.out


AGES = {"90d": 90, "12w": 84, "1d": 1}


@pytest.mark.parametrize("text", AGES)
def test_an_age(text):
    assert age.days_of(text) == AGES[text]


@pytest.mark.parametrize(
    "text", ["", "90", "0d", "-1d", "1m", "9" * 9 + "d", "99999w", "٣d", "1d\n"]
)
def test_what_is_no_age(text):
    with pytest.raises(UsageError):
        age.days_of(text)


def test_wrong_usage(project):
    one_line(check(project, "--max-age", "soon"), 2, "'soon' is no age")
    one_line(check(project, "--env", "NOT_THERE"), 2, "has no NOT_THERE")
    one_line(check(project, "--env", f"{NAME}=a b", **{NAME: token()}), 2, "is not allowed")
    one_line(check(project, "--env", "HOME"), 2, "no Intercom credential")


def test_a_commit_that_tells_no_day_hides_no_age(tmp_path):
    """Git takes any number of seconds for a date."""
    ground = Dated(tmp_path / "r")
    ground.put("config.env", f"INTERCOM_ACCESS_TOKEN={token()}\n".encode())
    tree = ground.git("rev-parse", "HEAD^{tree}")
    who = "A <a@example.org> 999999999999999999 +0000"
    raw = f"tree {tree}\nauthor {who}\ncommitter {who}\n\nm\n"
    odd = subprocess.run(
        ["git", "hash-object", "-t", "commit", "-w", "--stdin", "--literally"],
        cwd=ground.path, input=raw, text=True, capture_output=True, check=True,
    ).stdout.strip()  # fmt: skip
    ground.git("update-ref", "HEAD", odd)
    ground.git("reflog", "expire", "--expire=now", "--all")
    ground.git("prune", "--expire=now")
    ran = check(ground.path, "--max-age", "36500d", *JSON)
    assert ran.code == 1
    assert {rule for rule, _ in problems(ran)} == {"rotation-overdue"}
    assert "has no age" in ran.out
