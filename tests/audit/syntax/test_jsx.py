"""Elements in JavaScript: calls of components."""

from __future__ import annotations

import pytest

from tests.audit.syntax.written import lines

CASES = {
    "element": (
        "<IntercomProvider appId={id} autoBoot {...rest}>\n  <Child onClick={() => "
        "out()}>Log {out}</Child>\n</IntercomProvider>;",
        "(discard IntercomProvider((object appId: id autoBoot: true (other rest)), "
        "Child((object onClick: (function (params) (return out()) _)), 'Log', out)))",
    ),
    "fragment": (
        "const page = <><Nav.Item key=\"a\" />{ok && <div id='b'></div>}</>;",
        "(block (assign page (list Nav.Item((object key: 'a')) (binary:&& ok div((object "
        "id: 'b'))))))",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_code_becomes(name: str) -> None:
    code, tree = CASES[name]
    assert " ".join(lines(code, "jsx")) == tree
