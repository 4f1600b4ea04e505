"""What expressions come to, by the argument of `show(…)` in a few files."""

from __future__ import annotations

import pytest

from intercom_scan.audit.flow.calls import assignments, calls
from intercom_scan.audit.flow.meaning import meaning
from intercom_scan.audit.flow.values import (
    Absent,
    Environment,
    Given,
    Keys,
    Number,
    Session,
    Text,
    Unknown,
    Value,
    each,
)
from tests.audit.texts import project


def shown(files: dict[str, str]) -> list[Value]:
    """What each call of `show` is given."""
    modules = project(files).modules
    sites = [site for site in calls(modules, sorted(files)) if site.name == "show"]
    return [meaning(modules, site.args[0], site) for site in sites]


def words(value: Value) -> str:
    """A value as the tables below have it."""
    if isinstance(value, Text):
        return repr(value.text)
    if isinstance(value, Number):
        return f"{value.number:g}"
    if isinstance(value, Environment):
        return f"${value.name}" + (f" or {words(value.default)}" if value.default else "")
    if isinstance(value, Given):
        return f"given {value.name}"
    if isinstance(value, Keys):
        return "{" + " ".join(sorted(value.known)) + (" …" if value.open else "") + "}"
    names = {Session: "session", Absent: "absent", Unknown: "unknown"}
    return names.get(type(value)) or " | ".join(sorted(words(one) for one in each(value)))


JAVASCRIPT = {
    "text": ("show('a' + `b`);", "'ab'"),
    "number": ("const day = 86_400; show(day);", "86400"),
    "name": ("const a = 'x'; const b = a; show(b);", "'x'"),
    "twice": ("let a = 'x'; if (q) { a = 'y'; } show(a);", "'x' | 'y'"),
    "null": ("show(undefined);", "absent"),
    "declared": ("let a; show(a);", "unknown"),
    "set inside": ("let a = 'x'; load((b) => { a = b.c; }); show(a);", "'x' | unknown"),
    "set later": ("let a; if (q) { a = 'x'; } show(a);", "'x'"),
    "environment": ("show(process.env.KEY);", "$KEY"),
    "fallback": ("show(process.env.KEY || 'dev');", "$KEY or 'dev'"),
    "taken apart": ("const { KEY } = process.env; show(KEY);", "$KEY"),
    "vite": ("show(import.meta.env.VITE_KEY);", "$VITE_KEY"),
    "object": ("const a = { b: 1 }; a.c = 2; show({ ...a, d: 3 });", "{b c d}"),
    "assigned": ("const a = { b: 1 }; show(Object.assign({}, a, other));", "{b …}"),
    "key": ("const a = { b: 'x' }; show(a.b);", "'x'"),
    "no key": ("const a = { b: 'x' }; show(a.c);", "absent"),
    "body": ("app.post('/', (q, r) => { show(q.body.id); });", "given body.id"),
    "query": ("app.get('/', ({ query }) => { const { id } = query; show(id); });",
              "given query.id"),
    "parsed": ("export const f = (e) => show(JSON.parse(e.body).id);", "given body.id"),
    "address": ("export function GET(q) { show(q.nextUrl.searchParams.get('id')); }",
                "given searchParams.id"),
    "looked up": ("app.get('/', async (q) => { const u = await db.find({ id: q.params.id });"
                  " show(u.id); });", "given params.id.id"),
    "user": ("app.get('/', (q) => { show(q.user.id); });", "session"),
    "of a session": ("app.get('/', async (q) => show((await db.find(q.session.id)).mail));",
                     "session"),
    "next": ("import { getServerSession } from 'next-auth';\nconst s = await getServerSession(o);"
             " show(s.user.id);", "session"),
    "proof": ("app.get('/', (q) => show(jwt.verify(q.headers.authorization, key).sub));",
              "session"),
    "credentials": ("app.get('/', (q) => show(q.headers['authorization']));", "unknown"),
    "returned": ("const make = (id) => ({ id, at: 1 }); show(make('x').id);", "'x'"),
    "called": ("function f(id) { show(id); }\nf('x'); f('y');", "'x' | 'y'"),
    "default": ("function f(id = 'z') { show(id); }\nf();", "'z'"),
    "method": ("class A { id() { return 'x'; } go() { show(this.id()); } }", "'x'"),
    "field": ("class A { constructor() { this.id = 'x'; } go() { show(this.id); } }", "'x'"),
    "of others": ("import { f } from 'f'; show(f().a);", "unknown"),
    "round": ("const f = () => g(); const g = () => f(); show(f());", "unknown"),
}  # fmt: skip
PYTHON = {
    "environment": ("import os\nshow(os.environ['KEY'])", "$KEY"),
    "fallback": ("import os\nshow(os.getenv('KEY', 'dev'))", "$KEY or 'dev'"),
    "dict": ("a = dict(b=1, **c)\na['d'] = 2\nshow(a)", "{b d …}"),
    "flask": ("from flask import request\nshow(request.args.get('id'))", "given args.id"),
    "json": ("from flask import request as r\nd = r.get_json()\nshow(d['id'])",
             "given get_json.id"),
    "django": ("def view(request):\n    show(request.POST['id'])", "given POST.id"),
    "user": ("def view(request):\n    show(request.user.pk)", "session"),
    "login": ("from flask_login import current_user\nshow(current_user.id)", "session"),
    "session": ("from flask import session\nshow(session['id'])", "session"),
    "address": ("@app.get('/{uid}')\ndef f(uid: str):\n    show(uid)", "given uid"),
    "dependency": ("@app.get('/')\ndef f(u=Depends(get_current_user)):\n    show(u.id)",
                   "session"),
    "called": ("def f(id):\n    show(str(id))\nf(id='x')", "'x'"),
}  # fmt: skip
OTHERS = {
    "a.rb": {
        "environment": ("show(ENV.fetch('KEY', 'dev'))", "$KEY or 'dev'"),
        "parameters": ("def go\n  show(params[:id])\nend", "given params.id"),
        "required": ("def go\n  show(params.require(:id))\nend", "given params.id"),
        "user": ("def go\n  show(current_user.id)\nend", "session"),
        "session": ("def go\n  show(User.find(session[:id]).mail)\nend", "session"),
        "by name alone": ("class A\n  def id\n    'x'\n  end\n  def go\n    show(id)\n  end\nend",
                          "'x'"),
        "merged": ("show({ a: 1 }.merge(b: 2))", "{a b}"),
    },
    "a.php": {
        "input": ("<?php function f(Request $r) { show($r->input('id')); }", "given input.id"),
        "get": ("<?php show($_GET['id']);", "given _GET.id"),
        "user": ("<?php show(Auth::user()->id);", "session"),
        "session": ("<?php show($_SESSION['id']);", "session"),
    },
    "a.go": {
        "query": ("package a\nfunc f(w W, r *R) { show(r.URL.Query().Get(`id`)) }",
                  "given Query.id"),
        "context": ("package a\nfunc f(w W, r *R) { show(r.Context().Value(key).(*User).ID) }",
                    "session"),
        "environment": ('package a\nfunc f() { show(os.Getenv("KEY")) }', "$KEY"),
    },
    "A.java": {
        "parameter": ("class A { void f(@RequestParam String id) { show(id); } }", "given id"),
        "principal": ("class A { void f(Principal p) { show(p.getName()); } }", "session"),
        "value": ('class A { @Value("k") String a; void f() { show(a); } }', "$k"),
    },
    "A.cs": {
        "query": ("class A { void F([FromQuery] string id) { show(id); } }", "given id"),
        "form": ('class A { void F() { show(Request.Form["id"]); } }', "given Form.id"),
        "user": ("class A { void F() { show(User.FindFirstValue(T.Id)); } }", "session"),
    },
    "a.kt": {
        "body": ("class A { fun f(@RequestBody b: B) { show(b.id) } }", "given b.id"),
        "environment": ('fun f() { show(System.getenv("KEY") ?: "dev") }', "$KEY or 'dev'"),
    },
}  # fmt: skip
CASES = [
    *(
        (f"{path}: {name}", path, *case)
        for path, those in OTHERS.items()
        for name, case in those.items()
    ),
    *((f"javascript: {name}", "a.js", *case) for name, case in JAVASCRIPT.items()),
    *((f"python: {name}", "a.py", *case) for name, case in PYTHON.items()),
]


@pytest.mark.parametrize(
    ("path", "code", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_what_it_comes_to(path: str, code: str, expected: str) -> None:
    # What is near Intercom's is where callers are looked for.
    assert [words(value) for value in shown({f"intercom/{path}": code})] == [expected]


def test_through_files() -> None:
    files = {
        "lib/intercom.ts": "import { id } from './user';\nexport default (a) => show(a + id);",
        "lib/user.ts": "export const id = 'x';",
        "pages/a.ts": "import sign from '@/lib/intercom';\nsign('y');",
    }
    assert [words(value) for value in shown(files)] == ["'yx'"]


def test_what_goes_too_deep_is_not_followed() -> None:
    code = "".join(f"const a{i} = a{i + 1};\n" for i in range(100)) + "show(a0);"
    assert [words(value) for value in shown({"a.js": code})] == ["unknown"]


def test_what_branches_too_much_is_not_followed() -> None:
    code = "".join(f"const a{i} = [a{i + 1}, a{i + 1}];\n" for i in range(23)) + "show(a0);"
    assert [words(value) for value in shown({"a.js": code})] == ["unknown"]


def test_calls_and_assignments() -> None:
    code = "class A { go() { window.settings = { a: 1 }; B.client().go('x', y); } }"
    modules = project({"a.js": code}).modules
    (call,) = (site for site in calls(modules, ["a.js"]) if site.last == "go")
    assert call.name == "B.client().go"
    assert [node.name for node in call.around] == ["A", "go"]
    assert (call.args[0].name, call.where.line) == ("x", 1)
    (assigned,) = assignments(modules, ["a.js"])
    assert (assigned.name, assigned.args[0].kind) == ("window.settings", "object")


def test_an_assignment_has_one_value() -> None:
    modules = project({"A.java": 'class A { @Value("k") String a = "b"; }'}).modules
    (assigned,) = assignments(modules, ["A.java"])
    assert [node.name for node in assigned.args] == ["b"]
