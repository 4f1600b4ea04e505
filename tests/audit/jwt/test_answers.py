"""What is no JWT of the Messenger's, what cannot be told of one, and HMAC."""

from __future__ import annotations

from functools import partial

import pytest

from intercom_scan.audit.jwt.answering import WAY
from intercom_scan.policy.model import AuditSettings
from tests.audit.jwt.samples_javascript import EXPRESS
from tests.audit.jwt.samples_python import FASTAPI
from tests.audit.texts import answered, told

CHECK = "jwt-sound"


said = partial(told, check=CHECK)


def test_what_is_configured_is_the_limit() -> None:
    assert answered(FASTAPI.files, CHECK, AuditSettings(jwt_lifetime=3600)).answer == "pass"
    short = answered(FASTAPI.files, CHECK, AuditSettings(jwt_lifetime=3599))
    assert short.answer == "fail"
    assert "counts for 1 hour, and at most 3,599 seconds is allowed" in short.evidence[0].message


def test_the_evidence_is_where_the_jwt_is_made() -> None:
    outcome = answered(EXPRESS.files, CHECK)
    assert [(each.path, each.line) for each in outcome.evidence] == [
        ("src/services/intercom.js", 8)
    ]


HASH = """
import hashlib, hmac, os

def user_hash(user):
    key = os.environ["INTERCOM_SECRET"].encode()
    return hmac.new(key, str(user.id).encode(), hashlib.sha256).hexdigest()
"""


def test_hmac_is_reported_with_the_way_to_jwt() -> None:
    outcome = answered({"support.py": HASH}, CHECK)
    assert (outcome.answer, outcome.mend) == ("not-applicable", WAY)
    (evidence,) = {each.message for each in outcome.evidence}
    assert evidence == "makes a user_hash, which never expires"
    assert outcome.evidence[0].path == "support.py"


def test_hmac_beside_a_jwt_is_told_with_it() -> None:
    answer, words = said({**FASTAPI.files, "support.py": HASH})
    assert answer == "pass"
    assert "makes a user_hash, which never expires" in words


def test_the_signature_of_a_webhook_is_no_user_hash() -> None:
    text = HASH.replace("def user_hash(user)", "def verify_signature(user, user_hash)")
    assert said({"webhooks.py": text})[0] == "not-applicable"
    assert answered({"webhooks.py": text}, CHECK).mend is None


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(
            "// Intercom is started later\nimport jwt from 'jsonwebtoken';\n"
            "export const login = (user) => jwt.sign({ id: user.id }, process.env.JWT_SECRET);\n",
            id="the session's own",
        ),
        pytest.param(
            "import jwt from 'jsonwebtoken';\nconst config = {\n"
            "  jwtSecret: process.env.JWT_SECRET,\n"
            "  intercom: { secret: process.env.INTERCOM_SECRET },\n};\n"
            "export const login = (user) => jwt.sign({ id: user.id }, config.jwtSecret);\n",
            id="another key of the same configuration",
        ),
        pytest.param(
            "import jwt from 'jsonwebtoken';\n"
            "const keys = { own: process.env.JWT_SECRET, intercom: process.env.INTERCOM_SECRET };\n"
            "export const login = (user, which) => jwt.sign({ id: user.id }, keys[which]);\n",
            id="one of several keys",
        ),
        pytest.param(
            "import jwt from 'jsonwebtoken';\n"
            "const user = jwt.verify(token, process.env.INTERCOM_SECRET);\n",
            id="read, not made",
        ),
        pytest.param("const x = encode(intercom_user, key);\n", id="no library of JWTs"),
    ],
)
def test_others_are_not_the_messengers(code: str) -> None:
    assert said({"src/auth.js": code}) == (
        "not-applicable", {"no JWT is made for the Messenger"},
    )  # fmt: skip


def test_what_is_signed_near_intercom_is_not_all_the_messengers() -> None:
    code = (
        "import jwt from 'jsonwebtoken';\nconst made = jwt.sign({0}, process.env.STATE_SECRET);\n"
    )
    assert (
        said({"src/intercom/oauth.js": code.replace("{0}", "{ state: 1 }")})[0] == "not-applicable"
    )
    assert said({"src/intercom/oauth.js": code.replace("{0}", "{ user_id: 1 }")})[0] == "fail"


def test_tests_and_packages_are_not_the_application() -> None:
    code = FASTAPI.files["app/routers/support.py"].replace('algorithm="HS256"', 'algorithm="none"')
    for path in ("tests/test_support.py", "node_modules/x/support.py", "vendor/support.py"):
        assert said({path: code})[0] == "not-applicable"


MADE = """
import jwt from 'jsonwebtoken';

export function intercomToken(user, given, ttl) {{
  const claims = {claims};
  return jwt.sign(claims, process.env.INTERCOM_SECRET, {options});
}}
"""


@pytest.mark.parametrize(
    ("claims", "options", "words"),
    [
        ("given", "{ expiresIn: '1h' }", "user_id among them"),
        ("{ ...given, user_id: user.id }", "{}", "exp among them"),
        ("{ user_id: user.id }", "{ expiresIn: ttl }", "how long it counts"),
        ("{ user_id: user.id }", "{ expiresIn: process.env.TTL || '1h' }", "how long it counts"),
        ("{ user_id: user.id }", "{ expiresIn: '1h', algorithm: given }", "algorithm"),
        ("{ [given]: user.id }", "{ expiresIn: '1h' }", "user_id among them"),
        ("load(user)", "{ expiresIn: '1h' }", "user_id among them"),
    ],
)
def test_where_the_trail_ends_nobody_can_tell(claims: str, options: str, words: str) -> None:
    answer, told = said({"intercom.js": MADE.format(claims=claims, options=options)})
    assert answer == "cannot-tell"
    assert any(words in each for each in told), told


def test_what_callers_give_is_followed() -> None:
    helper = MADE.format(claims="given", options="{ expiresIn: ttl }")
    caller = """
import {{ intercomToken }} from './intercom';
const one = intercomToken(user, {{ user_id: user.id }}, {first});
const two = intercomToken(user, {{ user_id: user.id }}, {second});
"""

    def told(first: str, second: str) -> str:
        files = {"intercom.js": helper, "support.js": caller.format(first=first, second=second)}
        return said(files)[0]

    assert told("'1h'", "'2h'") == "pass"
    assert told("'1h'", "'9d'") == "fail"
    assert told("'9d'", "'1h'") == "fail"


def test_a_jwt_that_comes_from_elsewhere() -> None:
    code = "Intercom('boot', { app_id: 'abcd1234', intercom_user_jwt: window.token });\n"
    answer, words = said({"web/chat.js": code})
    assert (answer, words) == ("cannot-tell", {"takes a JWT that is made elsewhere"})


@pytest.mark.parametrize("name", ["email", "user_name", "user_id", "account_name", "avatar"])
def test_what_says_nothing_of_rights_may_stand_beside_the_jwt(name: str) -> None:
    code = f"Intercom('boot', {{ intercom_user_jwt: token, {name}: user.x }});\n"
    assert said({"web/chat.js": code})[0] == "cannot-tell"


@pytest.mark.parametrize(
    "name", ["plan", "isAdmin", "userRole", "subscription_status", "is_paying"]
)
def test_what_says_rights_may_not(name: str) -> None:
    code = f"Intercom('boot', {{ intercom_user_jwt: token, {name}: user.x }});\n"
    assert said({"web/chat.js": code}) == (
        "fail", {f"`{name}` goes beside the JWT, where the user can change it"},
    )  # fmt: skip


def test_code_that_grows_with_each_step_ends() -> None:
    lines = ["const c0 = { user_id: 1 };"]
    lines += [
        f"const c{i} = {{ {', '.join(f'...c{i - 1}' for _ in range(30))} }};" for i in range(1, 9)
    ]
    lines += [
        "const t0 = 1 + 1;",
        *(f"const t{i} = t{i - 1} + t{i - 1} + t{i - 1};" for i in range(1, 30)),
    ]
    code = "import jwt from 'jsonwebtoken';\n" + "\n".join(lines)
    code += "\njwt.sign(c8, process.env.INTERCOM_SECRET, { expiresIn: t29 });\n"
    assert said({"intercom.js": code})[0] == "cannot-tell"
