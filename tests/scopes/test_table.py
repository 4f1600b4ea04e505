"""The scopes themselves, and `scopes:` in a configuration."""

from __future__ import annotations

import re

import pytest

from intercom_scan.errors import ConfigError
from intercom_scan.policy import load
from intercom_scan.scopes.endpoints import scope_of
from intercom_scan.scopes.table import BY_ID, SCOPES, covered


def test_ids_and_names_are_one_each():
    assert len(BY_ID) == len(SCOPES)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)+", id_) for id_ in BY_ID)


def test_what_is_included_is_a_scope():
    assert all({*covered([id_])} <= set(BY_ID) for id_ in BY_ID)
    assert covered(["write-users-and-companies"]) == {
        "write-users-and-companies", "write-tags", "read-tags"
    }  # fmt: skip


@pytest.mark.parametrize("scope", [scope for scope in SCOPES if scope.probe], ids=lambda s: s.id)
def test_probes_only_read(scope):
    assert re.fullmatch(r"/[a-z_/]+(\?[a-z_]+=(1|\{now\}))?", scope.probe)
    assert not re.search(r"scroll|banners|export", scope.probe)
    assert not scope.name.startswith(("Write", "Delete", "Export", "Update", "Create"))


@pytest.mark.parametrize("scope", [scope for scope in SCOPES if scope.probe], ids=lambda s: s.id)
def test_a_probe_is_a_request_that_needs_the_scope(scope):
    assert scope_of(scope.probe.partition("?")[0], "GET") == scope.id


def configured(text: str):
    return load({".intercom-scan.yaml": text.encode()}.get)


def test_scopes_in_a_configuration():
    policy = configured("scopes: {production: [read-tags, write-tags], test.1: []}")
    assert policy.scopes == {"production": ("read-tags", "write-tags"), "test.1": ()}


BAD = {
    "scopes: {a: [read-tag]}": "scopes.a[0]: 'read-tag' is not a scope; did you mean 'read-tags'?",
    "scopes: {a: [Read tags]}": "did you mean 'read-tags'?",
    "scopes: {a: [read-and-list-users-and-company]}": "did you mean 'read-and-list-users-and-comp",
    "scopes: {a: [zzz]}": "'zzz' is not a scope; `intercom-scan scopes --no-probe -v` has all",
    "scopes: {a: read-tags}": "scopes.a: is not a list",
    "scopes: [read-tags]": "scopes: is not a mapping; write 'key: value' with 'an environment'",
    "scopes:": "scopes: is empty; write 'an environment' below it",
    "scopes: {'a b': []}": "is not an environment; write one that fits",
}


@pytest.mark.parametrize(("text", "said"), BAD.items(), ids=BAD)
def test_a_wrong_configuration_is_told(text, said):
    with pytest.raises(ConfigError) as caught:
        configured(text)
    assert said in str(caught.value)
    assert str(caught.value).startswith(".intercom-scan.yaml:1: scopes")
