"""What every test starts from: a git that knows nothing of the machine it runs on."""

from __future__ import annotations

import os
import signal

import pytest
from hypothesis import HealthCheck, settings

# A machine that stalls for a second says nothing about a test.
settings.register_profile("untimed", suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(autouse=True, scope="session")
def _own_git(tmp_path_factory):
    """Neither the user's configuration nor variables of an enclosing git may change a test."""
    # Of a job in the background a shell has Ctrl-C ignored, and so by all that it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    patch = pytest.MonkeyPatch()
    for name in [name for name in os.environ if name.startswith(("GIT_", "INTERCOM", "_INTERCOM"))]:
        patch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    patch.setenv("HOME", str(home))
    patch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    patch.delenv("NO_COLOR", raising=False)
    yield
    patch.undo()


@pytest.fixture
def unmeasured(monkeypatch):
    """What processes run from here on is not counted as covered.

    https://coverage.readthedocs.io/en/latest/subprocess.html names the variable.
    """
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)


@pytest.fixture(autouse=True)
def _one_case_is_measured(request):
    """Measuring doubles what a process costs: of each test's cases the first pays for it."""
    case = getattr(request.node, "callspec", None)
    if case is not None and any(case.indices.values()):
        request.getfixturevalue("unmeasured")
