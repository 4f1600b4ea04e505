"""C# becomes the tree that the code of every language becomes."""

from __future__ import annotations

import pytest

from tests.audit.syntax.written import lines
from tests.audit.texts import project


def inside(code: str) -> str:
    """Statements at the top of a program."""
    return "; ".join(lines(code, "cs"))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('a.B<C>("d", e: f, out var g);', "(discard a.B('d', e: f, (out g), of: C))"),
        ("await a.B();", "(discard a.B())"),
        ("_ = Task.Run(() => a(b));",
         "(discard Task.Run((function (params) (block (return a(b))) _)))"),
        ("var a = new HMACSHA1(key) { B = c };", "(assign a HMACSHA1(key, B: c))"),
        ("HMACSHA1 a = new(key);", "(assign a HMACSHA1(key) (decorators (type:HMACSHA1)))"),
        ('var a = new Dictionary<string, object> { ["b"] = c, { "d", e } };',
         "(assign a (object b: c d: e))"),
        ("var a = new { b = c, d, e.F };", "(assign a (object b: c d: d F: e.F))"),
        ('var a = new List<string> { "b" };', "(assign a (list 'b'))"),
        ("byte[] a = [1, 2];", "(assign a (list 1 2) (decorators (type:byte[])))"),
        ("var a = new[] { b };", "(assign a (list b))"),
        ('var a = $"sha1={b.C(d)}";', "(assign a (template 'sha1=' b.C(d)))"),
        ('var a = @"b""c";', "(assign a 'b\"c')"),
        ('var a = """b""" + "c"u8;', "(assign a (binary:+ 'b' 'c'))"),
        ('var a = b?["c"];', "(assign a (index b 'c'))"),
        ("a?.B.C();", "(discard a.B.C())"),
        ("var a = b[5..];", "(assign a (index b (slice 5)))"),
        ("a ??= b;", "(assign a (binary:?? a b))"),
        ("(a, var b) = f();", "(assign (list a b) f())"),
        ("var (a, b) = f();", "(assign (list a b) f())"),
        ("var a = b ?? throw new C();", "(assign a (binary:?? b (throw C())))"),
        ("if (a is null) b(); else c();",
         "(if (binary:== a null) (discard b()) (discard c()))"),
        ("if (a is null || b && c) d();",
         "(if (binary:|| (binary:== a null) (binary:&& b c)) (discard d()) _)"),
        ("if (a is not null && b) c();",
         "(if (binary:&& (unary:! (binary:== a null)) b) (discard c()) _)"),
        ("if (a is not string b) return;",
         "(if (unary:! (sequence (assign b a) (binary:!= a ))) (return) _)"),
        ("if (a is { Length: > 0 } b) c();",
         "(if (sequence (assign b a) (binary:&& (binary:!= a ) (binary:> a.Length 0)))"
         " (discard c()) _)"),
        ('if (a is "b" or null) c();',
         "(if (binary:|| (binary:== a 'b') (binary:== a null)) (discard c()) _)"),
        ('var a = b switch { "c" => 1, null => 2, _ => throw new D() };',
         "(assign a (choice (binary:== b 'c') 1 (choice (binary:== b null) 2 (throw D()))))"),
        ('switch (a) { case "b": case "c": d(); break; default: e(); break; }',
         "(switch a (case 'b' (block (discard d()) (break:break;))) "
         "(case 'c' (block (discard d()) (break:break;))) "
         "(case _ (block (discard e()) (break:break;))))"),
        ("try { a(); } catch (E e) when (b) { c(); } finally { d(); }",
         "(try (block (discard a())) (block (discard c())) (block (discard d())))"),
        ("foreach (var a in b) { c(a); }", "(loop a b (block (discard c(a))))"),
        ("for (var i = 0; i < 3; i++) { a(); }",
         "(block (assign i 0) (loop _ (binary:< i 3) (block (discard a()))))"),
        ("using (var a = new B()) { c(); }", "(block (assign a B()) (block (discard c())))"),
        ("var a = (byte[])b as C;", "(assign a b)"),
        ("var a = b! + !c;", "(assign a (binary:+ b (unary:! c)))"),
        ('a(nameof(B.C), default, "d");', "(discard a('C', default, 'd'))"),
        ("using var a = await f(b);", "(assign a f(b))"),
        ("Func<int, int> a = b => b + 1;",
         "(assign a (function (params (param b _ _)) (block (return (binary:+ b 1))) _) "
         "(decorators (type:Func<int, int>)))"),
        ("a(delegate (int b) { c(b); });",
         "(discard a((function (params (param b _ (decorators (type:int)))) "
         "(block (discard c(b))) _)))"),
        ("int F(int a = 3) => a;",
         "(function:F (params (param a 3 (decorators (type:int)))) (block (return a)) _)"),
        ("using System.Text;", "(import '*' 'System.Text')"),
        ("using T = System.Text;", "(import:T '*' 'System.Text')"),
    ],
)  # fmt: skip
def test_statements(code: str, expected: str) -> None:
    assert inside(code) == expected


def test_a_class_has_its_attributes_and_what_it_extends() -> None:
    code = """
namespace Acme.Web;

[ApiController, Route("hooks")]
public partial class Hooks : ControllerBase
{
    private readonly string _secret = "x", _other;
    public string Name { get; set; } = "a";
    public string Key => _secret;
    public string Also { get { return _secret; } }
    public Hooks(IConfiguration c) : base(c) { _secret = c["K"]; }

    [HttpPost("a")]
    public async Task<IResult> Post([FromHeader(Name = "X-Hub-Signature")] string? sig) => Ok();
}
"""
    (found,) = (line for line in lines(code, "cs") if line.startswith("(class"))
    assert found == (
        "(class:Hooks (block "
        "(assign _secret 'x' (decorators (type:string))) "
        "(assign _other _ (decorators (type:string))) "
        "(assign Name 'a' (decorators (type:string))) "
        "(function:Key (params) (block (return _secret)) (decorators property)) "
        "(function:Also (params) (block (return _secret)) (decorators property)) "
        "(function:constructor (params (param c _ (decorators (type:IConfiguration)))) "
        "(block (discard base(c)) (assign _secret (index c 'K'))) _) "
        "(function:Post (params (param sig _ (decorators FromHeader(Name: 'X-Hub-Signature') "
        "(type:string?)))) (block (return Ok())) (decorators HttpPost('a')))) "
        "(decorators ApiController Route('hooks') (type:ControllerBase)))"
    )


def test_the_parameters_of_a_class_are_its_fields() -> None:
    (found,) = lines("record Event(string Topic);", "cs")
    assert found == (
        "(class:Event (block (function:constructor (params "
        "(param Topic _ (decorators (type:string)))) "
        "(block:fields (assign this.Topic Topic)) _)) _)"
    )


def test_types_are_found_by_their_names() -> None:
    files = {
        "Web/Hooks.cs": "namespace Web; class Hooks { }",
        "Web/Signatures.cs": "namespace Web; public static class Signatures { }",
        "Old/Signatures.cs": "namespace Old; class Signatures { }",
        "Tests/HooksTests.cs": "class HooksTests { }",
        "Web/Event.cs": "public record struct Event(string Topic);",
    }
    modules = project(files).modules
    assert modules.resolve("Signatures", "Web/Hooks.cs") == "Web/Signatures.cs"
    assert modules.resolve("Signatures", "Old/Other.cs") == "Old/Signatures.cs"
    assert modules.resolve("Web.Event", "Old/Other.cs") == "Web/Event.cs"
    assert modules.resolve("System.Text", "Web/Hooks.cs") is None
