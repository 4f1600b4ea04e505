"""The html report in Chromium: it reads, sorts, filters, and does nothing else."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser import scenes
from tests.browser.driving import NARROW, chromium, watched, written

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.second_tier

SCENES = ("story", "clean", "one", "files", "incomplete", "hostile")
MANY = 5000
MADE = {
    "clean": scenes.clean,
    "one": scenes.one,
    "files": scenes.of_files,
    "incomplete": scenes.incomplete,
    "hostile": scenes.hostile,
    "crowd": lambda: scenes.crowd(60),
    "many": lambda: scenes.crowd(MANY),
}
SHOWN = "tbody:not([hidden])"


@pytest.fixture(scope="session")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def report(tmp_path_factory):
    """Scenes by name, each scanned and written once."""
    folder = tmp_path_factory.mktemp("reports")
    files = {}

    def made(name):
        if name not in files:
            result = scenes.told(folder / "story") if name == "story" else MADE[name]()
            files[name] = written(result, folder / f"{name}.html"), result
        return files[name]

    return made


@pytest.fixture
def opened(browser, report):
    """Opens a scene's report; every window closes at the end."""
    with ExitStack() as stack:
        yield lambda name, **options: stack.enter_context(
            watched(browser, report(name)[0], **options)
        )


def heads(page: Page) -> Locator:
    return page.locator("thead th")


def column(page: Page, number: int) -> list[str]:
    """The texts of a column, from top to bottom."""
    cells = page.locator(f"{SHOWN} > tr:first-child > :nth-child({number})")
    return [text.strip() for text in cells.all_text_contents()]


# --- it is inert


@pytest.mark.parametrize("name", [*SCENES, "crowd"])
def test_nothing_is_asked_for_said_or_refused(opened, name):
    view = opened(name)
    if name != "clean":
        view.page.locator("#unfold").click()
        view.page.locator("#text").fill("a")
        heads(view.page).first.get_by_role("button").click()
    view.page.wait_for_timeout(100)
    assert view.asked == [view.uri]
    assert view.said == []
    assert view.refused == []


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("document.body.append(Object.assign(document.createElement('script'),"
         " {textContent: 'window.ran = 1'}))", "script-src-elem"),
        ("document.body.insertAdjacentHTML('beforeend', '<b onclick=\"window.ran = 1\">x</b>');"
         "document.body.lastChild.click()", "script-src-attr"),
        ("document.body.append(Object.assign(new Image(), {src: 'https://example.invalid/'}))",
         "img-src"),
        ("fetch('https://example.invalid/').catch(() => 0)", "connect-src"),
        ("document.body.insertAdjacentHTML('beforeend', '<i style=\"color: red\">x</i>')",
         "style-src-attr"),
    ],
)  # fmt: skip
def test_what_is_slipped_in_cannot_act(opened, code, what):
    view = opened("one")
    view.page.evaluate(code)
    view.page.wait_for_timeout(100)
    assert [words.split()[0] for words in view.refused] == [what]
    assert view.page.evaluate("window.ran") is None


def test_hostile_names_make_no_elements(opened):
    page = opened("hostile").page
    assert page.locator("img, main script, main style").count() == 0
    assert page.title() == "11 unproven secrets, incomplete - intercom-scan"
    page.locator("#unfold").click()
    assert page.get_by_text("<script>alert(1)</script>:3:8", exact=True).first.is_visible()


# --- it filters and sorts


def test_the_filter_looks_at_everything_in_a_row(opened, report):
    page = opened("crowd").page
    _, result = report("crowd")
    page.locator("#text").fill("service-07 BO EXAMPLE")
    expected = sum(
        "service-07" in finding.places[0].path and "Bo Example" in finding.places[0].commit.author
        for finding in result.findings
    )
    assert expected
    assert page.locator(SHOWN).count() == expected
    assert page.locator("#shown").text_content() == f"{expected} of 60 shown"
    page.locator("#text").fill("nothing has this name")
    assert page.locator(SHOWN).count() == 0
    page.locator("#text").fill("")
    assert page.locator(SHOWN).count() == 60


def test_the_choices_narrow_it_together(opened, report):
    page = opened("crowd").page
    _, result = report("crowd")
    page.locator("#severity").select_option("high")
    page.locator("#state").select_option("head")
    wanted = {
        f"f-{finding.fingerprint}"
        for finding in result.findings
        if finding.severity.label == "high" and finding.exposure.in_head
    }
    assert wanted
    assert set(page.locator(SHOWN).evaluate_all("all => all.map((row) => row.id)")) == wanted


def test_known_ones_can_be_left_out(opened):
    page = opened("story").page
    before = page.locator(SHOWN).count()
    page.locator("#status").select_option("new")
    assert page.locator(SHOWN).count() == before - 1


@pytest.mark.parametrize(
    ("number", "first", "key"),
    [
        (1, "descending", ("info", "low", "medium", "high", "critical").index),
        (2, "ascending", lambda text: text.lower().split()),
        (3, "ascending", None),
        (4, "ascending", str),
        (5, "descending", lambda text: int(text.removesuffix(" days").replace(",", "") or -1)),
        (6, "ascending", str),
    ],
)
def test_a_click_sorts_and_another_turns_it_round(opened, number, first, key):
    page = opened("crowd").page
    head = heads(page).nth(number - 1)
    other = {"ascending": "descending", "descending": "ascending"}[first]
    before = column(page, number)
    for direction in (first, other):
        head.get_by_role("button").click()
        assert head.get_attribute("aria-sort") == direction
        assert page.locator("[aria-sort]").count() == 1
        texts = column(page, number)
        assert sorted(texts) == sorted(before)
        if key:
            keys = [key(text) for text in texts]
            assert keys == sorted(keys, reverse=direction == "descending")
    heads(page).nth(number % 6).get_by_role("button").click()
    assert head.get_attribute("aria-sort") is None


def test_a_link_leads_to_a_row_that_the_filter_hides(opened):
    page = opened("story").page
    page.locator("#text").fill("nothing has this name")
    link = page.locator(".lives a").last
    row = page.locator(link.get_attribute("href"))
    assert not row.is_visible()
    link.click()
    assert row.is_visible()
    assert page.locator("#text").input_value() == ""
    assert page.evaluate("document.querySelector(':target').id") == row.get_attribute("id")


def test_all_places_open_and_close(opened):
    page = opened("story").page
    rows = page.locator("tbody details")
    for count in (rows.count(), 0):
        page.locator("#unfold").click()
        assert page.locator("tbody details[open]").count() == count


# --- it can be used by everybody

FOCUS = """
() => {
  const { tagName, id, type, textContent } = document.activeElement;
  const style = getComputedStyle(document.activeElement);
  const visible = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return [tagName, id || textContent.trim(), visible];
}
"""


def tabbed(page, limit=200):
    """What has the focus after each press of the tabulator, until the page is left."""
    found: list[tuple[str, str, bool]] = []
    for _ in range(limit):
        page.keyboard.press("Tab")
        tag, name, visible = page.evaluate(FOCUS)
        if tag == "BODY":
            return found
        found.append((tag, name, visible))
    raise AssertionError("the focus does not leave the page")


def test_the_keyboard_reaches_everything_in_order_and_shows_where_it_is(opened):
    page = opened("story").page
    stops = tabbed(page)
    assert [name for _, name, visible in stops if not visible] == []
    assert stops[0][1] == "Skip to the findings"
    controls = page.locator("a[href], button, input, select, summary")
    reachable = [text for text in controls.all() if text.is_visible()]
    assert len(stops) == len(reachable)
    order = [name for _, name, _ in stops]
    named = ["Timeline", "text", "severity", "state", "status", "unfold", "Severity", "Now"]
    places = [order.index(name) for name in named]
    assert places == sorted(places)


def test_everything_works_with_the_keyboard_alone(opened):
    page = opened("story").page
    page.locator("thead button").nth(4).focus()
    page.keyboard.press("Enter")
    assert heads(page).nth(4).get_attribute("aria-sort") == "descending"
    page.keyboard.press("Space")
    assert heads(page).nth(4).get_attribute("aria-sort") == "ascending"
    summary = page.locator("tbody summary").first
    for key, count in (("Enter", 1), ("Space", 0)):
        summary.focus()
        page.keyboard.press(key)
        assert page.locator("tbody details[open]").count() == count
    page.locator("#text").focus()
    page.keyboard.type("staging")
    assert page.locator(SHOWN).count() == 1


LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "narrow": {"viewport": NARROW},
    "contrast": {"forced_colors": "active"},
}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", SCENES)
def test_axe_finds_no_violation(opened, name, look):
    from axe_playwright_python.sync_playwright import Axe

    page = opened(name, **LOOKS[look]).page
    if name != "clean":
        page.locator("#unfold").click()
        heads(page).first.get_by_role("button").click()
    found = Axe().run(page)
    assert found.response["passes"]
    assert found.violations_count == 0, found.generate_report()


def test_axe_is_asked_and_answers(opened):
    """A page with a defect, so that the test above can fail."""
    from axe_playwright_python.sync_playwright import Axe

    page = opened("one").page
    page.evaluate("document.documentElement.removeAttribute('lang')")
    assert [found["id"] for found in Axe().run(page).response["violations"]] == ["html-has-lang"]


def test_a_screen_reader_meets_a_table(opened):
    page = opened("crowd").page
    assert page.get_by_role("table", name="Findings").count() == 1
    assert page.get_by_role("columnheader").count() == 6
    assert page.get_by_role("rowheader").count() == 60
    assert page.get_by_role("row").count() == 1 + 2 * 60
    for part in ("navigation", "main", "contentinfo", "search"):
        assert page.get_by_role(part).count() == 1


# --- it can be read anywhere


@pytest.mark.parametrize("name", [*SCENES, "crowd"])
def test_nothing_is_wider_than_a_phone(opened, name):
    page = opened(name, viewport=NARROW).page
    if name != "clean":
        page.locator("#unfold").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_without_a_script_it_reads_whole(opened, report):
    page = opened("story", java_script_enabled=False).page
    _, result = report("story")
    assert not page.locator("#tools").is_visible()
    assert page.locator("button").locator("visible=true").count() == 0
    assert page.locator("tbody").count() == len(result.findings)
    for summary in page.locator("tbody summary").all():
        summary.click()
    shown = page.locator(".spots > li")
    assert shown.count() == sum(len(finding.places) for finding in result.findings)
    assert all(place.is_visible() for place in shown.all())


def test_paper_has_every_place_and_no_controls(opened):
    page = opened("story").page
    assert not page.locator(".spots").first.is_visible()
    page.emulate_media(media="print")
    assert all(place.is_visible() for place in page.locator(".spots > li").all())
    assert not page.locator("#tools").is_visible()
    assert not page.locator("nav").is_visible()


@pytest.mark.parametrize("look", ["light", "dark"])
def test_colours_follow_the_system(opened, look):
    page = opened("one", **LOOKS[look]).page
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    brightness = sum(int(part) for part in colour[4:-1].split(","))
    assert (brightness < 200) == (look == "dark")


# --- it is quick with many


def test_thousands_can_be_used(opened, report):
    view = opened("many")
    page = view.page
    assert page.locator("tbody").count() == MANY
    page.locator("#text").fill("app-4321.yml")
    assert page.locator(SHOWN).count() == 1
    page.locator("#text").fill("")
    page.locator("#severity").select_option("critical")
    critical = sum(f.severity.label == "critical" for f in report("many")[1].findings)
    assert page.locator("#shown").text_content() == f"{critical:,} of {MANY:,} shown"
    heads(page).nth(4).get_by_role("button").click()
    days = [int(text.removesuffix(" days").replace(",", "")) for text in column(page, 5)]
    assert days == sorted(days, reverse=True)
    assert view.said == []


def test_what_is_out_of_sight_is_not_laid_out(opened):
    """What makes thousands quick: the browser skips rows until they are near."""
    page = opened("many").page
    page.locator("#findings").evaluate("heading => heading.scrollIntoView()")
    cells = page.locator("tbody tr:first-child > th")
    near = 0
    for _ in range(100):  # what has come near is laid out with one of the next frames
        near = cells.evaluate_all(
            "all => all.filter(it => it.checkVisibility({contentVisibilityAuto: true})).length"
        )
        if near:
            break
        page.wait_for_timeout(50)
    assert 0 < near < MANY / 10
