"""`intercom-scan rotation plan`: the steps from an old credential to a new one."""

from __future__ import annotations

import json
import re
import sys
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from intercom_scan.api import Request, scan
from intercom_scan.cli.choosing import chosen
from intercom_scan.cli.given import content
from intercom_scan.cli.progress import Bar
from intercom_scan.detector import Detector
from intercom_scan.errors import ExitCode, UsageError
from intercom_scan.escape import terminal
from intercom_scan.git import open_repository
from intercom_scan.masking import Mask, masked
from intercom_scan.policy.text import show
from intercom_scan.reporters.summary import plural
from intercom_scan.reporters.wording import address, described, position
from intercom_scan.rotation import plan, reads
from intercom_scan.rotation.ledger import environment_problem, name_problem
from intercom_scan.rotation.stores import STORES, Target, checked, target
from intercom_scan.rules import RULES
from intercom_scan.sources.tally import Progress
from intercom_scan.values import replace
from intercom_scan.verify.reading import LARGEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from intercom_scan.finding import Finding, ScanResult
    from intercom_scan.rules.model import Credential

_PLACES = 3  # shown of each finding
_HELP = f"""Print how findings are rotated: each step, ready to paste.

FINDING is a fingerprint, or the first 8 digits of one and more; without any
all new findings of the repository and its history count. Values go through
standard input alone.

\b
  intercom-scan rotation plan 0123456789 --store github --store vault:kv/app
  intercom-scan rotation plan --rule intercom-client-secret
  intercom-scan rotation plan --from findings.json

STORE is one of {", ".join(STORES)}; behind a colon which one:
aws:REGION, gcp:PROJECT, vault:PATH, azure:VAULT, kubernetes:SECRET, and the
repository for github and gitlab.
"""


@click.command("plan", help=_HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("findings", nargs=-1, metavar="[FINDING]...")
@click.option("--rule", "kind", metavar="RULE", help="A kind, without any finding.")
@click.option("--store", "places", metavar="STORE[:PLACE]", multiple=True, help="Not all of them.")
@click.option("--name", help="What its readers know it by.")
@click.option("--environment", help="Of GitHub, of GitLab, and in the ledger.")
@click.option("--from", "file", type=click.Path(path_type=Path), help="A json report, no scan.")
def plan_command(
    findings: tuple[str, ...], kind: str | None, places: tuple[str, ...], name: str | None,
    environment: str | None, file: Path | None,
) -> int:  # fmt: skip
    """See _HELP."""
    escape_the_unprintable()
    setting = settings(places or tuple(STORES), name, environment)
    if file is None:
        setting = replace(setting, reads=names_read())
    whole = True
    if kind is not None:
        if findings or file is not None:
            raise UsageError("--rule is for a plan without findings: give one or the other")
        subjects = [plan.Subject(rule_of(kind))]
    elif file is not None:
        subjects = _reported(file, findings)
    else:
        result = scanned()
        whole = result.complete
        subjects = subjects_of(picked(result, findings), result)
    for line in plan.lines(subjects, setting):
        click.echo(line)
    if not subjects:
        click.echo("Nothing to rotate: there are no new findings.")
    if not whole:
        click.echo("\nNot everything could be read: a scan says what.", err=True)
        return int(ExitCode.INCOMPLETE)
    return int(ExitCode.CLEAN)


def escape_the_unprintable() -> None:
    """Have standard output, which may be of an old code page, take every character."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def settings(
    places: Iterable[str], name: str | None, environment: str | None, *, guided: bool = False
) -> plan.Setting:  # fmt: skip
    """Where a new value goes, by the options that say so. Raises UsageError."""
    for option, word, problem in (
        ("--name", name, name_problem), ("--environment", environment, environment_problem)
    ):  # fmt: skip
        if word is not None and (wrong := problem(checked(word, option))):
            raise UsageError(f"{option}: {show(word)} {wrong}")
    targets: tuple[Target, ...] = tuple(map(target, dict.fromkeys(places)))
    return plan.Setting(targets, name, environment, guided)


def names_read() -> dict[str, tuple[str, ...]]:
    """Where code of the repository around this directory reads credentials, by their names."""
    repository = open_repository(Path())
    if repository is None or repository.top is None:
        return {}
    hide = partial(masked, detector=Detector())
    return {
        name: tuple(terminal(hide(f"{p.path}:{p.line}")) for p in places[: plan.PLACES + 1])
        for name, places in sorted(reads.find(repository.top).places.items())
    }


def rule_of(kind: str) -> Credential:
    """The rule with this id. Raises UsageError."""
    for rule in RULES:
        if rule.id == kind:
            return rule
    raise UsageError(f"--rule: {show(kind)} is not a kind: `intercom-scan rules` lists them")


def scanned() -> ScanResult:
    """Everything that the repository around this directory holds."""
    progress = Progress()
    with Bar(progress):
        return scan(Request("all-history", (Path(),), env=False, progress=progress))


def picked(result: ScanResult, given: tuple[str, ...]) -> list[Finding]:
    """The findings that were given, else all new ones."""
    secrets = [finding for finding in result.findings if finding.rule.confidential]
    if given:
        return chosen(secrets, given)
    return [finding for finding in secrets if finding.status == "new"]


def subjects_of(findings: Iterable[Finding], result: ScanResult) -> list[plan.Subject]:
    """What a plan says of findings: where they are, without any secret of the scan."""
    mask = Mask(result.findings)
    return [
        plan.Subject(
            finding.rule,
            finding.fingerprint,
            _shown(
                [f"{address(p)}{position(p)}, {described(p)}" for p in finding.places[:_PLACES]],
                finding.places_total,
                mask,
            ),
        )
        for finding in findings
    ]


def _shown(places: list[str], total: int, hide: Callable[[str], str]) -> tuple[str, ...]:
    more = total - len(places)
    safe = [terminal(hide(place)) for place in places]
    return (*safe, *([f"and {plural(more, 'more place')}"] if more > 0 else []))


# --- out of a report, which may have its secrets redacted


def _reported(file: Path, given: tuple[str, ...]) -> list[plan.Subject]:
    data = content(file, LARGEST)
    try:
        entries = json.loads(data)["findings"]
        known = {rule.id: rule for rule in RULES}
        secrets = [entry for entry in entries if entry["rule"] in known]
        hide = partial(masked, detector=Detector())
        found = [_subject(known[entry["rule"]], entry, hide) for entry in secrets]
        new = [s for s, entry in zip(found, secrets, strict=True) if entry["status"] == "new"]
    except (KeyError, TypeError, ValueError, RecursionError):
        raise UsageError(f"{file}: not a json report of this program") from None
    return chosen(found, given) if given else new


def _subject(rule: Credential, entry: dict[str, Any], hide: Callable[[str], str]) -> plan.Subject:
    if not re.fullmatch(r"[0-9a-f]{32}", entry["fingerprint"]):
        raise ValueError
    places = entry["places"][:_PLACES]
    shown = [f"{place['path'] or place['origin']}:{int(place['line'])}" for place in places]
    return plan.Subject(rule, entry["fingerprint"], _shown(shown, int(entry["places_total"]), hide))
