"""Logs for the tests: made in this process, or in one that is killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from intercom_scan.trail.acting import recorded
from intercom_scan.trail.verifying import verified


def act(path, action="scan", code=0, **metadata):
    """An action with its two lines."""

    def work(running):
        running.note(**metadata)
        return code

    return recorded(str(path), action, "a place", {}, work)


def told(path):
    """Every whole line of a log, as what it says."""
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def problems(path, key=b"", expected=None):
    return verified(str(path), key, expected).problems


def python(code, *arguments, **env):
    """A new interpreter that runs `code`; its arguments are `sys.argv[1:]`."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)], env={**os.environ, **env},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
