"""Jobs of services: an origin, clones as services make them, and the command as they start it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.integration.running import Dated, fresh, git

COMMAND = (sys.executable, "-m", "intercom_scan", "ci")
# Of the machine that runs the tests, which may be a job of a service itself.
_OTHERS = re.compile(
    r"(GITHUB|GITLAB|CI|RUNNER|CIRCLE|CIRCLECI|JENKINS|BITBUCKET|BUILD|SYSTEM|TF|CHANGE|BRANCH|"
    r"WORKSPACE|INTERCOM)(_|$)"
)
_FIRST = ("result", "exit-code", "findings", "new-findings", "commits-scanned")


@dataclass(frozen=True)
class Ran:
    """What a job's step did; `outputs` and `summary` are those of GitHub."""

    code: int
    out: str
    err: str
    outputs: dict[str, str]
    summary: str

    @property
    def said(self) -> str:
        return self.out + self.err


def environment(more) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not _OTHERS.match(name)}
    without = {"INTERCOM_SCAN_ENV_CHECK": "false"}  # which is tested elsewhere
    return plain | without | {name: str(value) for name, value in more.items()}


def ci(where, *arguments, env=None, command=COMMAND) -> Ran:
    """Run `intercom-scan ci` in a directory, with nothing of a service but `env`."""
    env = env or {}
    done = subprocess.run(
        [*command, *map(str, arguments)], cwd=where, env=environment(env), timeout=100,
        capture_output=True, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    out, err = (text.decode("utf-8", "replace") for text in (done.stdout, done.stderr))
    assert "Traceback" not in out + err, out + err
    assert "internal error" not in out + err, out + err
    return Ran(done.returncode, out, err, *_files(env))


def _files(env) -> tuple[dict[str, str], str]:
    texts = []
    for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
        file = Path(env.get(name, os.devnull))
        texts.append(file.read_text(encoding="utf-8") if file.exists() else "")
    return parsed(texts[0]), texts[1]


def parsed(text: str) -> dict[str, str]:
    """Outputs as the runner reads them: `name<<delimiter`, lines, the delimiter."""
    found, lines = {}, iter(text.splitlines())
    for line in lines:
        name, _, delimiter = line.partition("<<")
        assert delimiter, line
        value = []
        while (piece := next(lines)) != delimiter:
            value.append(piece)
        assert name not in found
        found[name] = "\n".join(value)
    return found


def on_github(place, event, payload=None, **more) -> dict[str, str]:
    """The variables of a step of GitHub Actions, and the files that they name, beside `place`."""
    folder = place.parent / f"{place.name}-runner"
    folder.mkdir(exist_ok=True)
    file = folder / "event.json"
    file.write_text(json.dumps(payload or {}))
    for name in ("output", "summary"):
        (folder / name).unlink(missing_ok=True)
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": event,
        "GITHUB_EVENT_PATH": str(file),
        "GITHUB_WORKSPACE": str(place),
        "GITHUB_OUTPUT": str(folder / "output"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary"),
        **more,
    }


def origin(folder) -> Dated:
    """Where jobs clone from."""
    made = Dated(folder / "origin")
    made.git("config", "uploadpack.allowFilter", "true")
    return made


def leak(made, name="app.txt"):
    """Commit a fake to the branch that is checked out; the commit."""
    return made.put(name, fresh()[1])


def clone(made, *options, branch="main"):
    """A clone of the origin, beside it."""
    place = made.path.parent / f"clone-{len(list(made.path.parent.iterdir()))}"
    url = made.path.as_uri()
    git(made.path.parent, "clone", "--quiet", "--branch", branch, *options, url, str(place))
    return place


def fetched(made, ref, *options):
    """A clone of one ref and no more, as services make them, with HEAD detached."""
    place = made.path.parent / f"fetched-{len(list(made.path.parent.iterdir()))}"
    git(made.path.parent, "init", "--quiet", str(place))
    git(place, "remote", "add", "origin", made.path.as_uri())
    git(place, "fetch", "--quiet", "--no-tags", *options, "origin", f"+{ref}:refs/remotes/{ref}")
    git(place, "checkout", "--quiet", "--detach", f"refs/remotes/{ref}")
    return place


def head(place, revision="HEAD") -> str:
    return git(place, "rev-parse", revision)


def outcome(ran) -> tuple[int, int, int]:
    """Exit code, new findings and commits, as GitHub is told; the outputs are whole."""
    assert set(_FIRST) <= set(ran.outputs), (ran.said, ran.outputs)
    assert int(ran.outputs["exit-code"]) == ran.code
    return ran.code, int(ran.outputs["new-findings"]), int(ran.outputs["commits-scanned"])
