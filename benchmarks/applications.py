"""Repositories of code to audit: services in many languages, some of which speak to Intercom."""

from __future__ import annotations

import random
import subprocess
from typing import TYPE_CHECKING

from repositories import IDENTITY, IGNORED, WORDS

from intercom_scan.audit.checks import CHECKS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# A function of a language by its file name's ending: {0} is a name, {1} and {2} are words.
FUNCTIONS = {
    "ts": "export function {0}({1}: string, {2}: number): string {{\n"
    "  const found = store.get({1});\n  return found ? `${{found}} {{{2}}}` : '';\n}}\n",
    "tsx": "export function {0}(props: {{ {1}: string }}) {{\n"
    "  return <section title={{props.{1}}}><{0}Row {2}={{1}} /></section>;\n}}\n",
    "js": "function {0}({1}, {2}) {{\n  return app.use({1}).then(({2}) => {2}.length);\n}}\n",
    "py": "def {0}({1}: str, {2}: int) -> str:\n    return f'{{{1}}}' * {2}\n\n\n",
    "rb": "def {0}({1}, {2} = nil)\n  {1}.map {{ |each| each.to_s + {2}.to_s }}\nend\n\n",
    "php": "<?php\nfunction {0}(string ${1}, int ${2}): string {{ return ${1} . ${2}; }}\n",
    "go": "func {0}({1} string, {2} int) string {{\n\treturn fmt.Sprint({1}, {2})\n}}\n\n",
    "java": "class {0} {{\n  String {1}(int {2}) {{ return signature({2}); }}\n}}\n",
    "kt": "fun {0}({1}: String, {2}: Int): String = {1}.repeat({2})\n\n",
    "cs": "class {0} {{ string {1}(int {2}) => {2}.ToString(); }}\n",
    "swift": "func {0}({1}: String, {2}: Int) -> String {{ return {1} }}\n\n",
    "dart": "String {0}(String {1}, int {2}) => '${1} ${2}';\n",
    "vue": '<template><p :title="{1}">{0}</p></template>\n<script>export const {2} = 1</script>\n',
    "md": "## {0}\n\nWhat {1} and {2} are for.\n",
}
_SERVICES = 200
_SPEAKING = 0.02  # of all files: those that come from samples of the checks
_FUNCTIONS = 25  # of a file


def application(path: Path, files: int, speaking_part: float = _SPEAKING) -> Path:
    """A repository of `files` files in 200 services, committed; a part speaks of Intercom."""
    generator = random.Random(files)
    speaking = list(_speaking(generator, round(files * speaking_part)))
    plain = [_plain(generator, number) for number in range(files - len(speaking))]
    for name, text in (*speaking, *plain):
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    (path / ".gitignore").write_bytes(IGNORED)
    git = ["git", "-C", str(path)]
    subprocess.run([*git, "init", "--quiet"], check=True)
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, *IDENTITY, "commit", "--quiet", "-m", "All"], check=True)
    return path


def changed(path: Path, files: int) -> Path:
    """The same with `files` of them changed and staged, as many that speak of Intercom as not."""
    application(path, 1_000)
    for pattern in ("service*/intercom/*/*", "service*/src/*"):
        for file in sorted(path.glob(pattern))[: files // 2]:
            file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    subprocess.run(["git", "-C", str(path), "add", "."], check=True)
    return path


def _speaking(generator: random.Random, files: int) -> Iterator[tuple[str, str]]:
    """What the checks show in their explanations, in turn."""
    samples = [sample for check in CHECKS.values() for sample in check.samples]
    for number in range(files):
        sample = samples[number % len(samples)]
        text = generator.choice((sample.safe, sample.unsafe))
        yield f"service{number % _SERVICES}/intercom/{number}/{sample.path}", text


def _plain(generator: random.Random, number: int) -> tuple[str, str]:
    ending = generator.choice(list(FUNCTIONS))
    made = (
        FUNCTIONS[ending].format(f"{generator.choice(WORDS)}{line}", *generator.choices(WORDS, k=2))
        for line in range(_FUNCTIONS)
    )
    return f"service{number % _SERVICES}/src/file{number}.{ending}", "".join(made)
