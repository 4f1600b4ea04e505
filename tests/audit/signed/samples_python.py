"""Handlers of webhooks in Python that are right, and ways to break each."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

FLASK = Sample(
    {
        "app.py": '''
import hashlib
import hmac
import json
import os

from flask import Flask, abort, request

from .tasks import process_event

app = Flask(__name__)
CLIENT_SECRET = os.environ["INTERCOM_CLIENT_SECRET"]


def verify_signature(payload: bytes, header) -> bool:
    """Whether Intercom signed this."""
    if not header or not header.startswith("sha1="):
        return False
    expected = hmac.new(CLIENT_SECRET.encode("utf-8"), payload, hashlib.sha1).hexdigest()
    return hmac.compare_digest(f"sha1={expected}", header)


@app.route("/")
def index():
    return "ok"


@app.route("/webhooks/intercom", methods=["POST"])
def intercom_webhook():
    signature = request.headers.get("X-Hub-Signature")
    if not verify_signature(request.get_data(), signature):
        app.logger.warning("signature does not match")
        abort(401)
    event = json.loads(request.data)
    if event["topic"] == "conversation.user.created":
        process_event.delay(event["data"]["item"])
    return "", 200
''',
    },
    {
        "plain": (
            'hmac.compare_digest(f"sha1={expected}", header)',
            'header == "sha1=" + expected',
            "constant time",
        ),
        "open": (
            'if not header or not header.startswith("sha1="):\n        return False',
            "if not header:\n        return True",
            "without a signature is acted on",
        ),
        "guard": (
            "if not verify_signature(",
            "if signature and not verify_signature(",
            "without a signature is acted on",
        ),
        "sha256": ("hashlib.sha1", "hashlib.sha256", "HMAC-SHA256"),
        "literal": ('os.environ["INTERCOM_CLIENT_SECRET"]', '"not-a-secret"', "stands in the code"),
        "empty": (
            'os.environ["INTERCOM_CLIENT_SECRET"]',
            'os.environ.get("INTERCOM_CLIENT_SECRET", "")',
            "empty secret",
        ),
        "serialised": (
            "verify_signature(request.get_data(), signature)",
            "verify_signature(json.dumps(request.json).encode(), signature)",
            "written anew",
        ),
        "inverted": ("if not verify_signature(", "if verify_signature(", "inverted"),
        "only-logs": ("        abort(401)\n", "", "wrong signature is acted on"),
        "never": (
            "if not verify_signature(request.get_data(), signature):",
            "if not request.data:",
            "never checks|reads the signature and never",
        ),
        "acts-first": (
            "    if not verify_signature(",
            "    process_event.delay(request.get_data())\n    if not verify_signature(",
            "before it is refused",
        ),
    },
)

DECORATOR = Sample(
    {
        "billing/security.py": '''
import hmac
from functools import wraps
from hashlib import sha1

from flask import current_app, jsonify, request


def intercom_signed(view):
    """Lets only Intercom through."""

    @wraps(view)
    def wrapper(*args, **kwargs):
        given = request.headers.get("X-Hub-Signature", "")
        secret = current_app.config["INTERCOM_CLIENT_SECRET"]
        digest = hmac.new(secret.encode(), request.data, sha1).hexdigest()
        if not hmac.compare_digest("sha1=" + digest, given):
            return jsonify(error="invalid signature"), 403
        return view(*args, **kwargs)

    return wrapper
''',
        "billing/views.py": """
from flask import Blueprint, request

from billing.security import intercom_signed
from billing.sync import save_contact

bp = Blueprint("intercom", __name__, url_prefix="/intercom")


@bp.route("/webhook", methods=["POST"])
@intercom_signed
def intercom_hook():
    payload = request.get_json()
    save_contact(payload["data"]["item"])
    return {"ok": True}
""",
    },
    {
        "undecorated": ("@intercom_signed\n", "", "never checks"),
        "logs": (
            'return jsonify(error="invalid signature"), 403',
            'current_app.logger.error("invalid signature")',
            "wrong signature is acted on",
        ),
        "guard": (
            "if not hmac.compare_digest(",
            "if given and not hmac.compare_digest(",
            "without a signature is acted on",
        ),
        "plain": (
            'not hmac.compare_digest("sha1=" + digest, given)',
            '"sha1=" + digest != given',
            "constant time",
        ),
        "sha512": ("request.data, sha1", 'request.data, "sha512"', "HMAC-SHA512"),
    },
)

DJANGO = Sample(
    {
        "support/urls.py": """
from django.urls import path

from support import views

urlpatterns = [
    path("hooks/intercom/", views.receive, name="intercom-hook"),
]
""",
        "support/views.py": '''
import hashlib
import hmac
import json
import logging

from django.conf import settings
from django.http import HttpResponse, HttpResponseBadRequest, HttpResponseForbidden
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from support.models import Event

logger = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def receive(request):
    """Stores what Intercom tells."""
    signature = request.META.get("HTTP_X_HUB_SIGNATURE")
    if signature is None:
        return HttpResponseBadRequest("no signature")
    key = settings.INTERCOM_CLIENT_SECRET.encode()
    mac = hmac.new(key, msg=request.body, digestmod=hashlib.sha1)
    if not constant_time_compare("sha1=" + mac.hexdigest(), signature):
        logger.warning("webhook with a wrong signature")
        return HttpResponseForbidden("wrong signature")
    payload = json.loads(request.body)
    Event.objects.create(topic=payload["topic"], body=payload)
    return HttpResponse(status=200)
''',
    },
    {
        "plain": (
            'not constant_time_compare("sha1=" + mac.hexdigest(), signature)',
            '("sha1=" + mac.hexdigest()) != signature',
            "constant time",
        ),
        "logs": (
            '        return HttpResponseForbidden("wrong signature")\n',
            "",
            "wrong signature is",
        ),
        "sha256": ("digestmod=hashlib.sha1", "digestmod=hashlib.sha256", "HMAC-SHA256"),
        "serialised": (
            "msg=request.body",
            "msg=json.dumps(json.loads(request.body)).encode()",
            "written anew",
        ),
        "never": (
            'if not constant_time_compare("sha1=" + mac.hexdigest(), signature):',
            "if not request.body:",
            "never checks",
        ),
        "default": (
            "settings.INTERCOM_CLIENT_SECRET",
            'getattr(settings, "INTERCOM_CLIENT_SECRET", "dev")',
            "stands in the code",
        ),
    },
)

FASTAPI = Sample(
    {
        "app/dependencies.py": '''
import hashlib
import hmac

from fastapi import Header, HTTPException, Request, status

from app.config import settings


async def verified_body(
    request: Request, x_hub_signature: str | None = Header(default=None)
) -> bytes:
    """The raw body, once its signature is known to be right."""
    body = await request.body()
    if x_hub_signature is None:
        raise HTTPException(status_code=status.HTTP_401_UNAUTHORIZED)
    expected = hmac.new(settings.intercom_client_secret.encode(), body, hashlib.sha1).hexdigest()
    scheme, _, given = x_hub_signature.partition("=")
    if scheme != "sha1" or not hmac.compare_digest(expected, given):
        raise HTTPException(status_code=401, detail="invalid signature")
    return body
''',
        "app/routers/intercom.py": """
import json

from fastapi import APIRouter, BackgroundTasks, Depends

from app.dependencies import verified_body
from app.services import handle_topic

router = APIRouter(prefix="/intercom")


@router.post("/webhooks")
async def webhook(tasks: BackgroundTasks, body: bytes = Depends(verified_body)):
    event = json.loads(body)
    tasks.add_task(handle_topic, event["topic"], event["data"])
    return {"received": True}
""",
    },
    {
        "plain": ("not hmac.compare_digest(expected, given)", "expected != given", "constant time"),
        "open": (
            "raise HTTPException(status_code=status.HTTP_401_UNAUTHORIZED)",
            "return body",
            "without a signature is acted on",
        ),
        "logs": (
            'raise HTTPException(status_code=401, detail="invalid signature")',
            'print("invalid signature")',
            "wrong signature is acted on",
        ),
        "sha256": ("hashlib.sha1", "hashlib.sha256", "HMAC-SHA256"),
        "parsed": (
            "body = await request.body()",
            "body = json.dumps(await request.json()).encode()",
            "written anew",
        ),
    },
)

STARLETTE = Sample(
    {
        "service/intercom.py": """
import hmac
import os

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from service.queue import publish

SECRET = os.getenv("INTERCOM_CLIENT_SECRET")
if not SECRET:
    raise RuntimeError("INTERCOM_CLIENT_SECRET is not set")


async def intercom_webhook(request):
    raw = await request.body()
    try:
        algorithm, given = request.headers["x-hub-signature"].split("=", 1)
    except (KeyError, ValueError):
        return Response("malformed signature", status_code=400)
    expected = hmac.digest(SECRET.encode(), raw, "sha1").hex()
    if not hmac.compare_digest(expected, given):
        return Response("wrong signature", status_code=401)
    await publish("intercom", raw)
    return JSONResponse({"ok": True})


app = Starlette(routes=[Route("/intercom/webhook", intercom_webhook, methods=["POST"])])
""",
    },
    {
        "plain": ("not hmac.compare_digest(expected, given)", "expected != given", "constant time"),
        "sha256": ('raw, "sha1"', 'raw, "sha256"', "HMAC-SHA256"),
        "passes": (
            'return Response("wrong signature", status_code=401)',
            "pass",
            "wrong signature is acted on",
        ),
    },
)

CLASS_VIEW = Sample(
    {
        "integrations/intercom/views.py": """
import hashlib
import hmac

from django.conf import settings
from rest_framework import status
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response
from rest_framework.views import APIView

from integrations.intercom.tasks import handle_notification


class IntercomWebhookView(APIView):
    authentication_classes = []

    def _check(self, request):
        header = request.headers.get("X-Hub-Signature", "")
        expected = hmac.new(
            key=settings.INTERCOM_CLIENT_SECRET.encode(),
            msg=request.body,
            digestmod=hashlib.sha1,
        ).hexdigest()
        if not hmac.compare_digest(f"sha1={expected}", header):
            raise PermissionDenied("signature")

    def post(self, request, *args, **kwargs):
        self._check(request)
        handle_notification.delay(request.data)
        return Response(status=status.HTTP_200_OK)
""",
    },
    {
        "unchecked": ("        self._check(request)\n", "", "never checks"),
        "returns": (
            'raise PermissionDenied("signature")',
            "return False",
            "wrong signature is acted",
        ),
        "plain": (
            'not hmac.compare_digest(f"sha1={expected}", header)',
            'f"sha1={expected}" != header',
            "constant time",
        ),
        "swallowed": (
            "        self._check(request)\n",
            "        try:\n            self._check(request)\n        except PermissionDenied:\n"
            "            pass\n",
            "wrong signature is acted on",
        ),
    },
)

SAMPLES = {
    "flask": FLASK,
    "decorator": DECORATOR,
    "django": DJANGO,
    "fastapi": FASTAPI,
    "starlette": STARLETTE,
    "class-view": CLASS_VIEW,
}
