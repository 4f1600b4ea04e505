"""`intercom-scan verify`: whether credentials are still of use, by asking Intercom."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from intercom_scan.api import scan_bytes
from intercom_scan.cli.audited import audited
from intercom_scan.cli.given import content, stream, variable
from intercom_scan.cli.scan import SEVERITIES, Format, asking, reported, reports
from intercom_scan.errors import UsageError
from intercom_scan.finding import ScanResult, Skip
from intercom_scan.reporters import FORMATS, Options
from intercom_scan.values import replace
from intercom_scan.verify.checking import SILENT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from intercom_scan.finding import Finding, Place

_LONGEST = 1 << 20  # bytes of standard input
_PATH = "intercom.env"  # names in a file like that are Intercom's
_NAME = "INTERCOM_TOKEN"  # of a value that has none
_HELP = """Ask Intercom whether credentials are still of use.

An access token is sent to Intercom with GET /me, which changes nothing and
reads no contact. The other kinds have no safe check. A Messenger JWT is
decoded here.

\b
  intercom-scan verify --env INTERCOM_ACCESS_TOKEN
  intercom-scan verify --from findings.json    made with --show-secrets
  intercom-scan --all-history --verify         as part of a scan
"""


@click.command(
    "verify", help=_HELP, context_settings={"help_option_names": ["-h", "--help"]}
)  # fmt: skip
@click.option("--from", "file", type=click.Path(path_type=Path), help="A json report.")
@click.option("--env", "name", metavar="NAME", help="An environment variable.")
@click.option("--stdin", is_flag=True, help="Standard input: a value, or NAME=value, a line.")
@click.option("--api-base", metavar="URL", help="A region's host, or a test server here.")
@click.option("--identity-secret-env", metavar="NAME", help="Has the secret to check JWTs with.")
@click.option("--format", "formats", type=Format(), multiple=True, help=f"{', '.join(FORMATS)}.")
@click.option("--fail-on", type=SEVERITIES, default="medium", help="Lowest that fails (medium).")
@click.option("--show-secrets", is_flag=True, help="Print values in full.")
@click.option("-q", "--quiet", is_flag=True, help="A line a secret.")
@click.option("-v", "--verbose", is_flag=True, help="Every place, ignored findings too.")
@audited("verify", lambda given: _source(**given))
def verify_command(
    file: Path | None, name: str | None, stdin: bool, api_base: str | None,
    identity_secret_env: str | None, formats: tuple[tuple[str, str | None], ...], fail_on: str,
    show_secrets: bool, quiet: bool, verbose: bool,
) -> int:  # fmt: skip
    """See _HELP."""
    if (file is not None) + (name is not None) + stdin != 1:
        raise UsageError("say what to verify: one of --from FILE, --env NAME and --stdin")
    outputs = reports(formats)
    ask = asking(api_base, identity_secret_env)
    started = time.monotonic()
    if file is not None:
        given = _of_file(file)
    elif name is not None:
        given = _of_variable(name)
    else:
        given = _of_stream()
    result = replace(verified_whole(ask(given)), seconds=time.monotonic() - started)
    options = Options(show_secrets=show_secrets)
    return reported(result, outputs, fail_on, quiet=quiet, verbose=verbose, options=options)


def _source(file: Path | None, name: str | None, **_: object) -> Path | str:
    return file or (f"environment variable {name}" if name else "standard input")


def verified_whole(result: ScanResult) -> ScanResult:
    """Not complete where a token that could be asked about has no answer."""
    silent = [finding for finding in result.findings if _unanswered(finding)]
    skips = [
        Skip(f"{f.rule.title} {f.fingerprint}", f"{SILENT}{f.verification.reason}")
        for f in silent
        if f.verification
    ]
    return replace(result, skipped=(*result.skipped, *skips))


def _unanswered(finding: Finding) -> bool:
    known = finding.verification
    return finding.rule.id == "intercom-access-token" and known is not None and (
        known.state == "unknown"
    )  # fmt: skip


def _of_file(file: Path) -> ScanResult:
    from intercom_scan.verify import reading  # noqa: PLC0415 all rules

    data = content(file, reading.LARGEST)
    try:
        return reading.report(data)
    except UsageError as error:
        raise UsageError(f"{file}: {error}") from None


def _of_variable(name: str) -> ScanResult:
    value = variable(name).strip()
    found = _named(name, value)
    if not found:
        raise UsageError(f"what {name} holds is no Intercom credential that is known")
    return _given("environment", found, len(value))


def _of_stream() -> ScanResult:
    data = stream(_LONGEST, "what is verified")
    plain = data.strip()
    alone = re.fullmatch(rb"[\w+/.:-]+=*", plain)
    found = _named(_NAME, plain) if alone else scan_bytes(data, _PATH)
    if not found:
        raise UsageError("standard input has no Intercom credential that is known")
    return _given("stdin", found, len(data))


def _named(name: str, value: bytes) -> tuple[Finding, ...]:
    """The findings in a value, with columns that count from its begin."""
    lead = name.encode("utf-8", "surrogateescape") + b"="
    return tuple(
        replace(finding, places=tuple(_moved(place, len(lead)) for place in finding.places))
        for finding in scan_bytes(lead + value, _PATH)
    )


def _moved(place: Place, by: int) -> Place:
    if place.line > 1:
        return place
    return replace(place, column=place.column - by, end_column=place.end_column - by)


def _given(origin: str, findings: Iterable[Finding], size: int) -> ScanResult:
    placed = tuple(
        replace(f, places=tuple(replace(p, origin=origin, path=None) for p in f.places))
        for f in findings
    )
    return ScanResult(origin, placed, (), commits=0, objects=1, bytes=size, seconds=0.0)
