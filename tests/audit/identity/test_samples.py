"""What applications do with the Messenger's users: what is right passes, each change fails."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.audit.identity import (
    samples_mobile,
    samples_others,
    samples_python,
    samples_react,
    samples_ruby,
    samples_server,
    samples_templates,
    samples_web,
)
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
from tests.audit.texts import answered

if TYPE_CHECKING:
    from tests.audit.signed.samples import Sample

CHECK = "identity-verified"
SAMPLES: dict[str, Sample] = {
    **samples_web.SAMPLES,
    **samples_react.SAMPLES,
    **samples_mobile.SAMPLES,
    **samples_server.SAMPLES,
    **samples_python.SAMPLES,
    **samples_ruby.SAMPLES,
    **samples_others.SAMPLES,
    **samples_templates.SAMPLES,
}


def said(files: dict[str, str], check: str = CHECK) -> tuple[str, list[str]]:
    outcome = answered(files, check)
    return outcome.answer, sorted({each.message for each in outcome.evidence})


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_right_passes(name: str) -> None:
    assert said(SAMPLES[name].files)[0] == "pass", said(SAMPLES[name].files)[1]


@pytest.mark.parametrize(("name", "change"), changes(SAMPLES))
def test_each_unsafe_change_fails_with_its_words(name: str, change: str) -> None:
    answer, words = said(changed(SAMPLES[name], change))
    assert answer == "fail", words
    assert re.search(SAMPLES[name].changes[change][2], " | ".join(words))


@settings(deadline=None, max_examples=60)
@given(case=st.sampled_from(cases(SAMPLES)), first=starts)
def test_names_never_change_an_answer(case: Case, first: int) -> None:
    files = changed(SAMPLES[case[0]], case[1])
    assert said(renamed(files, first))[0] == said(files)[0]


@settings(deadline=None, max_examples=60)
@given(case=st.sampled_from(cases(SAMPLES)), kinds=breaks)
def test_layout_never_changes_an_answer(case: Case, kinds: list[int]) -> None:
    files = changed(SAMPLES[case[0]], case[1])
    assert said(laid(files, kinds)) == said(files)
