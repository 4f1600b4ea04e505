"""Handlers of webhooks in servers that keep the raw body in their own ways.

A change is what stands in the code, what an unsafe one has instead, and words of what is said then.
"""

from __future__ import annotations

from tests.audit.signed.samples import Sample

EXPRESS_VERIFY = Sample(
    {
        "src/app.js": """
import express from 'express';
import crypto from 'node:crypto';
import { webhooks } from './webhooks.js';

export const app = express();

app.use(
  express.json({
    limit: '1mb',
    verify: (req, res, buf) => {
      req.rawBody = buf;
    },
  }),
);
app.use('/webhooks', webhooks);
""",
        "src/webhooks.js": """
import crypto from 'node:crypto';
import { Router } from 'express';
import { config } from './config.js';
import { queue } from './queue.js';

export const webhooks = Router();

function requireIntercomSignature(req, res, next) {
  const header = req.header('X-Hub-Signature');
  if (typeof header !== 'string' || !header.startsWith('sha1=')) {
    return res.status(401).json({ error: 'missing signature' });
  }
  const digest = crypto.createHmac('sha1', config.intercomClientSecret).update(req.rawBody);
  const expected = Buffer.from(digest.digest('hex'), 'hex');
  const actual = Buffer.from(header.slice('sha1='.length), 'hex');
  if (expected.length !== actual.length || !crypto.timingSafeEqual(expected, actual)) {
    return res.status(401).json({ error: 'wrong signature' });
  }
  next();
}

webhooks.post('/intercom', requireIntercomSignature, async (req, res, next) => {
  try {
    await queue.add('intercom', { topic: req.body.topic, item: req.body.data.item });
    res.sendStatus(202);
  } catch (error) {
    next(error);
  }
});
""",
        "src/config.js": """
import 'dotenv/config';

export const config = {
  port: process.env.PORT,
  intercomClientSecret: process.env.INTERCOM_CLIENT_SECRET,
};
""",
    },
    {
        "not-used": ("'/intercom', requireIntercomSignature,", "'/intercom',", "never checks"),
        "next-anyway": (
            "    return res.status(401).json({ error: 'wrong signature' });\n",
            "    console.warn('wrong signature');\n",
            "wrong signature is acted on",
        ),
        "skips": (
            "    return res.status(401).json({ error: 'missing signature' });",
            "    return next();",
            "without a signature is acted on",
        ),
        "fallback": (
            "process.env.INTERCOM_CLIENT_SECRET",
            "process.env.INTERCOM_CLIENT_SECRET || 'changeme'",
            "stands in the code",
        ),
        "throws": ("expected.length !== actual.length || !crypto", "!crypto", "length throws"),
        "again": ("update(req.rawBody)", "update(JSON.stringify(req.body))", "written anew"),
    },
)

FASTIFY_PARSER = Sample(
    {
        "src/server.ts": """
import Fastify, { FastifyReply, FastifyRequest } from 'fastify';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { dispatch } from './dispatch';

const server = Fastify({ logger: true });

server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
  done(null, body);
});

function signed(body: Buffer, header: string | undefined): boolean {
  if (!header) return false;
  const mac = createHmac('sha1', process.env.INTERCOM_CLIENT_SECRET as string).update(body);
  const expected = Buffer.from(`sha1=${mac.digest('hex')}`);
  const actual = Buffer.from(header);
  return expected.byteLength === actual.byteLength && timingSafeEqual(expected, actual);
}

server.post('/intercom/webhook', async (request: FastifyRequest, reply: FastifyReply) => {
  const body = request.body as Buffer;
  if (!signed(body, request.headers['x-hub-signature'] as string | undefined)) {
    request.log.warn('signature mismatch');
    return reply.status(401).send({ error: 'unauthorized' });
  }
  const notification = JSON.parse(body.toString('utf8'));
  await dispatch(notification);
  return reply.status(200).send({ ok: true });
});

server.listen({ port: 3000 });
""",
    },
    {
        "open": ("if (!header) return false;", "if (!header) return true;", "without a signature"),
        "plain": ("timingSafeEqual(expected, actual)", "expected.equals(actual)", "constant time"),
        "as": (
            "    return reply.status(401).send({ error: 'unauthorized' });\n",
            "",
            "wrong signature is acted on",
        ),
        "sha224": ("createHmac('sha1'", "createHmac('sha224'", "HMAC-SHA224"),
    },
)

KOA_MIDDLEWARE = Sample(
    {
        "server/index.js": """
const Koa = require('koa');
const Router = require('@koa/router');
const getRawBody = require('raw-body');
const { createHmac, timingSafeEqual } = require('crypto');
const { onNotification } = require('./notifications');

const app = new Koa();
const router = new Router({ prefix: '/webhooks' });

async function verifySignature(ctx, next) {
  ctx.rawBody = await getRawBody(ctx.req, { encoding: 'utf8' });
  const given = Buffer.from(ctx.get('x-hub-signature'));
  const mac = createHmac('sha1', process.env.INTERCOM_CLIENT_SECRET).update(ctx.rawBody);
  const wanted = Buffer.from('sha1=' + mac.digest('hex'));
  ctx.assert(given.length === wanted.length, 401, 'malformed signature');
  ctx.assert(timingSafeEqual(given, wanted), 401, 'wrong signature');
  await next();
}

router.post('/intercom', verifySignature, async (ctx) => {
  await onNotification(JSON.parse(ctx.rawBody));
  ctx.status = 204;
});

app.use(router.routes()).use(router.allowedMethods());
app.listen(3000);
""",
    },
    {
        "not-used": ("'/intercom', verifySignature,", "'/intercom',", "never checks"),
        "not-asserted": (
            "ctx.assert(timingSafeEqual(given, wanted), 401, 'wrong signature');",
            "timingSafeEqual(given, wanted);",
            "wrong signature is acted on",
        ),
        "plain": ("timingSafeEqual(given, wanted)", "given.equals(wanted)", "constant time"),
        "throws": (
            "  ctx.assert(given.length === wanted.length, 401, 'malformed signature');\n",
            "",
            "length throws",
        ),
    },
)

NEST_RAW = Sample(
    {
        "src/main.ts": """
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module';

async function bootstrap() {
  const app = await NestFactory.create(AppModule, { rawBody: true });
  await app.listen(3000);
}
bootstrap();
""",
        "src/webhooks/signature.service.ts": """
import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { createHmac, timingSafeEqual } from 'crypto';

@Injectable()
export class SignatureService {
  constructor(private readonly config: ConfigService) {}

  matches(payload: Buffer, signature: string | undefined): boolean {
    if (!signature) {
      return false;
    }
    const secret = this.config.getOrThrow<string>('INTERCOM_CLIENT_SECRET');
    const expected = `sha1=${createHmac('sha1', secret).update(payload).digest('hex')}`;
    const a = Buffer.from(expected);
    const b = Buffer.from(signature);
    return a.length === b.length && timingSafeEqual(a, b);
  }
}
""",
        "src/webhooks/intercom.controller.ts": """
import { Controller, Headers, HttpCode, Post, RawBodyRequest, Req } from '@nestjs/common';
import { UnauthorizedException } from '@nestjs/common';
import { Request } from 'express';
import { EventsService } from '../events/events.service';
import { SignatureService } from './signature.service';

@Controller('webhooks/intercom')
export class IntercomWebhookController {
  constructor(
    private readonly signatures: SignatureService,
    private readonly events: EventsService,
  ) {}

  @Post()
  @HttpCode(200)
  async handle(
    @Req() request: RawBodyRequest<Request>,
    @Headers('x-hub-signature') signature: string,
  ) {
    if (!this.signatures.matches(request.rawBody, signature)) {
      throw new UnauthorizedException('Invalid signature');
    }
    await this.events.handle(request.body);
  }
}
""",
    },
    {
        "open": (
            "    if (!signature) {\n      return false;",
            "    if (!signature) {\n      return true;",
            "without a signature is acted on",
        ),
        "plain": (
            "return a.length === b.length && timingSafeEqual(a, b);",
            "return expected === signature;",
            "constant time",
        ),
        "returns": (
            "throw new UnauthorizedException('Invalid signature');",
            "console.warn('Invalid signature');",
            "wrong signature is acted on",
        ),
        "body": (
            "matches(request.rawBody, signature)",
            "matches(Buffer.from(JSON.stringify(request.body)), signature)",
            "written anew",
        ),
    },
)

NEXT_RAW = Sample(
    {
        "src/pages/api/webhooks/intercom.ts": """
import type { NextApiRequest, NextApiResponse } from 'next';
import crypto from 'crypto';
import getRawBody from 'raw-body';
import { prisma } from '@/lib/prisma';

export const config = { api: { bodyParser: false } };

const handler = async (req: NextApiRequest, res: NextApiResponse) => {
  if (req.method !== 'POST') {
    return res.status(405).json({ message: 'Method not allowed' });
  }

  const rawBody = await getRawBody(req);
  const signature = req.headers['x-hub-signature'] as string | undefined;
  if (!signature) {
    return res.status(401).json({ message: 'Unauthorized' });
  }

  const expected = Buffer.from(
    'sha1=' +
      crypto
        .createHmac('sha1', process.env.INTERCOM_CLIENT_SECRET ?? throwMissing())
        .update(rawBody)
        .digest('hex'),
  );
  const actual = Buffer.from(signature);
  const valid = expected.length === actual.length && crypto.timingSafeEqual(expected, actual);
  if (!valid) {
    return res.status(401).json({ message: 'Unauthorized' });
  }

  const event = JSON.parse(rawBody.toString('utf-8'));
  await prisma.webhookEvent.create({ data: { topic: event.topic, payload: event } });
  return res.status(200).json({ received: true });
};

function throwMissing(): never {
  throw new Error('INTERCOM_CLIENT_SECRET is not set');
}

export default handler;
""",
    },
    {
        "and": (
            "const valid = expected.length === actual.length && crypto",
            "const valid = expected.length !== actual.length || crypto",
            "malformed signature is acted on",
        ),
        "plain": (
            "crypto.timingSafeEqual(expected, actual)",
            "signature === expected.toString()",
            "constant time",
        ),
        "empty": ("?? throwMissing()", "?? ''", "empty secret"),
        "logs": (
            "  if (!valid) {\n    return res.status(401).json({ message: 'Unauthorized' });",
            "  if (!valid) {\n    console.error('invalid signature');",
            "wrong signature is acted on",
        ),
    },
)

HONO_MIDDLEWARE = Sample(
    {
        "src/middleware/intercom.ts": """
import { createMiddleware } from 'hono/factory';
import { HTTPException } from 'hono/http-exception';
import { createHmac, timingSafeEqual } from 'node:crypto';

type Bindings = { INTERCOM_CLIENT_SECRET: string };

export const intercomSignature = createMiddleware<{ Bindings: Bindings }>(async (c, next) => {
  const body = await c.req.text();
  const header = c.req.header('x-hub-signature') ?? '';
  const digest = createHmac('sha1', c.env.INTERCOM_CLIENT_SECRET).update(body).digest('hex');
  const expected = Buffer.from(`sha1=${digest}`);
  const received = Buffer.from(header);
  if (expected.length !== received.length || !timingSafeEqual(expected, received)) {
    throw new HTTPException(401, { message: 'invalid signature' });
  }
  await next();
});
""",
        "src/index.ts": """
import { Hono } from 'hono';
import { logger } from 'hono/logger';
import { intercomSignature } from './middleware/intercom';
import { saveNotification } from './store';

const app = new Hono();

app.use('*', logger());
app.get('/', (c) => c.text('ok'));
app.post('/webhooks/intercom', intercomSignature, async (c) => {
  await saveNotification(await c.req.json());
  return c.body(null, 204);
});

export default app;
""",
    },
    {
        "not-used": ("'/webhooks/intercom', intercomSignature,", "'/webhooks/intercom',", "never"),
        "plain": ("!timingSafeEqual(expected, received)", "!expected.equals(received)", "constant"),
        "next": (
            "    throw new HTTPException(401, { message: 'invalid signature' });\n",
            "    console.warn('invalid signature');\n",
            "wrong signature is acted on",
        ),
    },
)

SAMPLES = {
    "express-verify": EXPRESS_VERIFY,
    "fastify-parser": FASTIFY_PARSER,
    "koa-middleware": KOA_MIDDLEWARE,
    "nest-raw": NEST_RAW,
    "next-raw": NEXT_RAW,
    "hono-middleware": HONO_MIDDLEWARE,
}
