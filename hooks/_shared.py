"""What every hook has: options as the command's, one way to scan, report and end."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, Any, NoReturn

from intercom_scan import api, edge
from intercom_scan.errors import UsageError
from intercom_scan.rules.model import Severity
from intercom_scan.trail.settings import log_file

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from intercom_scan.api import Request
    from intercom_scan.finding import Finding, ScanResult
    from intercom_scan.trail.acting import Action


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """The argument may be a secret, which argparse would print."""
        raise UsageError(message)


def parser(name: str, description: str) -> argparse.ArgumentParser:
    """With the options that all hooks have; they mean what they mean to `intercom-scan`."""
    made = _Parser(name, description=description, allow_abbrev=False, formatter_class=_formatter)
    labels = [severity.label for severity in sorted(Severity, reverse=True)]
    made.add_argument("--fail-on", choices=labels, default="low", help="lowest that fails (low)")
    made.add_argument("--config", metavar="PATH", help="instead of .intercom-scan.yaml")
    made.add_argument("--baseline", metavar="PATH", help="a detect-secrets baseline")
    made.add_argument("--policy-from", metavar="REV", help="read these from a trusted commit")
    made.add_argument("--no-inline", action="store_true", help="allow comments do not count")
    made.add_argument("-v", "--verbose", action="store_true", help="say what was read")
    return made


def _formatter(prog: str) -> argparse.HelpFormatter:
    """Of a given width: to ask for the terminal's takes an import, even where nothing is shown."""
    return argparse.HelpFormatter(prog, width=80)


def parse(made: argparse.ArgumentParser, argv: Sequence[str] | None) -> argparse.Namespace:
    """Raises UsageError for an option that is a file's name as well.

    pre-commit appends names to the options as they are, and a repository may name a file
    `--baseline=…`: https://pre-commit.com/#arguments-pattern-in-hooks
    """
    given = sys.argv[1:] if argv is None else list(argv)
    options = given[: given.index("--")] if "--" in given else given
    for word in options:
        if word.startswith("-") and os.path.lexists(word):
            raise UsageError(f"{word} is an option and a file: put -- between options and files")
    return made.parse_args(given)


def run(
    options: argparse.Namespace,
    request: Callable[..., Request],
    advice: Callable[[list[Finding]], str],
    *,
    notes: bool = False,
    work: tuple[str, Callable[[Request], ScanResult]] = ("scan", api.scan),
) -> int:
    """Scan what `request` makes of the common options, and report; the exit code.

    `notes` tells the scan's remarks too, which otherwise `--verbose` does. It is written down where
    the user's configuration names an audit log: `work` is what that calls it, and what it is.
    """
    name, scan = work

    def asked(**policy: Any) -> ScanResult:  # noqa: ANN401 as the options have it
        return scan(request(**policy))

    file = log_file()
    if file is None:
        return _run(options, asked, advice, notes)
    from intercom_scan.trail.acting import recorded  # noqa: PLC0415 most users have none

    metadata = {"command": os.path.basename(sys.argv[0])}
    return recorded(
        file, name, os.getcwd(), metadata,
        lambda action: _run(options, asked, advice, notes, action),
    )  # fmt: skip


def _run(
    options: argparse.Namespace,
    scan: Callable[..., ScanResult],
    advice: Callable[[list[Finding]], str],
    notes: bool,
    action: Action | None = None,
) -> int:
    policy: dict[str, Any] = {
        "config": options.config,
        "baseline": options.baseline,
        "policy_from": options.policy_from,
        "inline": not options.no_inline,
    }
    result = scan(**policy)
    if action is not None:
        from intercom_scan.trail.telling import of_scan  # noqa: PLC0415 likewise

        action.note(**of_scan(result))
    if notes and result.notes and result.complete and not options.verbose:
        from intercom_scan.escape import terminal  # noqa: PLC0415 most runs have none

        for note in result.notes:
            print(f"note: {terminal(note, 1000)}")
    lowest = Severity[options.fail_on.upper()]
    return edge.report(result, lowest, verbose=options.verbose, advice=advice)
