"""Handlers as applications write them: those that are right pass, each unsafe change fails."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intercom_scan.audit.signed.judging import CANVAS, WEBHOOK
from tests.audit.properties import (
    Case,
    breaks,
    cases,
    changed,
    changes,
    laid,
    renamed,
    starts,
)
from tests.audit.signed import (
    samples_csharp,
    samples_csharp_frameworks,
    samples_csharp_functions,
    samples_edge,
    samples_filters,
    samples_go,
    samples_go_frameworks,
    samples_go_servers,
    samples_jakarta,
    samples_java,
    samples_javascript,
    samples_kotlin,
    samples_laravel,
    samples_next,
    samples_php,
    samples_python,
    samples_rails,
    samples_ruby,
    samples_scripts,
    samples_serverless,
    samples_servers,
    samples_webflux,
)
from tests.audit.signed.projects import judged, said

if TYPE_CHECKING:
    from tests.audit.signed.samples import Sample

SAMPLES: dict[str, Sample] = {
    **samples_csharp.SAMPLES,
    **samples_csharp_frameworks.SAMPLES,
    **samples_csharp_functions.SAMPLES,
    **samples_edge.SAMPLES,
    **samples_go.SAMPLES,
    **samples_go_frameworks.SAMPLES,
    **samples_go_servers.SAMPLES,
    **samples_filters.SAMPLES,
    **samples_jakarta.SAMPLES,
    **samples_java.SAMPLES,
    **samples_javascript.SAMPLES,
    **samples_kotlin.SAMPLES,
    **samples_laravel.SAMPLES,
    **samples_next.SAMPLES,
    **samples_php.SAMPLES,
    **samples_python.SAMPLES,
    **samples_rails.SAMPLES,
    **samples_ruby.SAMPLES,
    **samples_scripts.SAMPLES,
    **samples_serverless.SAMPLES,
    **samples_servers.SAMPLES,
    **samples_webflux.SAMPLES,
}
CHANGES = changes(SAMPLES)


def canvas(files: dict[str, str]) -> dict[str, str]:
    """The same for Canvas Kit: another header, another digest, and no prefix in front of it."""
    swaps = [
        ("Hub-Signature", "Body-Signature"), ("hub-signature", "body-signature"),
        ("HUB_SIGNATURE", "BODY_SIGNATURE"), ("hub_signature", "body_signature"),
    ]  # fmt: skip
    for before, after in swaps:
        files = {path: text.replace(before, after) for path, text in files.items()}
    return {path: ALGORITHM.sub(_other, text) for path, text in files.items()}


ALGORITHM = re.compile(r"(sha[-_]?)(1|256)(?!\d)", re.I)


def _other(found: re.Match[str]) -> str:
    return found[1] + ("256" if found[2] == "1" else "1")


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


CASES = cases(SAMPLES)


@settings(deadline=None, max_examples=40)
@given(case=st.sampled_from(CASES), first=starts)
def test_names_never_change_an_answer(case: Case, first: int) -> None:
    name, change = case
    files = changed(SAMPLES[name], change)
    assert said(renamed(files, first), WEBHOOK) == said(files, WEBHOOK)


@settings(deadline=None, max_examples=40)
@given(case=st.sampled_from(CASES), kinds=breaks)
def test_layout_never_changes_an_answer(case: Case, kinds: list[int]) -> None:
    name, change = case
    files = changed(SAMPLES[name], change)
    assert said(laid(files, kinds), WEBHOOK) == said(files, WEBHOOK)
