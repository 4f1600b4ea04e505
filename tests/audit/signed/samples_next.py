"""The same for Next.js, Koa, Hono, and what runs without a server.

A change is what stands in the code, what an unsafe one has instead, and words of what is said then.
"""

from __future__ import annotations

from tests.audit.signed.samples import Sample

NEXT_APP = Sample(
    {
        "lib/intercom/signature.ts": """
import crypto from 'crypto';

export function verifySignature(payload: string, signature: string | null): boolean {
  const secret = process.env.INTERCOM_WEBHOOK_SECRET;
  if (!secret || !signature) return false;

  const digest = crypto.createHmac('sha1', secret).update(payload, 'utf8').digest('hex');
  const received = signature.replace(/^sha1=/, '');
  try {
    return crypto.timingSafeEqual(Buffer.from(digest, 'hex'), Buffer.from(received, 'hex'));
  } catch {
    return false;
  }
}
""",
        "app/api/webhooks/intercom/route.ts": """
import { NextRequest, NextResponse } from 'next/server';
import { verifySignature } from '@/lib/intercom/signature';
import { handleConversation } from '@/lib/conversations';

export const runtime = 'nodejs';

export async function POST(request: NextRequest) {
  const rawBody = await request.text();
  const signature = request.headers.get('x-hub-signature');

  if (!verifySignature(rawBody, signature)) {
    return NextResponse.json({ error: 'Invalid signature' }, { status: 401 });
  }

  const event = JSON.parse(rawBody);
  await handleConversation(event);
  return NextResponse.json({ received: true });
}
""",
    },
    {
        "open": (
            "if (!secret || !signature) return false;",
            "if (!secret || !signature) return true;",
            "without a signature is acted on",
        ),
        "guard": (
            "if (!verifySignature(",
            "if (signature && !verifySignature(",
            "without a signature is acted on",
        ),
        "uncaught": (
            """  try {
    return crypto.timingSafeEqual(Buffer.from(digest, 'hex'), Buffer.from(received, 'hex'));
  } catch {
    return false;
  }""",
            "  return crypto.timingSafeEqual(Buffer.from(digest), Buffer.from(received));",
            "another length throws",
        ),
        "json": (
            "const rawBody = await request.text();",
            "const rawBody = JSON.stringify(await request.json());",
            "written anew",
        ),
        "logs": (
            "return NextResponse.json({ error: 'Invalid signature' }, { status: 401 });",
            "console.error('Invalid signature');",
            "wrong signature is acted on",
        ),
        "sha256": ("'sha1', secret", "'sha256', secret", "HMAC-SHA256"),
    },
)

NEXT_PAGES = Sample(
    {
        "pages/api/intercom/webhook.js": """
import crypto from 'crypto';
import { buffer } from 'micro';
import { updateConversation } from '../../../lib/db';

export const config = { api: { bodyParser: false } };

export default async function handler(req, res) {
  if (req.method !== 'POST') {
    res.setHeader('Allow', 'POST');
    return res.status(405).end('Method Not Allowed');
  }
  const raw = await buffer(req);
  const header = req.headers['x-hub-signature'];
  if (typeof header !== 'string') {
    return res.status(400).json({ message: 'missing signature' });
  }
  const [algorithm, given] = header.split('=');
  const expected = crypto
    .createHmac('sha1', process.env.INTERCOM_CLIENT_SECRET)
    .update(raw)
    .digest();
  const received = Buffer.from(given, 'hex');
  if (algorithm !== 'sha1' || received.length !== expected.length) {
    return res.status(400).json({ message: 'malformed signature' });
  }
  if (!crypto.timingSafeEqual(received, expected)) {
    return res.status(401).json({ message: 'wrong signature' });
  }
  const body = JSON.parse(raw.toString());
  await updateConversation(body.data.item);
  res.status(200).json({ ok: true });
}
""",
    },
    {
        "throws": (
            "if (algorithm !== 'sha1' || received.length !== expected.length) {",
            "if (algorithm !== 'sha1') {",
            "another length throws",
        ),
        "plain": (
            "!crypto.timingSafeEqual(received, expected)",
            "given !== expected.toString('hex')",
            "constant time",
        ),
        "silent": (
            "return res.status(401).json({ message: 'wrong signature' });",
            "console.log('wrong signature');",
            "wrong signature is acted on",
        ),
        "computed-key": (
            "process.env.INTERCOM_CLIENT_SECRET",
            "'intercom'",
            "stands in the code",
        ),
        "never": (
            "  if (!crypto.timingSafeEqual(received, expected)) {\n"
            "    return res.status(401).json({ message: 'wrong signature' });\n  }\n",
            "",
            "never checks",
        ),
    },
)

KOA = Sample(
    {
        "src/intercom.js": """
const Router = require('@koa/router');
const crypto = require('crypto');
const getRawBody = require('raw-body');
const { store } = require('./events');

const router = new Router();

router.post('/hooks/intercom', async (ctx) => {
  const raw = await getRawBody(ctx.req);
  const signature = ctx.get('X-Hub-Signature');
  if (!signature) ctx.throw(401, 'signature is missing');
  const hmac = crypto.createHmac('sha1', process.env.INTERCOM_SECRET).update(raw);
  const expected = 'sha1=' + hmac.digest('hex');
  const known = Buffer.from(expected);
  const shown = Buffer.from(signature);
  if (known.length !== shown.length || !crypto.timingSafeEqual(known, shown)) {
    ctx.status = 401;
    return;
  }
  await store(JSON.parse(raw.toString()));
  ctx.status = 200;
});

module.exports = router;
""",
    },
    {
        "plain": (
            "!crypto.timingSafeEqual(known, shown)",
            "signature != expected",
            "constant time",
        ),
        "no-return": ("    ctx.status = 401;\n    return;", "    ctx.status = 401;", "acted on"),
        "sha512": ("createHmac('sha1'", "createHmac('sha512'", "HMAC-SHA512"),
    },
)

HONO = Sample(
    {
        "src/index.ts": """
import { Hono } from 'hono';

const app = new Hono<{ Bindings: { INTERCOM_CLIENT_SECRET: string; EVENTS: Queue } }>();

async function hmac(secret: string, data: ArrayBuffer) {
  const encoder = new TextEncoder();
  const key = await crypto.subtle.importKey(
    'raw', encoder.encode(secret), { name: 'HMAC', hash: 'SHA-1' }, false, ['sign'],
  );
  return crypto.subtle.sign('HMAC', key, data);
}

app.post('/intercom-webhook', async (c) => {
  const raw = await c.req.arrayBuffer();
  const header = c.req.header('X-Hub-Signature');
  if (!header) {
    return c.text('missing signature', 401);
  }
  const mac = await hmac(c.env.INTERCOM_CLIENT_SECRET, raw);
  const given = Buffer.from(header.slice(5), 'hex');
  if (given.byteLength !== mac.byteLength || !crypto.subtle.timingSafeEqual(given, mac)) {
    return c.text('wrong signature', 401);
  }
  await c.env.EVENTS.send(JSON.parse(new TextDecoder().decode(raw)));
  return c.text('ok');
});

export default app;
""",
    },
    {
        "sha256": ("hash: 'SHA-1'", "hash: 'SHA-256'", "HMAC-SHA256"),
        "ok": (
            "return c.text('wrong signature', 401);",
            "console.log('bad');",
            "wrong signature is",
        ),
    },
)

LAMBDA = Sample(
    {
        "functions/intercom-webhook.js": """
'use strict';
const crypto = require('crypto');
const AWS = require('aws-sdk');

const sqs = new AWS.SQS();

const valid = (body, header) => {
  if (!header) return false;
  const hmac = crypto.createHmac('sha1', process.env.INTERCOM_CLIENT_SECRET);
  const digest = hmac.update(body).digest('hex');
  const one = Buffer.from('sha1=' + digest);
  const two = Buffer.from(header);
  return one.length === two.length && crypto.timingSafeEqual(one, two);
};

exports.handler = async (event) => {
  const header = event.headers['X-Hub-Signature'] || event.headers['x-hub-signature'];
  if (!valid(event.body, header)) {
    return { statusCode: 401, body: 'invalid signature' };
  }
  await sqs.sendMessage({ QueueUrl: process.env.QUEUE, MessageBody: event.body }).promise();
  return { statusCode: 200, body: '' };
};
""",
    },
    {
        "plain": (
            "crypto.timingSafeEqual(one, two)",
            "'sha1=' + digest === header",
            "constant time",
        ),
        "open": ("if (!header) return false;", "if (!header) return true;", "without a signature"),
        "parsed": ("update(body)", "update(JSON.stringify(JSON.parse(body)))", "written anew"),
        "ok": ("statusCode: 401", "statusCode: 200", ""),
    },
)

SAMPLES = {
    "next-app": NEXT_APP,
    "next-pages": NEXT_PAGES,
    "koa": KOA,
    "hono": HONO,
    "lambda": LAMBDA,
}
