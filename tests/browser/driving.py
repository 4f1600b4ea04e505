"""A page of a report in Chromium, and everything that the browser said of it."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.reporters.build import rendered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from intercom_scan.finding import ScanResult

WIDE, NARROW = {"width": 1200, "height": 900}, {"width": 360, "height": 740}
# A violation of the page's policy, as the browser tells of it.
_WATCH = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.refused.push(`${event.violatedDirective} ${event.blockedURI}`));
"""


@dataclass
class Watched:
    """An open page. `said` are console messages and errors, `asked` all requests."""

    page: Page
    uri: str
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @property
    def refused(self) -> list[str]:
        found: list[str] = self.page.evaluate("window.refused")
        return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def watched(browser: Browser, file: Path, **options: Any) -> Iterator[Watched]:
    """`file` in a window of its own; `options` are those of a browser's context."""
    options.setdefault("viewport", WIDE)
    context = browser.new_context(**options)
    try:
        page = context.new_page()
        view = Watched(page, file.as_uri())
        page.on("console", lambda message: view.said.append(message.text))
        page.on("pageerror", lambda error: view.said.append(str(error)))
        page.on("request", lambda request: view.asked.append(request.url))
        if options.get("java_script_enabled", True):
            page.add_init_script(_WATCH)
        page.goto(view.uri)
        yield view
    finally:
        context.close()


def written(result: ScanResult, file: Path) -> Path:
    """The report on `result`, as a file."""
    file.write_text(rendered("html", result), encoding="utf-8")
    return file
