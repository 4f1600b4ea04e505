"""Where the tests of the ledger start."""

from __future__ import annotations

import pytest

from intercom_scan.rotation import digest
from tests.integration.running import Dated
from tests.rotation.cheap import POWER


@pytest.fixture
def dear():
    """For what is about the digest itself, which costs nothing elsewhere."""


@pytest.fixture(autouse=True)
def _cheap(request, monkeypatch):
    if "dear" not in request.fixturenames:
        monkeypatch.setattr(digest, "_N", 2**POWER)


@pytest.fixture
def project(tmp_path):
    """A repository with a commit."""
    ground = Dated(tmp_path / "project")
    ground.put("README", b"A project.\n")
    return ground.path
