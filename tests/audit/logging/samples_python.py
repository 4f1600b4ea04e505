"""Code in Python that logs what it does with Intercom, and no more."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

PYTHON = Sample(
    {
        "support/contacts.py": '''
"""Deletes and merges contacts for people who ask for it."""

import logging
import os

from intercom import Intercom

log = logging.getLogger(__name__)
client = Intercom(token=os.environ["INTERCOM_ACCESS_TOKEN"])


def forget(contact_id: str, actor: str) -> None:
    try:
        client.contacts.delete_contact(contact_id)
    except Exception as error:
        log.warning("contact %s was not deleted: %s", contact_id, type(error).__name__)
        raise
    log.info("contact %s deleted by %s", contact_id, actor)


def merge(lead: str, user: str) -> None:
    client.contacts.merge_lead_in_user(from_=lead, into=user)
    log.info("contact %s merged into %s", lead, user)


def summed_up(stats: dict, conversations: list) -> None:
    log.info("parts in %s of %s", stats["fields"]["conversation_parts"], len(conversations))


def last_words(conversation_id: str) -> str:
    conversation = client.conversations.find(conversation_id)
    log.debug("conversation %s has %s", conversation_id, conversation.state)
    return conversation.source.body
'''
    },
    {
        "silent": (
            '    log.info("contact %s deleted by %s", contact_id, actor)\n',
            "",
            "client.contacts.delete_contact.. changes something at Intercom, and only its failure",
        ),
        "never": (
            '    log.info("contact %s merged into %s", lead, user)\n',
            "",
            "merge_lead_in_user.. changes something at Intercom, and no log",
        ),
        "errors": (
            'log.info("contact %s merged into %s", lead, user)',
            'if not user:\n        log.error("merging %s failed", lead)',
            "merge_lead_in_user.. changes something at Intercom, and only its failure",
        ),
        "token": (
            'log.info("contact %s merged into %s", lead, user)',
            'log.info("merged with %s", os.environ["INTERCOM_ACCESS_TOKEN"])',
            "logs a credential",
        ),
        "words": (
            "conversation_id, conversation.state)",
            "conversation_id, conversation.source.body)",
            "logs what a customer wrote",
        ),
    },
)


REQUESTS = Sample(
    {
        "desk/intercom_api.py": """
import logging

import requests
from django.conf import settings

from desk.models import AuditEntry

logger = logging.getLogger("desk.intercom")
API = "https://api.intercom.io"


class IntercomApi:
    def __init__(self):
        self.headers = {"Authorization": f"Bearer {settings.INTERCOM_ACCESS_TOKEN}"}

    def _send(self, method, path, body=None):
        response = requests.request(
            method, API + path, json=body, headers=self.headers, timeout=10
        )
        logger.info("%s %s: %s", method, path, response.status_code)
        response.raise_for_status()
        return response.json()

    def delete_company(self, company_id):
        return self._send("DELETE", f"/companies/{company_id}")

    def tag(self, contact_id, tag_id, user):
        response = requests.post(
            f"{API}/contacts/{contact_id}/tags", json={"id": tag_id}, headers=self.headers
        )
        AuditEntry.objects.create(user=user, action="tag", subject=contact_id)
        return response.ok
"""
    },
    {
        "silent": (
            '        AuditEntry.objects.create(user=user, action="tag", subject=contact_id)\n',
            "",
            "requests.post.. changes something at Intercom, and no log",
        ),
        "wrapper": (
            '        logger.info("%s %s: %s", method, path, response.status_code)\n',
            "",
            "self._send.. changes something at Intercom, and no log",
        ),
        "headers": (
            "method, path, response.status_code)",
            "method, path, self.headers)",
            "logs headers",
        ),
        "token": (
            "method, path, response.status_code)",
            "method, path, settings.INTERCOM_ACCESS_TOKEN)",
            "logs a credential",
        ),
    },
)


FLASK = Sample(
    {
        "app/hooks.py": """
from flask import Blueprint, current_app, request

from app.security import signed
from app.tasks import handle

hooks = Blueprint("hooks", __name__)


@hooks.route("/webhooks/intercom", methods=["POST"])
@signed
def intercom_webhook():
    event = request.get_json()
    current_app.logger.info("intercom %s %s", event["topic"], event["id"])
    handle.delay(event)
    return "", 200
""",
        "app/tasks.py": """
from app.celery import celery
from app.intercom import client
from app.log import log


@celery.task
def handle(event):
    item = event["data"]["item"]
    client.contacts.update_contact(item["id"], custom_attributes={"seen": True})
    log.info("intercom contact %s updated for %s", item["id"], event["id"])
""",
        "app/intercom.py": """
import os

from intercom import Intercom

client = Intercom(token=os.environ["INTERCOM_ACCESS_TOKEN"])
""",
    },
    {
        "body": (
            'logger.info("intercom %s %s", event["topic"], event["id"])',
            'logger.info("intercom %s", event)',
            "logs what Intercom sends",
        ),
        "raw": (
            'current_app.logger.info("intercom %s %s", event["topic"], event["id"])',
            "print(request.get_data())",
            "logs what Intercom sends",
        ),
        "silent": (
            '    log.info("intercom contact %s updated for %s", item["id"], event["id"])\n',
            "",
            "update_contact.. changes something at Intercom, and no log",
        ),
    },
)

SAMPLES = {"python": PYTHON, "requests": REQUESTS, "flask": FLASK}
