"""Files of languages without a tree: where they log users in, no check passes."""

from __future__ import annotations

import pytest

from tests.audit.identity.samples_web import SAMPLES
from tests.audit.texts import answered

OBJECTIVE_C = """\
#import <Intercom/Intercom.h>

- (void)welcome:(Person *)person {
  ICMUserAttributes *attributes = [ICMUserAttributes new];
  attributes.userId = person.identifier;
  [Intercom loginUserWithUserAttributes:attributes success:nil failure:nil];
}
"""
STARTED = """\
#import <Intercom/Intercom.h>

[Intercom setApiKey:key forAppId:app];
[Intercom loginUnidentifiedUserWithSuccess:nil failure:nil];
"""
HAML = """\
:javascript
  window.intercomSettings = { app_id: "#{app}", user_id: "#{current_user.id}" };
"""
FOLLOWED = next(iter(SAMPLES.values())).files


@pytest.mark.parametrize(
    ("path", "text", "line", "platform"),
    [
        ("ios/Login.m", OBJECTIVE_C, 6, "iOS"),
        ("app/views/layouts/application.html.haml", HAML, 2, "web"),
        ("app/views/layouts/_messenger.slim", HAML, 2, "web"),
    ],
)
@pytest.mark.parametrize("beside", [{}, FOLLOWED], ids=["alone", "beside-a-sound-one"])
def test_it_cannot_be_told(path, text, line, platform, beside):
    for check in ("identity-verified", "all-platforms"):
        outcome = answered({**beside, path: text}, check)
        assert outcome.answer == "cannot-tell"
        assert {(each.path, each.line) for each in outcome.evidence} == {(path, line)}
    assert outcome.evidence[0].message.startswith(f"{platform}: ")


@pytest.mark.parametrize(
    ("path", "text"),
    [("ios/Start.m", STARTED), ("Pods/Intercom/Login.m", OBJECTIVE_C), ("a/Login.txt", HAML)],
)
def test_nobody_is_logged_in(path, text):
    assert answered({path: text}, "identity-verified").answer == "not-applicable"
