"""The samples that `explain` shows: audited themselves, and shown in every form."""

from __future__ import annotations

import difflib
import re

import pytest

from intercom_scan.audit.checks import CHECKS
from intercom_scan.audit.syntax.modules import ending
from tests.audit.repositories import explained
from tests.audit.texts import answered
from tests.integration.running import command

SAMPLES = {
    f"{check.id}, {sample.language}, {sample.path}": (check, sample)
    for check in CHECKS.values()
    for sample in check.samples
}
LANGUAGES = {
    "C#": "cs cshtml", "Dart": "dart", "Go": "go", "HTML": "html", "Java": "java",
    "JavaScript": "js jsx mjs cjs", "Kotlin": "kt", "PHP": "php", "Python": "py",
    "Ruby": "rb erb", "Swift": "swift", "TypeScript": "ts tsx", "Vue": "vue", "ERB": "erb",
    "Svelte": "svelte", "Blade": "php", "Twig": "twig", "Django": "html", "dotenv": "env",
    "XML": "xml", "YAML": "yml yaml", "Properties": "properties", "JSON": "json", "EJS": "ejs",
}  # fmt: skip


@pytest.mark.parametrize("name", SAMPLES)
def test_the_safe_code_passes_and_the_unsafe_fails(name):
    check, sample = SAMPLES[name]
    safe = answered({sample.path: sample.safe}, check.id)
    unsafe = answered({sample.path: sample.unsafe}, check.id)
    assert safe.answer == "pass", safe
    assert unsafe.answer == "fail", unsafe


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_shows_little_and_in_one_language(name):
    _, sample = SAMPLES[name]
    assert ending(sample.path) in LANGUAGES[sample.language].split()
    assert len(sample.safe.splitlines()) <= 60
    assert all(len(line) <= 100 for line in sample.safe.splitlines())
    same = difflib.SequenceMatcher(
        None, sample.safe.splitlines(), sample.unsafe.splitlines()
    ).ratio()
    assert 0.2 < same < 1, "what is unsafe is the safe code with something changed"


CHECK = CHECKS["webhook-verified"]
PYTHON, SCRIPT = ([s for s in CHECK.samples if s.language == n] for n in ("Python", "JavaScript"))


def indented(code: str) -> str:
    return "\n".join(f"    {line}" if line.strip() else line for line in code.splitlines())


def test_all_languages_are_shown():
    out = explained(CHECK.id)
    for sample in CHECK.samples:
        assert f"{sample.language}, safe ({sample.path})\n{indented(sample.safe)}" in out


def test_what_makes_the_unsafe_safe_is_a_diff():
    out = explained(CHECK.id, "--language", "python")
    tail = out.partition("Python, from unsafe to safe (webhook.py)\n")[2]
    less = re.findall(r"^    -(.+)$", tail, re.MULTILINE)
    more = re.findall(r"^    \+(.+)$", tail, re.MULTILINE)
    (sample,) = PYTHON
    assert less
    assert [line for line in sample.unsafe.splitlines() if line not in more] != []
    assert set(less) <= set(sample.unsafe.splitlines()) - set(sample.safe.splitlines())
    assert set(more) <= set(sample.safe.splitlines()) - set(sample.unsafe.splitlines())


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_one_language(form):
    out = explained(CHECK.id, "--language", "pYthon", "--format", form)
    assert "import hashlib" in out
    assert "createHmac" not in out


def test_a_language_without_samples():
    ran = command("explain", CHECK.id, "--language", "COBOL")
    assert (ran.code, ran.out) == (2, "")
    assert "there are samples in JavaScript, Python" in ran.err
    assert explained("rotation", "--language", "COBOL"), "it has none at all"


@pytest.mark.parametrize("asked", [*CHECKS, "intercom-access-token", "env-file-tracked"])
def test_markdown_renders(asked):
    from markdown_it import MarkdownIt

    out = explained(asked, "--format", "markdown")
    tokens = MarkdownIt("commonmark").parse(out)
    headings = [tokens[at + 1].content for at, t in enumerate(tokens) if t.type == "heading_open"]
    blocks = [token for token in tokens if token.type == "fence"]
    samples = CHECKS[asked].samples if asked in CHECKS else ()
    assert headings[2:] == [sample.language for sample in samples]
    assert [block.content for block in blocks[::2]] == [
        sample.safe.strip("\n") + "\n" for sample in samples
    ]
    assert all(block.info == "diff" for block in blocks[1::2])
    steps = [t for t in tokens if t.type == "list_item_open" and t.info]
    assert len(steps) >= 1
