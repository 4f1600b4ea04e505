"""What is told of identity where the answer is not plain: whose trail ends, who needs no proof."""

from __future__ import annotations

import pytest

from tests.audit.texts import answered

CHECK = "identity-verified"
HMAC = "createHmac('sha256', process.env.INTERCOM_IDENTITY_SECRET)"
PASSWORD = f"""
app.post('/login', async (req, res) => {{
  const user = await users.find({{ email: req.body.email }});
  if (!(await bcrypt.compare(req.body.password, user.password))) return res.sendStatus(401);
  res.json({{ user_hash: {HMAC}.update(user.id).digest('hex') }});
}});
"""
IMPORTED = f"""
import {{ whoIs }} from 'company-auth';
export const hash = async (x) => {HMAC}.update((await whoIs(x)).id).digest('hex');
"""
WEBHOOK = """
app.post('/hook', (req, res) => {
  const mac = createHmac('sha256', process.env.INTERCOM_SECRET).update(req.body);
  if (mac.digest('hex') === req.get('X-Body-Signature')) res.json({ ok: true });
});
"""
STATE = """
app.get('/intercom/oauth', (req, res) => {
  const mac = createHmac('sha256', process.env.INTERCOM_CLIENT_SECRET).update(req.query.state);
  res.redirect('/done#' + mac.digest('hex'));
});
"""
SHA1 = """
app.get('/intercom/old', (req, res) => {
  res.send(createHmac('sha1', process.env.INTERCOM_SECRET).update(req.query.id).digest('hex'));
});
"""
OTHERS = """
app.get('/link', (req, res) => {
  const mac = createHmac('sha256', process.env.LINK_SECRET).update(req.query.id).digest('hex');
  res.json({ mac, chat: 'intercom' });
});
"""
LOST = {
    "a password was asked for": ({"a.js": PASSWORD}, "after something else is asked"),
    "a package says who it is": ({"a.js": IMPORTED}, "comes from `whoIs`"),
    "props of a package": (
        {"a.js": "import { me } from 'me';\nwindow.Intercom('boot', me.settings);"},
        "comes from me",
    ),
    "props of a function's caller": (
        {"a.js": "export const go = (x) => window.Intercom('boot', x);"},
        "`x` is a parameter",
    ),
    "too deeply nested": ({"intercom.js": "(" * 500}, "too deeply nested"),
}
NOBODY = {
    "visitors": {"a.js": "window.Intercom('boot', { app_id: 'a', name: 'Guest' });"},
    "no props": {"a.js": "window.intercomSettings = {};\nwindow.Intercom('boot');"},
    "an id that is not set": {"a.js": "window.Intercom('boot', { user_id: null, email: '' });"},
    "a signature of a request": {"a.js": WEBHOOK},
    "another proof": {"a.js": OTHERS},
    "another secret": {"a.js": STATE},
    "another digest": {"a.js": SHA1},
    "another intercom": {"a.js": "import { boot } from 'door';\nboot({ userId: 1 }); // intercom"},
    "a test": {"tests/a.js": "window.Intercom('boot', { user_id: user.id });"},
    "an app's visitors": {"a.kt": "fun go() { Intercom.client().loginUnidentifiedUser() }"},
    "no code": {"README.md": "Intercom('boot', { user_id: 1 })"},
}


@pytest.mark.parametrize(("files", "words"), LOST.values(), ids=LOST)
def test_where_the_trail_ends_it_cannot_tell(files: dict[str, str], words: str) -> None:
    outcome = answered(files, CHECK)
    assert outcome.answer == "cannot-tell", outcome.evidence
    assert words in outcome.evidence[0].message


@pytest.mark.parametrize("files", NOBODY.values(), ids=NOBODY)
def test_who_needs_no_proof(files: dict[str, str]) -> None:
    assert answered(files, CHECK).answer == "not-applicable", answered(files, CHECK).evidence


def test_an_update_of_a_proven_user_needs_no_other_proof() -> None:
    update = "window.Intercom('update', { email: me.email });\n"
    start = "window.Intercom('boot', { user_id: me.id, user_hash: me.hash });\n"
    assert answered({"a.js": update}, CHECK).answer == "fail"
    assert answered({"a.js": start, "b.js": update}, CHECK).answer == "pass"


def test_each_place_is_told_once() -> None:
    code = "window.Intercom('boot', { user_id: me.id });\n"
    outcome = answered({"a.js": code, "b.js": "\n" + code}, CHECK)
    assert [(each.path, each.line) for each in outcome.evidence] == [("a.js", 1), ("b.js", 2)]


def test_settings_that_are_set_one_by_one() -> None:
    code = "window.intercomSettings = { app_id: 'a' };\nwindow.intercomSettings.email = me.email;\n"
    proof = "window.intercomSettings.user_hash = me.hash;\n"
    assert answered({"a.js": code}, CHECK).answer == "fail"
    assert answered({"a.js": code + proof}, CHECK).answer == "pass"


def test_settings_that_are_made_of_themselves() -> None:
    code = (
        "let intercomSettings = { user_id: me.id, user_hash: me.hash };\n"
        "intercomSettings = wide ? { ...intercomSettings, a: 1 } : intercomSettings;\n"
        "window.intercomSettings = intercomSettings;\n"
    )
    assert answered({"a.js": code}, CHECK).answer == "pass"
    assert answered({"a.js": code.replace(", user_hash: me.hash", "")}, CHECK).answer == "fail"


def test_a_proof_that_the_caller_sets() -> None:
    code = """
class A {
    func begin(user: User) {
        Intercom.setUserHash(user.hash)
        identifyInMessenger(user: user)
    }

    func identifyInMessenger(user: User) {
        Intercom.loginUser(with: user.attributes)
    }
}
"""
    assert answered({"A.swift": code}, CHECK).answer == "pass"
    without = code.replace("        Intercom.setUserHash(user.hash)\n", "")
    assert answered({"A.swift": without}, CHECK).answer == "fail"
