"""Each platform that a repository has is as good as the worst of its logins."""

from __future__ import annotations

import pytest

from tests.audit.identity import samples_mobile, samples_react, samples_web
from tests.audit.properties import changed, changes
from tests.audit.texts import answered

CHECK = "all-platforms"
SAMPLES = {**samples_web.SAMPLES, **samples_react.SAMPLES, **samples_mobile.SAMPLES}
# Where the proof itself is made in the open, which is nobody's platform.
MADE = {("a provider of Next.js", "public"), ("a provider of Next.js", "in the browser")}
CHANGES = [case for case in changes(SAMPLES) if case not in MADE]

WEB = SAMPLES["the snippet"].files
IOS = SAMPLES["Swift"]
ANDROID = SAMPLES["Kotlin on Android"]


def said(files: dict[str, str]) -> tuple[str, set[str]]:
    outcome = answered(files, CHECK)
    return outcome.answer, {each.message.partition(":")[0] for each in outcome.evidence}


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_right_passes(name: str) -> None:
    assert said(SAMPLES[name].files)[0] == "pass"


@pytest.mark.parametrize(("name", "change"), CHANGES)
def test_each_unsafe_change_fails(name: str, change: str) -> None:
    assert said(changed(SAMPLES[name], change))[0] == "fail"


def test_all_of_them() -> None:
    files = {**WEB, **IOS.files, **ANDROID.files}
    assert said(files) == ("pass", {"web", "iOS", "Android"})


def test_those_that_do_not_are_named() -> None:
    files = {**WEB, **changed(IOS, "no token"), **ANDROID.files}
    assert said(files) == ("fail", {"iOS"})
    outcome = answered({**files, **changed(ANDROID, "no hash")}, CHECK)
    assert outcome.mend == "Hand over a proof on iOS and Android too."


@pytest.mark.parametrize(
    ("folders", "expected"),
    [
        (["ios"], {"iOS"}),
        (["android"], {"Android"}),
        (["ios", "android"], {"iOS", "Android"}),
        ([], {"iOS", "Android"}),
    ],
    ids=["ios", "android", "both", "none"],
)
def test_an_app_counts_for_what_it_is_built_for(folders: list[str], expected: set[str]) -> None:
    built = {f"{folder}/readme.txt": "made\n" for folder in folders}
    assert said({**SAMPLES["Flutter"].files, **built}) == ("pass", expected)


def test_visitors_need_no_proof() -> None:
    files = {"a.swift": "import Intercom\nfunc go() { Intercom.loginUnidentifiedUser() }\n"}
    assert said(files)[0] == "not-applicable"


def test_props_of_an_unknown_source() -> None:
    files = {"a.js": "import { me } from 'me';\nwindow.Intercom('boot', { ...me.chat });\n"}
    assert said(files) == ("cannot-tell", {"web"})


def test_a_proof_that_is_set_elsewhere() -> None:
    files = {
        "A.swift": "func login(u: User) { Intercom.loginUser(with: u.attributes) }\n",
        "B.swift": "func prove(u: User) { Intercom.setUserHash(u.hash) }\n",
    }
    outcome = answered(files, CHECK)
    assert outcome.answer == "cannot-tell"
    assert "B.swift:1" in outcome.evidence[0].message
