"""Go becomes the tree that the code of every language becomes."""

from __future__ import annotations

import pytest

from intercom_scan.audit.syntax.parse import parse
from tests.audit.syntax.written import lines, written
from tests.audit.texts import project


def inside(code: str) -> str:
    """The statements of a function."""
    tree = parse(f"package a\nfunc f() {{\n{code}\n}}\n".encode(), "go")
    function = next(part for part in tree.parts if part.kind == "function")
    return "; ".join(written(part) for part in function.parts[1].parts)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('a.B("c", d...)', "(discard a.B('c', d))"),
        ("a, err := f(b)", "(assign (list a err) f(b))"),
        ("a, b = b, a", "(assign (list a b) (list b a))"),
        ("a += 3", "(assign a (binary:+ a 3))"),
        ("a := &User{ID: id, Name: `x`}", "(assign a User(ID: id, Name: 'x'))"),
        ("a := User{id, b.C{1}}", "(assign a User(id, b.C(1)))"),
        ('a := map[string]any{"k": v, "l": {"m": 1}}',
         "(assign a (object k: v l: (object m: 1)))"),
        ('a := jwt.MapClaims{"user_id": id}', "(assign a (object user_id: id))"),
        ('a := []string{"b", c}', "(assign a (list 'b' c))"),
        ("a := []byte(b)", "(assign a b)"),
        ("a := string(b[1:])", "(assign a (index b (slice 1 _)))"),
        ("json.Unmarshal(a, &b)", "(discard json.Unmarshal(a, (out b)))"),
        ("if a, ok := f(); !ok { return }",
         "(assign (list a ok) f()); (if (unary:! ok) (block (return)) _)"),
        ("if a { b() } else if c { d() } else { e() }",
         "(if a (block (discard b())) (if c (block (discard d())) (block (discard e()))))"),
        ("for i, v := range a { b(v) }", "(loop v a (block (discard b(v))))"),
        ("for i := 0; i < 3; i++ { break }",
         "(assign i 0); (loop _ (binary:< i 3) (block (break:break)))"),
        ("for a { continue }", "(loop _ a (block (break:continue)))"),
        ('switch a.B { case "c", "d": e(); default: f() }',
         "(switch a.B (case 'c' (block (discard e()))) (case 'd' (block (discard e())))"
         " (case _ (block (discard f()))))"),
        ("switch { case a: b(); default: c() }",
         "(if a (block (discard b())) (block (discard c())))"),
        ("switch a := b.(type) { case *C: d() }", "(switch b (case C (block (discard d()))))"),
        ("select { case <-a: b() }",
         "(switch _ (case (other (unary:<- a)) (block (discard b()))))"),
        ("go f(a)", "(discard f(a))"),
        ("defer a.Close()", "(discard a.Close())"),
        ("a := func(b int) bool { return b > 1 }",
         "(assign a (function (params (param b _ (decorators (type:int)))) "
         "(block (return (binary:> b 1))) _))"),
        ("var a, b string", "(assign a '' (decorators (type:string))); "
                            "(assign b '' (decorators (type:string)))"),
        ("var ok bool", "(assign ok false (decorators (type:bool)))"),
        ("var n int64", "(assign n 0 (decorators (type:int64)))"),
        ("var err error", "(assign err  (decorators (type:error)))"),
        ("var e Event", "(assign e Event() (decorators (type:Event)))"),
        ("var b bytes.Buffer", "(assign b bytes.Buffer() (decorators (type:bytes.Buffer)))"),
        ("a := f[int](b)", "(assign a f(b))"),
        ("a := b.(C)", "(assign a b)"),
        ("*a = 'x'", "(assign a ''x'')"),
    ],
)  # fmt: skip
def test_statements(code: str, expected: str) -> None:
    assert inside(code) == expected


def test_a_struct_is_a_class_with_its_methods() -> None:
    code = """package a

func (h *Handler[T]) Serve(w http.ResponseWriter, ids ...int) {
	h.run(w)
}

type Handler struct {
	Base
	secret, other []byte
	name   string `json:"name"`
}
"""
    assert lines(code, "go")[0] == (
        "(class:Handler (block (function:Serve (params "
        "(param w _ (decorators (type:http.ResponseWriter))) "
        "(param (splat ids) _ (decorators (type:int)))) "
        "(block (assign h this) (discard h.run(w))) _) "
        "(assign secret  (decorators (type:[]byte))) (assign other  (decorators (type:[]byte))) "
        "(assign name '' (decorators (type:string)))) (decorators (type:Base)))"
    )


def test_results_that_have_names_are_what_a_plain_return_returns() -> None:
    code = (
        "package a\nfunc f() (ok bool, err error) {\n\tif a {\n\t\treturn\n\t}\n\treturn b()\n}\n"
    )
    assert lines(code, "go")[-1] == (
        "(function:f (params) (block (assign ok false) (assign err ) "
        "(if a (block (return (list ok err))) _) (return b())) _)"
    )


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('"crypto/hmac"', "(import:hmac '*' 'crypto/hmac')"),
        ('jwt "github.com/golang-jwt/jwt/v5"', "(import:jwt '*' 'github.com/golang-jwt/jwt/v5')"),
        ('"github.com/labstack/echo/v4"', "(import:echo '*' 'github.com/labstack/echo/v4')"),
        ('"gopkg.in/yaml.v3"', "(import:yaml '*' 'gopkg.in/yaml.v3')"),
    ],
)
def test_imports(code: str, expected: str) -> None:
    assert lines(f"package a\nimport (\n\t{code}\n)\n", "go")[-1] == expected


def test_packages_are_folders() -> None:
    files = {
        "go.mod": "module example.com/shop\n",
        "tools/go.mod": "module example.com/shop/tools\n",
        "main.go": "package main\n",
        "web/a.go": "package web\nvar (\n\tsecret = f()\n)\n",
        "web/b.go": "package web\nfunc verify() {}\nfunc (h *H) Serve() {}\n",
        "web/b_test.go": "package web\nfunc verify() {}\n",
        "tools/x/x.go": "package x\n",
    }
    modules = project(files).modules
    assert modules.resolve("example.com/shop/web", "main.go") == "web/a.go"
    assert modules.resolve("example.com/shop/tools/x", "main.go") == "tools/x/x.go"
    assert modules.resolve("example.com/shop", "web/a.go") == "main.go"
    assert modules.resolve("example.com/others/web", "main.go") is None
    assert modules.resolve("verify", "web/a.go") == "web/b.go"
    assert modules.resolve("secret", "web/b.go") == "web/a.go"
    assert modules.resolve("verify", "main.go") is None
