"""Where users are logged out: ways that end the Messenger's session pass, others fail."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.audit.identity import samples_logout, samples_logout_mobile, samples_logout_server
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

CHECK = "shutdown-on-logout"
SAMPLES = {
    **samples_logout.SAMPLES,
    **samples_logout_mobile.SAMPLES,
    **{f"{name}, served": each for name, each in samples_logout_server.SAMPLES.items()},
}
WAYS_OUT = ("logout", "signOut", "destroy")  # which are known by their names alone


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_right_passes(name: str) -> None:
    outcome = answered(SAMPLES[name].files, CHECK)
    assert outcome.answer == "pass", outcome.evidence


@pytest.mark.parametrize(("name", "change"), changes(SAMPLES))
def test_each_unsafe_change_fails_with_its_words(name: str, change: str) -> None:
    outcome = answered(changed(SAMPLES[name], change), CHECK)
    assert outcome.answer == "fail", outcome.evidence
    words = SAMPLES[name].changes[change][2]
    assert all(re.search(words, each.message) for each in outcome.evidence)


@settings(deadline=None, max_examples=40)
@given(case=st.sampled_from(cases(SAMPLES)), first=starts)
def test_names_never_change_an_answer(case: Case, first: int) -> None:
    files = changed(SAMPLES[case[0]], case[1])
    other = renamed(files, first, WAYS_OUT)
    assert answered(other, CHECK).answer == answered(files, CHECK).answer


@settings(deadline=None, max_examples=40)
@given(case=st.sampled_from(cases(SAMPLES)), kinds=breaks)
def test_layout_never_changes_an_answer(case: Case, kinds: list[int]) -> None:
    files = changed(SAMPLES[case[0]], case[1])
    assert answered(laid(files, kinds), CHECK).answer == answered(files, CHECK).answer


def test_nobody_is_logged_in() -> None:
    files = {"a.js": "window.Intercom('boot', { app_id: 'x' });\nfunction logout() { end(); }\n"}
    assert answered(files, CHECK).answer == "not-applicable"


def test_no_way_out_is_found() -> None:
    files = {"a.js": "window.Intercom('boot', { user_id: me.id, user_hash: me.hash });\n"}
    outcome = answered(files, CHECK)
    assert outcome.answer == "cannot-tell"
    assert outcome.evidence[0].path == "a.js"


STARTED = "window.Intercom('boot', { user_id: me.id, user_hash: me.hash });\n"
RAILS = "config/initializers/intercom.rb"
GEM = "IntercomRails.config do |config|\n  config.api_secret = ENV['INTERCOM_API_SECRET']\nend\n"


def test_a_session_that_is_cleared_for_a_new_one_is_no_way_out() -> None:
    code = "class A\n  def enter\n    reset_session\n    session[:user_id] = user.id\n  end\nend\n"
    assert answered({RAILS: GEM, "app/a.rb": code}, CHECK).answer == "cannot-tell"


def test_a_wrapper_of_the_messenger_is_no_way_out() -> None:
    code = "class IntercomClient {\n  logout() { return this.channel.invoke('logout'); }\n}\n"
    assert answered({"a.js": STARTED, "b.js": code}, CHECK).answer == "cannot-tell"


def test_what_another_way_out_ends_does_not_count() -> None:
    other = "export function logout() { window.Intercom('shutdown'); }\n"
    expired = "export async function onExpired() { window.stop(); await auth.signOut(); }\n"
    used = "document.onclick = logout;\n"
    outcome = answered({"a.js": STARTED + other + used, "b.js": expired}, CHECK)
    assert [(each.path, each.line) for each in outcome.evidence] == [("b.js", 1)]
    assert outcome.answer == "fail"


def test_a_function_that_nobody_calls_ends_nothing() -> None:
    code = "const forget = () => window.Intercom('shutdown');\n"
    out = "export function logout() { window.stop(); }\n"
    assert answered({"a.js": STARTED + code + out}, CHECK).answer == "fail"
    assert answered({"a.js": STARTED + code + out, "b.js": "use(forget);"}, CHECK).answer == "fail"
    used = "import { forget } from './a'; addEventListener('logout', forget);"
    assert answered({"a.js": STARTED + code + out, "b.js": used}, CHECK).answer == "pass"


def test_sessions_that_are_cleared_in_a_block_for_a_new_one() -> None:
    code = """
class A
  def renew
    all_of_them.each { |one| sign_out one }
    sign_in fresh
  end
end
"""
    assert answered({RAILS: GEM, "a.rb": code}, CHECK).answer == "cannot-tell"
    left = code.replace("    sign_in fresh\n", "")
    assert answered({RAILS: GEM, "a.rb": left}, CHECK).answer == "fail"
