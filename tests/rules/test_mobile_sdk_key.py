"""What is, and what is not, a mobile SDK key."""

from __future__ import annotations

import pytest

from intercom_scan.rules.mobile_sdk_key import RULE
from intercom_scan.rules.values import random_hex
from tests.rules.cases import Case, assert_flagged, assert_quiet, params

FLAGGED = {
    "android": 'Intercom.initialize(this, "VALUE", "abcd1234")',
    "ios": 'Intercom.setApiKey("VALUE", forAppId: "abcd1234")',
    "objc": '[Intercom setApiKey:@"VALUE" forAppId:@"abcd1234"];',
    "cordova": '<preference name="intercom-android-api-key" value="VALUE"/>',
    "expo": '"androidApiKey": "VALUE",',
    "dotenv": "INTERCOM_IOS_API_KEY=VALUE",
    "plist": "<key>IntercomApiKey</key><string>VALUE</string>",
    "no-context": "VALUE",
    "twice": "VALUE VALUE",
}

IGNORED = {
    "reference": "android_sdk-${KEY}",
    "placeholder": "ios_sdk-<your-ios-api-key>",
    "zeros": "ios_sdk-" + "0" * 40,
    "letters": "ios_sdk-" + "abcdef" * 6 + "abcd",
    "short": "ios_sdk-VALUE",
    "long": "ios_sdk-" + "VALUE" * 3,
    "other": "web_sdk-VALUE",
}


@pytest.mark.parametrize("case", params(FLAGGED))
def test_flagged(case):
    assert_flagged(case, RULE)


@pytest.mark.parametrize("platform", [b"ios", b"android"])
def test_both_platforms(platform):
    assert_flagged(Case("key = 'VALUE'"), RULE, platform + b"_sdk-" + random_hex(40).encode())


@pytest.mark.parametrize("case", params(IGNORED))
def test_ignored(case):
    assert_quiet(case, random_hex(20).encode())
