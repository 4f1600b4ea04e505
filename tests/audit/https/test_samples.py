"""Clients that check whom they talk to pass, each unsafe change fails."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.audit.https import samples_compiled, samples_ruby_php, samples_scripts, samples_settings
from tests.audit.properties import breaks, cases, changed, changes, laid, renamed, starts
from tests.audit.texts import told

if TYPE_CHECKING:
    from tests.audit.properties import Case
    from tests.audit.signed.samples import Sample

CHECK = "https-only"
SAMPLES: dict[str, Sample] = {
    **samples_scripts.SAMPLES,
    **samples_ruby_php.SAMPLES,
    **samples_compiled.SAMPLES,
    **samples_settings.SAMPLES,
}
CODE = [case for case in cases(SAMPLES) if case[0] not in samples_settings.SAMPLES]
# What libraries ask for under these names, and names that say what an address is for.
KEPT = ("checkServerTrusted", "CALLBACK", "callback", "RedirectUri", "redirectUri", "REDIRECT_URI")


said = partial(told, check=CHECK)


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_right_passes(name: str) -> None:
    assert said(SAMPLES[name].files) == (
        "pass",
        {"no address is without encryption, no check is off"},
    )


@pytest.mark.parametrize(("name", "change"), changes(SAMPLES))
def test_each_unsafe_change_fails_with_its_words(name: str, change: str) -> None:
    answer, words = said(changed(SAMPLES[name], change))
    assert answer == "fail"
    assert re.search(SAMPLES[name].changes[change][2], " | ".join(sorted(words)))


@settings(deadline=None, max_examples=30)
@given(case=st.sampled_from(CODE), first=starts)
def test_names_never_change_an_answer(case: Case, first: int) -> None:
    files = changed(SAMPLES[case[0]], case[1])
    assert said(renamed(files, first, KEPT)) == said(files)


@settings(deadline=None, max_examples=30)
@given(case=st.sampled_from(CODE), kinds=breaks)
def test_layout_never_changes_an_answer(case: Case, kinds: list[int]) -> None:
    files = changed(SAMPLES[case[0]], case[1])
    assert said(laid(files, kinds)) == said(files)
