"""Ruby's trees: what of it becomes which kind of node."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from intercom_scan.audit.syntax.parse import parse
from tests.audit.syntax.written import lines

if TYPE_CHECKING:
    from intercom_scan.audit.syntax.tree import Node


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("log params[:id]", "(discard log((index params 'id')))"),
        ("a.b", "(discard:bare a.b())"),
        ("verify!", "(discard verify!())"),
        ("x = request.headers['A']", "(assign x (index request.headers 'A'))"),
        ("x = a.valid?", "(assign x a.valid?())"),
        ("Foo::Bar.new(1, a: 2).run", "(discard:bare Foo.Bar(1, a: 2).run())"),
        ("f(:a => 1, 'b' => 2)", "(discard f(a: 1, (object b: 2)))"),
        ("f({ a: 1, b: })", "(discard f((object a: 1, b: b)))".replace("1, b", "1 b")),
        ('x = "sha1=#{hex}"', "(assign x (template 'sha1=' hex))"),
        ("x = 'a' 'b'", "(assign x 'ab')"),
        ("x = %w[a b]", "(assign x (list 'a' 'b'))"),
        ("@x ||= y", "(assign self.@x (binary:|| self.@x y))"),
        ("a, b = c", "(assign (list a b) c)"),
        ("x += 1", "(assign x (binary:+ x 1))"),
        ("raise Bad, 'no' unless ok?", "(if ok?() _ (throw Bad 'no'))"),
        ("head 401 and return if bad", "(if bad (block (discard head(401)) (return)) _)"),
        ("ok? or return", "(if ok?() _ (return))"),
        ("return a, b", "(return (list a b))"),
        ("x = a ? b : c", "(assign x (choice a b c))"),
        ("x = if a then b else f(c) end", "(assign x (choice a b f(c)))"),
        ("x = y rescue nil", "(assign x (try y nil _))"),
        ("if a; b(1); elsif c; d(1); end",
         "(if a (block (discard b(1))) (if c (block (discard d(1))) _))"),
        ("case x\nwhen 'a', 'b' then f(1)\nelse g(1)\nend",
         "(switch x (case 'a' (block (discard f(1)))) (case 'b' (block (discard f(1))))"
         " (case _ (block (discard g(1)))))"),
        ("case\nwhen a then f(1)\nend", "(if a (block (discard f(1))) _)"),
        ("case x\nin { topic: 'a', data: { item: } }\n  f(item)\nend",
         "(switch x (case (object topic: 'a' data: (object item: item))"
         " (block (discard f(item)))))"),
        ("begin\n  f(1)\nrescue A => e\n  g(e)\nensure\n  h(1)\nend",
         "(try (block (discard f(1))) (block (discard g(e))) (block (discard h(1))))"),
        ("require_relative 'lib/a'", "(import '*' './lib/a')"),
        ("x while y", "(loop _ y (discard:bare x()))"),
    ],
)  # fmt: skip
def test_statements(code: str, shown: str) -> None:
    assert lines(code, "rb") == [shown]


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("def a(b, c = 1, *d, e:, **f, &g); end",
         "(function:a (params (param b _ _) (param c 1 _) (param (splat d) _ _) (param e _ _)"
         " (param (splat f) _ _) (param g _ _)) (block) _)"),
        ("def a = b", "(function:a (params) (block (return b)) _)"),
        ("def self.a\n  x = 1\n  x\nend",
         "(function:a (params) (block (assign x 1) (return x)) (decorators (type:self)))"),
        ("def a\n  if b then c(1) else d end\nend",
         "(function:a (params) (block (if b (block (return c(1))) (block (return d)))) _)"),
        ("def a\n  b\nrescue C\n  d\nend",
         "(function:a (params) (try (block (return b)) (block (return d)) _) _)"),
        ("def a; yield 1; end",
         "(function:a (params (param yield _ _)) (block (return yield(1))) _)"),
        ("f { |x| next if x; return 1 }",
         "(discard f((function (params (param x _ _))"
         " (block (if x (return) _) (return:outer 1)) _)))"),
        ("f do |a, (b, c)|\n  break\nend",
         "(discard f((function (params (param a _ _) (param (list b c) _ _))"
         " (block (return)) _)))"),
        ("f(&:to_s)", "(discard f((function (params (param it _ _)) (block (return it.to_s)) _)))"),
        ("->(env) { [200] }", "(function (params (param env _ _)) (block (return (list 200))) _)"),
        ("l = lambda { |x| return x }",
         "(assign l (function (params (param x _ _)) (block (return x)) _))"),
        ("class A::B < C::D\n  K = 1\n  f :x, only: :y\n  private def z; end\n"
         "  def initialize(a); end\nend",
         "(class:B (block (assign K 1) (discard f('x', only: 'y')) (function:z (params) (block) _)"
         " (function:constructor (params (param a _ _)) (block) _)) (decorators (type:C::D)))"),
        ("class A\n  class << self\n    def b; end\n  end\nend",
         "(class:A (block (function:b (params) (block) (decorators (type:self)))) _)"),
    ],
)  # fmt: skip
def test_functions_and_classes(code: str, shown: str) -> None:
    assert lines(code, "rb") == [shown]


def test_lines_are_those_of_the_code() -> None:
    chain = "x = request\n  .headers\n  .fetch('A')\n"
    (made,) = [node for node in _walk(chain) if node.kind == "assign"]
    assert made.line == 1
    assert [node.line for node in _walk(chain) if node.kind == "member"] == [3, 2]


def _walk(code: str) -> list[Node]:
    return list(parse(code.encode(), "rb").walk())
