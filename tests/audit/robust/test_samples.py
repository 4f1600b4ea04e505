"""Handlers that bear time, repeats and new topics pass, each unsafe change fails."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.audit.properties import breaks, cases, changed, changes, laid, renamed, starts
from tests.audit.robust import (
    samples_javascript,
    samples_next,
    samples_others,
    samples_python,
    samples_typed,
)
from tests.audit.texts import told

if TYPE_CHECKING:
    from tests.audit.properties import Case
    from tests.audit.signed.samples import Sample

CHECK = "webhook-robust"
SAMPLES: dict[str, Sample] = {
    **samples_javascript.SAMPLES,
    **samples_next.SAMPLES,
    **samples_python.SAMPLES,
    **samples_others.SAMPLES,
    **samples_typed.SAMPLES,
}
CASES = cases(SAMPLES)
ENTRIES = ("lambda_handler", "intercom_webhook", "intercom")  # which say what a handler is for


said = partial(told, check=CHECK)


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_right_passes(name: str) -> None:
    assert said(SAMPLES[name].files) == ("pass", {"answers at once, and acts once"})


@pytest.mark.parametrize(("name", "change"), changes(SAMPLES))
def test_each_unsafe_change_fails_with_its_words(name: str, change: str) -> None:
    answer, words = said(changed(SAMPLES[name], change))
    assert answer == "fail"
    assert re.search(SAMPLES[name].changes[change][2], " | ".join(sorted(words)))


@settings(deadline=None, max_examples=30)
@given(case=st.sampled_from(CASES), first=starts)
def test_names_never_change_an_answer(case: Case, first: int) -> None:
    files = changed(SAMPLES[case[0]], case[1])
    assert said(renamed(files, first, ENTRIES))[0] == said(files)[0]


@settings(deadline=None, max_examples=30)
@given(case=st.sampled_from(CASES), kinds=breaks)
def test_layout_never_changes_an_answer(case: Case, kinds: list[int]) -> None:
    files = changed(SAMPLES[case[0]], case[1])
    assert said(laid(files, kinds)) == said(files)
