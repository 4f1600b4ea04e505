"""Handlers in Python that bear time, repeats and new topics."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

FLASK = Sample(
    {
        "app/webhooks.py": '''
import logging

from flask import Blueprint, abort, current_app, request

from app.extensions import redis
from app.signatures import is_signed
from app.tasks import handle_notification

log = logging.getLogger(__name__)
webhooks = Blueprint("webhooks", __name__, url_prefix="/webhooks")
TOPICS = {"conversation.user.created", "conversation.user.replied"}


@webhooks.route("/intercom", methods=["POST"])
def intercom():
    """Keeps the notification's id for a day and leaves the work to Celery."""
    if not is_signed(request.get_data(), request.headers.get("X-Hub-Signature", "")):
        abort(401)
    notification = request.get_json()
    if notification["topic"] not in TOPICS:
        return "", 200
    fresh = redis.set(f"intercom:{notification['id']}", 1, nx=True, ex=86400)
    if fresh:
        handle_notification.delay(notification["topic"], notification["data"])
    log.info("intercom %s %s", notification["topic"], notification["id"])
    return "", 200
'''
    },
    {
        "waits": (
            "        handle_notification.delay(",
            "        requests.post(current_app.config['CRM'], json=notification['data'])\n"
            "        handle_notification.delay(",
            "waits for requests.post",
        ),
        "sleeps": (
            "    log.info(",
            "    time.sleep(3)\n    log.info(",
            "waits for time.sleep",
        ),
        "gone": ('        return "", 200\n    fresh', '        return "", 410\n    fresh', "410"),
        "refuses": (
            '        return "", 200\n    fresh',
            "        abort(404)\n    fresh",
            "not name",
        ),
        "twice": (
            """    fresh = redis.set(f"intercom:{notification['id']}", 1, nx=True, ex=86400)
    if fresh:
        handle_notification.delay(notification["topic"], notification["data"])
""",
            "    create_ticket(notification['data']['item'])\n",
            "twice",
        ),
    },
)

DJANGO = Sample(
    {
        "support/views.py": '''
import json

from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from support.decorators import intercom_signed
from support.jobs import process_notification
from support.models import Notification


@csrf_exempt
@require_POST
@intercom_signed
def intercom_webhook(request):
    """Every notification is a row, by the id that Intercom gives it."""
    payload = json.loads(request.body)
    row, created = Notification.objects.get_or_create(
        notification_id=payload["id"],
        defaults={"topic": payload["topic"], "data": payload["data"]},
    )
    if created:
        process_notification.enqueue(row.pk)
    return HttpResponse(status=200)
''',
        "support/urls.py": """
from django.urls import path

from support import views

urlpatterns = [path("webhooks/intercom/", views.intercom_webhook)]
""",
    },
    {
        "waits": (
            "        process_notification.enqueue(row.pk)",
            '        send_mail("New conversation", payload["topic"], None, ["team@example.com"])',
            "waits for send_mail",
        ),
        "gone": (
            "    if created:",
            "    if payload['data'] is None:\n        return HttpResponse(status=410)\n"
            "    if created:",
            "answers 410",
        ),
        "refuses": (
            "    if created:",
            "    if payload['topic'] != 'contact.created':\n"
            "        return HttpResponse(status=400)\n    if created:",
            "does not name",
        ),
        "twice": (
            """    row, created = Notification.objects.get_or_create(
        notification_id=payload["id"],
        defaults={"topic": payload["topic"], "data": payload["data"]},
    )
    if created:
        process_notification.enqueue(row.pk)
""",
            """    Message.objects.create(text=payload["data"]["item"]["source"]["body"])
""",
            "twice",
        ),
    },
)

FASTAPI = Sample(
    {
        "api/routers/intercom.py": '''
import json

import httpx
from fastapi import APIRouter, BackgroundTasks, Depends, HTTPException, Request

from api.dependencies import verified_body
from api.store import notifications

router = APIRouter(prefix="/intercom", tags=["intercom"])


async def forward(topic: str, item: dict) -> None:
    async with httpx.AsyncClient(timeout=10) as client:
        await client.post("https://chat.example.com/hooks/team", json={"topic": topic, **item})


@router.post("/webhook")
async def webhook(tasks: BackgroundTasks, body: bytes = Depends(verified_body)):
    """Answers at once; what is to be done follows in the background."""
    event = json.loads(body)
    if not await notifications.add_if_new(event["id"]):
        return {"status": "known"}
    match_topic = event.get("topic")
    if match_topic == "conversation.admin.closed":
        tasks.add_task(forward, match_topic, event["data"]["item"])
    return {"status": "ok"}
''',
        "api/dependencies.py": """
import hmac
import os
from hashlib import sha1

from fastapi import Header, HTTPException, Request


async def verified_body(request: Request, x_hub_signature: str = Header("")) -> bytes:
    body = await request.body()
    key = os.environ["INTERCOM_CLIENT_SECRET"].encode()
    wanted = "sha1=" + hmac.new(key, body, sha1).hexdigest()
    if not hmac.compare_digest(wanted, x_hub_signature):
        raise HTTPException(status_code=401)
    return body
""",
    },
    {
        "waits": (
            'tasks.add_task(forward, match_topic, event["data"]["item"])',
            'await forward(match_topic, event["data"]["item"])',
            "waits for client.post",
        ),
        "gone": (
            '        return {"status": "known"}',
            "        raise HTTPException(status_code=410)",
            "answers 410",
        ),
        "refuses": (
            '    return {"status": "ok"}',
            '    else:\n        raise HTTPException(status_code=400)\n    return {"status": "ok"}',
            "does not name",
        ),
    },
)

SQS = Sample(
    {
        "functions/intercom/handler.py": """
import base64
import json
import os

import boto3

from signature import signed

sqs = boto3.client("sqs")


def lambda_handler(event, context):
    body = event["body"]
    if event.get("isBase64Encoded"):
        body = base64.b64decode(body)
    if not signed(body, event["headers"].get("x-hub-signature")):
        return {"statusCode": 401}
    notification = json.loads(body)
    sqs.send_message(
        QueueUrl=os.environ["INTERCOM_QUEUE"],
        MessageBody=json.dumps(notification["data"]),
        MessageGroupId=notification["topic"],
        MessageDeduplicationId=notification["id"],
    )
    return {"statusCode": 200}
"""
    },
    {
        "waits": (
            "    sqs.send_message(",
            '    urllib.request.urlopen("https://crm.example.com/sync")\n    sqs.send_message(',
            "waits for urllib.request.urlopen",
        ),
        "gone": ('{"statusCode": 200}', '{"statusCode": HTTPStatus.GONE}', "answers 410"),
        "refuses": (
            "    sqs.send_message(",
            '    if notification["topic"] != "contact.created":\n'
            '        return {"statusCode": 404}\n    sqs.send_message(',
            "does not name",
        ),
    },
)

SAMPLES = {"flask": FLASK, "django": DJANGO, "fastapi": FASTAPI, "sqs": SQS}
