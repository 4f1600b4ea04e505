"""Where the tests of the ledger start."""

from __future__ import annotations

import pytest

from intercom_scan.rotation import digest
from tests.integration.running import Dated


@pytest.fixture
def cheap(monkeypatch):
    """A digest that costs nothing, for tests in this process of all but the digest."""
    monkeypatch.setattr(digest, "_N", 2)


@pytest.fixture
def project(tmp_path):
    """A repository with a commit."""
    ground = Dated(tmp_path / "project")
    ground.put("README", b"A project.\n")
    return ground.path
