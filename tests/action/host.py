"""What runs an action in these tests: the steps of `action.yml`, with bash, as the host does it.

`run` steps are executed. `uses` steps are somebody else's code: they are listed, with what they are
given. An expression that is not known here is an error, not an empty string.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.action.commands import Command, read

ROOT = Path(__file__).parents[2]
FILES = ("ENV", "OUTPUT", "PATH", "STATE", "STEP_SUMMARY")
SUMMARY_LIMIT = 1 << 20  # bytes; the runner drops a longer one


@dataclass
class Job:
    """Where the action runs: the checkout, the event, and what the workflow sets."""

    workspace: Path
    temp: Path
    event: str
    payload: Any
    variables: dict[str, str]  # GITHUB_REF, GITHUB_SHA and others that the event sets
    environment: dict[str, str] = field(default_factory=dict)  # the workflow's `env`
    runner: dict[str, str] = field(
        default_factory=lambda: {"os": "Linux", "arch": "X64", "environment": "github-hosted"}
    )


@dataclass
class Ran:
    """What an action did."""

    code: int = 0  # of the step that failed, or 0
    outputs: dict[str, str] = field(default_factory=dict)
    steps: dict[str, dict[str, str]] = field(default_factory=dict)  # outputs of each, by id
    ran: list[str] = field(default_factory=list)  # names of the steps that were executed
    uses: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    log: str = ""
    text: str = ""  # the log without commands
    summary: str = ""
    environment: dict[str, str] = field(default_factory=dict)  # what steps added to it
    paths: list[str] = field(default_factory=list)

    def named(self, *names: str) -> list[Command]:
        return [command for command in self.commands if command.name in names]


def load(path: Path = ROOT / "action.yml") -> dict[str, Any]:
    """An action, or a workflow, as YAML 1.2 has it: `on` is no truth value."""
    text = path.read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.load(text, _Loader)
    return loaded


class _Loader(yaml.SafeLoader):
    pass


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if tag != "tag:yaml.org,2002:bool"]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"true|false"), list("tf"))


def key_values(text: str) -> dict[str, str]:
    """The lines of GITHUB_OUTPUT and its like: `name=value`, or `name<<END` … `END`."""
    found: dict[str, str] = {}
    lines = iter(text.split("\n"))
    for line in lines:
        name, mark, rest = re.fullmatch(r"(?s)(.*?)(=|<<|$)(.*)", line).groups()  # type: ignore[union-attr]
        if not line:
            continue
        assert mark, f"the runner refuses {line!r}"
        if mark == "=":
            found[name] = rest
            continue
        value: list[str] = []
        while (part := next(lines)) != rest:
            value.append(part)
        found[name] = "\n".join(value)
    return found


class Contexts:
    """What expressions may name."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    def evaluate(self, expression: str) -> str:
        left, operator, right = re.fullmatch(
            r"\s*([\w.'-]+)\s*(?:(==|!=)\s*([\w.'-]+)\s*)?", expression
        ).groups()  # type: ignore[union-attr]
        if not operator:
            return self._value(left)
        return str((self._value(left) == self._value(right)) is (operator == "==")).lower()

    def _value(self, term: str) -> str:
        if term.startswith("'"):
            return term.strip("'")
        context, *names = term.split(".")
        value = self.values[context]
        if context == "steps":
            step, kind, name = names
            assert kind == "outputs"
            return str(value.get(step, {}).get(name, ""))
        (name,) = names
        return str(value[name])

    def fill(self, text: object) -> str:
        """A value of the file, with its `${{ … }}` replaced."""
        if isinstance(text, bool):
            return str(text).lower()
        return re.sub(r"\$\{\{(.*?)\}\}", lambda found: self.evaluate(found[1]), str(text))


def run(
    job: Job,
    inputs: dict[str, str] | None = None,
    only: frozenset[str] = frozenset(),
    steps: dict[str, dict[str, str]] | None = None,
    action: Path = ROOT,
) -> Ran:
    """Run the action in `job`.

    With `only`, no other steps than those of these names; `steps` has the outputs of the others.
    """
    document = load(action / "action.yml")
    given = inputs or {}
    assert given.keys() <= document["inputs"].keys()
    values = {name: str(about["default"]) for name, about in document["inputs"].items()} | given
    ran = Ran(steps={name: dict(outputs) for name, outputs in (steps or {}).items()})
    variables = _variables(job, action)
    about = {"environment": variables["RUNNER_ENVIRONMENT"], "temp": variables["RUNNER_TEMP"],
             "os": variables["RUNNER_OS"], "arch": variables["RUNNER_ARCH"]}  # fmt: skip
    contexts = Contexts({"inputs": values, "steps": ran.steps, "runner": about})
    for number, step in enumerate(document["runs"]["steps"]):
        if ran.code or (only and step["name"] not in only):
            continue
        if "if" in step and contexts.evaluate(step["if"].strip("${} ")) == "false":
            continue
        if "uses" in step:
            with_ = {name: contexts.fill(value) for name, value in step.get("with", {}).items()}
            ran.uses.append((step["uses"], with_))
            continue
        _execute(step, job, ran, contexts, variables | {"GITHUB_ACTION": f"__{number}"})
    ran.outputs = {
        name: contexts.fill(about["value"]) for name, about in document["outputs"].items()
    }
    return ran


def _variables(job: Job, action: Path) -> dict[str, str]:
    """The environment that each step gets, as
    https://docs.github.com/en/actions/reference/workflows-and-actions/variables lists it."""
    runner_temp, tools = job.temp / "temp", job.temp / "tools"
    for folder in (runner_temp, tools):
        folder.mkdir(parents=True, exist_ok=True)
    event_path = job.temp / "event.json"
    event_path.write_text(json.dumps(job.payload), encoding="utf-8")
    inherited = {
        name: value for name, value in os.environ.items()
        if not name.startswith(("GITHUB_", "RUNNER_", "CI"))
    }  # fmt: skip
    return inherited | {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_ACTION_PATH": str(action),
        "GITHUB_EVENT_NAME": job.event,
        "GITHUB_EVENT_PATH": str(event_path),
        "GITHUB_REPOSITORY": "octo/sample",
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_WORKSPACE": str(job.workspace),
        "RUNNER_ARCH": job.runner["arch"],
        "RUNNER_ENVIRONMENT": job.runner["environment"],
        "RUNNER_OS": job.runner["os"],
        "RUNNER_TEMP": str(runner_temp),
        "RUNNER_TOOL_CACHE": str(tools),
        **job.variables,
        **job.environment,
    }


def _execute(
    step: dict[str, Any], job: Job, ran: Ran, contexts: Contexts, variables: dict[str, str]
) -> None:
    assert step["shell"] == "bash"
    ran.ran.append(step["name"])
    folder = job.temp / "files" / str(len(ran.ran))
    folder.mkdir(parents=True)
    files = {name: folder / name for name in FILES}
    for file in files.values():
        file.touch()
    script = folder / "script.sh"
    script.write_text(step["run"], encoding="utf-8")
    own = {name: contexts.fill(value) for name, value in step.get("env", {}).items()}
    environment = variables | ran.environment | own
    environment |= {f"GITHUB_{name}": str(file) for name, file in files.items()}
    environment["PATH"] = os.pathsep.join([*reversed(ran.paths), variables["PATH"]])
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
        cwd=job.workspace / contexts.fill(step.get("working-directory", ".")),
        env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, check=False, timeout=600,
    )  # fmt: skip
    _collect(step, ran, done, files)


def _collect(
    step: dict[str, Any],
    ran: Ran,
    done: subprocess.CompletedProcess[bytes],
    files: dict[str, Path],
) -> None:
    log = done.stdout.decode("utf-8", "replace")
    found, text = read(log)
    ran.code = done.returncode
    ran.log += log
    ran.text += "\n".join(text)
    ran.commands += found
    said = {name: file.read_text(encoding="utf-8") for name, file in files.items()}
    assert len(said["STEP_SUMMARY"].encode()) <= SUMMARY_LIMIT
    ran.summary += said["STEP_SUMMARY"]
    ran.environment |= key_values(said["ENV"])
    ran.paths += said["PATH"].splitlines()
    if "id" in step:
        ran.steps[step["id"]] = key_values(said["OUTPUT"])
