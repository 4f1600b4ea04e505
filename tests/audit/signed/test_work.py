"""How much is run to know whose a handler is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from intercom_scan.audit.signed import judging
from intercom_scan.audit.signed.machine import Machine
from tests.audit.texts import project

if TYPE_CHECKING:
    import pytest

HANDLER = """\
const app = require('express')();
const { intercom } = require('./clients');

app.post('/ADDRESS', (req, res) => {
  if (process.env.A) log('a');
  if (process.env.B) log('b');
  if (settings.c) log('c');
  if (settings.d) log('d');
  if (settings.e) log('e');
  if (settings.f) log('f');
  if (settings.g) FOUND
  res.sendStatus(200);
});

function later(req) {
  store(req.body.topic, req.get('X-Hub-Signature'));
}
"""
OTHERS = HANDLER.replace("ADDRESS", "orders").replace("FOUND", "log('g');")
OURS = HANDLER.replace("ADDRESS", "intercom/hooks").replace("FOUND", "later(req);")


def _found(code: str, patch: pytest.MonkeyPatch) -> tuple[int, int, int]:
    """How many handlers of webhooks and of canvases there are, and how many runs tell that."""
    runs: list[object] = []
    run = judging._run

    def counted(*args: Any) -> judging.Run | None:
        runs.append(args)
        return run(*args)

    patch.setattr(judging, "_run", counted)
    modules = project({"server.js": code}).modules
    hooks, canvases = (
        len(judging.handlers_of(modules, "server.js", kind))
        for kind in (judging.WEBHOOK, judging.CANVAS)
    )
    return hooks, canvases, len(runs)


def test_a_handler_of_others_is_left_after_a_few_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _found(OTHERS, monkeypatch) == (0, 0, judging.QUIET + 1)


def test_both_kinds_share_the_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _found(OURS, monkeypatch) == (1, 0, judging.RUNS)


def test_a_module_is_run_when_something_of_it_is_used() -> None:
    files = {
        "app.py": "from lib.used import here\nfrom lib.idle import there\nhere()\n",
        "lib/used.py": "def here():\n    pass\n",
        "lib/idle.py": "def there():\n    pass\n",
    }
    machine = Machine(project(files).modules, "right")
    scope = machine.load("app.py")
    assert set(machine.loaded) == {"app.py", "lib/used.py"}
    assert scope.find("there").node.name == "there"
    assert "lib/idle.py" in machine.loaded
