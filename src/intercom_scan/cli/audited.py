"""Commands that are written down in the audit log, where one is asked for.

`@audited("purge")` stands directly above a command's function, below its options.
"""

from __future__ import annotations

import os
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from intercom_scan.errors import ExitCode
from intercom_scan.trail.settings import log_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from intercom_scan.finding import ScanResult
    from intercom_scan.trail.acting import Action

    Command = Callable[..., int]

_ACTION = "intercom_scan.action"  # in a context's `meta`


def audited(
    action: str,
    resource: Callable[[Mapping[str, Any]], object] = lambda _: None,
    *,
    hidden: bool = False,
    done: tuple[int, ...] = (ExitCode.CLEAN, ExitCode.FINDINGS),
) -> Callable[[Command], Command]:
    """A command whose begin and end are lines of the audit log; adds `--audit-log FILE`.

    `resource` is what is acted on, by the command's parameters: a text, a path or several; the
    present directory if it is nothing. `hidden` leaves the option out of the help. `done` are the
    exit codes that say that the action was done.
    """

    def decorated(command: Command) -> Command:
        @wraps(command)
        def logged(*, audit_log: str | None, **given: Any) -> int:  # noqa: ANN401 click's
            file = log_file() if audit_log is None else audit_log
            if file is None:
                return command(**given)
            return _recorded(file, action, _named(resource(given)), lambda: command(**given), done)

        option = click.option(
            "--audit-log", metavar="FILE", type=click.Path(), hidden=hidden,
            help="Append what is done to FILE.",
        )  # fmt: skip
        return option(logged)

    return decorated


def note(**metadata: Any) -> None:  # noqa: ANN401 whatever JSON has
    """What the last line of this command's action is to tell, if it is logged at all.

    Numbers, texts, lists and mappings; no secrets.
    """
    if (action := _running()) is not None:
        action.note(**metadata)


def scanned(result: ScanResult) -> None:
    """Have the last line tell what was read and found."""
    if (action := _running()) is not None:
        from intercom_scan.trail.telling import of_scan  # noqa: PLC0415 where somebody asks

        action.note(**of_scan(result))


def _running() -> Action | None:
    context = click.get_current_context(silent=True)
    return context.meta.get(_ACTION) if context is not None else None


def _recorded(
    file: str, action: str, resource: str, work: Callable[[], int], done: tuple[int, ...]
) -> int:  # fmt: skip
    from intercom_scan.trail.acting import recorded  # noqa: PLC0415 likewise

    context = click.get_current_context()

    def begun(running: Action) -> int:
        context.meta[_ACTION] = running
        return work()

    # By their names alone: what is given to an option may be anything.
    source = click.core.ParameterSource.COMMANDLINE
    options = [
        max(parameter.opts, key=len)
        for parameter in context.command.params
        if isinstance(parameter, click.Option)
        and parameter.name
        and context.get_parameter_source(parameter.name) is source
    ]
    words = context.command_path.split()[1:]
    told = {"command": " ".join(words), "options": options}
    return recorded(file, action, resource, told, begun, done)


def _named(resource: object) -> str:
    if not resource:
        return os.getcwd()
    if isinstance(resource, tuple | list):
        return " ".join(os.path.abspath(item) for item in resource)
    return os.path.abspath(resource) if isinstance(resource, os.PathLike) else str(resource)
