"""Handlers of Intercom's webhooks refuse what Intercom has not signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.model import Check, Outcome, Sample
from intercom_scan.audit.signed.answering import answer
from intercom_scan.audit.signed.judging import WEBHOOK as KIND
from intercom_scan.audit.signed.shown_jvm import samples as jvm_samples
from intercom_scan.audit.signed.shown_scripts import samples as script_samples
from intercom_scan.audit.signed.shown_typed import samples as typed_samples
from intercom_scan.rules.audit import WEBHOOK

if TYPE_CHECKING:
    from intercom_scan.audit.project import Project


def run(project: Project) -> Outcome:
    """By running each handler on paper, with signatures that are right, wrong and missing."""
    return answer(project, KIND, "Intercom's webhooks")


_EXPRESS = """\
const crypto = require('crypto');
const express = require('express');
const app = express();

function signed(body, header) {
  const mac = crypto.createHmac('sha1', process.env.INTERCOM_CLIENT_SECRET).update(body);
  const wanted = Buffer.from('sha1=' + mac.digest('hex'));
  const given = Buffer.from(header || '');
  return given.length === wanted.length && crypto.timingSafeEqual(given, wanted);
}

app.post('/webhooks/intercom', express.raw({ type: '*/*' }), (req, res) => {
  if (!signed(req.body, req.get('X-Hub-Signature'))) {
    return res.sendStatus(401);
  }
  queue.add(JSON.parse(req.body));
  res.sendStatus(200);
});
"""
_FLASK = """\
import hashlib
import hmac
import os

from flask import Flask, abort, request

app = Flask(__name__)


@app.route("/webhooks/intercom", methods=["POST"])
def intercom_webhook():
    key = os.environ["INTERCOM_CLIENT_SECRET"].encode()
    wanted = "sha1=" + hmac.new(key, request.get_data(), hashlib.sha1).hexdigest()
    given = request.headers.get("X-Hub-Signature", "")
    if not hmac.compare_digest(wanted, given):
        abort(401)
    queue.put(request.get_json())
    return "", 200
"""

CHECK = Check(
    rule=WEBHOOK,
    asks="Does every handler of webhooks verify `X-Hub-Signature` before it acts?",
    run=run,
    samples=(
        Sample(
            language="JavaScript",
            path="webhook.js",
            safe=_EXPRESS,
            unsafe=_EXPRESS.replace(
                "given.length === wanted.length && crypto.timingSafeEqual(given, wanted)",
                "!header || given.toString() === wanted.toString()",
            ),
        ),
        Sample(
            language="Python",
            path="webhook.py",
            safe=_FLASK,
            unsafe=_FLASK.replace(
                "if not hmac.compare_digest(wanted, given)", "if given and wanted != given"
            ),
        ),
        *jvm_samples(KIND, "X-Hub-Signature", "webhooks", "sha1="),
        *script_samples(KIND, "X-Hub-Signature", "webhook", "sha1="),
        *typed_samples(KIND, "X-Hub-Signature", "webhook", "sha1="),
    ),
)
