"""Workflow commands, read out of a log as the runner reads them.

The rules are those of https://github.com/actions/runner: `ActionCommand.cs` and
`ActionCommandManager.cs`. There are two forms: `::name key=value,…::data` at the start of a line,
and the older `##[name key=value;…]data` anywhere in one. Standard error counts as standard output
does, and a carriage return ends a line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# What the runner acts on; all others are text.
REGISTERED = frozenset(
    [
        "add-mask",
        "add-matcher",
        "add-path",
        "debug",
        "echo",
        "endgroup",
        "error",
        "group",
        "notice",
        "remove-matcher",
        "save-state",
        "set-env",
        "set-output",
        "stop-commands",
        "warning",
    ]
)


@dataclass(frozen=True)
class Command:
    """A line that the runner obeys."""

    name: str
    properties: dict[str, str]
    data: str


def _decoded(text: str, *more: tuple[str, str]) -> str:
    for code, character in (("%0D", "\r"), ("%0A", "\n"), *more, ("%25", "%")):
        text = text.replace(code, character)
    return text


def _properties(text: str, separator: str, *more: tuple[str, str]) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.strip().split(separator))
    return {key: _decoded(value, *more) for key, _, value in pairs if key and value}


def _new_form(line: str, known: frozenset[str]) -> Command | None:
    head, end, data = line.lstrip()[2:].partition("::")
    name, _, properties = head.partition(" ")
    if not line.lstrip().startswith("::") or not end or name.lower() not in known:
        return None
    codes = (("%3A", ":"), ("%2C", ","))
    return Command(name.lower(), _properties(properties, ",", *codes), _decoded(data))


def _old_form(line: str, known: frozenset[str]) -> Command | None:
    _, start, rest = line.partition("##[")
    head, end, data = rest.partition("]")
    name, _, properties = head.partition(" ")
    if not start or not end or name.lower() not in known:
        return None
    codes = (("%3B", ";"), ("%5D", "]"))
    return Command(name.lower(), _properties(properties, ";", *codes), _decoded(data, *codes))


def read(log: str) -> tuple[list[Command], list[str]]:
    """The commands of a step's log, and the lines of it that are only text."""
    commands: list[Command] = []
    text: list[str] = []
    stopped = ""
    for line in re.split(r"\r\n|\r|\n", log):
        known = REGISTERED | {stopped.lower()}
        command = _new_form(line, known) or _old_form(line, known)
        if command is None or (stopped and command.name != stopped.lower()):
            text.append(line)
        elif stopped:
            stopped = ""
        else:
            commands.append(command)
            if command.name == "stop-commands":
                stopped = command.data
                assert stopped, "the runner refuses an empty token"
                assert stopped.lower() not in {*REGISTERED, "pause-logging"}
    return commands, text
