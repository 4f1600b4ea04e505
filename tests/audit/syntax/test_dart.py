"""Dart, as Flutter applications write it."""

from __future__ import annotations

import pytest

from tests.audit.syntax.written import lines

CASES = {
    "import": (
        "import 'package:intercom_flutter/intercom_flutter.dart';",
        "(import:* '*' 'package:intercom_flutter/intercom_flutter.dart')",
    ),
    "alias": (
        "import '../api.dart' as api;",
        "(import:api '*' '../api.dart')",
    ),
    "show": (
        "import 'a.dart' show b, c;",
        "(block (import:b 'b' 'a.dart') (import:c 'c' 'a.dart'))",
    ),
    "named": (
        "void main() async { await Intercom.instance.initialize('app', iosApiKey: key); }",
        "(function:main (params) (block (discard Intercom.instance.initialize('app', "
        "iosApiKey: key))) _)",
    ),
    "map": (
        "final keys = {'user_id': id, 'url': 'https://$host/${user.email}'};",
        "(assign keys (object user_id: id url: (template 'https://' host '/' user.email)))",
    ),
    "raw": (
        "final r = r'a$b' \"c\";",
        "(assign r 'a$bc')",
    ),
    "cascade": (
        "f() { Intercom.instance..setUserHash(hash)..displayMessenger(); final a = Foo()..b = 1; }",
        "(function:f (params) (block (discard (sequence "
        "Intercom.instance.setUserHash(hash) Intercom.instance.displayMessenger() "
        "Intercom.instance)) (block (assign a Foo()) (assign a.b 1))) _)",
    ),
    "arrow": (
        "Widget button() => Button(onPressed: () => Intercom.instance.logout(), child: "
        "const Text('out'));",
        "(function:button (params) (return Button(onPressed: (function (params) (return "
        "Intercom.instance.logout()) _), child: Text('out'))) _)",
    ),
    "if": (
        "f(a) { if (user == null) { return; } else if (a!.b && !c) d(); }",
        "(function:f (params (param a _ _)) (block (if (binary:== user null) (block "
        "(return)) (if (binary:&& a.b (unary:! c)) (discard d()) _))) _)",
    ),
    "try": (
        "f() { try { a(); } on Missing catch (e) { b(e); } finally { c(); } }",
        "(function:f (params) (block (try (block (discard a())) (block (discard b(e))) "
        "(block (discard c())))) _)",
    ),
    "loops": (
        "f() { for (final u in users) { a(u); } while (b) { c(); } }",
        "(function:f (params) (block (loop u users (block (discard a(u)))) (loop _ "
        "(sequence b) (block (discard c())))) _)",
    ),
    "switch": (
        "f() { switch (a) { case 1: b(); break; default: c(); } throw Exception('no'); }",
        "(function:f (params) (block (switch a (case 1 (block (discard b()) "
        "(break:break;))) (case _ (block (discard c())))) (throw Exception('no'))) _)",
    ),
    "assign": (
        "f() { x ??= a ? b : c['d']; x.y += 1; }",
        "(function:f (params) (block (assign x (binary:?? x (choice a b (index c 'd')))) "
        "(assign x.y (binary:+ x.y 1))) _)",
    ),
    "class": (
        "@immutable\nclass Session { final String? id; static const key = 'a'; "
        "Session({required this.id, this.days = 1}) : super();\n @override Future<void> "
        "start() async { (await load()).then((v) => show(v)); } }",
        "(class:Session (block (assign id _) (assign key 'a') (function:Session (params "
        "(param id _ _) (param days 1 _)) (block super()) _) (function:start (params) "
        "(block (discard load().then((function (params (param v _ _)) (return show(v)) "
        "_)))) (decorators override))) (decorators immutable))",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_code_becomes(name: str) -> None:
    code, tree = CASES[name]
    assert " ".join(lines(code, "dart")) == tree
