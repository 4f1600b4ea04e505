"""Swift, as iOS applications write it."""

from __future__ import annotations

import pytest

from tests.audit.syntax.written import lines

CASES = {
    "import": (
        "import Intercom",
        "(import:Intercom '*' 'Intercom')",
    ),
    "labels": (
        'Intercom.setApiKey("key", forAppId: "\\(app)-x")',
        "(discard Intercom.setApiKey('key', forAppId: (template app '-x')))",
    ),
    "assign": (
        "attributes.userId = user!.id",
        "(assign attributes.userId user.id)",
    ),
    "guard": (
        "guard let user = session.user, !user.id.isEmpty else { return }",
        "(if (binary:&& (assign user session.user) (unary:! user.id.isEmpty)) (block) "
        "(block (return)))",
    ),
    "precedence": (
        "if a != nil && !(b == nil) || c { d() } else if e { f() }",
        "(if (binary:|| (binary:&& (binary:!= a nil) (unary:! (binary:== b nil))) c) "
        "(block (discard d())) (if e (block (discard f())) _))",
    ),
    "tighter": (
        "let on = a || b && c != nil",
        "(assign on (binary:|| a (binary:&& b (binary:!= c nil))))",
    ),
    "trailing": (
        'Button("Log out") { Intercom.logout() }.onAppear { result in show(result) }',
        "(discard Button('Log out', (function (params) (block (return "
        "Intercom.logout())) _)).onAppear((function (params (param result _ _)) (block "
        "(return show(result))) _)))",
    ),
    "trailing-label": (
        "load(a) { b() } failure: { error in c(error) }",
        "(discard load(a, (function (params) (block (return b())) _), failure: (function "
        "(params (param error _ _)) (block (return c(error))) _)))",
    ),
    "await": (
        "let token = try? await api.jwt(for: .current)",
        "(assign token api.jwt(for: _.current))",
    ),
    "do": (
        "do { try a() } catch let error as Missing { b() }",
        "(try (block (discard a())) (block (discard b())) _)",
    ),
    "dictionary": (
        'let keys: [String: Any] = ["user_id": id, "plan": items[0].name ?? nil]',
        "(assign keys (object user_id: id plan: (binary:?? (index items 0).name nil)))",
    ),
    "switch": (
        "switch state { case .on: a(); case .failed(let error): b(error); default: break }",
        "(switch state (case on (block (discard a()))) (case (list failed error) (block "
        "(discard b(error)))) (case _ (block (break))))",
    ),
    "for": (
        "for item in items where item.on { a(item) }",
        "(loop item items (block (discard a(item))))",
    ),
    "increase": (
        "total += on ? 1 : 2",
        "(assign total (binary:+ total (choice on 1 2)))",
    ),
    "params": (
        "@MainActor func jwt(for user: User, _ days: Int = 1) -> String { sign(user) }",
        "(function:jwt (params (param:for user _ _) (param days 1 _)) (block (return "
        "sign(user))) (decorators MainActor))",
    ),
    "class": (
        "@Observable class Session { @Published var user: User?\n var name: String { "
        "user.name }\n init(user: User) { self.user = user } }",
        "(class:Session (block (assign user _) (function:name (params) (block (return "
        "user.name)) _) (function:init (params (param user _ _)) (block (assign "
        "self.user user)) _)) (decorators Observable))",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_code_becomes(name: str) -> None:
    code, tree = CASES[name]
    assert " ".join(lines(code, "swift")) == tree
