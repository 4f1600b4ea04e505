"""Any configuration that pre-commit takes, in any style: what was there is there afterwards."""

from __future__ import annotations

import re
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pre_commit.clientlib import load_config

from intercom_scan.errors import ConfigError
from intercom_scan.setup.precommit import HOOKS, REV, TYPES, TYPES_KEY, URL, merge

WORDS = st.text("abcxyz", min_size=1, max_size=4)
COMMENTS = st.sampled_from(["", "", " # why", "  #\tby tab", " # - id: é", " # 'one"])
LOCAL = "name: n\nlanguage: system\nentry: "
ENTRIES = st.sampled_from(
    ["echo", "'a: b'", '"\\u00e9 #"', "|\n  a\n\n  b", ">-\n  a\n  b", "a\n  b"]
)
EXTRAS = st.sampled_from(
    ["", "args: [--a, 'b']", "args:\n- --a\n-   b", "files: ^x # 1\n# 2", "args: &NEW [-x]",
     "args: *OLD"]
)  # fmt: skip
TOP = st.sampled_from(
    ["fail_fast: true", "default_stages: [pre-commit]", "exclude: |\n  (?x)^(\n    a\n  )$",
     "ci:\n  skip: []\n  # deep", "# alone\n\n# twice", "", "files: ''"]
)  # fmt: skip


def indented(text: str, by: int) -> str:
    return "\n".join(" " * by + line if line else line for line in text.split("\n"))


class Drawer:
    """Draws a configuration, line by line."""

    def __init__(self, data: st.DataObject) -> None:
        self.draw: Any = data.draw
        self.anchors = 0

    def some(self, strategy: st.SearchStrategy[str], most: int) -> list[str]:
        return [self.draw(strategy) for _ in range(self.draw(st.integers(0, most)))]

    def listed(self, texts: list[str], by: int, gap: int, between: bool) -> str:
        """Items in a block, with a comment or an empty line before some."""
        lines: list[str] = []
        for text in texts:
            if between and lines:
                lines += self.some(st.sampled_from(["", " " * by + "# next"]), 2)
            head, *rest = indented(text, by + gap).split("\n")
            lines.append(" " * by + "-" + head[by + 1 :])
            lines += rest
        return "\n".join(lines)

    def hook(self, name: str, local: bool) -> str:
        extra = self.draw(EXTRAS)
        if "&NEW" in extra:
            self.anchors += 1
        if "*OLD" in extra and not self.anchors:
            extra = ""
        extra = extra.replace("NEW", f"a{self.anchors}").replace("OLD", f"a{self.anchors}")
        lines = [f"id: {name}{self.draw(COMMENTS)}"]
        lines += [LOCAL + self.draw(ENTRIES)] if local else []
        return "\n".join(lines + [extra] * bool(extra))

    def repo(self, nest: int, gap: int) -> str:
        source = self.draw(st.sampled_from(["local", "a", "b", URL, URL + ".git"]))
        names = st.sampled_from(HOOKS) if source.startswith(URL) else WORDS
        hooks = [self.hook(name, source == "local") for name in self.some(names, 3)]
        revs = ["v0.0.9", "'v0.0.1'", "v99.0.0", "1a" * 20, "main.1"]
        lines = [f"repo: {source}{self.draw(COMMENTS)}"]
        lines += [f"rev: {self.draw(st.sampled_from(revs))}"] if source != "local" else []
        if not hooks:
            return "\n".join([*lines, "hooks: []"])
        return "\n".join([*lines, "hooks:", self.listed(hooks, nest, gap, between=True)])

    def repos(self) -> str:
        by = self.draw(st.sampled_from([0, 2, 4]))
        gap, nest = self.draw(st.sampled_from([2, 4])), self.draw(st.sampled_from([0, 2]))
        repos = [self.repo(nest, gap) for _ in range(self.draw(st.integers(0, 4)))]
        if not repos:
            return f"repos:{self.draw(st.sampled_from(['', ' []', ' [ ] # none']))}"
        return "repos:\n" + self.listed(repos, by, gap, between=True)

    def file(self) -> bytes:
        parts = self.some(TOP, 3)
        if self.draw(st.booleans()):
            types = self.some(st.sampled_from([*TYPES, "post-merge", "post-checkout"]), 3)
            block = "\n" + self.listed(types, self.draw(st.sampled_from([0, 2])), 2, between=False)
            flow = f" [{', '.join(types)}]{self.draw(COMMENTS)}"
            parts.append(f"{TYPES_KEY}:" + (block if types and self.draw(st.booleans()) else flow))
        parts.append(self.repos())
        parts += self.some(TOP, 2)
        by_key = {key[0] if (key := re.match(r"\w+", part)) else n: part
                  for n, part in enumerate(parts)}  # fmt: skip
        text = "\n".join(by_key.values()) + "\n"
        text = text.rstrip("\n") if self.draw(st.booleans()) else text
        return text.replace("\n", self.draw(st.sampled_from(["\n", "\r\n"]))).encode()


def wanted(old: dict[str, Any]) -> dict[str, Any]:
    """The same configuration with what is to be in it, worked out from values alone."""
    new = dict(old)
    types = old.get(TYPES_KEY) or []
    new[TYPES_KEY] = [*types, *(name for name in TYPES if name not in types)]
    repos = [dict(repo) for repo in old["repos"] or []]
    there = {hook["id"] for repo in repos for hook in repo["hooks"]}
    missing = [{"id": hook} for hook in HOOKS if hook not in there]
    ours = [repo for repo in repos if repo["repo"].startswith(URL)]
    for repo in ours:
        if repo["rev"].startswith("v0.0."):
            repo["rev"] = REV
    if missing and ours:
        ours[0]["hooks"] = [*ours[0]["hooks"], *missing]
    elif missing:
        repos.append({"repo": URL, "rev": REV, "hooks": missing})
    return {**new, "repos": repos}


def changed_lines(old: list[bytes], new: list[bytes]) -> list[bytes]:
    """The old lines that are not among the new ones, in their order."""
    at, gone = 0, []
    for line in old:
        try:
            at = new.index(line, at) + 1
        except ValueError:
            gone.append(line)
    return gone


MAY_CHANGE = re.compile(
    rb"\s*(?:default_install_hook_types: ?\[|repos: \[|hooks: \[\]|rev: '?v0\.0\.)"
)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_everything_survives(tmp_path_factory, data: st.DataObject) -> None:
    before = Drawer(data).file()
    old = yaml.safe_load(before)
    try:
        after = merge(before)
    except ConfigError:
        # The one thing that cannot be: a text that ends the file, and would grow by a line end.
        assert re.search(rb"(\||>-)\r?\n[^:]*[^\n]\Z", before)
        return
    assert yaml.safe_load(after) == wanted(old)
    assert merge(after) == after
    lines = [line for line in before.splitlines() if not MAY_CHANGE.match(line)]
    assert changed_lines(lines, after.splitlines()) == []
    assert before.endswith(b"\n") == after.endswith(b"\n")
    assert (b"\r\n" in before) == (b"\r\n" in after) or b"\n" not in before
    assert after.count(b"\r\n") in (0, after.count(b"\n"))
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    file.write_bytes(after)
    load_config(str(file))
