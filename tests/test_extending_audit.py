"""The audit grows by a module and its rows: done in a copy of the tree, with made-up ones."""

from __future__ import annotations

import json
import re
from pathlib import Path

from intercom_scan.fakes.ground import Ground
from tests.test_extending import CONTRIBUTING, ROOT, scanner, tree
from tests.test_extending_closing import put

__all__ = ["tree"]  # a fixture of the other page

AUDIT = Path("src/intercom_scan/audit")


def answers(tree: Path, place: Path, check: str, *, code: int) -> set[tuple[str, str]]:
    """(answer, path of the evidence) for each piece of it."""
    report = scanner(tree, "audit", "--only", check, "--format", "json", place=place, code=code)
    (told,) = json.loads(report)["checks"]
    return {(told["answer"], each["path"]) for each in told["evidence"]}


def remove(tree: Path, module: str, row: str) -> None:
    """Take out what stands in a table once."""
    file = tree / "src/intercom_scan" / module
    text = file.read_text(encoding="utf-8")
    assert text.count(row) == 1, row
    file.write_text(text.replace(row, ""), encoding="utf-8")


TABLES = re.findall(r"((?:`(?:[A-Z]{2}|_)\w+`(?:, | and )?)+) in `([\w/]+\.py)`", CONTRIBUTING)


def test_every_table_that_the_steps_name_is_there() -> None:
    """In the module that they say, from the root or below the code."""
    assert len(TABLES) > 20
    for names, module in TABLES:
        found = [base / module for base in (ROOT, ROOT / "src/intercom_scan")]
        (text,) = [file.read_text(encoding="utf-8") for file in found if file.exists()]
        for name in re.findall(r"\w+", names.replace(" and ", " ")):
            assert re.search(rf"^(?:def |class )?{name}\b", text, re.MULTILINE), (name, module)


# --- a new check

RULE = """KIOSK = Rule(
    id="audit-kiosk-locked",
    title="A kiosk can be left open",
    severity=Severity.LOW,
    opens="Whoever comes by reads what the last one wrote.",
    rotation=("Give `open_kiosk` a lock.",),
)

"""
CHECK = '''"""Kiosks are opened with a lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.flow.calls import sites
from intercom_scan.audit.model import Check, Evidence, Outcome, Sample
from intercom_scan.audit.model import failed, not_applicable, passed
from intercom_scan.rules.audit import KIOSK

if TYPE_CHECKING:
    from intercom_scan.audit.project import Project


def run(project: Project) -> Outcome:
    """By what each call of `open_kiosk` is given."""
    opened = [
        site
        for path in project.asked(project.saying(b"open_kiosk"))
        for site in sites(project.modules, path)
        if site.name == "open_kiosk"
    ]
    if wrong := [Evidence(*site.where, "has no lock") for site in opened if not site.args]:
        return failed(wrong, "Give it a lock.")
    if not opened:
        return not_applicable("no kiosk is opened")
    return passed(Evidence(*site.where, "has a lock") for site in opened)


_SAFE = "# of the lobby\\n\\nopen_kiosk(lock)\\n"
CHECK = Check(
    rule=KIOSK,
    asks="Is each kiosk locked?",
    run=run,
    samples=(
        Sample(
            language="Python",
            path="kiosk.py",
            safe=_SAFE,
            unsafe=_SAFE.replace("lock)", ")"),
        ),
    ),
)
'''


def test_a_new_check_is_a_module_a_rule_and_its_word(tree: Path) -> None:
    put(tree, "rules/audit.py", "AUDIT: tuple", RULE)
    put(tree, "rules/audit.py", "    ROBUST,\n)", "    KIOSK,\n")
    put(tree, "audit/words.py", '    b"pod ', '    b"open_kiosk",\n')
    (tree / AUDIT / "checks/kiosk_locked.py").write_text(CHECK, encoding="utf-8")
    ground = Ground(tree.parent / "place")
    ground.commit_file("a.py", b"open_kiosk()\n")
    ground.commit_file("b.py", b"open_kiosk(lock)\n")
    assert answers(tree, ground.path, "kiosk-locked", code=1) == {("fail", "a.py")}
    asked = ("audit", "--only", "kiosk-locked", "--format", "sarif")
    report = scanner(tree, *asked, place=ground.path, code=1)
    rules = {rule["id"]: rule for rule in json.loads(report)["runs"][0]["tool"]["driver"]["rules"]}
    assert "Give `open_kiosk` a lock." in rules["audit-kiosk-locked"]["help"]["text"]
    assert "Python, safe (kiosk.py)" in scanner(tree, "explain", "kiosk-locked")
    left_out = "audit: {skip: [{check: kiosk-locked, reason: No kiosk stands here}]}\n"
    ground.write(".intercom-scan.yaml", left_out.encode())
    skipped = scanner(tree, "audit", place=ground.path, code=1)
    assert "kiosk-locked is left out: No kiosk stands here" in " ".join(skipped.split())


# --- a new language

TABLE = '''"""How Lua becomes our tree: https://github.com/tree-sitter-grammars/tree-sitter-lua."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.syntax.lowering import (
    call, each, form, function, inner, line_of, named, operation, param, texts, word,
)
from intercom_scan.audit.syntax.tree import NOTHING, Node

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from intercom_scan.audit.syntax.lowering import Reader


def _function(node: SgNode, read: Reader) -> Node:
    name = node.field("name")
    params = [param(read(child)) for child in named(node.field("parameters"))]
    said = name.text() if name is not None else ""
    return function(line_of(node), said, params, read(node.field("body")))


def _assign(node: SgNode, read: Reader) -> Node:
    names, values = (read(child) for child in named(node))
    return Node("assign", line_of(node), "", (names, values))


def _if(node: SgNode, read: Reader) -> Node:
    parts = (read(node.field("condition")), read(node.field("consequence")), NOTHING)
    return Node("if", line_of(node), "", parts)


def _operation(node: SgNode, read: Reader) -> Node:
    done = operation(node, read)
    return done._replace(name="+") if done.name == ".." else done


def _negation(node: SgNode, read: Reader) -> Node:
    return Node("unary", line_of(node), "!", (inner(node, read),))


def _statement(node: SgNode, read: Reader) -> Node:
    done = call("name", "arguments")(node, read)
    parent = node.parent()
    stands = parent is not None and parent.kind() in ("chunk", "block")
    return Node("discard", done.line, "", (done,)) if stands else done


TABLE = {
    "chunk": each("block"),
    "block": each("block"),
    "identifier": word("name"),
    "number": word("number"),
    "string": lambda node, read: texts(line_of(node), read.all(named(node))),
    "string_content": word("text"),
    "dot_index_expression": form("member", "table", name="field"),
    "bracket_index_expression": form("index", "table", "field"),
    "function_call": _statement,
    "function_definition": _function,
    "function_declaration": _function,
    "variable_declaration": inner,
    "variable_list": inner,
    "expression_list": inner,
    "assignment_statement": _assign,
    "binary_expression": _operation,
    "unary_expression": _negation,
    "if_statement": _if,
    "return_statement": lambda node, read: Node("return", line_of(node), "", (inner(node, read),)),
    "parenthesized_expression": inner,
}
'''
DIALECT = '''"""Lua as the machine has to know it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from intercom_scan.audit.signed.dialects.model import Dialect
from intercom_scan.audit.signed.ending import ThrownError
from intercom_scan.audit.signed.handlers import Route
from intercom_scan.audit.signed.idioms import algorithm_of
from intercom_scan.audit.signed.known import compare, signature_and_digest
from intercom_scan.audit.signed.values import (
    NONE, Const, Digest, Function, Response, Where,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.signed.known import Call
    from intercom_scan.audit.signed.machine import Machine
    from intercom_scan.audit.signed.values import Scope
    from intercom_scan.audit.syntax.tree import Node


def _routes(machine: Machine, tree: Node, scope: Scope) -> Iterator[Route]:
    """`server.post(address, function (request) … end)`."""
    for node in tree.walk():
        if node.kind == "call" and node.parts[0].name == "post" and len(node.parts) == 3:
            handler = Function(node.parts[2], scope)
            yield Route(node.parts[1].name, Where(scope.path, node.line), (handler,))


def _called(machine: Machine, call: Call) -> Any:
    if call.name == "hmac":
        if call.args[1] == NONE:
            raise ThrownError(call.where)
        return Digest(algorithm_of(call.args[0].value), call.args[1], call.args[2])
    if call.name == "same":
        pair = signature_and_digest(*call.args)
        return compare(machine, pair, call.where, constant=True) if pair else Const(False)
    if call.name == "refuse":
        machine.reply(401)
        return Response(401)
    return None


DIALECT = Dialect(routes=_routes, call=_called)
'''
LUA = """\
local server = require("server")

server.post("/webhooks/intercom", function(request)
  local wanted = "sha1=" .. hmac("sha1", os.getenv("INTERCOM_CLIENT_SECRET"), request.body)
  if not same(wanted, request.headers["x-hub-signature"]) then
    return refuse(401)
  end
  return process(request.body)
end)
"""


def test_a_new_language_is_a_table_and_a_dialect(tree: Path) -> None:
    """Both are modules, and a row of a table each; without them it is a language of others."""
    ground = Ground(tree.parent / "place")
    ground.commit_file("hook.lua", LUA.encode())
    check = "webhook-verified"
    assert answers(tree, ground.path, check, code=3) == {("cannot-tell", "hook.lua")}
    remove(tree, "audit/syntax/parse.py", '"lua", ')
    put(tree, "audit/syntax/parse.py", "    php,\n", "    lua,\n")
    put(tree, "audit/syntax/parse.py", '    "java": (', '    "lua": ("lua", lua.TABLE),\n')
    put(tree, "audit/signed/dialects/__init__.py", '    "java": ', '    "lua": "lua",\n')
    (tree / AUDIT / "syntax/lua.py").write_text(TABLE, encoding="utf-8")
    (tree / AUDIT / "signed/dialects/lua.py").write_text(DIALECT, encoding="utf-8")
    assert answers(tree, ground.path, check, code=0) == {("pass", "hook.lua")}
    ground.commit_file("hook.lua", LUA.replace("not same", "request.debug and not same").encode())
    assert answers(tree, ground.path, check, code=1) == {("fail", "hook.lua")}
