from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest

from intercom_scan.errors import ExitCode
from intercom_scan.finding import Exposure, Skip
from intercom_scan.reporters import FORMATS, Options, exit_code
from intercom_scan.reporters.summary import duration, plural, size
from intercom_scan.rules.model import Severity
from tests.browser.scenes import living
from tests.reporters.build import (
    FIRST,
    HASH,
    KEY,
    LAST,
    MOBILE,
    SECRET,
    TOKEN,
    finding,
    in_history,
    place,
    problem,
    rendered,
    scan,
    token,
)

READ = "1,234 commits, 5,678 objects, 12.3 MB read in 0.42 s"
LOST = Skip("ab" * 20, "object missing")


def last(*findings, skipped=(), **options):
    return rendered("text", scan(*findings, skipped=skipped), **options).splitlines()[-1]


def test_a_clean_scan_is_one_line():
    assert rendered("text", scan()) == f"clean: {READ}\n"


def test_files_are_counted_as_files():
    text = rendered("text", scan(mode="files", commits=0, objects=1, bytes=1, seconds=61.2))
    assert text == "clean: 1 file, 1 byte read in 61.2 s\n"


@pytest.mark.parametrize("verbosity", [-1, 0, 1])
def test_the_last_line_is_the_verdict(verbosity):
    found = (finding(), in_history(), finding(SECRET))
    options = {"verbosity": verbosity}
    assert last(*found, **options) == f"3 secrets (2 critical, 1 high): {READ}"
    assert last(skipped=(LOST,), **options) == (
        f"INCOMPLETE: 1 thing not read; 0 secrets in the rest: {READ}"
    )
    assert last(finding(), skipped=(LOST, LOST), **options) == (
        f"INCOMPLETE: 2 things not read; 1 secret (1 critical) in the rest: {READ}"
    )
    known = replace(finding(), status="ignored"), replace(finding(), status="baseline")
    assert last(*known, **options) == f"clean (1 ignored, 1 baseline): {READ}"


def test_an_incomplete_scan_is_never_called_clean():
    assert "clean" not in rendered("text", scan(skipped=(LOST,)), verbosity=1)


def test_a_finding_below_the_threshold_is_neither_clean_nor_a_failure():
    assert last(finding(MOBILE)) == f"1 secret (1 info), none at or above low: {READ}"


@pytest.mark.parametrize(
    ("found", "skipped", "fail_on", "code"),
    [
        ([], [], Severity.LOW, ExitCode.CLEAN),
        ([finding(MOBILE)], [], Severity.LOW, ExitCode.CLEAN),
        ([finding(MOBILE)], [], Severity.INFO, ExitCode.FINDINGS),
        ([finding(KEY)], [], Severity.LOW, ExitCode.FINDINGS),
        ([finding(KEY)], [], Severity.HIGH, ExitCode.CLEAN),
        ([replace(finding(), status="ignored")], [], Severity.INFO, ExitCode.CLEAN),
        ([replace(finding(), status="baseline")], [], Severity.INFO, ExitCode.CLEAN),
        ([finding()], [LOST], Severity.LOW, ExitCode.INCOMPLETE),
        ([], [Skip("a", "b", incomplete=False)], Severity.LOW, ExitCode.CLEAN),
    ],
)
def test_exit_code(found, skipped, fail_on, code):
    assert exit_code(scan(*found, skipped=tuple(skipped)), fail_on) == code


def test_a_finding_says_what_where_since_when_and_what_to_do():
    value = token()
    found = in_history(secret=value, head=True)
    text = rendered("text", scan(found))
    assert text.startswith("CRITICAL ")
    for part in (
        "Intercom access token  dG9rO********",
        "intercom-access-token",
        "config/app.yml:12:8",
        "abababababab  2024-03-01  Ann Example <ann@example.com>",
        "since 2024-03-01, for 100 days, in HEAD",
        "2 refs: refs/heads/main, refs/tags/v1.0",
        "The whole workspace",
        "Regenerate token",
        f"intercom-scan rotation plan {found.fingerprint[:12]}\n",
        f"intercom-scan ignore {found.fingerprint} --reason",
    ):
        assert part in text
    assert value.decode()[8:] not in text


def test_unreachable_and_no_file():
    lost = replace(
        finding(KEY, place(None, 2, origin="commit-message", commit=FIRST)),
        exposure=Exposure(FIRST, LAST, False, (), None),
    )
    text = rendered("text", scan(lost))
    assert "commit-message:2:8" in text
    assert "not in HEAD" in text
    assert "no ref reaches it" in text


def test_since_when_head_has_it_no_more():
    text = rendered("text", scan(living(in_history(), left=LAST)))
    assert "since 2024-03-01, for 100 days, not in HEAD since 2024-06-09" in text


def test_worst_first_and_advice_once_a_kind():
    text = rendered("text", scan(finding(KEY), finding(TOKEN), finding(TOKEN), finding(SECRET)))
    levels = re.findall(r"^[A-Z]+", text, re.MULTILINE)
    assert levels == ["CRITICAL", "CRITICAL", "HIGH", "LOW"]
    assert text.count("The whole workspace") == 3
    plan = "intercom-scan rotation plan --rule intercom-access-token\n"  # no history has them
    assert text.count(f"as above: {plan}") == 1
    assert text.count(plan) == 2


def test_a_variable_has_no_lines():
    found = finding(TOKEN, place(None, 1, origin="environment", column=1))
    assert "  where       environment\n" in rendered("text", scan(found))
    assert rendered("text", scan(found), verbosity=-1).startswith("environment: critical: ")


def test_many_places_are_cut_and_counted():
    found = replace(finding(TOKEN, *[place(f"{n}.env") for n in range(9)]), places_total=400)
    text = rendered("text", scan(found))
    assert text.count(".env:") == 3
    assert "+397 more (-v shows them)" in text
    full = rendered("text", scan(found), verbosity=1)
    assert full.count(".env:") == 9
    assert "+391 more (not kept: too many)" in full


def test_a_place_shows_its_encoding_and_its_allow_comment():
    found = finding(TOKEN, place("a.jar!b", encoding=("zip", "base64"), inline="a sample"))
    text = rendered("text", scan(found))
    assert "a.jar!b:12:8" in text
    assert "zip > base64" in text
    assert "allowed inline: a sample" in text


def test_known_findings_are_shown_only_when_asked_for():
    known = replace(finding(HASH), status="ignored", reason="a documented sample")
    assert rendered("text", scan(known)) == f"clean (1 ignored): {READ}\n"
    full = rendered("text", scan(known), verbosity=1)
    assert "ignored: a documented sample" in full
    assert known.fingerprint in full
    assert "intercom-scan ignore" not in full


def test_skips_are_grouped_and_those_that_matter_come_first():
    missing = (Skip(f"{n:040}", "object missing") for n in range(412))
    skips = (Skip("big.zip", "encrypted", incomplete=False), *missing)
    text = rendered("text", scan(skipped=skips, notes=("a note",)))
    assert text.index("Not read:") < text.index("object missing (412):")
    assert text.index("object missing") < text.index("Left out, and no loss:")
    assert "+409 more (-v shows them)" in text
    assert "note: a note" in text
    assert len(text.splitlines()) < 20
    assert rendered("text", scan(skipped=skips), verbosity=1).count("0" * 30) == 412


def test_quiet_is_a_line_a_secret():
    found = finding(TOKEN, place("a\nb"))
    lines = rendered("text", scan(found, skipped=(LOST,)), verbosity=-1).splitlines()
    assert len(lines) == 2
    assert lines[0] == (
        f"a\\nb:12:8: critical: Intercom access token: dG9rO******** {found.fingerprint}"
    )


def test_secrets_are_shown_when_asked_for():
    value = token()
    text = rendered("text", scan(finding(TOKEN, secret=value)), show_secrets=True)
    assert value.decode() in text


def test_colour_only_when_asked_for_and_always_ended():
    result = scan(in_history(), finding(KEY), skipped=(LOST,))
    assert "\x1b" not in rendered("text", result)
    coloured = rendered("text", result, colour=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == rendered("text", result)
    for line in coloured.splitlines():
        assert len(re.findall(r"\x1b\[0m", line)) * 2 == line.count("\x1b")


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_lines_fit_the_page(width):
    deep = "services/" * 30 + "settings.py"
    spot = place(deep, commit=FIRST, encoding=("gzip", "tar", "base64", "base64"))
    found = replace(in_history(), places=(spot,))
    lines = rendered("text", scan(found, skipped=(Skip(deep, "lost " * 30),)), width=width)
    fixed = re.compile("intercom-scan|INCOMPLETE|dG9rO|ann@")
    wide = [line for line in lines.splitlines() if len(line) > width and not fixed.search(line)]
    assert wide == []


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_an_output_that_lacks_characters_is_no_error(encoding):
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding=encoding, newline="\n")
    FORMATS["text"](scan(finding(TOKEN, place("日本/é.env"))), out, Options())
    out.flush()
    shown = raw.getvalue().decode(encoding)
    assert ("日本" in shown) == (encoding == "utf-8")
    assert ".env:12:8" in shown


def test_write_errors_pass():
    class Full(io.StringIO):
        def write(self, text):
            raise OSError(28, "no space left on device")

    for form in FORMATS.values():
        with pytest.raises(OSError, match="no space"):
            form(scan(), Full(), Options())


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
        (12_345_678, "12.3 MB"),
        (10**12, "1.0 TB"),
        (2 * 10**15, "2,000.0 TB"),
    ],
)
def test_size(count, shown):
    assert size(count) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.0, "0.00 s"), (0.4249, "0.42 s"), (9.999, "10.0 s"), (99.99, "1 min 40 s")],
)
def test_duration(seconds, shown):
    assert duration(seconds) == shown


def test_plural():
    assert [plural(n, "branch") for n in (0, 1, 1234)] == [
        "0 branches",
        "1 branch",
        "1,234 branches",
    ]


def test_the_documented_verdicts_are_the_real_ones():
    page = (Path(__file__).parents[2] / "docs" / "reports.md").read_text("utf-8")
    example = page.split("## text", 1)[1].split("```")[1].split("\n")[1:-1]
    assert example == [
        last(),
        last(finding(), finding(), problem("a"), problem("b"), problem("c")),
        last(skipped=(LOST, LOST)),
    ]


def test_secrets_and_problems_are_counted_apart():
    assert last(finding(), problem()).startswith("1 secret and 1 .env problem (1 critical, 1 low):")
    assert last(problem()).startswith("1 .env problem (1 low):")
    assert last(replace(problem(), status="ignored")).startswith("clean (1 ignored):")
    known = last(finding(), replace(problem(), status="ignored"))
    assert known.startswith("1 secret (1 critical) and 1 ignored:")
    assert last(problem(), skipped=(LOST,)).startswith(
        "INCOMPLETE: 1 thing not read; 1 .env problem (1 low) in the rest:"
    )
    assert last(skipped=(LOST,)).startswith("INCOMPLETE: 1 thing not read; 0 secrets in the rest:")


def test_a_secret_goes_before_a_problem_that_is_as_bad():
    text = rendered("text", scan(problem(), finding(KEY), finding(KEY)))
    assert text.index("intercom-api-key") < text.index("env-gitignore-entry")


def test_a_problem_s_block():
    assert rendered("text", scan(problem("a/.gitignore"))).startswith(
        "LOW           A .gitignore lacks .env entries  a/.gitignore\n"
        "  kind        env-gitignore-entry\n"
        "  found       .env is not ignored\n"
        "  opens       The next .env file"
    )
    assert "  next        mend it\n" in rendered("text", scan(problem()))


def test_a_remedy_out_of_a_repository_is_escaped():
    bad = problem("\x1b[2J\n", remedy="rm -- '\x1b[2J'", detail="\u202eholds")
    for options in ({}, {"verbosity": -1}, {"verbosity": 1}):
        text = rendered("text", scan(bad), **options)
        assert "\x1b" not in text
        assert "\u202e" not in text


def test_no_name_is_a_command_to_a_ci_service():
    name = "::stop-commands::x"
    found = finding(TOKEN, place("a"), place(name))
    text = rendered("text", scan(found, skipped=(Skip(name, f"##vso[x]{name}"),)), verbosity=1)
    assert name in text
    assert not re.search(r"^\s*::|##vso\[", text, re.MULTILINE)
