"""The examples in docs/reports.md: one scan, as each format writes it."""

from __future__ import annotations

import hashlib
import json

from intercom_scan.finding import Exposure
from tests.reporters.build import FIRST, LAST, SECRET, TOKEN, finding, place, rendered, scan


def written(form: str) -> str:
    """A block of code with the report; of GitLab's one finding, as the rest has the time."""
    text = rendered(form, _scan(), head=lambda _paths: {"config/app.yml": "ef" * 20})
    language = {"junit": "xml", "gitlab": "json", "markdown": "markdown"}.get(form, "text")
    if form == "gitlab":
        text = json.dumps(json.loads(text)["vulnerabilities"][0], indent=2) + "\n"
    return f"```{language}\n{text}```\n"


def _scan():
    values = [hashlib.sha256(name).hexdigest().encode() for name in (b"one", b"two")]
    life = Exposure(FIRST, LAST, True, ("refs/heads/main", "refs/tags/v1.0"), 100)
    at = place(origin="blob", commit=FIRST, object="ef" * 20)
    first = finding(TOKEN, at, secret=values[0], exposure=life)
    reason = "revoked in March"
    known = finding(SECRET, place("test.env", 1), secret=values[1], status="ignored", reason=reason)
    return scan(first, known)
