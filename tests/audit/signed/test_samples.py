"""Handlers as applications write them: those that are right pass, each unsafe change fails."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intercom_scan.audit.signed.idioms import header_of
from intercom_scan.audit.signed.judging import CANVAS, WEBHOOK
from intercom_scan.audit.syntax.modules import ending
from intercom_scan.audit.syntax.parse import parse
from tests.audit.signed import samples_javascript, samples_next, samples_python
from tests.audit.signed.projects import judged, said

if TYPE_CHECKING:
    from tests.audit.signed.samples import Sample

SAMPLES: dict[str, Sample] = {
    **samples_javascript.SAMPLES,
    **samples_next.SAMPLES,
    **samples_python.SAMPLES,
}
CHANGES = [(name, change) for name, sample in SAMPLES.items() for change in sample.changes]


def changed(sample: Sample, change: str) -> dict[str, str]:
    before, after, _ = sample.changes[change]
    files = {path: text.replace(before, after) for path, text in sample.files.items()}
    assert files != sample.files
    return files


def canvas(files: dict[str, str]) -> dict[str, str]:
    """The same for Canvas Kit: another header, another digest, and no prefix in front of it."""
    swaps = [
        ("sha256", "sha-other"), ("SHA-256", "SHA-OTHER"), ("sha1", "sha256"),
        ("SHA-1", "SHA-256"), ("sha-other", "sha1"), ("SHA-OTHER", "SHA-1"),
        ("Hub-Signature", "Body-Signature"), ("hub-signature", "body-signature"),
        ("HUB_SIGNATURE", "BODY_SIGNATURE"), ("hub_signature", "body_signature"),
    ]  # fmt: skip
    for before, after in swaps:
        files = {path: text.replace(before, after) for path, text in files.items()}
    return files


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_right_passes(name: str) -> None:
    assert said(SAMPLES[name].files, WEBHOOK) == (set(), set())
    assert said(canvas(SAMPLES[name].files), CANVAS) == (set(), set())


@pytest.mark.parametrize(("name", "change"), CHANGES)
def test_each_unsafe_change_fails_with_its_words(name: str, change: str) -> None:
    wrong, _ = said(changed(SAMPLES[name], change), WEBHOOK)
    assert re.search(SAMPLES[name].changes[change][2], " | ".join(sorted(wrong)))
    assert wrong


CHECKED = [(n, c) for n, c in CHANGES if "never" not in SAMPLES[n].changes[c][2]]


@pytest.mark.parametrize(("name", "change"), CHECKED)
def test_canvas_fails_for_the_same(name: str, change: str) -> None:
    wrong, _ = said(canvas(changed(SAMPLES[name], change)), CANVAS)
    assert wrong


def test_a_handler_of_one_kind_is_none_of_the_other() -> None:
    for sample in SAMPLES.values():
        assert judged(sample.files, CANVAS) == []
        assert judged(canvas(sample.files), WEBHOOK) == []


# --- what may not change an answer


def declared(files: dict[str, str]) -> list[str]:
    """Names that the code declares and nothing outside of it can know."""
    own: set[str] = set()
    others = {"self", "this", "handler", "POST", "action", "exports", "module", "post", "request",
              "canActivate", "constructor"}  # fmt: skip
    for path, text in files.items():
        for node in parse(text.encode(), ending(path)).walk():
            if node.kind in ("param", "assign") and node.parts[0].kind == "name":
                own.add(node.parts[0].name)
            elif node.kind == "function":
                own.add(node.name)
            elif node.kind in ("member", "pair", "named", "class", "import"):
                others.add(node.name)
            elif node.kind == "text":
                others |= set(re.findall(r"\w+", node.name))
    return sorted(name for name in own - others if name and not header_of(name))


def renamed(files: dict[str, str], names: dict[str, str]) -> dict[str, str]:
    pattern = re.compile(r"\b(" + "|".join(map(re.escape, names)) + r")\b")
    return {path: pattern.sub(lambda found: names[found[1]], text) for path, text in files.items()}


def spaced(text: str, breaks: list[int], *, python: bool) -> str:
    """With empty lines and comments where a line may end."""
    comment = "# note" if python else "// note"
    found: list[str] = []
    quoted = False
    for i, line in enumerate(text.split("\n")):
        quoted ^= line.count('"""') % 2 == 1
        kind = breaks[i % len(breaks)]
        if kind and not quoted and not line.endswith("\\"):
            found += ["", comment][: 1 + (kind > 1)]
        found.append(line if python or kind < 3 else "\t" + line.strip())
    return "\n".join(found)


CASES = [(name, change) for name in SAMPLES for change in (None, *SAMPLES[name].changes)]


@settings(deadline=None, max_examples=40)
@given(case=st.sampled_from(CASES), first=st.integers(0, 10**6))
def test_names_never_change_an_answer(case: tuple[str, str | None], first: int) -> None:
    name, change = case
    files = changed(SAMPLES[name], change) if change else SAMPLES[name].files
    names = dict(zip(declared(files), (f"v{first + i}" for i in range(1000)), strict=False))
    assert names
    assert said(renamed(files, names), WEBHOOK) == said(files, WEBHOOK)


@settings(deadline=None, max_examples=40)
@given(case=st.sampled_from(CASES), breaks=st.lists(st.integers(0, 3), min_size=1, max_size=20))
def test_layout_never_changes_an_answer(case: tuple[str, str | None], breaks: list[int]) -> None:
    name, change = case
    files = changed(SAMPLES[name], change) if change else SAMPLES[name].files
    laid = {p: spaced(text, breaks, python=p.endswith(".py")) for p, text in files.items()}
    assert said(laid, WEBHOOK) == said(files, WEBHOOK)
