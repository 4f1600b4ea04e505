"""Code that logs what it does with Intercom passes, each unsafe change fails."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.audit.logging import samples_others, samples_python, samples_scripts
from tests.audit.properties import breaks, cases, changed, changes, laid, renamed, starts
from tests.audit.texts import told

if TYPE_CHECKING:
    from tests.audit.properties import Case
    from tests.audit.signed.samples import Sample

CHECK = "audit-logging"
SAMPLES: dict[str, Sample] = {
    **samples_scripts.SAMPLES,
    **samples_python.SAMPLES,
    **samples_others.SAMPLES,
}
CASES = cases(SAMPLES)
KEPT = ("intercom_webhook",)  # which says what a handler is for


said = partial(told, check=CHECK)


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_right_passes(name: str) -> None:
    answer, words = said(SAMPLES[name].files)
    assert answer == "pass"
    assert all(each.endswith("() is logged") for each in words)


@pytest.mark.parametrize(("name", "change"), changes(SAMPLES))
def test_each_unsafe_change_fails_with_its_words(name: str, change: str) -> None:
    answer, words = said(changed(SAMPLES[name], change))
    assert answer == "fail"
    assert re.search(SAMPLES[name].changes[change][2], " | ".join(sorted(words)))


@settings(deadline=None, max_examples=30)
@given(case=st.sampled_from(CASES), first=starts)
def test_names_never_change_an_answer(case: Case, first: int) -> None:
    files = changed(SAMPLES[case[0]], case[1])
    assert said(renamed(files, first, KEPT))[0] == said(files)[0]


@settings(deadline=None, max_examples=30)
@given(case=st.sampled_from(CASES), kinds=breaks)
def test_layout_never_changes_an_answer(case: Case, kinds: list[int]) -> None:
    files = changed(SAMPLES[case[0]], case[1])
    assert said(laid(files, kinds)) == said(files)
