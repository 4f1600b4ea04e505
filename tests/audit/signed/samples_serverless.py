"""Handlers of webhooks that run as functions, or on a runtime that serves by itself.

A change is what stands in the code, what an unsafe one has instead, and words of what is said then.
"""

from __future__ import annotations

from tests.audit.signed.samples import Sample

API_GATEWAY = Sample(
    {
        "src/handlers/intercom.ts": """
import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2 } from 'aws-lambda';
import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';
import { createHmac, timingSafeEqual } from 'crypto';

const sqs = new SQSClient({});

const isValidSignature = (body: Buffer, signature?: string): boolean => {
  const secret = process.env.INTERCOM_CLIENT_SECRET;
  if (!secret || !signature) {
    return false;
  }
  const hmac = createHmac('sha1', secret);
  hmac.update(body);
  const expected = Buffer.from(`sha1=${hmac.digest('hex')}`, 'utf8');
  const actual = Buffer.from(signature, 'utf8');
  return expected.length === actual.length && timingSafeEqual(expected, actual);
};

export const handler = async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyResultV2> => {
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  const signature = event.headers['x-hub-signature'];

  if (!isValidSignature(body, signature)) {
    console.warn('Rejected Intercom webhook', { requestId: event.requestContext.requestId });
    return { statusCode: 401, body: JSON.stringify({ message: 'Unauthorized' }) };
  }

  await sqs.send(
    new SendMessageCommand({ QueueUrl: process.env.QUEUE_URL, MessageBody: body.toString('utf8') }),
  );
  return { statusCode: 200, body: JSON.stringify({ message: 'Accepted' }) };
};
""",
    },
    {
        "open": (
            "  if (!secret || !signature) {\n    return false;",
            "  if (!secret || !signature) {\n    return true;",
            "without a s",
        ),
        "plain": (
            "return expected.length === actual.length && timingSafeEqual(expected, actual);",
            "return expected.equals(actual);",
            "constant time",
        ),
        "parsed": (
            "hmac.update(body);",
            "hmac.update(JSON.stringify(JSON.parse(body.toString())));",
            "written anew",
        ),
        "sha256": ("createHmac('sha1'", "createHmac('sha256'", "HMAC-SHA256"),
        "logs": (
            "    return { statusCode: 401, body: JSON.stringify({ message: 'Unauthorized' }) };\n",
            "",
            "wrong signature is acted on",
        ),
    },
)

NETLIFY = Sample(
    {
        "netlify/functions/intercom-webhook.js": """
const crypto = require('crypto');
const fetch = require('node-fetch');

const forward = (notification) =>
  fetch(process.env.SLACK_URL, {
    method: 'POST',
    body: JSON.stringify({ text: `Intercom: ${notification.topic}` }),
  });

exports.handler = async function (event) {
  if (event.httpMethod !== 'POST') {
    return { statusCode: 405, body: 'Method Not Allowed' };
  }

  const given = event.headers['x-hub-signature'];
  if (!given) {
    return { statusCode: 400, body: 'Missing signature' };
  }
  const computed = 'sha1=' + crypto
    .createHmac('sha1', process.env.INTERCOM_CLIENT_SECRET)
    .update(event.body)
    .digest('hex');

  let same = false;
  try {
    same = crypto.timingSafeEqual(Buffer.from(given), Buffer.from(computed));
  } catch (error) {
    same = false;
  }
  if (!same) {
    return { statusCode: 403, body: 'Invalid signature' };
  }

  await forward(JSON.parse(event.body));
  return { statusCode: 200, body: 'ok' };
};
""",
    },
    {
        "plain": (
            "crypto.timingSafeEqual(Buffer.from(given), Buffer.from(computed))",
            "given === computed",
            "constant time",
        ),
        "catch": ("    same = false;\n  }", "    same = true;\n  }", "malformed signature"),
        "missing": (
            "return { statusCode: 400, body: 'Missing signature' };",
            "await forward(JSON.parse(event.body));",
            "without a signature is acted on",
        ),
    },
)

VERCEL = Sample(
    {
        "api/intercom.ts": """
import type { VercelRequest, VercelResponse } from '@vercel/node';
import { createHmac, timingSafeEqual } from 'crypto';
import { recordEvent } from '../lib/events';

export const config = { api: { bodyParser: false } };

async function readBody(req: VercelRequest): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) {
    chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  }
  return Buffer.concat(chunks);
}

export default async function webhook(req: VercelRequest, res: VercelResponse) {
  const body = await readBody(req);
  const signature = String(req.headers['x-hub-signature'] ?? '');
  const digest = createHmac('sha1', process.env.INTERCOM_CLIENT_SECRET!).update(body).digest('hex');
  const expected = Buffer.from('sha1=' + digest);
  const received = Buffer.from(signature);
  if (received.length !== expected.length || !timingSafeEqual(received, expected)) {
    res.status(401).send('invalid signature');
    return;
  }
  await recordEvent(JSON.parse(body.toString()));
  res.status(200).send('ok');
}
""",
    },
    {
        "no-return": (
            "    res.status(401).send('invalid signature');\n    return;",
            "    res.status(401).send('invalid signature');",
            "although it is",
        ),
        "plain": ("!timingSafeEqual(received, expected)", "signature !== expected", "constant"),
        "and": (
            "received.length !== expected.length || !timing",
            "signature && !timing",
            "without a signature",
        ),
        "empty": ("process.env.INTERCOM_CLIENT_SECRET!", "''", "empty secret"),
    },
)

GOOGLE = Sample(
    {
        "index.js": """
const functions = require('@google-cloud/functions-framework');
const { PubSub } = require('@google-cloud/pubsub');
const crypto = require('crypto');

const pubsub = new PubSub();

functions.http('intercomWebhook', async (req, res) => {
  const header = req.get('X-Hub-Signature');
  if (!header) {
    res.status(401).send('No signature');
    return;
  }
  const hmac = crypto.createHmac('sha1', process.env.INTERCOM_CLIENT_SECRET);
  const expected = `sha1=${hmac.update(req.rawBody).digest('hex')}`;
  const a = Buffer.from(expected);
  const b = Buffer.from(header);
  if (a.length !== b.length || !crypto.timingSafeEqual(a, b)) {
    res.status(401).send('Wrong signature');
    return;
  }
  await pubsub.topic('intercom').publishMessage({ data: req.rawBody });
  res.status(204).send('');
});
""",
    },
    {
        "serialised": ("update(req.rawBody)", "update(JSON.stringify(req.body))", "written anew"),
        "plain": (
            "a.length !== b.length || !crypto.timingSafeEqual(a, b)",
            "header !== expected",
            "constant time",
        ),
        "goes-on": (
            "    res.status(401).send('Wrong signature');\n    return;\n",
            "    console.error('Wrong signature');\n",
            "wrong signature is acted on",
        ),
    },
)

FIREBASE = Sample(
    {
        "functions/src/index.ts": """
import * as functions from 'firebase-functions';
import * as admin from 'firebase-admin';
import { createHmac, timingSafeEqual } from 'crypto';

admin.initializeApp();

function check(rawBody: Buffer, header: string | undefined) {
  const secret = functions.config().intercom.client_secret;
  const expected = Buffer.from(`sha1=${createHmac('sha1', secret).update(rawBody).digest('hex')}`);
  const actual = Buffer.from(header || '');
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) {
    throw new functions.https.HttpsError('unauthenticated', 'Bad signature');
  }
}

export const intercomWebhook = functions.https.onRequest(async (request, response) => {
  try {
    check(request.rawBody, request.get('x-hub-signature'));
  } catch (error) {
    functions.logger.warn('intercom webhook refused');
    response.status(401).end();
    return;
  }
  await admin.firestore().collection('intercom').add(request.body);
  response.status(200).end();
});
""",
    },
    {
        "swallowed": ("    response.status(401).end();\n    return;\n", "", "wrong signature is"),
        "plain": ("!timingSafeEqual(actual, expected)", "!actual.equals(expected)", "constant"),
        "no-throw": (
            "throw new functions.https.HttpsError('unauthenticated', 'Bad signature');",
            "functions.logger.warn('bad signature');",
            "wrong signature is acted on",
        ),
        "sha256": ("createHmac('sha1'", "createHmac('sha256'", "HMAC-SHA256"),
    },
)

AZURE = Sample(
    {
        "src/functions/intercom.ts": """
import { app, HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { publish } from '../shared/bus';

async function intercomWebhook(
  request: HttpRequest,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  const raw = await request.text();
  const signature = request.headers.get('x-hub-signature') ?? '';
  const mac = createHmac('sha1', process.env['INTERCOM_CLIENT_SECRET']).update(raw).digest('hex');
  const wanted = Buffer.from('sha1=' + mac);
  const given = Buffer.from(signature);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
    context.warn('Intercom signature does not match');
    return { status: 401 };
  }
  await publish('intercom', JSON.parse(raw));
  return { status: 202 };
}

app.http('intercom-webhook', {
  methods: ['POST'],
  authLevel: 'anonymous',
  handler: intercomWebhook,
});
""",
    },
    {
        "literal": ("process.env['INTERCOM_CLIENT_SECRET']", "'not-a-secret'", "in the code"),
        "plain": (
            "given.length !== wanted.length || !timingSafeEqual(given, wanted)",
            "signature !== 'sha1=' + mac",
            "constant time",
        ),
        "warns": ("    return { status: 401 };\n", "", "wrong signature is acted on"),
        "throws": ("given.length !== wanted.length || !timing", "!timing", "length throws"),
    },
)

BUN = Sample(
    {
        "src/server.ts": """
import { timingSafeEqual } from "node:crypto";
import { processIntercomEvent } from "./intercom";

function matches(body: string, header: string | null): boolean {
  if (!header) return false;
  const hasher = new Bun.CryptoHasher("sha1", Bun.env.INTERCOM_CLIENT_SECRET);
  hasher.update(body);
  const expected = Buffer.from("sha1=" + hasher.digest("hex"));
  const actual = Buffer.from(header);
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

Bun.serve({
  port: Bun.env.PORT ?? 3000,
  async fetch(req) {
    const { pathname } = new URL(req.url);
    if (pathname === "/healthz") return new Response("ok");
    if (pathname !== "/webhooks/intercom") return new Response("not found", { status: 404 });

    const body = await req.text();
    if (!matches(body, req.headers.get("X-Hub-Signature"))) {
      return Response.json({ error: "invalid signature" }, { status: 401 });
    }
    await processIntercomEvent(JSON.parse(body));
    return Response.json({ ok: true });
  },
});
""",
    },
    {
        "plain": ("timingSafeEqual(actual, expected)", "actual.equals(expected)", "constant time"),
        "sha256": ('Bun.CryptoHasher("sha1"', 'Bun.CryptoHasher("sha256"', "HMAC-SHA256"),
        "open": ("if (!header) return false;", "if (!header) return true;", "without a signature"),
        "ignored": (
            'return Response.json({ error: "invalid signature" }, { status: 401 });',
            'console.log("invalid signature");',
            "wrong signature is acted on",
        ),
    },
)

SAMPLES = {
    "bun": BUN,
    "api-gateway": API_GATEWAY,
    "netlify": NETLIFY,
    "vercel": VERCEL,
    "google": GOOGLE,
    "firebase": FIREBASE,
    "azure": AZURE,
}
