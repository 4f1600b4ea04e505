"""What a step of GitHub Actions tells its runner: by commands in the log, and by files.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands. The runner
takes any line of the log for a command, so that what came out of a repository is printed between
`stop-commands` and a token that nobody could have known.
"""

from __future__ import annotations

import io
import secrets
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from intercom_scan.escape import command_data
from intercom_scan.masking import spellings
from intercom_scan.reporters import FORMATS, github, summarise

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import TextIO

    from intercom_scan.finding import ScanResult
    from intercom_scan.reporters import Options

_MASKS = 5_000  # the runner looks for each in each line of the job's log
_SHORTEST = 8  # characters of a mask; a shorter one would blot out innocent words


class Runner:
    """The runner of this step: its log `out`, and the files that `environment` names."""

    def __init__(self, environment: Mapping[str, str], out: TextIO) -> None:
        self._environment = environment
        self._out = out
        self._token = ""

    @contextmanager
    def quoted(self) -> Iterator[None]:
        """Until the end of the block nothing in the log is a command."""
        self._stop()
        try:
            yield
        finally:
            self._resume()

    def mask(self, result: ScanResult) -> None:
        """Within `quoted`: have each value found hidden in the job's log, however it is written.

        Nothing of ours prints one; another step may.
        """
        values = [f.secret for f in result.findings if f.rule.confidential]
        plain = (value.decode("utf-8", "replace") for value in values)
        written = chain.from_iterable(map(spellings, values))
        masks = dict.fromkeys(text for text in chain(plain, written) if len(text) >= _SHORTEST)
        self._resume()
        for text in islice(masks, _MASKS):
            self._line(f"::add-mask::{command_data(text)}")
        self._stop()

    def annotate(self, result: ScanResult, options: Options) -> None:
        """Within `quoted`: mark findings on their lines."""
        text = io.StringIO()
        github.annotate(result, text, options)
        if text.getvalue():
            self._resume()
            self._line(text.getvalue().removesuffix("\n"))
            self._stop()

    def summarise(self, result: ScanResult, options: Options) -> None:
        """Add the report to the summary of the job."""
        text = io.StringIO()
        FORMATS["markdown"](result, text, options)
        self._append("GITHUB_STEP_SUMMARY", text.getvalue().encode("utf-8", "replace"))

    def output(self, values: Mapping[str, object]) -> None:
        """Set outputs of the step; no value can end its own and begin another."""
        delimiter = f"end-{secrets.token_hex(16)}"
        lines = (f"{name}<<{delimiter}\n{value}\n{delimiter}\n" for name, value in values.items())
        self._append("GITHUB_OUTPUT", "".join(lines).encode("utf-8", "surrogateescape"))

    def _append(self, variable: str, data: bytes) -> None:
        if file := self._environment.get(variable):
            with Path(file).open("ab") as out:
                out.write(data)

    def _stop(self) -> None:
        self._token = secrets.token_hex(16)
        self._line(f"::stop-commands::{self._token}")

    def _resume(self) -> None:
        self._line(f"::{self._token}::")

    def _line(self, text: str) -> None:
        encoding = self._out.encoding or "utf-8"
        print(text.encode(encoding, "replace").decode(encoding), file=self._out, flush=True)


def outcome(result: ScanResult | None, code: int, options: Options) -> dict[str, object]:
    """The outputs that say how a scan ended; `result` is None for one that did not take place."""
    if result is None:
        verdict = "error" if code else "clean"
        counts = {"findings": 0, "new-findings": 0, "commits-scanned": 0}
    else:
        summary = summarise(result, options.fail_on)
        verdict = summary.verdict
        counts = {
            "findings": len(result.findings),
            "new-findings": summary.new,
            "commits-scanned": result.commits,
        }
    return {"result": verdict, "exit-code": int(code), **counts}
