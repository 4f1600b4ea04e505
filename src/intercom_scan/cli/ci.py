"""`intercom-scan ci`: the scan that a service's job wants, told the way the service reads it."""

from __future__ import annotations

import os
import shlex
import sys
from contextlib import redirect_stderr
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from intercom_scan import edge
from intercom_scan.api import Request, scan
from intercom_scan.ci import checkout, github_files
from intercom_scan.ci.github_files import Runner
from intercom_scan.ci.model import MODES, branch_ref, object_id
from intercom_scan.ci.services import GITHUB, SERVICES, recognised
from intercom_scan.cli.audited import audited, scanned
from intercom_scan.cli.progress import Bar
from intercom_scan.cli.scan import SEVERITIES, reports, scan_command, write
from intercom_scan.errors import ExitCode, UsageError
from intercom_scan.escape import log_line, terminal
from intercom_scan.reporters import Options, exit_code
from intercom_scan.rules.model import Severity
from intercom_scan.sources import head
from intercom_scan.sources.tally import Progress
from intercom_scan.values import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from intercom_scan.ci.model import Choice, Plan
    from intercom_scan.ci.services import Service
    from intercom_scan.finding import ScanResult

_TITLES = [service.title for service in SERVICES.values() if service.sign]
_HELP = f"""Scan what a CI job is about.

Recognises {", ".join(_TITLES[:-1])} and {_TITLES[-1]}
by their variables, makes a shallow clone whole, and reads the history of what
is checked out. Elsewhere that is the history of HEAD, and nothing is fetched.

Each option can be given as a variable, too: --fail-on as INTERCOM_SCAN_FAIL_ON.
"""

# The files of reports, by the parameter that names them.
_FILES = {
    "sarif_file": "sarif",
    "report_file": "html",
    "json_file": "json",
    "junit_file": "junit",
    "gitlab_file": "gitlab",
}
_OUTPUTS = ("sarif_file", "report_file", "json_file")

# Options of a scan that change neither what is read nor what counts.
_EXTRA = click.Command(
    "--extra-args",
    params=[p for p in scan_command.params if p.name in ("jobs", "quiet", "verbose")],
    add_help_option=False,
)


@dataclass(frozen=True, slots=True)
class Job:
    """What a job wants. `place` is the directory that the service cloned into, if it says so.

    `policy` is None where the service says whose counts.

    Of `request` the mode, and what comes of what is checked out, are still missing.
    """

    service: Service
    place: Path | None
    plan: Plan
    policy: str | None
    request: Request
    outputs: list[tuple[str, str | None]]
    options: Options
    audit: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """How it ended; without a result where nothing was read."""

    code: int
    options: Options = field(default_factory=Options)
    result: ScanResult | None = None


class _Command(click.Command):
    """A command that tells GitHub also of options that are wrong, before anything has begun."""

    def make_context(self, *arguments: Any, **more: Any) -> click.Context:  # noqa: ANN401 click's own
        try:
            return super().make_context(*arguments, **more)
        except click.ClickException:
            if recognised(os.environ) is GITHUB:
                _tell_outcome(_runner(), Done(ExitCode.USAGE), {})
            raise


@click.command(
    "ci",
    cls=_Command,
    help=_HELP,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "auto_envvar_prefix": "INTERCOM_SCAN",
    },
)
@click.option(
    "--mode", type=click.Choice(list(MODES)), default="history",
    help="All that HEAD reaches (history), what the event brings, all refs, or the files.",
)  # fmt: skip
@click.option("--service", type=click.Choice(list(SERVICES)), help="Do not guess.")
@click.option("--base", metavar="COMMIT|BRANCH", help="What a change goes to.")
@click.option("--env-check/--no-env-check", default=True, help="Also .env files' own problems.")
@click.option("--audit/--no-audit", default=False, help="Also the checks of the audit.")
@click.option("--fail-on", type=SEVERITIES, default="low", help="Lowest that fails (low).")
@click.option("--config", type=click.Path(), help="Instead of .intercom-scan.yaml.")
@click.option("--baseline", type=click.Path(), help="A detect-secrets baseline.")
@click.option(
    "--policy", type=click.Choice(["base", "head"]),
    help="Whose configuration counts: base, the default for merge requests, or head.",
)  # fmt: skip
@click.option("--inline-allow/--no-inline-allow", default=True, help="Whether comments allow.")
@click.option("--sarif-file", type=click.Path(), help="A SARIF report.")
@click.option("--report-file", type=click.Path(), help="An HTML report.")
@click.option("--json-file", type=click.Path(), help="A JSON report.")
@click.option("--junit-file", type=click.Path(), help="A JUnit report.")
@click.option("--gitlab-file", type=click.Path(), help="GitLab's secret detection report.")
@click.option("--annotations/--no-annotations", default=True, help="On GitHub, mark lines.")
@click.option("--summary/--no-summary", default=True, help="On GitHub, the job's summary.")
@click.option("--extra-args", metavar="TEXT", default="", help="Of a scan: --jobs, -q and -v.")
@click.option("--working-directory", type=click.Path(), default=".", help="Go there first.")
@audited("scan", lambda given: Path(given["working_directory"]))
def ci_command(
    mode: Choice, service: str | None, base: str | None, env_check: bool, audit: bool,
    fail_on: str, config: str | None, baseline: str | None, policy: str | None,
    inline_allow: bool, annotations: bool, summary: bool, extra_args: str, working_directory: str,
    **files: str | None,
) -> int:  # fmt: skip
    """See _HELP."""
    chosen = SERVICES[service] if service else recognised(os.environ)

    def work(runner: Runner | None = None) -> Done:
        place = chosen.place(os.environ)
        _enter(working_directory, place)
        plan = chosen.plan(os.environ, mode)
        if base:
            plan = replace(plan, bases=(_base(base),))
        extra = _extra(extra_args)
        request = Request(
            config=config, baseline=baseline, inline=inline_allow, env=env_check,
            jobs=extra["jobs"], progress=Progress(),
        )  # fmt: skip
        options = Options(
            verbosity=1 if extra["verbose"] else -1 if extra["quiet"] else 0,
            fail_on=Severity[fail_on.upper()], repository=plan.repository, branch=plan.branch,
            head=partial(head.blobs, Path()),
            suppressed=chosen is not GITHUB,  # which would show them as open alerts
        )  # fmt: skip
        outputs = reports((form, files[name]) for name, form in _FILES.items() if files[name])
        return _run(Job(chosen, place, plan, policy, request, outputs, options, audit), runner)

    if chosen is not GITHUB:
        return _ended(work).code
    runner = _runner()
    with runner.quoted(), redirect_stderr(sys.stdout):
        done = _ended(partial(work, runner))
        # A report that cannot be written is an error as any other.
        told = _ended(partial(_tell, runner, done, annotations=annotations, summary=summary))
    return _tell_outcome(runner, told, files)


def _enter(directory: str, place: Path | None) -> None:
    checkout.refuse_links(directory, place)
    try:
        os.chdir(directory)
    except OSError as error:
        raise UsageError(f"{directory}: {error.strerror}") from error


def _base(text: str) -> str:
    base = object_id(text) or branch_ref(text)
    if base is None:
        raise UsageError(f"{text!r} is neither the full id of a commit nor a branch's name")
    return base


def _extra(text: str) -> dict[str, Any]:
    """The options in a line, as a shell would split it."""
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise UsageError(f"--extra-args: {error}") from error
    try:
        return _EXTRA.make_context("--extra-args", words).params
    except click.ClickException as error:
        raise UsageError(f"--extra-args: {error.format_message()}") from error


def _ended(work: Callable[[], Done]) -> Done:
    """How the work ended, also by an error, of which a line tells and those that mend it."""
    try:
        return work()
    except BaseException as error:
        code = edge.failed(error)
        for line in getattr(error, "fix", ()):
            print(f"    {line}", file=sys.stderr)
        return Done(code)


def _run(job: Job, runner: Runner | None) -> Done:
    if job.plan.mode is None:
        _say(job, job.plan.reason)
        return Done(ExitCode.CLEAN)
    policy = job.policy or job.plan.policy
    _clear(job)
    ready = checkout.prepare(job.plan, job.service, job.place, policy_of_base=policy == "base")
    for line in (ready.told, *ready.notes):
        _say(job, line)
    request = replace(
        job.request, mode=ready.mode, revision=ready.revision,
        policy_from=ready.base if policy == "base" else None,
    )  # fmt: skip
    with Bar(request.progress):
        result = scan(request)
    if job.audit:
        from intercom_scan.cli.audit import with_checks  # noqa: PLC0415 most jobs want none

        result = with_checks(result, request)
    scanned(result)
    if runner is not None:
        runner.mask(result)
    options = replace(job.options, revision=ready.head)
    write(result, job.outputs, options)
    return Done(exit_code(result, options.fail_on), options, result)


def _clear(job: Job) -> None:
    """A report that was there, or was committed, is not taken for this job's if that fails."""
    for _form, file in job.outputs:
        if file is not None:
            checkout.refuse_links(file, job.place)
            if Path(file).is_file():
                Path(file).unlink()


def _say(job: Job, line: str) -> None:
    print(log_line(terminal(f"{job.service.title}, {line}", 1000)), flush=True)


def _runner() -> Runner:
    return Runner(os.environ, sys.stdout)


def _tell(runner: Runner, done: Done, *, annotations: bool, summary: bool) -> Done:
    if done.result is not None and annotations:
        runner.annotate(done.result, done.options)
    if done.result is not None and summary:
        runner.summarise(done.result, done.options)
    return done


def _tell_outcome(runner: Runner, done: Done, files: Mapping[str, str | None]) -> int:
    written = {name: files.get(name) if done.result is not None else None for name in _OUTPUTS}
    values = {name.replace("_", "-"): file or "" for name, file in written.items()}
    runner.output(github_files.outcome(done.result, done.code, done.options) | values)
    return int(done.code)
