"""Times whole processes in turn."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

Command = Sequence[str]


@dataclass(frozen=True)
class Figure:
    """Medians over the runs: wall and processor seconds, and the last exit code."""

    seconds: float
    processor: float
    status: int
    output: str


def measure(
    commands: Mapping[str, Command], runs: int, cwd: str | None = None
) -> dict[str, Figure]:
    """Run every command `runs` times in turn after one warm-up; figures by name."""
    walls: dict[str, list[float]] = {name: [] for name in commands}
    processors: dict[str, list[float]] = {name: [] for name in commands}
    last: dict[str, tuple[int, str]] = {}
    for number in range(runs + 1):
        for name, command in commands.items():
            wall, processor, status, output = once(command, cwd)
            last[name] = status, output
            if number:
                walls[name].append(wall)
                processors[name].append(processor)
    return {
        name: Figure(median(walls[name]), median(processors[name]), *last[name])
        for name in commands
    }


def once(command: Command, cwd: str | None = None) -> tuple[float, float, int, str]:
    """Wall and processor seconds (of the children too), status, and the end of the output."""
    with tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        tail = errors.read()[-2000:].decode("utf-8", "replace")
    return wall, usage.ru_utime + usage.ru_stime, process.returncode, tail


def peak_memory(command: Command, cwd: str | None = None) -> float:
    """MB of the command's own process at its peak, not of those that it starts (Linux alone)."""
    process = subprocess.Popen(
        command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    peak = 0.0
    while process.poll() is None:
        try:
            with open(f"/proc/{process.pid}/status") as file:
                lines = [line for line in file if line.startswith("VmHWM")]
            peak = max([peak, *(int(line.split()[1]) / 1e3 for line in lines)])
        except OSError:
            break
        time.sleep(0.005)
    process.wait()
    return peak
