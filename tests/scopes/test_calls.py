"""What code calls, and what only looks as if it did."""

from __future__ import annotations

import re

import pytest

from intercom_scan.scopes import calls
from intercom_scan.scopes.endpoints import scope_of
from intercom_scan.scopes.table import BY_ID, REQUESTS

NODE = 'const { IntercomClient } = require("intercom-client");\n'
BASE = 'BASE = "https://api.intercom.io"\n'
USERS, USER = "read-and-list-users-and-companies", "read-one-user-and-one-company"
PEOPLE = "write-users-and-companies"


def scopes(text: str) -> list[str]:
    return [call.scope for call in calls.find(text.encode())]


CALLED = {
    "curl": ("curl https://api.intercom.io/me -H x", ["read-one-admin"]),
    "curl-x": ("curl -X POST https://api.intercom.io/contacts", [PEOPLE]),
    "curl-lines": ("curl https://api.intercom.io/tags \\\n  -X POST \\\n  -d '{}'", ["write-tags"]),
    "curl-data": ("curl https://api.eu.intercom.io/events --data-raw '{}'", ["write-events"]),
    "method-of-another": (
        'a = env.get("X"), requests.post("https://api.intercom.io/contacts")', [PEOPLE]
    ),
    "fetch": ("fetch(`https://api.intercom.io/conversations/${id}`)", ["read-conversations"]),
    "fetch-method": (
        "fetch('https://api.intercom.io/tickets', {\n  method: 'POST',\n})",
        ["write-tickets"],
    ),
    "fetch-two": (
        "fetch('https://api.intercom.io/tags');\nfetch('https://api.intercom.io/x', "
        "{method: 'POST'})",
        ["read-tags"],
    ),
    "axios": ("axios.put(`https://api.au.intercom.io/contacts/${a.id}`, b)", [PEOPLE]),
    "axios-config": (
        "axios({\n  method: 'delete',\n  url: 'https://api.intercom.io/conversations/1'})",
        ["delete-conversations-and-metrics"],
    ),
    "requests": ('requests.get("https://api.intercom.io/admins", headers=h)', ["read-admins"]),
    "requests-f": (BASE + 'requests.post(f"{BASE}/contacts/search", json=q)', [USERS]),
    "requests-self": (BASE + 'self.http.get(f"{self.base}/companies/{id}")', [USER]),
    "reply-in-a-variable": (BASE + 'url = f"{BASE}/conversations/{id}/reply"',
                            ["write-conversations"]),
    "path": (BASE + 'http.get("/articles")', ["read-and-list-articles"]),
    "base-of-another-file": ("get(`${config.intercomUrl}/contacts`)", [USERS]),
    "ruby": ('Net::HTTP::Post.new("https://api.intercom.io/messages")', ["write-conversations"]),
    "go": ('http.NewRequest("PUT", "https://api.intercom.io/admins/1/away", b)', ["update-admins"]),
    "http-file": ("POST https://api.intercom.io/phone_call_redirects",
                  ["create-phone-call-redirects"]),
    "logs": ("curl https://api.intercom.io/admins/activity_logs?created_at_after=1",
             ["read-admin-activity-logs"]),
    "longest-first": ("get('https://api.intercom.io/conversations/1/tags')", ["write-tags"]),
    "port": ("get('https://api.intercom.io:443/segments')", [USERS]),
    "node-sdk": (NODE + "await client.contacts.search({})", [USERS]),
    "node-sdk-one": (NODE + "await client.contacts.find({ id })", [USER]),
    "node-sdk-lines": (NODE + "client\n  .conversations\n  .reply(x)", ["write-conversations"]),
    "node-sdk-tag": (NODE + "client.contacts.attachTag(x)", ["write-tags"]),
    "node-sdk-me": (NODE + "client.admins.identify()", ["read-one-admin"]),
    "node-sdk-away": (NODE + "client.admins.away({ id })", ["update-admins"]),
    "node-sdk-logs": (NODE + "client.admins.listAllActivityLogs()", ["read-admin-activity-logs"]),
    "node-sdk-inner": (NODE + "client.helpCenters.collections.create()",
                       ["read-and-write-articles"]),
    "python-sdk": ("from intercom import Intercom\nclient.data_attributes.create()",
                   ["write-data-attributes"]),
    "ruby-sdk": ("intercom.companies.all.each { |c| c }", [USERS]),
    "php-sdk": ("$this->intercom->users->create([])", [PEOPLE]),
    "java-sdk": ("import com.intercom.api.Intercom;\nclient.tags().create(x)", ["write-tags"]),
    "go-sdk": ('"gopkg.in/intercom/intercom-go.v2"\nic.Conversations.ListAll(x)',
               ["read-conversations"]),
    "dotnet-sdk": ("using Intercom.Clients;\nusersClient.View(id)", [USER]),
    "dotnet-sdk-admin": ("using Intercom.Clients;\n_adminConversationsClient.Reply(x)",
                         ["write-conversations"]),
}  # fmt: skip

NOT_CALLED = {
    "no-word": "client.contacts.search(q)\nfetch('https://api.example.com/contacts')",
    "documentation": "https://developers.intercom.com/docs/rest-api/api.intercom.io/contacts/x",
    "other-host": "get('https://notapi.intercom.io/contacts')",
    "host-alone": "get('https://api.intercom.io')",
    "unknown-path": "get('https://api.intercom.io/auth/eagle/token')",
    "path-without-base": "// intercom\nrouter.get('/contacts', list)",
    "served": BASE + '@router.get("/contacts")',
    "served-by-app": BASE + "app.post(\n  '/tags', handler)",
    "longer-word": BASE + "get('/tagset')",
    "map": NODE + "client.contacts.map(c => c)",
    "other-receiver": NODE + "response.contacts.find(c => c.id)",
    "client-of-others": "// intercom\nhubspotClient.contacts.create(x)",
    "property": NODE + "client.contacts.length",
}


@pytest.mark.parametrize(("text", "expected"), CALLED.values(), ids=CALLED)
def test_called(text, expected):
    assert scopes(text) == expected


@pytest.mark.parametrize("text", NOT_CALLED.values(), ids=NOT_CALLED)
def test_not_called(text):
    assert scopes(text) == []


def test_a_variable_in_a_file_that_names_intercom():
    text = b"// Intercom\nget(`${baseUrl}/contacts`);\nget('/contacts')"
    assert [call.scope for call in calls.find(text, b"src/intercom-service.ts")] == [USERS]
    assert list(calls.find(text, b"src/service.ts")) == []


def test_where_it_stands():
    text = "intercom\n" + (line := "  fetch('https://api.intercom.io/me')")
    [call] = calls.find(text.encode())
    assert text[call.start : call.end] == "https://api.intercom.io/me"
    assert call.start == len("intercom\n") + line.index("https")


def test_every_scope_of_a_request_is_one():
    named = {scope for _, *both in REQUESTS for scope in both if scope}
    assert named <= set(BY_ID)
    assert all(read or write for _, read, write in REQUESTS)


def test_no_path_hides_another():
    for path, read, write in REQUESTS:
        given = path.replace("*", "1")
        assert scope_of(given, "GET") == (read or write)
        if not given.endswith("search"):
            assert scope_of(given, "POST") == (write or read)


PATTERNS = {name: value for name, value in vars(calls).items() if isinstance(value, re.Pattern)}


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS)
def test_no_pattern_repeats_without_a_bound(pattern):
    """So that each place costs a fixed time at most, and a hostile file a linear one."""
    plain = re.sub(rb"\[(?:\\.|[^\]\\])+\]", b"", re.sub(rb"\\.", b"", pattern.pattern))
    assert len(PATTERNS) > 10
    assert not re.search(rb"[*+]|\{\d+,\}", plain)
    assert all(int(most) <= 200 for most in re.findall(rb"\{\d+,(\d+)\}", plain))


def test_a_path_of_any_length_is_looked_at_in_parts():
    text = b"https://api.intercom.io/contacts/" + b"a" * 5000
    [call] = calls.find(text)
    assert call.end < 300
