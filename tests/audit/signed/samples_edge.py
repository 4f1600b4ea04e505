"""Handlers of webhooks in frameworks whose routes are files, and on runtimes without Node.

A change is what stands in the code, what an unsafe one has instead, and words of what is said then.
"""

from __future__ import annotations

from tests.audit.signed.samples import Sample

REMIX = Sample(
    {
        "app/utils/intercom.server.ts": """
import { createHmac, timingSafeEqual } from "node:crypto";
import invariant from "tiny-invariant";

export function isIntercomRequest(payload: string, header: string | null) {
  const secret = process.env.INTERCOM_CLIENT_SECRET;
  invariant(secret, "INTERCOM_CLIENT_SECRET must be set");

  if (header === null) return false;

  const digest = `sha1=${createHmac("sha1", secret).update(payload).digest("hex")}`;
  const expected = Buffer.from(digest);
  const received = Buffer.from(header);
  if (expected.length !== received.length) return false;
  return timingSafeEqual(expected, received);
}
""",
        "app/routes/webhooks.intercom.tsx": """
import type { ActionFunctionArgs } from "@remix-run/node";
import { json } from "@remix-run/node";

import { enqueueNotification } from "~/queues/notifications.server";
import { isIntercomRequest } from "~/utils/intercom.server";

export const action = async ({ request }: ActionFunctionArgs) => {
  if (request.method !== "POST") {
    return json({ message: "Method not allowed" }, 405);
  }
  const payload = await request.text();
  const signature = request.headers.get("X-Hub-Signature");
  if (!isIntercomRequest(payload, signature)) {
    return json({ message: "Signature mismatch" }, 401);
  }

  const notification = JSON.parse(payload);
  await enqueueNotification(notification);
  return json({ success: true }, 200);
};
""",
    },
    {
        "open": (
            "if (header === null) return false;",
            "if (header === null) return true;",
            "without a signature is acted on",
        ),
        "plain": (
            "return timingSafeEqual(expected, received);",
            "return digest === header;",
            "constant time",
        ),
        "throws": (
            "  if (expected.length !== received.length) return false;\n",
            "",
            "another length throws",
        ),
        "parsed": (
            "const payload = await request.text();",
            "const payload = JSON.stringify(await request.json());",
            "written anew",
        ),
        "not-asked": (
            """  if (!isIntercomRequest(payload, signature)) {
    return json({ message: "Signature mismatch" }, 401);
  }
""",
            "",
            "never checks",
        ),
    },
)

CLOUDFLARE = Sample(
    {
        "src/worker.ts": """
export interface Env {
  INTERCOM_CLIENT_SECRET: string;
  QUEUE: Queue;
}

const encoder = new TextEncoder();

function fromHex(text: string): Uint8Array {
  const pairs = text.match(/[0-9a-f]{2}/g) ?? [];
  return new Uint8Array(pairs.map((pair) => parseInt(pair, 16)));
}

async function verify(secret: string, body: string, header: string): Promise<boolean> {
  const key = await crypto.subtle.importKey(
    "raw",
    encoder.encode(secret),
    { name: "HMAC", hash: "SHA-1" },
    false,
    ["verify"],
  );
  return crypto.subtle.verify("HMAC", key, fromHex(header.slice(5)), encoder.encode(body));
}

export default {
  async fetch(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
    const url = new URL(request.url);
    if (url.pathname !== "/intercom/webhook" || request.method !== "POST") {
      return new Response("Not found", { status: 404 });
    }
    const header = request.headers.get("x-hub-signature");
    if (!header || !header.startsWith("sha1=")) {
      return new Response("Unauthorized", { status: 401 });
    }
    const body = await request.text();
    if (!(await verify(env.INTERCOM_CLIENT_SECRET, body, header))) {
      return new Response("Unauthorized", { status: 401 });
    }
    ctx.waitUntil(env.QUEUE.send(JSON.parse(body)));
    return new Response("OK");
  },
};
""",
    },
    {
        "sha256": ('hash: "SHA-1"', 'hash: "SHA-256"', "HMAC-SHA256"),
        "open": (
            """    if (!header || !header.startsWith("sha1=")) {
      return new Response("Unauthorized", { status: 401 });
    }
    const body = await request.text();
    if (!(await""",
            """    const body = await request.text();
    if (header && !(await""",
            "without a signature is acted on",
        ),
        "not-awaited-result": (
            "if (!(await verify(env.INTERCOM_CLIENT_SECRET, body, header))) {",
            "if (await verify(env.INTERCOM_CLIENT_SECRET, body, header)) {",
            "inverted",
        ),
        "parsed": (
            "const body = await request.text();",
            "const body = JSON.stringify(await request.json());",
            "written anew",
        ),
    },
)

SVELTEKIT = Sample(
    {
        "src/lib/server/intercom.ts": """
import { createHmac, timingSafeEqual } from 'crypto';
import { INTERCOM_CLIENT_SECRET } from '$env/static/private';

export function signatureMatches(raw: string, signature: string): boolean {
  const digest = createHmac('sha1', INTERCOM_CLIENT_SECRET).update(raw, 'utf-8').digest('hex');
  const expected = Buffer.from(`sha1=${digest}`, 'utf-8');
  const actual = Buffer.from(signature, 'utf-8');
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
""",
        "src/routes/api/intercom/+server.ts": """
import { error, json } from '@sveltejs/kit';
import type { RequestHandler } from './$types';
import { signatureMatches } from '$lib/server/intercom';
import { saveConversation } from '$lib/server/db';

export const POST: RequestHandler = async ({ request }) => {
  const raw = await request.text();
  const signature = request.headers.get('x-hub-signature');
  if (!signature || !signatureMatches(raw, signature)) {
    throw error(401, 'Invalid signature');
  }

  const { topic, data } = JSON.parse(raw);
  if (topic.startsWith('conversation.')) {
    await saveConversation(data.item);
  }
  return json({ ok: true });
};
""",
    },
    {
        "and": ("if (!signature || !sign", "if (signature && !sign", "without a signature"),
        "plain": (
            "expected.length === actual.length && timingSafeEqual(expected, actual)",
            "digest === signature.slice(5)",
            "constant time",
        ),
        "sha256": ("createHmac('sha1'", "createHmac('sha256'", "HMAC-SHA256"),
        "logs": (
            "throw error(401, 'Invalid signature');",
            "console.warn('Invalid signature');",
            "wrong signature is acted on",
        ),
    },
)

NUXT = Sample(
    {
        "server/api/webhooks/intercom.post.ts": """
import { createHmac, timingSafeEqual } from 'node:crypto'
import { useDb } from '~/server/utils/db'

export default defineEventHandler(async (event) => {
  const { intercomClientSecret } = useRuntimeConfig()
  const rawBody = await readRawBody(event)
  const signature = getHeader(event, 'x-hub-signature')

  if (!rawBody || !signature) {
    throw createError({ statusCode: 400, statusMessage: 'Bad request' })
  }

  const expected = 'sha1=' + createHmac('sha1', intercomClientSecret).update(rawBody).digest('hex')
  const a = Buffer.from(expected)
  const b = Buffer.from(signature)
  if (a.length !== b.length || !timingSafeEqual(a, b)) {
    throw createError({ statusCode: 401, statusMessage: 'Invalid signature' })
  }

  const payload = JSON.parse(rawBody)
  await useDb().collection('intercom').insertOne(payload)
  return { received: true }
})
""",
    },
    {
        "plain": (
            "if (a.length !== b.length || !timingSafeEqual(a, b)) {",
            "if (signature !== expected) {",
            "constant time",
        ),
        "open": (
            """  if (!rawBody || !signature) {
    throw createError({ statusCode: 400, statusMessage: 'Bad request' })
  }
""",
            """  if (!signature) {
    await useDb().collection('intercom').insertOne(JSON.parse(rawBody))
    return { received: true }
  }
""",
            "without a signature is acted on",
        ),
        "no-throw": (
            "throw createError({ statusCode: 401,",
            "createError({ statusCode: 401,",
            "wrong signature is acted on",
        ),
        "parsed": ("await readRawBody(event)", "await readBody(event)", "written anew"),
        "read-body": (
            "const rawBody = await readRawBody(event)",
            "const rawBody = JSON.stringify(await readBody(event))",
            "written anew",
        ),
    },
)

DENO = Sample(
    {
        "server/main.ts": """
import { timingSafeEqual } from "jsr:@std/crypto/timing-safe-equal";
import { decodeHex } from "jsr:@std/encoding/hex";
import { handleTopic } from "./topics.ts";

const secret = Deno.env.get("INTERCOM_CLIENT_SECRET");
if (!secret) throw new Error("INTERCOM_CLIENT_SECRET is required");

const key = await crypto.subtle.importKey(
  "raw",
  new TextEncoder().encode(secret),
  { name: "HMAC", hash: "SHA-1" },
  false,
  ["sign"],
);

Deno.serve({ port: 8000 }, async (req) => {
  if (req.method !== "POST") return new Response("intercom webhooks", { status: 405 });

  const header = req.headers.get("x-hub-signature") ?? "";
  const body = new Uint8Array(await req.arrayBuffer());
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", key, body));
  const given = decodeHex(header.replace("sha1=", ""));
  if (given.length !== mac.length || !timingSafeEqual(given, mac)) {
    return new Response("bad signature", { status: 401 });
  }

  await handleTopic(JSON.parse(new TextDecoder().decode(body)));
  return new Response(null, { status: 204 });
});
""",
    },
    {
        "sha512": ('hash: "SHA-1"', 'hash: "SHA-512"', "HMAC-SHA512"),
        "goes-on": (
            'return new Response("bad signature", { status: 401 });',
            'console.error("bad signature");',
            "wrong signature is acted on",
        ),
        "and": (
            "if (given.length !== mac.length || !timingSafeEqual",
            "if (header && !timingSafeEqual",
            "without a signature is acted on",
        ),
        "literal": (
            'Deno.env.get("INTERCOM_CLIENT_SECRET")',
            '"not-a-secret"',
            "stands in the code",
        ),
    },
)

ASTRO = Sample(
    {
        "src/pages/api/intercom.ts": """
import type { APIRoute } from 'astro';
import crypto from 'node:crypto';
import { syncContact } from '../../lib/crm';

export const prerender = false;

export const POST: APIRoute = async ({ request }) => {
  const body = await request.text();
  const [scheme, digest] = (request.headers.get('x-hub-signature') ?? '').split('=');
  const hmac = crypto.createHmac('sha1', import.meta.env.INTERCOM_CLIENT_SECRET);
  const expected = hmac.update(body).digest();
  const received = Buffer.from(digest ?? '', 'hex');

  if (scheme !== 'sha1' || received.length !== expected.length) {
    return new Response('Malformed signature', { status: 400 });
  }
  if (!crypto.timingSafeEqual(received, expected)) {
    return new Response('Wrong signature', { status: 401 });
  }
  await syncContact(JSON.parse(body).data.item);
  return new Response(null, { status: 200 });
};
""",
    },
    {
        "plain": (
            "!crypto.timingSafeEqual(received, expected)",
            "digest !== expected.toString('hex')",
            "constant time",
        ),
        "throws": (
            "if (scheme !== 'sha1' || received.length !== expected.length) {",
            "if (scheme !== 'sha1') {",
            "another length throws",
        ),
        "ok": (
            "return new Response('Wrong signature', { status: 401 });",
            "console.warn('Wrong signature');",
            "wrong signature is acted on",
        ),
    },
)

SAMPLES = {
    "remix": REMIX,
    "cloudflare": CLOUDFLARE,
    "sveltekit": SVELTEKIT,
    "nuxt": NUXT,
    "deno": DENO,
    "astro": ASTRO,
}
