"""JWTs as applications make them: those that are right pass, each unsafe change fails."""

from __future__ import annotations

import re
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.audit import properties
from tests.audit.jwt import samples_compiled, samples_javascript, samples_python, samples_ruby
from tests.audit.texts import answered, told

CHECK = "jwt-sound"
SAMPLES = {
    **samples_javascript.SAMPLES,
    **samples_python.SAMPLES,
    **samples_ruby.SAMPLES,
    **samples_compiled.SAMPLES,
}


said = partial(told, check=CHECK)


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_right_passes(name: str) -> None:
    outcome = answered(SAMPLES[name].files, CHECK)
    assert outcome.answer == "pass", outcome.evidence


@pytest.mark.parametrize(("name", "change"), properties.changes(SAMPLES))
def test_each_unsafe_change_fails_with_its_words(name: str, change: str) -> None:
    answer, words = said(properties.changed(SAMPLES[name], change))
    assert answer == "fail", words
    assert re.search(SAMPLES[name].changes[change][2], " | ".join(sorted(words)))


@settings(deadline=None, max_examples=40)
@given(case=st.sampled_from(properties.cases(SAMPLES)), first=properties.starts)
def test_names_never_change_an_answer(case: properties.Case, first: int) -> None:
    files = properties.changed(SAMPLES[case[0]], case[1])
    assert said(properties.renamed(files, first, KEPT)) == said(files)


@settings(deadline=None, max_examples=40)
@given(case=st.sampled_from(properties.cases(SAMPLES)), breaks=properties.breaks)
def test_layout_never_changes_an_answer(case: properties.Case, breaks: list[int]) -> None:
    files = properties.changed(SAMPLES[case[0]], case[1])
    assert said(properties.laid(files, breaks)) == said(files)


# Names that say Intercom, by which a JWT is known to be for it.
KEPT = {
    name
    for sample in SAMPLES.values()
    for text in sample.files.values()
    for name in re.findall(r"\w*[Ii]ntercom\w*|INTERCOM\w*", text)
}
