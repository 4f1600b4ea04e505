"""PHP's trees: what of it becomes which kind of node."""

from __future__ import annotations

import pytest

from intercom_scan.audit.syntax.parse import parse
from intercom_scan.audit.syntax.php_pages import code as code_of
from tests.audit.syntax.written import lines


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("$x = $_SERVER['A'] ?? '';", "(assign x (binary:?? (index _SERVER 'A') ''))"),
        ("$a->b($c, d: 1);", "(discard a.b(c, d: 1))"),
        ("$x = $a?->b?->c();", "(assign x a.b.c())"),
        ("\\Foo\\Bar::baz();", "(discard Bar.baz())"),
        ("$x = A::class;", "(assign x A)"),
        ("$x = self::KEY . $b;", "(assign x (binary:+ self.KEY b))"),
        ("$x = new Foo($b);", "(assign x Foo(b))"),
        ("$x = \"sha1={$a->b} $c\";", "(assign x (template 'sha1=' a.b ' ' c))"),
        ("$x = ['a' => 1, 'b' => $c];", "(assign x (object a: 1 b: c))"),
        ("$x = [1, $c];", "(assign x (list 1 c))"),
        ("[$a, $b] = $c;", "(assign (list a b) c)"),
        ("['k' => $a] = $c;", "(assign (object k: a) c)"),
        ("$x .= 'a';", "(assign x (binary:+ x 'a'))"),
        ("$x = $a ?: 'b';", "(assign x (binary:|| a 'b'))"),
        ("$x = $a ? $b : $c;", "(assign x (choice a b c))"),
        ("$x = !(string) $a;", "(assign x (unary:! a))"),
        ("define('K', getenv('A'));", "(assign K getenv('A'))"),
        ("http_response_code(401); exit;", "(discard http_response_code(401))"),
        ("$f = fn($x) => $x;", "(assign f (function (params (param x _ _)) (return x) _))"),
        ("$f = function (Request $r) use ($b) { return 1; };",
         "(assign f (function (params (param r _ (decorators (type:Request)))) (block (return 1))"
         " _))"),
        ("if ($a) { b(); } elseif ($c) { d(); }",
         "(if a (block (discard b())) (if c (block (discard d())) _))"),
        ("if ($a): b(); else: c(); endif;", "(if a (block (discard b())) (block (discard c())))"),
        ("switch ($a) { case 1: b(); break; default: c(); }",
         "(switch a (case 1 (block (discard b()) (break:break;))) (case _ (block (discard c()))))"),
        ("$x = match ($a) { 1, 2 => b(), default => c() };",
         "(assign x (switch a (case 1 b()) (case 2 b()) (case _ c())))"),
        ("foreach ($a as $k => $v) { f($v); }", "(loop v a (block (discard f(v))))"),
        ("try { a(); } catch (A|B $e) { b(); } finally { c(); }",
         "(try (block (discard a())) (block (discard b())) (block (discard c())))"),
        ("throw new Bad('no');", "(throw Bad('no'))"),
        ("require_once __DIR__ . '/lib/a.php';", "(import '*' './lib/a.php')"),
        ("use A\\B as C;", "(block (import:C 'B' 'A\\B'))"),
        ("use A\\{B, C as D};", "(block (import:B 'B' 'A\\B') (import:D 'C' 'A\\C'))"),
        ("function a($b = 1, ...$c) { return $b; }",
         "(function:a (params (param b 1 _) (param (splat c) _ _)) (block (return b)) _)"),
        ("#[Route('/x', methods: ['POST'])] class A extends B implements C { use T; }",
         "(class:A (block use(T))"
         " (decorators Route('/x', methods: (list 'POST')) (type:B) (type:C)))"),
        ("class A { const K = 'x'; private $y; function __construct(private S $s) {} }",
         "(class:A (block (assign K 'x') (assign y _) (function:constructor"
         " (params (param s _ (decorators (type:S)))) (block (assign this.s s)) _)) _)"),
    ],
)  # fmt: skip
def test_statements(code: str, shown: str) -> None:
    assert lines(f"<?php {code}", "php")[0] == shown


PAGE = """<html>
<?php if ($user): // what ?> ends
  <b title="?>"><?= $user->name ?></b>
<?php endif; ?>
<?php
$a = '?>';
/* ?> */ # ?>
<script>boot('<?php echo "?>" ?>')</script>
"""


def test_a_page_is_read_by_its_code() -> None:
    found = {
        (node.line, node.kind, node.name)
        for node in parse(PAGE.encode(), "phtml").walk()
        if node.kind in ("name", "member", "text")
    }
    assert found >= {
        (2, "name", "user"), (3, "member", "name"), (3, "name", "user"),
        (6, "name", "a"), (6, "text", "?>"), (8, "text", "?>"),
        (8, "name", "boot"), (8, "text", "?>"),  # what the page's script is
    }  # fmt: skip


def test_no_code_is_no_code() -> None:
    assert code_of("<p>\n$a</p>\n") == "\n\n"
    assert code_of("<?php\n$a = <<<T\n ?>\n T;\n") == "\n$a = <<<T\n ?>\n T;\n"


@pytest.mark.parametrize("piece", ["<?php '\\", "<?php \"'", "<<<A\n", "<?= ", "\\'", "/*", "?>"])
def test_hostile_pages_take_linear_time(piece: str) -> None:
    """Some minutes, were each piece looked at again for each other."""
    code_of("<?php " + piece * 100_000)
