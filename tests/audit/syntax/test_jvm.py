"""Java and Kotlin become the tree that the code of every language becomes."""

from __future__ import annotations

import pytest

from intercom_scan.audit.syntax.parse import parse
from tests.audit.syntax.written import written
from tests.audit.texts import project


def kotlin(code: str) -> str:
    """The statements of a function."""
    tree = parse(f"fun f() {{\n{code}\n}}\n".encode(), "kt")
    return " ".join(written(part) for part in tree.parts[0].parts[1].parts)


def java(code: str) -> str:
    """The statements of a method."""
    tree = parse(f"class A {{\nvoid f() {{\n{code}\n}}\n}}\n".encode(), "java")
    return " ".join(written(part) for part in tree.parts[0].parts[0].parts[0].parts[1].parts)


@pytest.mark.parametrize(
    ("code", "means"),
    [
        ('String a = b.c("d");', "(assign a b.c('d') (decorators (type:String)))"),
        (
            "int a = 5_0L, b;",
            "(block (assign a 5_0 (decorators (type:int))) (assign b _ (decorators (type:int))))",
        ),
        ("a.b = new com.acme.C<>(1);", "(discard (assign a.b com.acme.C(1)))"),
        (
            "Intercom.client().login(Registration.create().withUserId(id));",
            "(discard Intercom.client().login(Registration.create().withUserId(id)))",
        ),
        ("a.b(c -> d(c));", "(discard a.b((function (params (param c _ _)) (return d(c)) _)))"),
        (
            "a.b((c, d) -> { e(); });",
            "(discard a.b((function (params (param c _ _) (param d _ _)) (block (discard e())) "
            "_)))",
        ),
        ("a.map(this::b).map(C::new);", "(discard a.map(this.b).map(C))"),
        (
            "a(new B() { public void c() { d(); } });",
            "(discard a(B((object (function:c (params) (block (discard d())) _)))))",
        ),
        (
            'a(new HashMap<>() {{ put("k", v); }});',
            "(discard a(HashMap((object (discard put('k', v))))))",
        ),
        (
            "if (!(a instanceof B b)) { return; }",
            "(if (unary:! (sequence (assign b a) (binary:instanceof a B))) (block (return)) _)",
        ),
        ("a = (byte[]) b;", "(discard (assign a b))"),
        ("byte[] a = {1, 2};", "(assign a (list 1 2) (decorators (type:byte[])))"),
        ("for (byte b : a) { c(b); }", "(loop b a (block (discard c(b))))"),
        (
            "for (int i = 0; i < 3; i++) { c ^= i; }",
            "(block (assign i 0 (decorators (type:int))) (loop _ (binary:< i 3) (block (block "
            "(discard (assign c (binary:^ c i)))) (other i))))",
        ),
        (
            "try (var a = b()) { c(); } catch (E e) { d(); } catch (Exception e) { g(); }",
            "(try (block (assign a b()) (discard c())) (catch:E (block (discard d())) "
            "(catch:Exception (block (discard g())) _)) _)",
        ),
        (
            'switch (a) { case "x": case "y": b(); break; default: c(); }',
            "(switch a (case 'x' (block (discard b()) (break:break;))) (case 'y' (block "
            "(discard b()) (break:break;))) (case _ (block (discard c()))))",
        ),
        (
            'a = switch (b) { case "x", "y" -> c(); default -> { d(); yield 1; } };',
            "(discard (assign a (switch b (case 'x' (sequence (discard c()))) (case 'y' "
            "(sequence (discard c()))) (case _ (sequence (discard d()) 1)))))",
        ),
        ("a = b ? 1 : 2;", "(discard (assign a (choice b 1 2)))"),
        ('a = """\n  {"b": 1}""";', "(discard (assign a '\n  {\"b\": 1}'))"),
        ("synchronized (a) { b(); }", "(block a (block (discard b())))"),
        ("a[0].b();", "(discard (index a 0).b())"),
    ],
)
def test_java(code: str, means: str) -> None:
    assert java(code) == means


@pytest.mark.parametrize(
    ("code", "means"),
    [
        ('val a: String = b.c("d")', "(assign a b.c('d') (decorators (type:String)))"),
        ("val (a, b) = c", "(assign (list a b) c _)"),
        ("a?.b!!.c = d", "(assign a.b.c d)"),
        ("a[1] += b", "(assign (index a 1) (binary:+ (index a 1) b))"),
        ('a("x${b.c}y$d\\$e")', "(discard a((template 'x' b.c 'y' d '$e')))"),
        ('a("x\\${b}")', "(discard a('x${b}'))"),
        ("a(b = 1, c)", "(discard a(b: 1, c))"),
        (
            "a.b(c) { d(it) }",
            "(discard a.b(c, (function (params (param it _ _)) (block (return d(it))) _)))",
        ),
        (
            "a.b { c, d -> e() ; f() }",
            "(discard a.b((function (params (param c _ _) (param d _ _)) (block (discard e()) "
            "(return f())) _)))",
        ),
        (
            "val a = b.apply { c(1); d = 2 }",
            "(assign a b.apply((function (params (param it _ _)) (block (discard c(1)) (assign "
            "d 2)) _)) _)",
        ),
        ("a ?: return", "(binary:?? a (return:outer))"),
        (
            "a { return@b c }",
            "(discard a((function (params (param it _ _)) (block (return c)) _)))",
        ),
        (
            "val a = if (b) { c(); 1 } else if (d) 2 else 3",
            "(assign a (if b (sequence (discard c()) 1) (if d 2 3)) _)",
        ),
        ("if (a) { b() } else c()", "(if a (sequence (discard b())) (discard c()))"),
        (
            'val a = when (b) { "x", "y" -> c(); is D -> 2; else -> { e() } }',
            "(assign a (switch b (case 'x' c()) (case 'y' c()) (case (other D) 2) (case _ "
            "(sequence e()))) _)",
        ),
        ("when { a > 1 -> b() ; else -> c() }", "(if (binary:> a 1) (discard b()) (discard c()))"),
        (
            "val a = try { b() } catch (e: E) { c() } finally { d() }",
            "(assign a (try (sequence b()) (catch:E (sequence c()) _) (sequence d())) _)",
        ),
        ("for (a in b) { c(a) }", "(loop a b (sequence (discard c(a))))"),
        (
            "val a = object : B { override fun c() { d() } }",
            "(assign a (object (function:c (params) (block (discard d())) _)) _)",
        ),
        ("a to b", ": b, a"),
        ('mapOf("a" to b)', "(discard mapOf(a: b, 'a'))"),
        ("a shl 2", "(discard a.shl(2))"),
        ("val a = ::b", "(assign a b _)"),
        ("val a = b as? C", "(assign a b _)"),
        (
            "val a by lazy { b() }",
            "(assign a (function (params (param it _ _)) (block (return b())) _)() _)",
        ),
        ("a or (b xor c)", "(binary:| a (binary:^ b c))"),
        ("a.b<C>(d)", "(discard a.b(type: 'C', d))"),
        ("a !in b", "(binary:not in a b)"),
        ("throw A(b)", "(throw A(b))"),
        (
            "val a = fun(b: Int): Int { return b }",
            "(assign a (function:fun (params (param b _ (decorators (type:Int)))) (block "
            "(return:outer b)) _) _)",
        ),
    ],
)
def test_kotlin(code: str, means: str) -> None:
    assert kotlin(code) == means


JAVA = """
package com.acme.web;

import com.acme.Signatures;
import static com.acme.Signatures.verified;
import java.util.*;

@org.web.RestController
@RequestMapping("/hooks")
public class Hooks extends Base<String> implements A, B {
  @Value("${a:}") private String key;

  public Hooks(@Value("${b}") String other) { super(other); }

  @PostMapping(path = "/x")
  public String hook(@RequestHeader("X") String header, byte... rest) { return null; }

  enum Kind { ONE("a") }
  record Pair(int left) { }
}
"""
KOTLIN = """
package com.acme.web

import com.acme.Signatures
import com.acme.verified as signed
import java.util.*

@RestController
@RequestMapping("/hooks")
class Hooks(
    private val other: Other,
    @Value("\\${b}") val key: String = "",
) : Base<String>(other), A {
    init { a() }

    @PostMapping(path = ["/x"])
    fun hook(@RequestHeader("X") header: String?, @RequestBody body: ByteArray = b) = null

    val asked get() = b()

    companion object {
        const val HEADER = "X"
    }
}

object Single { fun one() {} }

fun String.hex(): String = this.trim()
"""


def declared(code: str, ending: str) -> list[str]:
    """What a file declares: imports, what its classes have and are marked with."""
    found: list[str] = []
    for part in parse(code.encode(), ending).parts[1:]:
        body, *marks = part.parts if part.kind == "class" else (part,)
        several = body.kind == "block"
        found += [written(each) for each in (*(body.parts if several else (body,)), *marks)]
    return found


def test_what_java_declares() -> None:
    assert declared(JAVA, "java") == [
        "(import:Signatures 'Signatures' 'com.acme.Signatures')",
        "(import:verified 'verified' 'com.acme.Signatures')",
        "(import:* '*' 'java.util')",
        "(assign key _ (decorators Value('${a:}') (type:String)))",
        (
            "(function:constructor (params (param other _ (decorators Value('${b}') "
            "(type:String)))) (block (discard super(other))) _)"
        ),
        (
            "(function:hook (params (param header _ (decorators RequestHeader('X') (type:String))) "
            "(param (splat rest) _ _)) (block (return null)) (decorators PostMapping(path: '/x')))"
        ),
        "(class:Kind (block (assign ONE (list 'a'))) _)",
        (
            "(class:Pair (block (function:constructor (params (param left _ (decorators "
            "(type:int)))) (block:fields (assign this.left left)) _)) _)"
        ),
        (
            "(decorators org.web.RestController RequestMapping('/hooks') (type:Base<String>) "
            "(type:A) (type:B))"
        ),
    ]


def test_what_kotlin_declares() -> None:
    assert declared(KOTLIN, "kt") == [
        "(import:Signatures 'Signatures' 'com.acme.Signatures')",
        "(import:signed 'verified' 'com.acme.verified')",
        "(import:* '*' 'java.util')",
        (
            "(function:constructor (params (param other _ (decorators (type:Other))) (param key '' "
            "(decorators Value('${b}') (type:String)))) (block:fields (assign this.other other) "
            "(assign this.key key)) _)"
        ),
        "(block (discard a()))",
        (
            "(function:hook (params (param header _ (decorators RequestHeader('X') "
            "(type:String?))) (param body b (decorators RequestBody (type:ByteArray)))) (return "
            "null) (decorators PostMapping(path: (list '/x'))))"
        ),
        "(assign asked b() _)",
        "(assign HEADER 'X' _)",
        "(decorators RestController RequestMapping('/hooks') (type:Base<String>) (type:A))",
        "(function:one (params) (block) _)",
        "_",
        "(function:hex (params (param this _ (decorators (type:String)))) (return this.trim()) _)",
    ]


FILES = {
    "a/src/main/java/com/acme/web/Hooks.java": "package com.acme.web;\nclass Hooks {}\n",
    "a/src/main/java/com/acme/web/Near.java": "package com.acme.web;\nclass Near {}\n",
    "a/src/main/java/com/acme/Outer.java": "package com.acme;\nclass Outer { class Inner {} }\n",
    "b/src/Signing.kt": (
        "/* b */\npackage com.acme\n\nfun String.verified() = 1\nclass Key\nval top = 1\n"
    ),
    "a/src/test/java/com/acme/Fake.java": "package com.acme;\nclass Fake {}\n",
    "a/src/androidTest/java/com/acme/Faked.kt": "package com.acme\nclass Faked\n",
}


@pytest.mark.parametrize(
    ("module", "path"),
    [
        ("com.acme.Outer", "a/src/main/java/com/acme/Outer.java"),
        ("com.acme.Outer.Inner", "a/src/main/java/com/acme/Outer.java"),
        ("Near", "a/src/main/java/com/acme/web/Near.java"),
        ("com.acme.verified", "b/src/Signing.kt"),
        ("com.acme.Key", "b/src/Signing.kt"),
        ("com.acme.top", "b/src/Signing.kt"),
        ("com.acme.other", None),
        ("com.acme.Fake", None),
        ("com.acme.Faked", None),
        ("com.other.Outer", None),
        ("Outer", None),
        ("java.util.Map", None),
    ],
)
def test_which_file_an_import_means(module: str, path: str | None) -> None:
    near = "a/src/main/java/com/acme/web/Hooks.java"
    assert project(FILES).modules.resolve(module, near) == path
