"""A person at a terminal: a pseudo-terminal whose questions are answered by their texts."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import time
from typing import TYPE_CHECKING

from tests.integration.running import COMMAND

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_QUESTION = re.compile(r"([^\r\n]+?)(?: \[y/N\])?: $")


class Played:
    """What came of it: exit code (negative: the signal), all output, the questions in order."""

    def __init__(self, code: int, out: str, questions: list[str]) -> None:
        self.code, self.out, self.questions = code, out, questions


def play(
    arguments: tuple[str, ...],
    answer: Callable[[str], str | int],
    *,
    cwd: Path,
    env: Mapping[str, str],
    program: tuple[str, ...] = COMMAND,
) -> Played:
    """Run the command; a question's answer is a line to type, or a signal to send."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(cwd)
        kept = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        os.execvpe(program[0], [*program, *arguments], kept | dict(env))
    try:
        out, questions = _talk(child, terminal, answer)
    except BaseException:
        os.kill(child, signal.SIGKILL)
        raise
    finally:
        _, status = os.waitpid(child, 0)
        os.close(terminal)
    return Played(os.waitstatus_to_exitcode(status), out.replace("\r\n", "\n"), questions)


def _talk(
    child: int, terminal: int, answer: Callable[[str], str | int]
) -> tuple[str, list[str]]:  # fmt: skip
    """All output and the questions, until the other end is closed."""
    out, seen = "", 0
    questions: list[str] = []
    end = time.monotonic() + 100
    while time.monotonic() < end:
        # A question is one that nothing follows for a moment.
        if select.select([terminal], [], [], 0.05)[0]:
            try:
                data = os.read(terminal, 65536)
            except OSError:  # Linux, when the other end is closed
                return out, questions
            if not data:
                return out, questions
            out += data.decode("utf-8", "replace")
        elif asked := _QUESTION.search(out[seen:]):
            seen = len(out)
            questions.append(asked[1])
            said = answer(asked[1])
            if isinstance(said, int):
                os.kill(child, said)
            else:
                os.write(terminal, said.encode() + b"\n")
    raise TimeoutError(out)
