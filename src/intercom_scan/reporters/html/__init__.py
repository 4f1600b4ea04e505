"""The html format: one page that needs neither a network nor a script to be read.

Text reaches the template as `view.py` makes it, masked and with control characters visible;
jinja2 escapes it for HTML. A policy in the page lets a browser load nothing, and run nothing but
the one script whose hash it names. All characters are ASCII, so that no output encoding matters.
"""

from __future__ import annotations

import time
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from intercom_scan._version import VERSION
from intercom_scan.reporters.html.view import STATES, page

if TYPE_CHECKING:
    from typing import TextIO

    from jinja2 import Environment

    from intercom_scan.finding import ScanResult
    from intercom_scan.reporters.model import Options

_HERE = Path(__file__).parent
_CHUNK = 200  # pieces of the template that are written at once


def render(result: ScanResult, out: TextIO, options: Options) -> None:
    """Write the page. `show_secrets` is not heeded: a page is passed on too easily."""
    style, script = _block("style.css"), _block("script.js")
    stream = (
        _environment()
        .get_template("page.html")
        .stream(
            page=page(result, options, int(time.time())),
            states=STATES,
            policy=_policy(style, script),
            style=style,
            script=script,
            version=VERSION,
        )
    )
    stream.enable_buffering(_CHUNK)
    for text in stream:
        out.write(text.encode("ascii", "xmlcharrefreplace").decode("ascii"))
    out.write("\n")


def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415

    return Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _block(name: str) -> str:
    """The content of a file of this package, which is to stand in the page as it is."""
    return "\n" + (_HERE / name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """Nothing but these two may act (https://www.w3.org/TR/CSP3/)."""
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
