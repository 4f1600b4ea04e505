from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from intercom_scan.finding import Exposure, Skip
from tests.reporters.build import (
    FIRST,
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

LOST = Skip("ab" * 20, "object missing")
HOSTILE = [
    "a|b`|`c",
    "x` | <script>alert(1)</script> | `",
    "[link](https://example.com)",
    "![image](https://example.com/a.png)",
    "https://example.com www.example.com a@example.com",
    "@octocat #1 :tada:",
    "a\n\n# heading\n| cell |",
    "``` \n~~~",
    "\\|\\`",
    "<img src=x onerror=alert(1)>",
    "\u202e\x1b[31m",
    "`",
    "``",
    "\\",
    "",
]


class Page(HTMLParser):
    """The tags of a page, and the cells of its tables as text."""

    def __init__(self, text):
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.rows: list[list[str]] = []
        # Tables, HTML, and bare addresses that become links: as on GitHub, and less careful.
        self.feed(MarkdownIt("gfm-like").render(text))
        self.rows = [[cell.strip() for cell in row] for row in self.rows]

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data):
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


SAFE = {"h2", "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "ul", "li"}


def page(*findings, **more):
    return Page(rendered("markdown", scan(*findings, **more)))


def test_a_clean_scan_is_a_heading_and_the_verdict():
    assert rendered("markdown", scan()) == (
        "## ✅ Intercom credentials\n\n"
        "clean: 1,234 commits, 5,678 objects, 12.3 MB read in 0.42 s\n"
    )


def test_a_row_a_secret():
    found = in_history()
    made = page(found, finding(SECRET, place("b.env"), place("c.env")), problem())
    head, first, second, *_others = made.rows
    assert head == ["severity", "secret", "where", "exposed", "next", "fingerprint"]
    assert first == [
        "critical",
        "Intercom access token dG9rO********",
        f"config/app.yml:12:8 in {FIRST.id[:12]}",
        "since 2024-03-01, for 100 days, not in HEAD; 2 refs reach it",
        found.rule.rotation[0],
        found.fingerprint,
    ]
    assert second[2:4] == ["b.env:12:8 and 1 other place", ""]
    assert made.rows[4][:5] == [
        "low", "A .gitignore lacks .env entries", ".gitignore", ".env is not ignored", "mend it",
    ]  # fmt: skip


def test_known_findings_are_counted_and_not_listed():
    known = replace(finding(), status="ignored")
    text = rendered("markdown", scan(known))
    assert "clean (1 ignored)" in text
    assert "### Secrets" not in text


def test_what_was_not_read_is_told():
    fine = Skip("link", "a symbolic link", incomplete=False)
    many = tuple(Skip(f"lost {number}", "object missing") for number in range(7))
    text = rendered("markdown", scan(skipped=(*many, fine), notes=("a note",)))
    assert text.startswith("## ⚠️ Intercom credentials\n\nINCOMPLETE: 7 things not read;")
    assert "### Not read\n\n- `object missing`: `lost 0`, " in text
    assert "`lost 4` and 2 more\n" in text
    assert "### Left out, and no loss\n\n- `a symbolic link`: `link`\n" in text
    assert "### Notes\n\n- `a note`\n" in text


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_text(name):
    commit = replace(FIRST, author=name, date=name)
    found = finding(TOKEN, place(name, origin="blob", commit=commit))
    life = Exposure(commit, None, False, (name,), 3)
    made = page(
        replace(found, exposure=life),
        problem(name, detail=name, remedy=name),
        finding(MOBILE),
        skipped=(Skip(name, name), Skip(name, name, incomplete=False)),
        notes=(name,),
    )
    assert made.tags <= SAFE
    assert made.attributes <= {"style"}
    assert [len(row) for row in made.rows] == [6] * 5


def test_the_page_that_reads_it_would_see_a_link():
    """Or the test above could not fail."""
    assert {"a", "b", "img"} <= Page("[a](https://example.com) <b>b</b>\n\n![c](d)").tags
    assert "a" in Page("https://example.com").tags


def test_a_large_report_is_cut_at_a_line_and_says_so():
    many = [finding(TOKEN, place("é" * 200, number)) for number in range(5000)]
    problems = [problem(f"{'d' * 200}/{number}") for number in range(3000)]
    skips = tuple(Skip("é" * 200, f"{'é' * 200} {number}") for number in range(3000))
    text = rendered("markdown", scan(*many, *problems, skipped=skips, notes=("é" * 900,) * 3000))
    assert 900_000 < len(text.encode()) < 2**20
    assert text.count(" cut: a summary may have 1 MiB.") == 4
    made = Page(text)
    assert made.tags <= SAFE | {"strong"}
    assert {len(row) for row in made.rows} == {6}
    for heading in ("Secrets", ".env files", "Not read", "Notes"):
        assert f"### {heading}\n" in text


def test_one_table_may_have_all_the_room():
    text = rendered("markdown", scan(*(finding(TOKEN, place("é" * 200, n)) for n in range(5000))))
    assert 990_000 < len(text.encode()) <= 1_000_000


def test_secrets_are_not_shown_when_others_show_them():
    value = token()
    text = rendered("markdown", scan(in_history(secret=value)), show_secrets=True)
    assert value.decode()[8:40] not in text
