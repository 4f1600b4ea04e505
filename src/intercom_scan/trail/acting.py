"""One action and its two lines: that it begins, written before anything is done, and its end."""

from __future__ import annotations

import os
import sys
import time
from contextlib import closing
from datetime import datetime, timezone
from functools import lru_cache
from typing import IO, TYPE_CHECKING, Any

from intercom_scan._version import VERSION
from intercom_scan.ci.services import recognised
from intercom_scan.detector import Detector
from intercom_scan.errors import ExitCode, IntercomScanError
from intercom_scan.escape import terminal
from intercom_scan.masking import masked
from intercom_scan.trail import writing
from intercom_scan.trail.records import Entry
from intercom_scan.values import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from intercom_scan.trail.writing import Log

DONE = (ExitCode.CLEAN, ExitCode.FINDINGS)  # whatever was found
_REFUSED = "cannot take two more lines, so nothing was done"
_MANY = 50  # things that a line lists
_LONG = 240  # characters of a text


class Action:
    """What has begun; `note` says what its last line is to tell beside the result."""

    def __init__(self, log: Log, room: IO[bytes], entry: Entry) -> None:
        self._log, self._room, self._entry = log, room, entry
        self._started = time.monotonic()
        self._told: dict[str, Any] = {}
        with writing.translated(log.path, _REFUSED):
            self._begun = writing.append(log, entry)

    def note(self, **metadata: Any) -> None:  # noqa: ANN401 whatever JSON has
        """What is told of a name before is replaced. Values are numbers, texts, lists, mappings."""
        self._told |= metadata

    def end(self, result: str, **metadata: Any) -> None:  # noqa: ANN401 likewise
        """The last line, with a result of `success` or `failure`."""
        seconds = round(time.monotonic() - self._started, 3)
        own = {"begun": self._begun, **metadata, "seconds": seconds}
        told = own | _clean(self._told) | own  # what is noted comes behind, and replaces nothing
        entry = replace(self._entry, timestamp=_now(), result=result, metadata=told)
        self._room.close()
        with writing.translated(self._log.path, "what was done is not written down"):
            writing.append(self._log, entry)


def recorded(
    path: str,
    action: str,
    resource: str,
    metadata: Mapping[str, Any],
    work: Callable[[Action], int],
    done: Sequence[int] = DONE,
) -> int:
    """Do the work between two lines of the log at `path`; the exit code that it returns.

    Exit codes in `done` are a success: the action was done. Raises IntercomScanError before
    anything is done where the log cannot take both lines, and what the work raises, once that is
    written down.
    """
    with writing.open_log(path, writing.key_given()) as log:
        user, more = _who()
        told = _clean({"version": VERSION, **metadata, **more})
        entry = Entry(_now(), action, _text(user), _text(resource), "begun", told)
        with writing.translated(path, _REFUSED):
            room = writing.room_for_the_end(log)
        with closing(room):
            return _ended(Action(log, room, entry), work, done)


def _ended(action: Action, work: Callable[[Action], int], done: Sequence[int]) -> int:
    try:
        code = work(action)
    except BaseException as error:
        action.end("failure", error=_told(error))
        raise
    action.end("success" if code in done else "failure", exitCode=int(code))
    return code


def _who() -> tuple[str, dict[str, str]]:
    """The login name, or whom the CI service names as who started the job.

    Not what the environment has as USER, nor what git has as user.email, which anybody sets.
    """
    login = _login()
    service = recognised(os.environ)
    actor = next((os.environ[name] for name in service.actor if os.environ.get(name)), None)
    return (f"{service.name}:{actor}", {"login": login}) if actor else (login, {})


def _login() -> str:
    if sys.platform == "win32":
        return os.environ.get("USERNAME", "unknown")
    import pwd  # noqa: PLC0415 not on all systems

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # as in a container that is run for any number
        return f"uid {os.getuid()}"


def _now() -> str:
    now = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
    return now.replace("+00:00", "Z")


def _told(error: BaseException) -> str:
    name = type(error).__name__
    return _text(f"{name}: {error}") if isinstance(error, IntercomScanError) else name


def _clean(value: Any) -> Any:  # noqa: ANN401 whatever JSON has
    """The same without secrets, control characters, and more than a line should have."""
    if isinstance(value, dict):
        return {_text(str(name)): _clean(value[name]) for name in list(value)[:_MANY]}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value[:_MANY]]
    return value if value is None or isinstance(value, int | float) else _text(str(value))


def _text(text: str) -> str:
    return terminal(masked(text, _detector()), _LONG)


@lru_cache(maxsize=1)
def _detector() -> Detector:  # takes 10 ms to make
    return Detector()
