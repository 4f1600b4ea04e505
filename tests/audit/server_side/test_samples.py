"""Where secrets are: samples that keep them on the server pass, each unsafe change fails."""

from __future__ import annotations

import re
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.audit import properties
from tests.audit.server_side import samples_pages, samples_phones, samples_servers, samples_web
from tests.audit.texts import answered, told

CHECK = "secret-server-side"
SAMPLES = {
    **samples_web.SAMPLES,
    **samples_pages.SAMPLES,
    **samples_servers.SAMPLES,
    **samples_phones.SAMPLES,
}
# Names that say what they are for, which is what is looked at, and those that frameworks look for.
KEPT = {
    name
    for sample in SAMPLES.values()
    for text in [*sample.files.values(), *(change[1] for change in sample.changes.values())]
    for name in re.findall(r"\w*(?i:intercom)\w*", text)
} | {"getServerSideProps", "loader", "load"}


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
