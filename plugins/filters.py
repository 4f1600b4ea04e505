"""detect-secrets' filters and our detectors.

Two filters that are on by default drop what ours find: every client secret is a uuid, and a call
of an SDK looks like a reference. Importing this module tells both of our detectors, as stock
filters know of stock detectors (`is_likely_id_string` of those with a pattern, the gibberish
filter of private keys). For all others they answer as before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from detect_secrets.filters import heuristic
from detect_secrets.settings import get_filters, get_plugins

from intercom_scan.plugins.detector import Detector

if TYPE_CHECKING:
    from detect_secrets.util.code_snippet import CodeSnippet

    from intercom_scan.plugins.looking import Seen

ADHOC = "adhoc-string-scan"  # the file's name where there is none, in `core/scan.py`

_uuid = heuristic.is_potential_uuid
_indirect = heuristic.is_indirect_reference


def is_potential_uuid(secret: str, plugin: object = None) -> bool:
    """Whether a value of another detector has a uuid in it."""
    return not isinstance(plugin, Detector) and bool(_uuid(secret))


def is_indirect_reference(
    line: str,
    filename: str = ADHOC,
    context: CodeSnippet | None = None,
    secret: str | None = None,
    plugin: object = None,
) -> bool:
    """Whether a line refers to a value elsewhere.

    Stock asks before any detector sees the line (`secret` is None). Where the line has a value of
    ours all detectors get to see it, and what the others find there is dropped afterwards.
    """
    if isinstance(plugin, Detector) or not _indirect(line):
        return False
    if secret is None:
        return not _ours(filename, line, context)
    return filename != ADHOC


def is_found_by_intercom(
    secret: str,
    plugin: object,
    filename: str,
    line: str,
    context: CodeSnippet,
) -> bool:
    """Whether another detector found what one of ours finds on the same line.

    Not on by default: `--filter intercom_scan.plugins.filters.is_found_by_intercom`.
    """
    if isinstance(plugin, Detector):
        return False
    shown = (seen.shown for seen in _ours(filename, line, context))
    return any(secret in text or text in secret for text in shown)


def _ours(filename: str, line: str, context: CodeSnippet | None) -> list[Seen]:
    """What the detectors of ours that are switched on find on a line."""
    number = 0
    if context is not None and filename != ADHOC:
        number = context.start_line + context.target_index + 1
    return [
        seen
        for plugin in get_plugins()
        if isinstance(plugin, Detector)
        for seen in plugin.seen(filename, line, number, context)
    ]


heuristic.is_potential_uuid = is_potential_uuid
heuristic.is_indirect_reference = is_indirect_reference
get_filters.cache_clear()
