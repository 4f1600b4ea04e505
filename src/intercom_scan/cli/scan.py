"""`intercom-scan [scan]`: parse, call, report."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import contextmanager
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TextIO

import click

from intercom_scan.api import Request, scan
from intercom_scan.cli.audited import audited, scanned
from intercom_scan.cli.given import variable
from intercom_scan.cli.progress import Bar
from intercom_scan.errors import UsageError
from intercom_scan.reporters import FORMATS, Options, exit_code
from intercom_scan.rules.model import Severity
from intercom_scan.sources import head
from intercom_scan.sources.tally import Progress
from intercom_scan.values import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from intercom_scan.finding import ScanResult

    Ask = Callable[[ScanResult], ScanResult]


class Format(click.ParamType[tuple[str, "str | None"]]):
    """`NAME` or `NAME:FILE`."""

    name = "FORMAT[:FILE]"

    def convert(
        self, value: object, parameter: click.Parameter | None, context: click.Context | None
    ) -> tuple[str, str | None]:
        form, colon, file = str(value).partition(":")
        if colon and not file:
            self.fail(f"{value!r} names no file: write it as {form}:FILE", parameter, context)
        if form not in FORMATS:
            self.fail(
                f"{form!r} is not a format: it is one of {', '.join(FORMATS)}", parameter, context
            )
        return form, file or None

    def shell_complete(
        self, _context: click.Context, _parameter: click.Parameter, incomplete: str
    ) -> list[click.shell_completion.CompletionItem]:
        return [
            click.shell_completion.CompletionItem(form)
            for form in FORMATS
            if form.startswith(incomplete)
        ]


SEVERITIES = click.Choice([s.label for s in reversed(Severity)])


@click.command("scan", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option("--staged", is_flag=True, help="The index's content.")
@click.option("--range", "range_", metavar="A..B", help="What commits in B and not in A bring.")
@click.option(
    "--history", metavar="[REV]", is_flag=False, flag_value="HEAD", help="All that REV reaches."
)
@click.option("--all-history", is_flag=True, help="Everything, also what no ref reaches.")
@click.option("--stdin", is_flag=True, help="One stream.")
@click.option("--format", "formats", type=Format(), multiple=True, help=f"{' '.join(FORMATS)}.")
@click.option(
    "--fail-on",
    metavar="SEVERITY",
    type=SEVERITIES,
    default="low",
    help="critical, high, medium, low (default) or info.",
)
@click.option("--show-secrets", is_flag=True, help="Print values in full.")
@click.option("--config", type=click.Path(), help="Instead of .intercom-scan.yaml.")
@click.option("--baseline", type=click.Path(), help="A detect-secrets baseline.")
@click.option("--policy-from", metavar="REV", help="Read these from a trusted commit.")
@click.option("--no-inline", is_flag=True, help="Allow comments do not count.")
@click.option("--no-env", is_flag=True, help="Leave .env files' own problems out.")
@click.option("--verify", is_flag=True, help="Ask Intercom which tokens are live.")
@click.option("--api-base", metavar="URL", hidden=True, help="Whom to ask.")
@click.option("--identity-secret-env", metavar="NAME", hidden=True, help="To check JWTs with.")
@click.option("--jobs", type=click.IntRange(1, 64), metavar="N", help="Readers side by side.")
@click.option("-q", "--quiet", is_flag=True, help="A line a secret.")
@click.option("-v", "--verbose", is_flag=True, help="Every place, ignored findings too.")
@audited("scan", lambda given: "standard input" if given["stdin"] else given["paths"], hidden=True)
def scan_command(
    paths: tuple[Path, ...], staged: bool, range_: str | None, history: str | None,
    all_history: bool, stdin: bool, formats: tuple[tuple[str, str | None], ...], fail_on: str,
    show_secrets: bool, config: str | None, baseline: str | None, policy_from: str | None,
    no_inline: bool, no_env: bool, verify: bool, api_base: str | None,
    identity_secret_env: str | None, jobs: int | None, quiet: bool, verbose: bool,
) -> int:  # fmt: skip
    """Look for Intercom credentials; see `intercom-scan --help`."""
    mode, revision, paths = _mode(paths, staged, range_, history, all_history, stdin)
    outputs = reports(formats)
    ask = _asked(verify, api_base, identity_secret_env)
    progress = Progress()
    with Bar(progress):
        result = scan(
            Request(
                mode=mode, paths=paths, revision=revision,
                stream=sys.stdin.buffer if stdin else None,
                config=config, baseline=baseline, policy_from=policy_from, inline=not no_inline,
                env=not no_env, jobs=jobs, progress=progress,
            )
        )  # fmt: skip
    result = ask(result) if ask is not None else result
    options = Options(show_secrets=show_secrets, head=partial(head.blobs, paths[0]))
    return reported(result, outputs, fail_on, quiet=quiet, verbose=verbose, options=options)


def asking(api_base: str | None, identity_secret_env: str | None) -> Ask:
    """What verifies a scan's findings, by the options that say whom and what with.

    The secret leaves the environment, so that no program which is started is given it.
    """
    from intercom_scan.verify import hosts  # noqa: PLC0415 where somebody wants to connect
    from intercom_scan.verify.checking import Asking, verified  # noqa: PLC0415 likewise

    secret = None if identity_secret_env is None else variable(identity_secret_env)
    servers = hosts.hosts(api_base or os.environ.get(hosts.VARIABLE))
    return partial(verified, asking=Asking(servers, secret))


def _asked(
    verify: bool, api_base: str | None, identity_secret_env: str | None
) -> Ask | None:  # fmt: skip
    if verify:
        return asking(api_base, identity_secret_env)
    if api_base is not None or identity_secret_env is not None:
        raise UsageError("--api-base and --identity-secret-env are for --verify: add that")
    return None


def _mode(
    paths: tuple[Path, ...], staged: bool, range_: str | None, history: str | None,
    all_history: bool, stdin: bool,
) -> tuple[str, str | None, tuple[Path, ...]]:  # fmt: skip
    chosen: list[str] = []
    chosen += ["staged"] if staged else []
    chosen += ["range"] if range_ is not None else []
    chosen += ["history"] if history is not None else []
    chosen += ["all-history"] if all_history else []
    chosen += ["stdin"] if stdin else []
    if len(chosen) > 1:
        raise UsageError(f"--{chosen[0]} and --{chosen[1]} exclude each other: run them one by one")
    mode = chosen[0] if chosen else "files"
    if mode == "stdin" and paths:
        raise UsageError("--stdin reads no paths: leave them out")
    if mode not in ("files", "stdin") and len(paths) > 1:
        raise UsageError(f"--{mode} takes one repository: give one directory")
    return mode, range_ if mode == "range" else history, paths or (Path(),)


def reports(formats: Iterable[tuple[str, str | None]]) -> list[tuple[str, str | None]]:
    """Formats and files to write, the text at least. Raises UsageError where two collide."""
    outputs = list(formats)
    to_screen = [form for form, file in outputs if file is None]
    if len(to_screen) > 1:
        names = " and ".join(to_screen)
        raise UsageError(f"{names} would both go to standard output: write one as FORMAT:FILE")
    files = [file for _, file in outputs if file is not None]
    if len(set(files)) < len(files):
        raise UsageError("two formats would go to the same file: name two files")
    return outputs if to_screen else [*outputs, ("text", None)]


def reported(
    result: ScanResult, outputs: Iterable[tuple[str, str | None]], fail_on: str, *, quiet: bool,
    verbose: bool, options: Options | None = None,
) -> int:  # fmt: skip
    """How a command ends that makes a scan: log and reports tell of it; the exit code.

    `fail_on` is a severity's label; `options` has what is wanted beside that.
    """
    scanned(result)
    lowest = Severity[fail_on.upper()]
    verbosity = 1 if verbose else -1 if quiet else 0
    write(result, outputs, replace(options or Options(), verbosity=verbosity, fail_on=lowest))
    return int(exit_code(result, lowest))


def write(result: ScanResult, outputs: Iterable[tuple[str, str | None]], options: Options) -> None:
    """Write every report that was asked for; one to a file is whole or not there."""
    if isinstance(sys.stdout, TextIOWrapper):  # which may be of an old code page
        sys.stdout.reconfigure(errors="backslashreplace")
    options = replace(options, width=shutil.get_terminal_size().columns)
    for form, file in outputs:
        if file is None:
            FORMATS[form](result, sys.stdout, replace(options, colour=form == "text" and _colour()))
            sys.stdout.flush()
            continue
        try:
            with _file(file) as out:
                FORMATS[form](result, out, options)
        except OSError as error:  # one of writing does not know the file
            raise OSError(error.errno, error.strerror, file) from error


@contextmanager
def _file(name: str) -> Iterator[TextIO]:
    """A new file that takes the old one's place at the end; a device is written to as it is.

    Its directory is made if need be.
    """
    path = Path(name)
    if path.exists() and not path.is_file():
        with _opened(path, "w", name) as out:
            yield out
        return
    path = path.resolve()
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    out = _opened(draft, "x", name)
    try:
        with out:
            yield out
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _opened(path: Path, mode: Literal["w", "x"], name: str) -> TextIO:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open(mode, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{name}: cannot be written: {error.strerror}") from error


def _colour() -> bool:
    return (
        sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )
