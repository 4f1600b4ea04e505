"""Handlers of webhooks in JavaScript and TypeScript that are right, and ways to break each.

A change is what stands in the code, what an unsafe one has instead, and words of what is said then.
"""

from __future__ import annotations

from tests.audit.signed.samples import Sample

EXPRESS = Sample(
    {
        "server/app.js": """
const express = require('express');
const crypto = require('crypto');
const { enqueue } = require('./queue');

const app = express();
const CLIENT_SECRET = process.env.INTERCOM_CLIENT_SECRET;

/** Checks that a notification was sent by Intercom. */
function isFromIntercom(rawBody, header) {
  if (!header || !header.startsWith('sha1=')) {
    return false;
  }
  const expected = 'sha1=' + crypto
    .createHmac('sha1', CLIENT_SECRET)
    .update(rawBody)
    .digest('hex');
  const given = Buffer.from(header, 'utf8');
  const wanted = Buffer.from(expected, 'utf8');
  if (given.length !== wanted.length) {
    return false;
  }
  return crypto.timingSafeEqual(given, wanted);
}

app.get('/health', (req, res) => res.send('ok'));

app.post('/webhooks/intercom', express.raw({ type: 'application/json' }), async (req, res) => {
  const signature = req.headers['x-hub-signature'];
  if (!isFromIntercom(req.body, signature)) {
    console.warn('webhook refused', { ip: req.ip });
    return res.status(401).json({ error: 'invalid signature' });
  }

  const notification = JSON.parse(req.body.toString('utf8'));
  switch (notification.topic) {
    case 'conversation.user.created':
      await enqueue('conversation', notification.data.item);
      break;
    case 'contact.created':
      await enqueue('contact', notification.data.item);
      break;
    default:
      console.log('no handler', notification.topic);
  }
  return res.sendStatus(200);
});

app.listen(process.env.PORT || 3000);
"""
    },
    {
        "plain": (
            "crypto.timingSafeEqual(given, wanted)",
            "header === expected",
            "constant time",
        ),
        "loose": (
            "return crypto.timingSafeEqual(given, wanted)",
            "return given.equals(wanted)",
            "constant time",
        ),
        "throws": (
            """  if (given.length !== wanted.length) {
    return false;
  }
""",
            "",
            "another length throws",
        ),
        "sha256": ("createHmac('sha1'", "createHmac('sha256'", "HMAC-SHA256"),
        "literal": ("process.env.INTERCOM_CLIENT_SECRET", "'not-a-secret'", "stands in the code"),
        "fallback": (
            "process.env.INTERCOM_CLIENT_SECRET",
            "process.env.INTERCOM_CLIENT_SECRET || 'dev'",
            "stands in the code",
        ),
        "empty": (
            "process.env.INTERCOM_CLIENT_SECRET",
            "process.env.INTERCOM_CLIENT_SECRET ?? ''",
            "empty secret",
        ),
        "serialised": (
            "isFromIntercom(req.body, signature)",
            "isFromIntercom(JSON.stringify(req.body), signature)",
            "written anew",
        ),
        "inverted": ("if (!isFromIntercom(", "if (isFromIntercom(", "inverted"),
        "only-logs": (
            "    return res.status(401).json({ error: 'invalid signature' });\n",
            "",
            "wrong signature is acted on",
        ),
        "goes-on": ("return res.status(401)", "res.status(401)", "although it is"),
        "no-header": (
            "if (!header || !header.startsWith('sha1=')) {\n    return false;",
            "if (!header) {\n    return true;",
            "without a signature is acted on",
        ),
        "guard": (
            "if (!isFromIntercom(",
            "if (CLIENT_SECRET && signature && !isFromIntercom(",
            "without a signature is acted on",
        ),
        "no-secret": (
            "if (!header ||",
            "if (!CLIENT_SECRET) return true;\n  if (!header ||",
            "without a secret",
        ),
        "caught": (
            "return crypto.timingSafeEqual(given, wanted);",
            "try { return crypto.timingSafeEqual(given, wanted) || true; }"
            " catch (e) { return true; }",
            "wrong signature is acted on",
        ),
        "acts-first": (
            "  if (!isFromIntercom(",
            "  await enqueue('seen', req.body);\n  if (!isFromIntercom(",
            "before it is refused",
        ),
        "never": (
            "  if (!isFromIntercom(req.body, signature)) {",
            "  if (!req.body) {",
            "never checks",
        ),
    },
)

MIDDLEWARE = Sample(
    {
        "src/middleware/verifyIntercom.ts": """
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';

interface RawRequest extends Request {
  rawBody?: Buffer;
}

export const verifyIntercom = (req: RawRequest, res: Response, next: NextFunction) => {
  const secret = process.env.INTERCOM_CLIENT_SECRET;
  if (!secret) {
    throw new Error('INTERCOM_CLIENT_SECRET is not set');
  }
  const header = req.get('X-Hub-Signature') ?? '';
  const expected = `sha1=${createHmac('sha1', secret).update(req.rawBody!).digest('hex')}`;
  const a = Buffer.from(header);
  const b = Buffer.from(expected);
  if (a.length === b.length && timingSafeEqual(a, b)) {
    return next();
  }
  res.status(403).end();
};
""",
        "src/routes/intercom.ts": """
import { Router } from 'express';
import type { Request, Response } from 'express';
import { verifyIntercom } from '../middleware/verifyIntercom';
import { syncContact } from '../services/contacts';

const router = Router();

router.post('/intercom/webhooks', verifyIntercom, async (req: Request, res: Response) => {
  const { topic, data } = req.body;
  if (topic === 'contact.created') {
    await syncContact(data.item);
  }
  res.status(200).end();
});

export default router;
""",
    },
    {
        "not-used": ("'/intercom/webhooks', verifyIntercom,", "'/intercom/webhooks',", "never"),
        "always-next": ("  res.status(403).end();", "  next();", "wrong signature is acted on"),
        "or": ("a.length === b.length &&", "a.length !== b.length ||", "malformed"),
        "plain": ("timingSafeEqual(a, b)", "header == expected", "constant time"),
        "parsed": ("update(req.rawBody!)", "update(JSON.stringify(req.body))", "written anew"),
        "open": (
            "throw new Error('INTERCOM_CLIENT_SECRET is not set');",
            "return next();",
            "without a secret",
        ),
        "warns": (
            "  res.status(403).end();",
            "  console.warn('signature mismatch');\n  next();",
            "wrong signature is acted on",
        ),
    },
)

NEST = Sample(
    {
        "src/intercom/intercom.guard.ts": """
import { CanActivate, ExecutionContext, Injectable, UnauthorizedException } from '@nestjs/common';
import * as crypto from 'crypto';

@Injectable()
export class IntercomGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest();
    const signature = request.headers['x-hub-signature'];
    if (!signature) {
      throw new UnauthorizedException('no signature');
    }
    const expected =
      'sha1=' +
      crypto
        .createHmac('sha1', process.env.INTERCOM_CLIENT_SECRET)
        .update(request.rawBody)
        .digest('hex');
    const left = Buffer.from(signature);
    const right = Buffer.from(expected);
    return left.length === right.length && crypto.timingSafeEqual(left, right);
  }
}
""",
        "src/intercom/intercom.controller.ts": """
import { Body, Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { IntercomGuard } from './intercom.guard';
import { IntercomService } from './intercom.service';

@Controller('intercom')
export class IntercomController {
  constructor(private readonly intercomService: IntercomService) {}

  @Post('webhook')
  @HttpCode(200)
  @UseGuards(IntercomGuard)
  async receive(@Body() payload: any) {
    await this.intercomService.process(payload);
    return { ok: true };
  }
}
""",
    },
    {
        "unguarded": ("  @UseGuards(IntercomGuard)\n", "", "never checks"),
        "open": (
            "throw new UnauthorizedException('no signature');",
            "return true;",
            "without a signature is acted on",
        ),
        "plain": ("crypto.timingSafeEqual(left, right)", "signature === expected", "constant time"),
        "true": (
            "return left.length === right.length && crypto.timingSafeEqual(left, right);",
            "if (!crypto.timingSafeEqual(left, right)) console.error('bad');\n    return true;",
            "wrong signature is acted on",
        ),
    },
)

FASTIFY = Sample(
    {
        "src/plugins/intercom-webhook.js": """
import { createHmac, timingSafeEqual } from 'node:crypto';
import rawBody from 'fastify-raw-body';

export default async function intercomWebhook(fastify, options) {
  await fastify.register(rawBody, { field: 'rawBody', global: false });

  async function checkSignature(request, reply) {
    const header = request.headers['x-hub-signature'];
    const mac = createHmac('sha1', options.clientSecret).update(request.rawBody).digest('hex');
    const expected = Buffer.from(`sha1=${mac}`);
    const actual = Buffer.from(String(header || ''));
    if (expected.length !== actual.length || !timingSafeEqual(expected, actual)) {
      return reply.code(401).send({ error: 'bad signature' });
    }
  }

  fastify.post(
    '/intercom/events',
    { config: { rawBody: true }, preHandler: checkSignature },
    async (request, reply) => {
      await fastify.jobs.add('intercom', request.body);
      return reply.code(200).send();
    },
  );
}
""",
    },
    {
        "unhooked": (", preHandler: checkSignature", "", "never checks"),
        "logs": (
            "return reply.code(401).send({ error: 'bad signature' });",
            "request.log.warn('bad signature');",
            "wrong signature is acted on",
        ),
        "and": (
            "expected.length !== actual.length ||",
            "header && expected.length === actual.length &&",
            "without a signature is acted on",
        ),
        "serialised": (
            "update(request.rawBody)",
            "update(JSON.stringify(request.body))",
            "written anew",
        ),
    },
)

SAMPLES = {
    "express": EXPRESS,
    "middleware": MIDDLEWARE,
    "nest": NEST,
    "fastify": FASTIFY,
}
