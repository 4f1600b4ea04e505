"""Servers in JavaScript and TypeScript that make proofs, and ways to make them for anybody."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

EXPRESS = Sample(
    {
        "server/routes/support.js": """
const crypto = require('crypto');
const express = require('express');
const { requireLogin } = require('../middleware/auth');
const users = require('../db/users');

const router = express.Router();

function userHash(id) {
  return crypto
    .createHmac('sha256', process.env.INTERCOM_IDENTITY_SECRET)
    .update(String(id))
    .digest('hex');
}

router.get('/support/identity', requireLogin, async (req, res, next) => {
  try {
    const user = await users.findById(req.user.id);
    res.json({ id: user.id, user_hash: userHash(user.id) });
  } catch (error) {
    next(error);
  }
});

module.exports = router;
"""
    },
    {
        "query": ("findById(req.user.id)", "findById(req.query.id)", "the caller chooses"),
        "parameter": (
            "    const user = await users.findById(req.user.id);\n",
            "    const user = { id: req.params.userId };\n",
            "the caller chooses",
        ),
        "body": ("userHash(user.id)", "userHash(req.body.userId)", "the caller chooses"),
        "taken apart": (
            "    const user = await users.findById(req.user.id);\n",
            "    const { user } = req.body;\n",
            "the caller chooses",
        ),
        "header": ("userHash(user.id)", "userHash(req.headers['x-id'])", "the caller chooses"),
    },
)

TOKENS = Sample(
    {
        "src/support/token.ts": """
import jwt from 'jsonwebtoken';
import type { Request, Response } from 'express';
import { config } from '../config';

interface Account {
  id: string;
  email: string;
}

export function messengerToken(account: Account): string {
  const claims = { user_id: account.id, email: account.email };
  return jwt.sign(claims, config.intercom.messengerSecret, {
    algorithm: 'HS256',
    expiresIn: '1h',
  });
}

export async function handle(req: Request, res: Response) {
  const account = req.session.account as Account | undefined;
  if (!account) {
    res.status(401).json({ error: 'log in first' });
    return;
  }
  res.json({ jwt: messengerToken(account) });
}
""",
        "src/config.ts": """
export const config = {
  port: Number(process.env.PORT ?? 3000),
  intercom: { messengerSecret: process.env.INTERCOM_MESSENGER_SECRET as string },
};
""",
    },
    {
        "body": ("req.session.account as", "req.body as", "the caller chooses"),
        "query": (
            "messengerToken(account) });",
            "messengerToken({ id: String(req.query.id), email: account.email }) });",
            "the caller chooses",
        ),
    },
)

NEXT_ROUTE = Sample(
    {
        "app/api/messenger/route.ts": """
import { SignJWT } from 'jose';
import { NextResponse, type NextRequest } from 'next/server';
import { getServerSession } from 'next-auth';
import { options } from '@/lib/auth';

const key = new TextEncoder().encode(process.env.INTERCOM_JWT_SECRET);

export async function POST(request: NextRequest) {
  const session = await getServerSession(options);
  if (!session?.user) {
    return NextResponse.json({ error: 'unauthorized' }, { status: 401 });
  }
  const payload = await request.json().catch(() => ({}));
  const token = await new SignJWT({ user_id: session.user.id, email: session.user.email })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('2h')
    .sign(key);
  return NextResponse.json({ token, page: payload.page });
}
"""
    },
    {
        "body": (
            "user_id: session.user.id, email: session.user.email",
            "user_id: payload.userId, email: payload.email",
            "the caller chooses",
        ),
        "address": (
            "user_id: session.user.id",
            "user_id: request.nextUrl.searchParams.get('user')",
            "the caller chooses",
        ),
    },
)

NEXT_PAGES = Sample(
    {
        "pages/api/intercom-hash.js": """
import crypto from 'crypto';
import { withSession } from '../../lib/session';

function handler(req, res) {
  if (req.method !== 'GET') {
    res.setHeader('Allow', 'GET');
    return res.status(405).end();
  }
  const user = req.session.get('user');
  if (!user) {
    return res.status(401).json({ message: 'not logged in' });
  }
  const hmac = crypto.createHmac('sha256', process.env.INTERCOM_SECRET_KEY);
  hmac.update(user.email);
  return res.status(200).json({ userHash: hmac.digest('hex') });
}

export default withSession(handler);
"""
    },
    {
        "query": ("hmac.update(user.email);", "hmac.update(req.query.email);", "caller chooses"),
        "body": (
            "const user = req.session.get('user');",
            "const user = JSON.parse(req.body);",
            "caller chooses",
        ),
    },
)

NEST = Sample(
    {
        "src/support/support.service.ts": """
import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { createHmac } from 'crypto';

@Injectable()
export class SupportService {
  constructor(private readonly config: ConfigService) {}

  intercomHash(id: string): string {
    const secret = this.config.getOrThrow<string>('INTERCOM_IDENTITY_SECRET');
    return createHmac('sha256', secret).update(id).digest('hex');
  }
}
""",
        "src/support/support.controller.ts": """
import { Body, Controller, Get, Param, Post, Query, Req, UseGuards } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { SupportService } from './support.service';

@Controller('support')
@UseGuards(AuthGuard('jwt'))
export class SupportController {
  constructor(private readonly support: SupportService) {}

  @Get('identity')
  identity(@Req() req: { user: { sub: string } }, @Query('page') page: string) {
    return { page, user_hash: this.support.intercomHash(req.user.sub) };
  }
}
""",
    },
    {
        "query": ("intercomHash(req.user.sub)", "intercomHash(page)", "the caller chooses"),
        "parameter": (
            "@Req() req: { user: { sub: string } }, @Query('page') page: string",
            "@Param('id') req: any, @Query('page') page: string",
            "the caller chooses",
        ),
        "body": (
            "@Req() req: { user: { sub: string } }",
            "@Body() req: { user: { sub: string } }",
            "the caller chooses",
        ),
    },
)

LAMBDA = Sample(
    {
        "functions/intercom-identity.mjs": """
import { createHmac } from 'node:crypto';

const json = (statusCode, value) => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

export const handler = async (event) => {
  const claims = event.requestContext.authorizer.jwt.claims;
  if (!claims.sub) {
    return json(403, { message: 'forbidden' });
  }
  const hash = createHmac('sha256', process.env.INTERCOM_SECRET).update(claims.sub).digest('hex');
  return json(200, { user_hash: hash });
};
"""
    },
    {
        "query": (
            "event.requestContext.authorizer.jwt.claims",
            "event.queryStringParameters",
            "the caller chooses",
        ),
        "body": (
            "event.requestContext.authorizer.jwt.claims",
            "JSON.parse(event.body)",
            "the caller chooses",
        ),
    },
)

HONO = Sample(
    {
        "src/index.ts": """
import { Hono } from 'hono';
import { jwt, sign } from 'hono/jwt';

type Env = { Bindings: { INTERCOM_MESSENGER_SECRET: string; JWT_SECRET: string } };

const app = new Hono<Env>();

app.use('/me/*', (c, next) => jwt({ secret: c.env.JWT_SECRET })(c, next));

app.get('/me/messenger', async (c) => {
  const { sub } = c.get('jwtPayload');
  const exp = Math.floor(Date.now() / 1000) + 3600;
  const token = await sign({ user_id: sub, exp }, c.env.INTERCOM_MESSENGER_SECRET);
  return c.json({ intercom_user_jwt: token });
});

export default app;
"""
    },
    {
        "query": ("= c.get('jwtPayload');", "= c.req.query();", "the caller chooses"),
        "body": ("= c.get('jwtPayload');", "= await c.req.json();", "the caller chooses"),
        "address": ("user_id: sub", "user_id: c.req.param('id')", "the caller chooses"),
    },
)

KOA = Sample(
    {
        "api/messenger.js": """
const Router = require('@koa/router');
const { createHmac } = require('crypto');

const router = new Router({ prefix: '/api' });
const SECRET = process.env.INTERCOM_VERIFICATION_SECRET;

const sign = (value) => createHmac('sha256', SECRET).update(value).digest('hex');

router.get('/messenger', async (ctx) => {
  const { user } = ctx.state;
  ctx.assert(user, 401, 'log in first');
  ctx.body = { email: user.email, user_hash: sign(user.email) };
});

module.exports = router.routes();
"""
    },
    {
        "query": ("const { user } = ctx.state;", "const user = ctx.query;", "the caller chooses"),
        "body": (
            "const { user } = ctx.state;",
            "const user = ctx.request.body;",
            "the caller chooses",
        ),
    },
)

SAMPLES = {
    "Express": EXPRESS,
    "JWTs of Express": TOKENS,
    "a route of Next.js": NEXT_ROUTE,
    "a page of Next.js": NEXT_PAGES,
    "NestJS": NEST,
    "a function": LAMBDA,
    "Hono": HONO,
    "Koa": KOA,
}
