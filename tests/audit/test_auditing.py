"""What an audit does to the process that it runs in."""

from __future__ import annotations

import gc

import pytest

from intercom_scan.api import Request
from intercom_scan.audit import running
from intercom_scan.audit.auditing import audit
from tests.audit.repositories import repository


@pytest.mark.parametrize("broken", [False, True])
def test_the_collector_is_as_it_was(tmp_path, monkeypatch, broken):
    """While checks make trees it goes through fewer of them; also where one is broken."""
    during = []

    def answers(_project, _checks):
        during.append(gc.get_threshold())
        if broken:
            raise ZeroDivisionError
        return []

    monkeypatch.setattr(running, "answers", answers)
    before = gc.get_threshold()
    request = Request(paths=(repository(tmp_path, {"a.md": "a\n"}).path,))
    if broken:
        with pytest.raises(ZeroDivisionError):
            audit(request)
    else:
        audit(request)
    assert during[0][0] > 100 * before[0]
    assert gc.get_threshold() == before
