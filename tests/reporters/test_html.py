"""The html format: whole, inert, and with all that was found; a browser's part is tests/browser."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from intercom_scan.finding import Verification
from intercom_scan.reporters.html.view import STATES
from intercom_scan.values import replace
from tests.browser import scenes
from tests.browser.scenes import living
from tests.reporters import build
from tests.reporters.build import rendered

VOID = {"meta", "input"}
ALONE = {"use", "rect", "line", "circle"}  # of SVG, written as `<rect/>`
BLOCKS = {"p", "li", "dt", "dd", "td", "th", "title", "summary", "h1", "h2", "h3", "option"}
HEADINGS = ("h1", "h2", "h3")
SCENES = {
    "clean": scenes.clean,
    "one": scenes.one,
    "crowd": lambda: scenes.crowd(60),
    "hostile": scenes.hostile,
    "incomplete": scenes.incomplete,
    "files": scenes.of_files,
}


class Parsed(HTMLParser):
    """A page's elements, its text, and the text below each element with an id.

    Raises AssertionError where tags do not match.
    """

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[tuple[str, str | None]] = []
        self.below: dict[str, str] = {}
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        assert len(set(names)) == len(names)
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append((tag, dict(attrs).get("id")))

    def handle_startendtag(self, tag, attrs):
        assert tag in ALONE
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open
        assert self.open[-1][0] == tag
        self.handle_data(" " if tag in BLOCKS else "")
        self.open.pop()

    def handle_data(self, data):
        if self.open and self.open[-1][0] in ("style", "script"):
            return
        self.text += data
        for _, id_ in self.open:
            if id_:
                self.below[id_] = self.below.get(id_, "") + data

    def of(self, tag):
        return [attrs for name, attrs in self.elements if name == tag]

    @property
    def ids(self):
        return [attrs["id"] for _, attrs in self.elements if "id" in attrs]


@pytest.fixture(params=SCENES)
def scene(request):
    return SCENES[request.param]()


def words(text):
    return " ".join(text.split())


def headline(result):
    return words(within("<h1>", "</h1>", rendered("html", result)))


def within(start, end, text):
    """What stands in `text` between the first `start` and the next `end`."""
    return text.partition(start)[2].partition(end)[0]


# --- the document


def test_it_is_well_formed(scene):
    text = rendered("html", scene)
    page = Parsed(text)
    assert text.startswith("<!doctype html>\n")
    assert text.endswith("</html>\n")
    assert text.isascii()
    assert len(set(page.ids)) == len(page.ids)


def test_what_is_referred_to_is_there(scene):
    page = Parsed(rendered("html", scene))
    named = [attrs["aria-labelledby"] for _, attrs in page.elements if "aria-labelledby" in attrs]
    linked = [attrs["href"][1:] for attrs in page.of("a") if attrs["href"].startswith("#")]
    drawn = [attrs["href"][1:] for attrs in page.of("use")]
    assert {*named, *linked, *drawn} - set(page.ids) == set()


def test_headings_go_down_one_at_a_time(scene):
    levels = [
        HEADINGS.index(tag)
        for tag, _ in Parsed(rendered("html", scene)).elements
        if tag in HEADINGS
    ]
    assert levels.count(0) == 1
    assert levels[0] == 0
    assert all(after - before <= 1 for before, after in pairwise(levels))


def sha256(block):
    return base64.b64encode(hashlib.sha256(block.encode()).digest()).decode()


def test_the_policy_allows_its_two_blocks_and_nothing_else(scene):
    text = rendered("html", scene)
    metas = Parsed(text).of("meta")
    policy = next(m["content"] for m in metas if "http-equiv" in m)
    styles = re.findall(r"(?s)<style>(.*?)</style>", text)
    scripts = re.findall(r"(?s)<script>(.*?)</script>", text)
    assert len(styles) == len(scripts) == 1
    assert policy.split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{sha256(styles[0])}'",
        f"script-src 'sha256-{sha256(scripts[0])}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]


def test_nothing_acts_or_loads_but_the_two_blocks(scene):
    page = Parsed(rendered("html", scene))
    names = {name for _, attrs in page.elements for name in attrs}
    assert {name for name in names if name.startswith("on")} == set()
    assert names & {"style", "src", "srcset", "action", "formaction", "data", "poster"} == set()
    tags = {tag for tag, _ in page.elements}
    assert tags & {"img", "link", "iframe", "object", "embed", "form", "base", "foreignobject"} == (
        set()
    )


def test_links_lead_to_references_of_rules_alone(scene):
    out = [a for a in Parsed(rendered("html", scene)).of("a") if not a["href"].startswith("#")]
    references = {link for finding in scene.findings for link in finding.rule.references}
    assert {link["href"] for link in out} == references
    assert all(link["rel"] == "noreferrer" for link in out)


def test_a_reference_that_is_no_https_link_is_left_out():
    rule = build.rule(references=("javascript:alert(1)", "http://example.com", "https://a.example"))
    page = Parsed(rendered("html", build.scan(build.finding(rule))))
    links = [a["href"] for a in page.of("a") if not a["href"].startswith("#")]
    assert links == ["https://a.example"]


# --- what it says


def test_every_finding_and_every_place(scene):
    page = Parsed(rendered("html", scene))
    rows = [attrs["id"] for attrs in page.of("tbody")]
    assert len(rows) == len(scene.findings)
    for finding in scene.findings:
        row = page.below[f"f-{finding.fingerprint}"]
        assert finding.rule.title in row
        assert finding.fingerprint in row
        for place in finding.places:
            assert place.commit is None or place.commit.id[:12] in row
            assert f":{place.line}:{place.column}" in row or place.end_column == 1


def test_a_row_has_path_line_commit_author_date_and_refs():
    finding = build.in_history()
    row = words(Parsed(rendered("html", build.scan(finding))).below[f"f-{finding.fingerprint}"])
    assert "config/app.yml:12:8 abababababab 2024-03-01 Ann Example <ann@example.com>" in row
    assert "Last commit with it cdcdcdcdcdcd 2024-06-09 Bo Example <bo@example.com>" in row
    assert "refs/heads/main refs/tags/v1.0" in row
    assert "100 days" in row


def test_encodings_origins_and_places_that_were_not_kept_are_told():
    at = build.place(origin="file-name", encoding=("gzip", "base64"), inline="known since May")
    nowhere = build.place(None, 3, origin="commit-message")
    finding = build.finding(build.TOKEN, at, nowhere, places_total=9)
    row = words(Parsed(rendered("html", build.scan(finding))).below[f"f-{finding.fingerprint}"])
    assert "in the name of a file or directory" in row
    assert "base64 in gzip" in row
    assert "allowed inline: known since May" in row
    assert "commit message:3:8" in row
    assert "and 7 places more" in row


@pytest.mark.parametrize(
    ("result", "said"),
    [
        pytest.param(build.scan(), "No secret found", id="clean"),
        pytest.param(build.scan(build.finding()), "1 unproven secret", id="one"),
        pytest.param(build.scan(build.finding(), build.finding()), "2 unproven secrets", id="two"),
        pytest.param(build.scan(build.finding(status="ignored")), "No new secret", id="known"),
        pytest.param(build.scan(build.problem()), "No new secret, 1 .env problem", id="problem"),
        pytest.param(
            replace(scenes.incomplete(), findings=()),
            "Nothing found in what could be read",
            id="incomplete",
        ),
    ],
)
def test_the_headline(result, said):
    assert headline(result) == said


def test_an_incomplete_scan_says_so_first_and_is_never_clean():
    page = Parsed(rendered("html", scenes.incomplete()))
    text = words(page.text)
    assert "Incomplete 1 unproven secret 2 things could not be read" in text
    assert "Clean" not in text
    assert "Not read: missing from the store (a partial clone) (2)" in text
    assert "Left out, and no loss: larger than limits.file_size (1)" in text


def test_the_oldest_exposure_is_of_the_secrets_that_are_new():
    old = replace(build.in_history(), status="ignored")
    young = living(build.in_history(), days=7)
    text = words(Parsed(rendered("html", build.scan(old, young))).text)
    assert "Oldest exposure 7 days" in text
    assert "Known 1 1 ignored, 0 in the baseline" in text


def test_a_known_finding_is_shown_with_its_reason():
    finding = build.finding(status="ignored", reason="revoked in May")
    row = Parsed(rendered("html", build.scan(finding))).below[f"f-{finding.fingerprint}"]
    assert "Ignored: revoked in May" in words(row)


def test_each_kind_has_its_runbook():
    result = scenes.crowd(16)
    page = Parsed(rendered("html", result))
    for rule in {finding.rule.id: finding.rule for finding in result.findings}.values():
        assert f"k-{rule.id}" in page.ids
        for step in rule.rotation:
            assert words(step.replace("`", "")) in words(page.text)


def test_what_the_caller_knows_of_the_repository():
    text = rendered("html", build.scan(), repository="https://git.example/a<b", branch="main")
    assert "repository https://git.example/a<b, branch main" in words(Parsed(text).text)


@pytest.mark.parametrize(
    ("state", "finding"),
    [
        ("head", build.in_history(head=True)),
        ("history", build.in_history()),
        ("lost", living(build.in_history(), refs=())),
        ("here", build.finding()),
        ("outside", build.finding(build.TOKEN, build.place(origin="git-config"))),
    ],
)
def test_where_it_is_now(state, finding):
    page = Parsed(rendered("html", build.scan(finding)))
    assert [attrs["data-state"] for attrs in page.of("tbody")] == [state]
    assert STATES[state][0] in page.below[f"f-{finding.fingerprint}"]


# --- hostile names, secrets, size


def test_hostile_names_are_text():
    page = Parsed(rendered("html", scenes.hostile()))
    assert "<script>alert(1)</script>" in page.text
    assert "{{ 7 * 7 }}{% for x in y %}" in page.text
    assert "\\x1b[2J\\x1b]0;title\\x07bell" in page.text
    assert "invoice\\u202egnp.exe" in page.text
    assert "line\\nbreak\\r\\ttab" in page.text
    assert "\\xff\\ud800" in page.text
    assert "&lt;b&gt;&#x27;" in page.text
    assert "caf\u00e9.env" in page.text
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e]", page.text)
    assert len(page.of("script")) == 1


@pytest.mark.parametrize("show", [False, True])
def test_no_secret_even_where_they_are_to_be_shown(show):
    result = scenes.crowd(40)
    named = replace(
        build.in_history(),
        places=(build.place(f"dumps/{result.findings[0].secret.decode()}.txt"),),
    )
    text = rendered("html", replace(result, findings=(*result.findings, named)), show_secrets=show)
    assert [f for f in result.findings if f.secret.decode() in text] == []
    assert "dumps/********" in text


def test_refs_beyond_fifty_are_counted():
    refs = tuple(f"refs/pull/{number}/head" for number in range(70))
    finding = living(build.in_history(), refs=refs)
    text = words(Parsed(rendered("html", build.scan(finding))).text)
    assert "1 place, 70 refs" in text
    assert "and 20 more" in text
    assert "and 67 more refs" in text


def test_its_size_grows_with_the_findings_alone():
    sizes = [len(rendered("html", scenes.crowd(count))) for count in (80, 160, 320)]
    assert sizes[2] - sizes[1] < 2.1 * (sizes[1] - sizes[0])
    assert sizes[2] / 320 < 3500


def test_jinja_is_imported_for_a_page_alone():
    code = (
        "import io, sys; from intercom_scan.reporters import FORMATS, Options\n"
        "from intercom_scan.finding import ScanResult\n"
        "empty = ScanResult('files', (), (), 0, 1, 1, 0.1)\n"
        "def loaded(form):\n"
        "    FORMATS[form](empty, io.StringIO(), Options())\n"
        "    return 'jinja2' in sys.modules\n"
        "print(*[loaded(form) for form in sorted(FORMATS, key='html'.__eq__)])"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.split()
    assert out[-1] == "True"
    assert set(out[:-1]) == {"False"}


# --- where secrets were verified


def verified(state):
    found = build.in_history(secret=build.token())
    return replace(found, verification=Verification(state, "asked"))


@pytest.mark.parametrize(
    ("states", "heading"),
    [
        (("live", "live-unscoped", "dead", "unknown", "blocked"), "2 live secrets, 2 unproven"),
        (("live",), "1 live secret"),
        (("unknown", "dead"), "1 unproven secret"),
        (("dead", "dead"), "No live secret, 2 dead"),
    ],
)
def test_what_is_known_to_be_live_comes_first(states, heading):
    text = build.rendered("html", build.scan(*map(verified, states)))
    assert within("<h1>", "</h1>", text).strip() == heading
    assert within("<title>", " - ", text) == heading
    assert "The scan is offline" not in text
    assert ("<dt>Live</dt>" in text) == ("live" in states)
    assert ("<dt>Dead</dt>" in text) == ("dead" in states)
