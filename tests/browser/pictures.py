"""The pictures in docs/: `python -m tests.browser.pictures` takes them anew.

Of a made-up repository with fresh fakes, which the page does not show.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from tests.browser import scenes
from tests.browser.driving import NARROW, chromium, watched, written

DOCS = Path(__file__).parents[2] / "docs"
# Name: how the window is, and where the picture begins.
PICTURES: dict[str, tuple[dict[str, Any], str]] = {
    "light": ({"viewport": {"width": 1080, "height": 1000}}, "body"),
    "dark": ({"viewport": {"width": 1080, "height": 860}, "color_scheme": "dark"}, "#timeline"),
    "narrow": ({"viewport": NARROW}, "#findings"),
}


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        report = written(scenes.told(Path(folder, "story")), Path(folder, "report.html"))
        for name, (look, top) in PICTURES.items():
            with watched(browser, report, **look) as view:
                view.page.locator(top).evaluate("part => part.scrollIntoView()")
                view.page.wait_for_timeout(200)  # for rows that come into sight
                file = DOCS / f"report-{name}.png"
                view.page.screenshot(path=file)
                print(f"docs/{file.name}: {file.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
