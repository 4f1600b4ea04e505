"""Code in JavaScript and TypeScript that logs what it does with Intercom, and no more."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

SERVICE = Sample(
    {
        "src/support/contacts.ts": """
import { IntercomClient } from 'intercom-client';
import { logger } from '../logger';

const client = new IntercomClient({ token: process.env.INTERCOM_ACCESS_TOKEN! });

export async function forget(contactId: string, actor: { id: string }) {
  try {
    await client.contacts.delete({ contact_id: contactId });
    logger.info({ contactId, actor: actor.id }, 'contact deleted');
  } catch (error) {
    logger.error({ contactId, status: (error as any).statusCode }, 'contact not deleted');
    throw error;
  }
}

export async function archive(contactId: string) {
  const answer = await client.contacts.archive({ contact_id: contactId });
  logger.info('contact archived', { contactId, archived: answer.archived });
}

export async function find(email: string) {
  const found = await client.contacts.search({
    query: { field: 'email', operator: '=', value: email },
  });
  logger.debug(`found ${found.data.length} contacts`);
  return found.data;
}
"""
    },
    {
        "silent": (
            "    logger.info({ contactId, actor: actor.id }, 'contact deleted');\n",
            "",
            "client.contacts.delete.. changes something at Intercom, and only its failure",
        ),
        "never": (
            "  const answer = await client.contacts.archive({ contact_id: contactId });\n"
            "  logger.info('contact archived', { contactId, archived: answer.archived });\n",
            "  await client.contacts.archive({ contact_id: contactId });\n",
            "client.contacts.archive.. changes something at Intercom, and no log",
        ),
        "token": (
            "{ contactId, actor: actor.id }",
            "{ contactId, token: process.env.INTERCOM_ACCESS_TOKEN }",
            "logs a credential",
        ),
        "renamed-token": (
            "export async function find(email: string) {",
            "export async function find(email: string) {\n"
            "  const t = process.env.INTERCOM_ACCESS_TOKEN;\n  console.log(`asking with ${t}`);",
            "logs a credential",
        ),
    },
)


AXIOS = Sample(
    {
        "server/intercom.js": """
const axios = require('axios');
const logger = require('./logger');

const API = 'https://api.intercom.io';

function headers() {
  return { Authorization: `Bearer ${process.env.INTERCOM_ACCESS_TOKEN}` };
}

async function closeConversation(id, adminId) {
  try {
    const answer = await axios.post(
      `${API}/conversations/${id}/parts`,
      { message_type: 'close', type: 'admin', admin_id: adminId },
      { headers: headers() },
    );
    logger.info(`closed ${id} as ${adminId}: ${answer.status}`);
  } catch (error) {
    console.error(`closing ${id} failed`, error.response?.status, error.message);
    throw error;
  }
}

async function removeTag(id) {
  const config = { headers: headers() };
  await axios.delete(`${API}/tags/${id}`, config);
  logger.info('tag deleted', { id });
}

module.exports = { closeConversation, removeTag };
"""
    },
    {
        "silent": (
            "    logger.info(`closed ${id} as ${adminId}: ${answer.status}`);\n",
            "",
            "axios.post.. changes something at Intercom, and only its failure",
        ),
        "error": (
            "console.error(`closing ${id} failed`, error.response?.status, error.message)",
            "console.error(`closing ${id} failed`, error)",
            "logs an error with its request",
        ),
        "request": (
            "error.response?.status, error.message)",
            "error.config)",
            "logs an error with its request",
        ),
        "headers": (
            "logger.info('tag deleted', { id });",
            "logger.info('tag deleted', config);",
            "logs headers",
        ),
        "stringified": (
            "logger.info('tag deleted', { id });",
            "logger.info('tag deleted ' + JSON.stringify(config));",
            "logs headers",
        ),
    },
)


AUDITED = Sample(
    {
        "src/admin/intercom-admin.ts": """
import { recordAudit } from '../audit/trail';

const BASE = 'https://api.intercom.io';

async function request(method: string, path: string, body?: unknown) {
  const answer = await fetch(`${BASE}${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${process.env.INTERCOM_TOKEN}`,
      'Content-Type': 'application/json',
    },
    body: JSON.stringify(body),
  });
  if (!answer.ok) {
    throw new Error(`Intercom answered ${answer.status}`);
  }
  return answer.json();
}

export async function setAway(adminId: string, away: boolean, actor: string) {
  await request('PUT', `/admins/${adminId}/away`, { away_mode_enabled: away });
  await recordAudit({ action: 'intercom.admin.away', subject: adminId, actor, away });
}

export async function merge(from: string, into: string, actor: string) {
  await request('POST', '/contacts/merge', { from, into });
  await recordAudit({ action: 'intercom.contact.merge', subject: into, from, actor });
}
"""
    },
    {
        "silent": (
            "await recordAudit({ action: 'intercom.admin.away', subject: adminId, actor,",
            "notify({",
            "request.. changes something at Intercom, and no log",
        ),
        "token": (
            "  if (!answer.ok) {",
            "  console.debug('asked with', process.env.INTERCOM_TOKEN);\n  if (!answer.ok) {",
            "logs a credential",
        ),
    },
)


HANDLER = Sample(
    {
        "server/webhooks/intercom.js": """
const express = require('express');
const { verified } = require('./signature');
const { client } = require('../support/intercom');
const logger = require('../logger');

const router = express.Router();

router.post('/intercom/webhooks', verified, async (req, res) => {
  const notification = req.body;
  logger.info('intercom notification', {
    id: notification.id,
    topic: notification.topic,
    conversation: notification.data.item.id,
  });
  if (notification.topic === 'conversation.user.created') {
    await client.conversations.assign({ id: notification.data.item.id, assignee_id: '7' });
  }
  res.sendStatus(200);
});

module.exports = router;
""",
        "server/support/intercom.js": """
const { IntercomClient } = require('intercom-client');

exports.client = new IntercomClient({ token: process.env.INTERCOM_ACCESS_TOKEN });
""",
    },
    {
        "body": (
            "  if (notification.topic",
            "  console.log('received', req.body);\n  if (notification.topic",
            "logs what Intercom sends",
        ),
        "stringified": (
            "  if (notification.topic",
            "  logger.debug(`received ${JSON.stringify(notification)}`);\n  if (notification.topic",
            "logs what Intercom sends",
        ),
        "item": (
            "conversation: notification.data.item.id",
            "conversation: notification.data.item",
            "logs what Intercom sends",
        ),
        "words": (
            "conversation: notification.data.item.id",
            "said: notification.data.item.source.body",
            "logs what",
        ),
        "silent": (
            """  logger.info('intercom notification', {
    id: notification.id,
    topic: notification.topic,
    conversation: notification.data.item.id,
  });
""",
            "",
            "changes something at Intercom, and no log",
        ),
    },
)

SAMPLES = {"service": SERVICE, "axios": AXIOS, "audited": AUDITED, "handler": HANDLER}
