"""What is a handler of Intercom's, where a trail ends, and code that is hostile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from intercom_scan.audit.checks import canvas_verified, webhook_verified
from intercom_scan.audit.signed.judging import CANVAS, WEBHOOK
from intercom_scan.audit.syntax.lowering import TooMuchError
from intercom_scan.audit.syntax.parse import parse
from tests.audit.signed.projects import judged, said
from tests.audit.signed.samples_javascript import EXPRESS, MIDDLEWARE
from tests.audit.signed.samples_python import DECORATOR, FASTAPI
from tests.audit.texts import project

if TYPE_CHECKING:
    from types import ModuleType

    from intercom_scan.audit.signed.judging import Kind

GITHUB = """
const express = require('express');
const app = express();
// Intercom's page is elsewhere.
app.post('/hooks/github', (req, res) => {
  if (req.get('X-GitHub-Event') === 'push') deploy(req.body);
  log(req.get('X-Hub-Signature'));
  res.end();
});
"""
OTHERS_CHECK = """
import { verify } from '@acme/signatures';
import { handleEvent } from './events';

export async function POST(request) {
  const body = await request.text();
  if (!verify(body, request.headers.get('X-Hub-Signature'), process.env.INTERCOM_CLIENT_SECRET)) {
    return new Response('no', { status: 401 });
  }
  await handleEvent(JSON.parse(body));
  return new Response('ok');
}
"""


def test_a_webhook_of_others_is_not_asked_about() -> None:
    assert judged({"hooks.js": GITHUB}, WEBHOOK) == []
    outcome = webhook_verified.run(project({"hooks.js": GITHUB}))
    assert outcome.answer == "not-applicable"


def test_a_trail_that_ends_says_where() -> None:
    files = {"app/api/intercom/webhook/route.js": OTHERS_CHECK}
    assert said(files, WEBHOOK) == (set(), {"verify() is not in the repository"})
    outcome = webhook_verified.run(project(files))
    assert outcome.answer == "cannot-tell"
    assert [(e.path, e.line) for e in outcome.evidence] == [(next(iter(files)), 7)]


def test_what_stands_before_a_handler_and_is_not_there_is_told() -> None:
    """A middleware, a decorator, a dependency: each may be what verifies."""
    routes = {"src/routes/intercom.ts": MIDDLEWARE.files["src/routes/intercom.ts"]}
    views = {"billing/views.py": DECORATOR.files["billing/views.py"]}
    router = {"app/routers/intercom.py": FASTAPI.files["app/routers/intercom.py"]}
    for files, name in (
        (routes, "verifyIntercom"), (views, "intercom_signed"), (router, "verified_body")
    ):  # fmt: skip
        assert said(files, WEBHOOK) == (set(), {f"{name} is not in the repository"})


def test_a_way_around_the_trail_fails() -> None:
    open_code = OTHERS_CHECK.replace(
        "if (!verify(", "if (process.env.INTERCOM_CLIENT_SECRET && !verify("
    )
    wrong, _ = said({"app/api/intercom/webhook/route.js": open_code}, WEBHOOK)
    assert wrong == {"without a secret in the configuration, every request is acted on"}


def test_a_setting_that_nobody_knows_is_told() -> None:
    code = EXPRESS.files["server/app.js"].replace(
        "if (!isFromIntercom(", "if (process.env.NODE_ENV !== 'test' && !isFromIntercom("
    )
    wrong, lost = said({"server/app.js": code}, WEBHOOK)
    assert (wrong, lost) == (set(), {"what happens depends on NODE_ENV"})


def test_a_header_that_intercom_does_not_send() -> None:
    code = EXPRESS.files["server/app.js"].replace("x-hub-signature", "X-Intercom-Signature")
    wrong, _ = said({"server/app.js": code}, WEBHOOK)
    assert wrong == {"asks for X-Intercom-Signature, which Intercom does not send"}


def test_another_language_is_no_pass() -> None:
    perl = "post '/intercom' => sub { request->header('X-Hub-Signature') };\n"
    outcome = webhook_verified.run(project({"app.pl": perl, **EXPRESS.files}))
    assert outcome.answer == "cannot-tell"
    assert [each.path for each in outcome.evidence] == ["app.pl"]


def test_answers_of_whole_projects() -> None:
    outcome = webhook_verified.run(project({**EXPRESS.files, **MIDDLEWARE.files}))
    assert outcome.answer == "pass"
    assert {each.path for each in outcome.evidence} == {"server/app.js", "src/routes/intercom.ts"}
    bad = EXPRESS.files["server/app.js"].replace("'sha1', CLIENT", "'sha256', CLIENT")
    outcome = webhook_verified.run(project({"server/app.js": bad, **MIDDLEWARE.files}))
    assert outcome.answer == "fail"
    assert outcome.mend == "Refuse what HMAC-SHA1 of the raw body does not confirm."
    assert {each.path for each in outcome.evidence} == {"server/app.js"}


@pytest.mark.parametrize(
    ("check", "kind"), [(webhook_verified, WEBHOOK), (canvas_verified, CANVAS)]
)
def test_the_samples_of_the_checks_are_what_they_say(check: ModuleType, kind: Kind) -> None:
    for sample in check.CHECK.samples:
        assert said({sample.path: sample.safe}, kind) == (set(), set())
        assert said({sample.path: sample.unsafe}, kind)[0]


@pytest.mark.parametrize(
    ("ending", "code"),
    [
        ("js", "(" * 100_000),
        ("py", "[" * 100_000),
        ("ts", "{" * 100_000),
        ("tsx", "a<b," * 50_000),
        ("js", "x" * 300_000),
        ("js", "!" * 1_000 + "x"),
        ("py", "a" + ".b" * 1_000),
    ],
)
def test_code_that_nobody_wrote_is_not_followed(ending: str, code: str) -> None:
    with pytest.raises(TooMuchError):
        parse(code.encode(), ending)
    path = f"intercom.{ending}"
    text = f"// X-Hub-Signature\n{code}"
    assert webhook_verified.run(project({path: text})).answer == "cannot-tell"


def test_a_handler_without_an_end_is_no_pass() -> None:
    code = EXPRESS.files["server/app.js"].replace(
        "  if (!isFromIntercom(",
        "  const again = (x) => again(x);\n  again(1);\n  if (!isFromIntercom(",
    )
    assert webhook_verified.run(project({"server/app.js": code})).answer == "cannot-tell"
    modules = {
        "intercom/a.py": "from intercom.b import f\n\n\ndef g(x):\n    return f(x)\n",
        "intercom/b.py": "from intercom.a import g\n\n\ndef f(x):\n    return g(x)\n",
    }
    assert webhook_verified.run(project(modules)).answer == "not-applicable"


BARREL = {
    "src/lib/hooks/index.ts": "export { Verifier } from './verifier';\n",
    "src/lib/hooks/verifier.ts": """
import { createHmac, timingSafeEqual } from 'node:crypto';

export class Verifier {
  constructor(private readonly secret: string) {}

  verify(raw: string, given: string | null): boolean {
    if (!this.secret || !given) return false;
    const wanted = 'sha1=' + createHmac('sha1', this.secret).update(raw).digest('hex');
    const a = Buffer.from(given), b = Buffer.from(wanted);
    return a.length === b.length && timingSafeEqual(a, b);
  }
}
""",
    "src/app/api/webhooks/intercom/route.ts": """
import { Verifier } from '@/lib/hooks';

const verifier = new Verifier(process.env.INTERCOM_CLIENT_SECRET ?? '');

export async function POST(request: Request) {
  const raw = await request.text();
  if (!verifier.verify(raw, request.headers.get('x-hub-signature'))) {
    return new Response('no', { status: 401 });
  }
  await handleEvent(JSON.parse(raw));
  return new Response('ok');
}
""",
}


@pytest.mark.parametrize(
    "onwards", ["export { Verifier } from './verifier';", "export * from './verifier';"]
)
def test_what_a_module_hands_on_is_followed(onwards: str) -> None:
    files = {**BARREL, "src/lib/hooks/index.ts": onwards}
    assert said(files, WEBHOOK) == (set(), set())
    files["src/lib/hooks/verifier.ts"] = files["src/lib/hooks/verifier.ts"].replace(
        "sha1'", "sha256'"
    )
    assert said(files, WEBHOOK)[0] == {"HMAC-SHA256 is computed, not HMAC-SHA1"}


def test_a_module_that_seems_to_throw_when_it_is_loaded_is_no_end() -> None:
    """What starts at all has not thrown: a setting is there, though nobody here can tell."""
    setting = (
        "const [port] = read();\nif (!port) throw new Error('no port');\nexport const x = 1;\n"
    )
    route = next(path for path in BARREL if path.endswith("route.ts"))
    files = {**BARREL, "src/lib/port.ts": setting + "throw new Error('not here');\n"}
    files[route] = "import { x } from '@/lib/port';\n" + files[route]
    assert said(files, WEBHOOK) == (set(), set())


ALONE = """
from flask import Flask, request

app = Flask(__name__)


@app.route("/", methods=["POST"])
def hook():
    given = request.headers.get("X-Hub-Signature")
    print(given, request.get_json()["topic"])
    return ""
"""


def test_a_handler_that_names_nobody() -> None:
    """Whose it is, the repository says, unless the file names somebody else."""
    assert judged({"hook.py": ALONE}, WEBHOOK) == []
    page = {"README.md": "Notifications of Intercom.\n"}
    assert said({"hook.py": ALONE, **page}, WEBHOOK)[0]
    assert judged({"hook.py": f"# Called by GitHub.{ALONE}", **page}, WEBHOOK) == []


AROUND = """
class Hooks < Grape::API
  post "/intercom/webhook" do
    handle_webhook_request(params[:app_id]) do |event|
      Ingest.call(event, params[:topic])
    end
  end
end
"""


def test_what_a_block_is_given_to_may_verify() -> None:
    assert said({"api.rb": AROUND}, WEBHOOK) == (set(), {"cannot follow handle_webhook_request()"})
    logged = AROUND.replace("handle_webhook_request(", "with_log_tags(")
    assert said({"api.rb": logged}, WEBHOOK)[0]


IMPORTS = "import { track } from '../../../../lib/track';\n"
OWN = """
export async function POST(request: Request) {
  const user = await currentUser();
  await fetch('https://api.intercom.io/conversations', { method: 'POST', body: message(user) });
  return Response.json({ sent: 'conversation.user.created' });
}
"""
FOR_OTHERS = """
export async function POST(request: Request) {
  const event = await request.json();
  await intercom.contacts.create({ email: event.data.item.email });
  return new Response('ok');
}
"""


def test_what_is_called_by_others_is_no_handler_of_notifications() -> None:
    """One that takes nothing of a request, one that tells Intercom what another service sent."""
    assert judged({"app/api/intercom/test-webhook/route.ts": OWN}, WEBHOOK) == []
    assert judged({"app/api/webhooks/mailgun/route.ts": FOR_OTHERS}, WEBHOOK) == []
    assert judged({"app/api/webhooks/intercom/route.ts": FOR_OTHERS}, WEBHOOK)
    shared = "export const track = async (mail) => intercom.contacts.create({ email: mail });\n"
    calls = FOR_OTHERS.replace(
        "intercom.contacts.create({ email: event.data.item.email })", "track(1)"
    )
    files = {"lib/track.ts": shared, "app/api/webhooks/orders/route.ts": f"{IMPORTS}{calls}"}
    assert judged(files, WEBHOOK) == []


def test_a_default_export_is_a_handler_where_it_takes_a_request() -> None:
    code = "export default function webhook(req, res) {\n  save(req.body.topic);\n  res.end();\n}\n"
    assert judged({"server/actions/intercom-webhook.js": code}, WEBHOOK)
    helper = code.replace("(req, res)", "(ctx, req)")
    assert judged({"server/actions/intercom-webhook.js": helper}, WEBHOOK) == []
