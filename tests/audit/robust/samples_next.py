"""Handlers of Next.js, of workers at the edge and of serverless functions."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

ROUTE = Sample(
    {
        "app/api/webhooks/intercom/route.ts": """
import { after, NextResponse } from 'next/server';
import { prisma } from '@/lib/prisma';
import { verifyIntercomSignature } from '@/lib/intercom/signature';
import { handleNotification } from '@/lib/intercom/notifications';

export const runtime = 'nodejs';

export async function POST(request: Request) {
  const raw = await request.text();
  if (!verifyIntercomSignature(raw, request.headers.get('x-hub-signature'))) {
    return NextResponse.json({ error: 'invalid signature' }, { status: 401 });
  }
  const notification = JSON.parse(raw);
  const seen = await prisma.intercomNotification.findUnique({
    where: { id: notification.id },
  });
  if (seen) {
    return NextResponse.json({ ok: true });
  }
  await prisma.intercomNotification.create({
    data: { id: notification.id, topic: notification.topic },
  });
  after(() => handleNotification(notification));
  return NextResponse.json({ ok: true });
}
"""
    },
    {
        "waits": (
            "  after(() => handleNotification(notification));",
            "  await fetch(process.env.SLACK_HOOK!, { method: 'POST', body: raw });",
            r"waits for fetch\(\)",
        ),
        "gone": (
            "  if (seen) {\n    return NextResponse.json({ ok: true });",
            "  if (seen) {\n    return NextResponse.json({ ok: false }, { status: 410 });",
            "answers 410",
        ),
        "refuses": (
            "  after(() => handleNotification(notification));",
            "  if (!['conversation.user.created'].includes(notification.topic)) {\n"
            "    return NextResponse.json({ error: 'topic' }, { status: 422 });\n  }",
            "does not name",
        ),
    },
)

WORKER = Sample(
    {
        "src/worker.ts": """
import { Hono } from 'hono';
import { signed } from './signed';

type Bindings = { SEEN: KVNamespace; INTERCOM_CLIENT_SECRET: string; JOBS: Queue };

const app = new Hono<{ Bindings: Bindings }>();

async function notifyTeam(notification: any) {
  await fetch('https://chat.example.com/hooks/team', {
    method: 'POST',
    body: JSON.stringify({ topic: notification.topic }),
  });
}

app.post('/intercom/webhook', signed, async (c) => {
  const notification = await c.req.json();
  if (await c.env.SEEN.get(notification.id)) {
    return c.text('known', 200);
  }
  await c.env.SEEN.put(notification.id, '1', { expirationTtl: 86400 });
  if (notification.topic === 'ticket.created') {
    c.executionCtx.waitUntil(notifyTeam(notification));
  }
  return c.text('ok', 200);
});

export default app;
"""
    },
    {
        "waits": (
            "c.executionCtx.waitUntil(notifyTeam(notification))",
            "await notifyTeam(notification)",
            r"waits for fetch\(\)",
        ),
        "gone": ("c.text('known', 200)", "c.text('known', 410)", "answers 410"),
        "refuses": (
            "    c.executionCtx.waitUntil(notifyTeam(notification));\n  }",
            "    c.executionCtx.waitUntil(notifyTeam(notification));\n  } else {\n"
            "    return c.text('which topic?', 404);\n  }",
            "does not name",
        ),
    },
)

LAMBDA = Sample(
    {
        "functions/intercom-webhook.js": """
const { SQSClient, SendMessageCommand } = require('@aws-sdk/client-sqs');
const { isSigned } = require('./signature');

const sqs = new SQSClient({});

exports.handler = async (event) => {
  if (!isSigned(event.body, event.headers['x-hub-signature'])) {
    return { statusCode: 401, body: '' };
  }
  const notification = JSON.parse(event.body);
  await sqs.send(new SendMessageCommand({
    QueueUrl: process.env.INTERCOM_QUEUE_URL,
    MessageBody: event.body,
    MessageDeduplicationId: notification.id,
    MessageGroupId: notification.topic,
  }));
  return { statusCode: 200, body: '' };
};
"""
    },
    {
        "waits": (
            "  await sqs.send(",
            "  const crm = await axios.get(`https://crm.example.com/${notification.data.item.id}`);\n"
            "  await sqs.send(",
            "waits for axios.get",
        ),
        "gone": ("statusCode: 200", "statusCode: 410", "answers 410"),
        "refuses": (
            "  await sqs.send(",
            "  if (!['ticket.created', 'ticket.closed'].includes(notification.topic)) {\n"
            "    throw new Error('unknown topic');\n  }\n  await sqs.send(",
            "does not name",
        ),
    },
)

PROMISES = Sample(
    {
        "server/hooks/intercom.ts": """
import { Router, Request, Response } from 'express';
import { IntercomClient } from 'intercom-client';
import { verifyHub } from '../middleware/verify-hub';
import { remember } from '../lib/notifications';
import { jobs } from '../lib/jobs';

const intercom = new IntercomClient({ token: process.env.INTERCOM_ACCESS_TOKEN! });
export const hooks = Router();

async function tag(conversationId: string) {
  await intercom.conversations.attachTag({ conversation_id: conversationId, id: '7' });
}

jobs.process('tag', async (job) => tag(job.data.conversationId));

hooks.post('/intercom', verifyHub, async (req: Request, res: Response) => {
  const notification = req.body;
  if (notification.topic !== 'conversation.user.created') {
    return res.status(200).end();
  }
  if (await remember(notification.id)) {
    jobs.add('tag', { conversationId: notification.data.item.id });
  }
  return res.status(200).end();
});
"""
    },
    {
        "waits": (
            "    jobs.add('tag', { conversationId: notification.data.item.id });",
            "    await tag(notification.data.item.id);",
            "waits for intercom.conversations.attachTag",
        ),
        "waits-by-then": (
            "    jobs.add('tag', { conversationId: notification.data.item.id });\n  }\n"
            "  return res.status(200).end();",
            "    fetch(process.env.CHAT!, { method: 'POST' }).then(() => res.sendStatus(200));\n"
            "    return;\n  }\n  return res.status(200).end();",
            r"waits for fetch\(\)",
        ),
        "refuses": (
            "    return res.status(200).end();\n  }\n  if (await",
            "    return res.status(501).end();\n  }\n  if (await",
            "does not name",
        ),
        "passed-on": (
            "  if (await remember(notification.id)) {",
            "  try {\n    await ready();\n  } catch (error: any) {\n"
            "    return res.status(error.response.status).end();\n  }\n"
            "  if (await remember(notification.id)) {",
            "may be 410",
        ),
    },
)

SAMPLES = {"route": ROUTE, "worker": WORKER, "lambda": LAMBDA, "promises": PROMISES}
