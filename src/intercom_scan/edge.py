"""Where the program meets whoever started it: errors and signals become a line and an exit code.

The command and each hook end here, and nothing else does.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

from intercom_scan.errors import ExitCode, IntercomScanError
from intercom_scan.git import end_all

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from intercom_scan.finding import Finding, ScanResult
    from intercom_scan.rules.model import Severity

    Failing = list[Finding]


class Interrupted(BaseException):
    """By SIGINT or SIGTERM; not a KeyboardInterrupt, to which click adds an empty line."""


def catch_signals() -> None:
    """From now on both signals raise Interrupted, and no git is left behind."""
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _interrupted)


def _interrupted(_signal: int, _frame: FrameType | None) -> None:
    end_all()
    raise Interrupted


def guarded(work: Callable[[], int]) -> int:
    """Do the work; the exit code is what it returns, or what its error says after one line."""
    catch_signals()
    if sys.stderr is None:  # closed by whoever started this
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 to the end
    if sys.stdout is None:
        return fail("standard output is closed: nowhere to report to", ExitCode.INCOMPLETE)
    try:
        code = work()
        sys.stdout.flush()
    except BaseException as error:
        return failed(error)
    return code


def failed(error: BaseException) -> int:
    """Say what happened in one line; the exit code. Raises what ends a program on purpose."""
    if isinstance(error, Interrupted | KeyboardInterrupt):
        message = "interrupted: nothing can be said about what was not read"
        return fail(message, ExitCode.INTERRUPTED)
    if isinstance(error, IntercomScanError):
        return fail(str(error), error.exit_code)
    if isinstance(error, OSError):
        return unwritten(error)
    if isinstance(error, MemoryError):
        return fail("out of memory: try fewer --jobs", ExitCode.INCOMPLETE)
    if isinstance(error, Exception):  # a defect of ours: where, and nothing of what was read
        return fail(_defect(error), ExitCode.INCOMPLETE)
    raise error


def _defect(error: Exception) -> str:
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    file = os.path.basename(frame.tb_frame.f_code.co_filename) if frame else ""
    place = f"{file}:{frame.tb_lineno}" if frame else "?"
    return f"internal error: {type(error).__name__} at {place}; please report it with this line"


def fail(message: str, code: ExitCode) -> int:
    """Print a message as one line, safe for a terminal and without a secret; the exit code."""
    from intercom_scan.escape import log_line, terminal  # noqa: PLC0415 most runs have no error

    line = _masked(" ".join(message.split()))
    try:
        print(log_line(f"intercom-scan: {terminal(line)}"), file=sys.stderr)
    except OSError:
        _forget_output(sys.stderr.fileno())
    return int(code)


def _masked(message: str) -> str:
    """Without a secret that an argument, a path or a revision was."""
    try:
        from intercom_scan.masking import masked  # noqa: PLC0415 likewise

        return masked(message)
    except Exception:  # it may be the rules that have the defect which is to be told
        ours = message.startswith("internal error:")  # which quotes nothing
        return message if ours else "internal error: the rules failed; please report it"


def unwritten(error: OSError) -> int:
    """A full disk or a reader that went away: whoever asked has not seen the whole report."""
    _forget_output(sys.stdout.fileno())
    where = f"{error.filename}: " if error.filename else ""
    return fail(f"{where}{error.strerror or error}", ExitCode.INCOMPLETE)


def _forget_output(descriptor: int) -> None:
    # Or the interpreter would flush it again at its end, and complain again:
    # https://docs.python.org/3/library/signal.html#note-on-sigpipe
    os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)


def report(
    result: ScanResult, lowest: Severity, *, verbose: bool, advice: Callable[[Failing], str]
) -> int:
    """Tell a hook's user what was found, a line a secret, and what to do next; the exit code.

    `advice` begins the last line, which is there if a finding is at or above `lowest`. Nothing is
    said of a clean scan unless `verbose`.
    """
    fresh = [finding for finding in result.findings if finding.status == "new"]
    if not (verbose or fresh or not result.complete):
        return int(ExitCode.CLEAN)
    from intercom_scan.reporters import FORMATS, Options, exit_code  # noqa: PLC0415

    # What was not read is left out of the shortest form.
    verbosity = 1 if verbose else -1 if result.complete else 0
    options = Options(verbosity=verbosity, fail_on=lowest)
    FORMATS["text"](result, sys.stdout, options)
    failing = [finding for finding in fresh if finding.severity >= lowest]
    if failing:
        line = f"Next: {advice(failing)}; {_either(failing)}"
        encoding = sys.stdout.encoding or "utf-8"
        print(line.encode(encoding, "backslashreplace").decode(encoding))
    return int(exit_code(result, lowest))


def _either(failing: Failing) -> str:
    """The credential is in somebody's hands, or it is none."""
    prints = {finding.fingerprint for finding in failing}
    one = prints.pop() if len(prints) == 1 else "FINGERPRINT"
    allow = f"intercom-scan ignore {one} --reason WHY"
    if not any(finding.rule.confidential for finding in failing):
        return f"if it may stay: {allow}"
    return f"rotate it if it was ever pushed; if it may stay: {allow}"
