"""Handlers of Canvas Kit refuse what Intercom has not signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.model import Check, Outcome, Sample
from intercom_scan.audit.signed.answering import answer
from intercom_scan.audit.signed.judging import CANVAS as KIND
from intercom_scan.audit.signed.shown_jvm import samples as jvm_samples
from intercom_scan.audit.signed.shown_scripts import samples as script_samples
from intercom_scan.audit.signed.shown_typed import samples as typed_samples
from intercom_scan.rules.audit import CANVAS

if TYPE_CHECKING:
    from intercom_scan.audit.project import Project


def run(project: Project) -> Outcome:
    """As for webhooks, by another header and another digest."""
    return answer(project, KIND, "Canvas Kit requests")


_EXPRESS = """\
const crypto = require('crypto');
const express = require('express');
const app = express();

function signed(body, header) {
  const mac = crypto.createHmac('sha256', process.env.INTERCOM_CLIENT_SECRET).update(body);
  const wanted = Buffer.from(mac.digest('hex'));
  const given = Buffer.from(header || '');
  return given.length === wanted.length && crypto.timingSafeEqual(given, wanted);
}

app.post('/initialize', express.raw({ type: '*/*' }), (req, res) => {
  if (!signed(req.body, req.get('X-Body-Signature'))) {
    return res.sendStatus(401);
  }
  const { customer } = JSON.parse(req.body);
  res.json({ canvas: { content: { components: [{ type: 'text', text: greet(customer) }] } } });
});
"""
_FLASK = """\
import hashlib
import hmac
import os

from flask import Flask, abort, jsonify, request

app = Flask(__name__)


@app.route("/intercom/initialize", methods=["POST"])
def initialize():
    key = os.environ["INTERCOM_CLIENT_SECRET"].encode()
    wanted = hmac.new(key, request.get_data(), hashlib.sha256).hexdigest()
    given = request.headers.get("X-Body-Signature", "")
    if not hmac.compare_digest(wanted, given):
        abort(401)
    return jsonify({"canvas": {"content": {"components": components(request.get_json())}}})
"""

CHECK = Check(
    rule=CANVAS,
    asks="Does every handler of Canvas Kit verify `X-Body-Signature` before it acts?",
    run=run,
    samples=(
        Sample(
            language="JavaScript",
            path="canvas.js",
            safe=_EXPRESS,
            unsafe=_EXPRESS.replace("update(body)", "update(JSON.stringify(body))"),
        ),
        Sample(
            language="Python",
            path="canvas.py",
            safe=_FLASK,
            unsafe=_FLASK.replace("hashlib.sha256", "hashlib.sha1"),
        ),
        *jvm_samples(KIND, "X-Body-Signature", "initialize", ""),
        *script_samples(KIND, "X-Body-Signature", "submit", ""),
        *typed_samples(KIND, "X-Body-Signature", "canvas", ""),
    ),
)
