"""The steps of CI configurations that run a scanner, and what may keep one from failing the job.

Each is read as its service documents it; nothing of it is executed, and no anchor is followed: a
step is looked at where it is written.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.audit.commands import Run, runs
from intercom_scan.setup import yaml_places
from intercom_scan.setup.precommit import URL
from intercom_scan.values import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from intercom_scan.audit.project import Project
    from intercom_scan.setup.yaml_places import Document, Node

_ACTION = URL.removeprefix("https://github.com/")
_WORKFLOW = re.compile(r"\.github/workflows/[^/]+\.ya?ml")
_YAML = re.compile(
    r"\.gitlab-ci\.ya?ml|\.circleci/config\.ya?ml|azure-pipelines[\w.-]*\.ya?ml|"
    r"\.azure-pipelines/.*\.ya?ml|bitbucket-pipelines\.ya?ml"
)
_GROOVY = re.compile(r"(?:.*/)?Jenkinsfile(?:\.\w+)?")
# Keys whose value is a shell's script.
_SHELLS = ("run", "script", "before_script", "after_script", "command", "bash", "pwsh")
# Keys whose value lets what stands beside or below them fail, where it is not this one.
# https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
# https://docs.gitlab.com/ci/yaml/#allow_failure
# https://learn.microsoft.com/en-us/azure/devops/pipelines/process/tasks
_LETS_FAIL = {"continue-on-error": "false", "allow_failure": "false", "continueOnError": "false"}
_OFF = ("if", "enabled", "condition", "when")
_OFF_TEXTS = {"false", "${{ false }}", "False", "manual", "never", "no"}
_BY_HAND = {"workflow_dispatch", "repository_dispatch"}


@dataclass(frozen=True, slots=True)
class Step:
    """A step that scans: where it stands, what it runs, and what is wrong with it.

    `problems` are in words; none where a failure of it is one of the job.
    """

    path: str
    line: int
    run: Run
    problems: tuple[str, ...] = ()


def steps(project: Project) -> Iterator[Step]:
    """All steps in the CI configurations of a project. Raises ConfigError for invalid YAML."""
    for path in project.files:
        if _WORKFLOW.fullmatch(path) or _YAML.fullmatch(path):
            document = yaml_places.read(project.read(path), path)
            if document.root is not None:
                yield from _in_document(document, path, project)
        elif _GROOVY.fullmatch(path):
            yield from _in_groovy(project.read(path), path)


# --- YAML


@dataclass(frozen=True, slots=True)
class _Around:
    """What holds for all below a mapping: worked out once for each, and so in linear time.

    `mode` is INTERCOM_SCAN_MODE; `unused` says that it is a definition that nothing refers to.
    """

    document: Document
    mapping: Node | None = None
    problems: tuple[str, ...] = ()
    mode: str | None = None
    unused: bool = False

    def inside(self, mapping: Node, key: str) -> _Around:
        problems = _problems(mapping) if self.mapping is not None else ()
        used = {mapping.anchor} & self.document.aliases
        return replace(
            self,
            mapping=mapping,
            problems=tuple(dict.fromkeys((*self.problems, *problems))),
            mode=_variable(mapping, "INTERCOM_SCAN_MODE") or self.mode,
            unused=(self.unused or key == "definitions") and not used,
        )

    @property
    def wrong(self) -> tuple[str, ...]:
        unused = ("is defined, and no pipeline uses it",) if self.unused else ()
        return (*self.problems, *unused)


def _in_document(document: Document, path: str, project: Project) -> Iterator[Step]:
    root = document.root
    assert root is not None
    outside = tuple(_by_hand(root)) if _WORKFLOW.fullmatch(path) else ()
    seen: set[tuple[str, tuple[str, ...]]] = set()  # scripts, by what holds where they are run
    for key, text, around in _texts(root, _Around(document, problems=outside)):
        first = text.line + (text.style in ("|", ">"))
        for run in _runs(key, text, around):
            yield _step(path, first, run, around.wrong)
        for script in _scripts(text.text, project) if key in _SHELLS else ():
            if (script, around.wrong) not in seen:
                seen.add((script, around.wrong))
                for run in runs(project.read(script).decode("utf-8", "replace")):
                    yield _step(script, 1, run, around.wrong)


def _step(path: str, first: int, run: Run, problems: Iterable[str]) -> Step:
    silent = (f"may fail without a word: {way}" for way in run.silent)
    return Step(path, first + run.line, run, tuple(dict.fromkeys((*silent, *problems))))


def _scripts(text: str, project: Project) -> Iterator[str]:
    """The files of the project that a script runs by their names."""
    words = dict.fromkeys(word.removeprefix("./") for word in text.split())
    return (word for word in words if word in project.files)


def _texts(node: Node, around: _Around, key: str = "") -> Iterator[tuple[str, Node, _Around]]:
    """Each text with the nearest key above it and what holds there."""
    if node.kind == "text":
        yield key, node, around
    elif node.kind == "list":
        for item in node.items:
            yield from _texts(item, around, key)
    elif node.kind == "mapping":
        inner = around.inside(node, key)
        for name, value in node.pairs:
            yield from _texts(value, inner, name.text)


def _runs(key: str, text: Node, around: _Around) -> Iterator[Run]:
    if key == "uses" and around.mapping is not None:
        yield from _used(text.text, around.mapping)
    elif key in ("remote", "component", "project"):
        if f"{_ACTION}/" in text.text:
            yield Run("intercom-scan", whole=True)
    elif key in _SHELLS:
        yield from runs(text.text, around.mode)


def _used(name: str, step: Node) -> Iterator[Run]:
    """An action by its name, with its mode among what it is given."""
    action = name.partition("@")[0]
    if action == _ACTION or action.startswith(f"{_ACTION}/"):
        given = next((value for key, value in step.pairs if key.text == "with"), None)
        mode = _value(given, "mode") if given is not None else None
        yield from runs(f"intercom-scan ci --mode {mode or 'history'}")
    elif other := re.search(r"gitleaks|trufflehog|ggshield|gitguardian|kingfisher", action):
        yield Run(other[0], whole=None)


def _value(mapping: Node, key: str) -> str | None:
    pairs = mapping.pairs if mapping.kind == "mapping" else []
    return next((value.text for name, value in pairs if name.text == key), None)


def _variable(mapping: Node, name: str) -> str | None:
    """What a variable is set to by the `env` or `variables` of a mapping."""
    held = (v for k, v in mapping.pairs if k.text in ("env", "variables", "environment"))
    return next((found for each in held if (found := _value(each, name)) is not None), None)


def _problems(mapping: Node) -> Iterator[str]:
    """What a mapping says that lets what is in it fail, or keeps it from running."""
    for key, value in mapping.pairs:
        if key.text in _LETS_FAIL and value.text != _LETS_FAIL[key.text]:
            yield f"may fail without a word: {key.text}"
        elif key.text in _OFF and value.kind == "text" and value.text in _OFF_TEXTS:
            yield f"does not run by itself: {key.text}: {value.text}"


def _by_hand(root: Node) -> Iterator[str]:
    """A workflow that only a person starts."""
    for key, value in root.pairs if root.kind == "mapping" else ():
        if key.text in ("on", "true"):
            names = [value] if value.kind == "text" else value.items
            events = {n.text for n in (names[::2] if value.kind == "mapping" else names)}
            if events and events <= _BY_HAND:
                yield "does not run by itself: only by hand"


# --- Jenkins

_SHELL = re.compile(r"\b(?:sh|bat|powershell)\b")
_CATCHES = re.compile(r"\b(?:catchError|warnError|unstable|returnStatus\s*:\s*true)\b")


def _in_groovy(data: bytes, path: str) -> Iterator[Step]:
    text = data.decode("utf-8", "replace")
    caught = _CATCHES.search(text)
    around = [f"may fail without a word: {caught[0]}"] if caught else []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.lstrip().startswith(("//", "*")):
            for run in runs(_SHELL.sub("", line, count=1).strip(" '\"(){}\r")):
                yield _step(path, number, run, around)
