"""An audit's checks in the formats for people, and in JUnit."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from intercom_scan.finding import Checked, Evidence, Finding, Place, Skip
from intercom_scan.rules.audit import AUDIT
from tests.reporters import test_junit, test_markdown
from tests.reporters.build import problem, rendered, scan

WEBHOOK = next(rule for rule in AUDIT if rule.id == "audit-webhook-verified")
DEEP = "services/billing/src/main/java/com/acme/billing/web/IntercomWebhookController.java"
CHECKS = (
    Checked("rotation", "A", "pass", (Evidence("a.yaml", 1, "3 credentials"),)),
    Checked(
        "webhook-verified", "B", "fail",
        (Evidence(DEEP, 31, "the digest is not compared"), Evidence("b.py", 2, "nor here")),
        "Refuse it.",
    ),
    Checked("separate-environments", "C", "not-applicable", (Evidence(None, None, "none"),)),
    Checked(
        "history-scanned", "D", "cannot-tell", (Evidence("ci.yml", 4, "a program"),), "See there."
    ),
    Checked("canvas-verified", "E", "fail", (Evidence("c.py", 5, "wrong"),), "Mend.", ignored=True),
)  # fmt: skip
FAILED = Finding(
    WEBHOOK, b"b.py", WEBHOOK.severity, "high", (Place("file", "b.py", 2, 1, 2),), 1,
    detail="nor here",
)  # fmt: skip
COUNTS = "5 checks: 1 pass, 2 fail, 1 not applicable, 1 cannot tell"


def audited(form, *findings, **options):
    lost = Skip("history-scanned", "no answer: a program (ci.yml:4)")
    result = scan(*(findings or (FAILED,)), skipped=(lost,), mode="audit", checks=CHECKS)
    return rendered(form, result, **options)


# --- a terminal


@pytest.mark.parametrize("width", [80, 100, 160])
def test_a_table_fits_its_terminal(width):
    head, *lines = audited("text", width=width).splitlines()
    assert head.split() == ["check", "answer", "evidence", "what", "to", "do"]
    table = lines[: lines.index("")]
    assert lines[lines.index("") + 1] == COUNTS
    assert max(map(len, table)) <= width
    assert [line.split()[0] for line in table if not line.startswith(" ")] == [
        check.id for check in CHECKS
    ]


def test_the_end_of_a_long_path_is_shown_whole():
    """The line and the file's name tell more than where the path begins."""
    rows = audited("text", width=100).splitlines()
    at = next(number for number, row in enumerate(rows) if row.startswith("webhook-verified"))
    assert "webhook-verified       fail            …" in rows[at]
    assert "WebhookController.java:31:" in rows[at]
    (whole,) = (line for line in audited("text", width=400).splitlines() if DEEP in line)
    assert f"{DEEP}:31: the digest is not compared" in whole
    table = audited("text", verbosity=1, width=100).partition("\n\n")[0]
    assert "…" not in table, "-v cuts nothing"
    assert "services/billing/src" in table


def test_answers_in_words_and_what_is_ignored():
    text = audited("text", width=100)
    for said in ("pass", "fail", "not applicable", "cannot tell", "(ignored)", "+1 more"):
        assert said in text
    assert "INCOMPLETE" in text


# --- Markdown


def test_markdown_has_the_table_first():
    text = audited("markdown")
    assert text.startswith("## ⚠️ Audit of the Intercom integration\n")
    page = test_markdown.Page(text)
    assert [row[:2] for row in page.rows[1:6]] == [
        ["rotation", "pass"],
        ["webhook-verified", "fail"],
        ["separate-environments", "not applicable"],
        ["history-scanned", "cannot tell"],
        ["canvas-verified", "fail (ignored)"],
    ]
    assert page.rows[2][2:] == [f"{DEEP}:31: the digest is not compared and 1 more", "Refuse it."]
    assert text.index(COUNTS) < text.index("### Failed checks") < text.index("### Not read")


def test_markdown_keeps_failed_checks_and_env_files_apart():
    sections = audited("markdown", FAILED, problem()).split("\n### ")
    heads = {section.partition("\n")[0]: section for section in sections}
    assert WEBHOOK.title in heads["Failed checks"]
    assert WEBHOOK.title not in heads[".env files"]
    assert ".gitignore" in heads[".env files"]


# --- JUnit


def test_junit_has_a_case_for_each_check_that_has_no_finding():
    root = ET.fromstring(audited("junit"))
    test_junit.validator().validate(root)
    cases = {case.get("name"): case for case in root.iter("testcase")}
    kinds = {
        name: [part.tag for part in cases[name]]
        for name in ("rotation", "separate-environments", "history-scanned")
    }
    assert kinds == {
        "rotation": ["system-out"],
        "separate-environments": ["skipped"],
        "history-scanned": ["skipped"],
    }
    assert "webhook-verified" not in cases
    assert cases["history-scanned"][0].get("message") == "cannot tell"
    suite = next(root.iter("testsuite"))
    assert suite.get("tests") == str(len(cases))
    skipped = sum(case.find("skipped") is not None for case in cases.values())
    assert suite.get("skipped") == str(skipped)


# --- HTML


def test_html_has_the_checks_before_the_findings():
    page = audited("html")
    assert page.index('id="checks"') < page.index('id="findings"')
    assert COUNTS in page
    for check in CHECKS:
        assert f'<th role="rowheader" scope="row">{check.id}</th>' in page
    assert f"{DEEP}:31: the digest is not compared<details>" in page
    assert "<li>b.py:2: nor here</li>" in page
    assert page.count('class="answer open"') == 3, "a failure and no answer stand out"
    assert "<h1>1 problem</h1>" in page
    assert "<title>1 problem, incomplete - intercom-scan</title>" in page


def test_a_scan_without_checks_has_no_such_table():
    for form in ("text", "markdown", "html"):
        assert "what to do" not in rendered(form, scan()).lower()
