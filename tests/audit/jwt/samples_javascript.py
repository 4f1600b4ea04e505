"""JWTs for the Messenger as JavaScript makes them, and ways to break each."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

NEXT_ROUTE = Sample(
    {
        "app/api/intercom/token/route.ts": """
import { NextResponse } from 'next/server';
import jwt from 'jsonwebtoken';
import { auth, currentUser } from '@clerk/nextjs/server';

export async function GET() {
  const { userId } = await auth();
  if (!userId) {
    return NextResponse.json({ error: 'Unauthorized' }, { status: 401 });
  }

  const intercomSecret = process.env.INTERCOM_MESSENGER_SECRET;
  if (!intercomSecret) {
    return NextResponse.json({ error: 'not configured' }, { status: 500 });
  }

  const user = await currentUser();
  const claims: { user_id: string; email?: string; exp: number } = {
    user_id: userId,
    exp: Math.floor(Date.now() / 1000) + 60 * 60,
  };
  if (user?.primaryEmailAddress) {
    claims.email = user.primaryEmailAddress.emailAddress;
  }

  const token = jwt.sign(claims, intercomSecret, { algorithm: 'HS256' });
  return NextResponse.json({ token });
}
""",
    },
    {
        "endless": ("    exp: Math.floor(Date.now() / 1000) + 60 * 60,\n", "", "has no exp"),
        "long": ("60 * 60,", "60 * 60 * 24 * 30,", "counts for 30 days"),
        "milliseconds": ("Math.floor(Date.now() / 1000) + 60 * 60", "Date.now() + 3600000",
                         "in milliseconds"),
        "length": ("Math.floor(Date.now() / 1000) + 60 * 60", "3600", "no time since 1970"),
        "none": ("algorithm: 'HS256'", "algorithm: 'none'", "is not signed"),
        "other": ("algorithm: 'HS256'", "algorithm: 'HS512'", "HS512"),
        "nobody": ("user_id: userId", "sub: userId", "has no user_id"),
    },
)  # fmt: skip

EXPRESS = Sample(
    {
        "src/services/intercom.js": """
const jwt = require('jsonwebtoken');
const config = require('../config');

const LIFETIME = '15m';

function messengerToken(user) {
  return jwt.sign(
    { user_id: String(user.id), email: user.email, plan: user.plan },
    config.intercom.secret,
    { expiresIn: LIFETIME },
  );
}

module.exports = { messengerToken };
""",
        "src/routes/session.js": """
const express = require('express');
const { messengerToken } = require('../services/intercom');

const router = express.Router();

router.get('/session/intercom', requireLogin, (req, res) => {
  res.json({ intercom_user_jwt: messengerToken(req.user) });
});

module.exports = router;
""",
        "src/config.js": """
module.exports = {
  port: process.env.PORT || 3000,
  intercom: {
    appId: process.env.INTERCOM_APP_ID,
    secret: process.env.INTERCOM_IDENTITY_SECRET,
  },
};
""",
    },
    {
        "endless": ("    { expiresIn: LIFETIME },\n", "", "has no exp"),
        "long": ("'15m'", "'30d'", "counts for 30 days"),
        "year": ("expiresIn: LIFETIME", "expiresIn: 365 * 24 * 3600", "counts for 365 days"),
        "nobody": ("user_id: String(user.id), ", "", "has no user_id"),
        "other": (
            "{ expiresIn: LIFETIME }",
            "{ expiresIn: LIFETIME, algorithm: 'RS256' }",
            "RS256",
        ),
    },
)

JOSE = Sample(
    {
        "server/utils/intercom.ts": """
import { SignJWT } from 'jose';

const key = new TextEncoder().encode(process.env.INTERCOM_IDENTITY_KEY);

export async function messengerToken(userId: string, email: string): Promise<string> {
  return await new SignJWT({ user_id: userId, email })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt()
    .setExpirationTime('2h')
    .sign(key);
}
""",
        "server/api/intercom.get.ts": """
import { messengerToken } from '../utils/intercom';

export default defineEventHandler(async (event) => {
  const { user } = await requireUserSession(event);
  return { token: await messengerToken(user.id, user.email) };
});
""",
    },
    {
        "endless": ("    .setExpirationTime('2h')\n", "", "has no exp"),
        "long": ("'2h'", "'8 weeks'", "counts for 56 days"),
        "other": ("alg: 'HS256'", "alg: 'HS384'", "HS384"),
        "nobody": ("{ user_id: userId, email }", "{ email }", "has no user_id"),
        "fixed": ("'2h'", "4102444800", "always the same"),
    },
)

NEST = Sample(
    {
        "src/support/intercom.service.ts": """
import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { JwtService } from '@nestjs/jwt';

@Injectable()
export class IntercomService {
  constructor(
    private readonly jwtService: JwtService,
    private readonly config: ConfigService,
  ) {}

  async messengerToken(user: User): Promise<string> {
    const payload = {
      user_id: user.id,
      name: user.name,
      ...(user.company && { company_id: user.company.id }),
    };
    return this.jwtService.signAsync(payload, {
      secret: this.config.get('INTERCOM_MESSENGER_SECRET'),
      algorithm: 'HS256',
      expiresIn: '1 hour',
    });
  }
}
""",
    },
    {
        "long": ("'1 hour'", "'1y'", "counts for 365 days"),
        "seconds": ("'1 hour'", "60 * 60 * 24 * 7", "counts for 7 days"),
        "other": ("algorithm: 'HS256'", "algorithm: 'ES256'", "ES256"),
    },
)

WORKER = Sample(
    {
        "src/worker.ts": """
import { Hono } from 'hono';
import { sign } from 'hono/jwt';
import { session } from './session';

type Bindings = { INTERCOM_SECRET: string };
const app = new Hono<{ Bindings: Bindings }>();

app.get('/intercom-token', session, async (c) => {
  const user = c.get('user');
  const now = Math.floor(Date.now() / 1000);
  const payload = { user_id: user.id, email: user.email, iat: now, exp: now + 900 };
  const token = await sign(payload, c.env.INTERCOM_SECRET, 'HS256');
  return c.json({ token });
});

export default app;
""",
    },
    {
        "endless": (", exp: now + 900", "", "has no exp"),
        "long": ("now + 900", "now + 900000", "seconds|days|hours|minutes"),
        "other": ("'HS256'", "'HS512'", "HS512"),
        "nobody": ("user_id: user.id", "id: user.id", "has no user_id"),
    },
)

HELPER = Sample(
    {
        "lib/tokens.ts": """
import { sign } from 'jsonwebtoken';

export function issue(claims: object, secret: string, seconds: number) {
  return sign(claims, secret, { algorithm: 'HS256', expiresIn: seconds });
}
""",
        "pages/api/support/token.ts": """
import type { NextApiRequest, NextApiResponse } from 'next';
import { getServerSession } from 'next-auth';
import { authOptions } from '../auth/[...nextauth]';
import { issue } from '../../../lib/tokens';

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  const session = await getServerSession(req, res, authOptions);
  if (!session) {
    return res.status(401).end();
  }
  const who = { user_id: session.user.id, email: session.user.email };
  const token = issue(who, process.env.INTERCOM_SECRET_KEY!, 30 * 60);
  res.status(200).json({ token });
}
""",
    },
    {
        "long": ("30 * 60", "30 * 24 * 60 * 60", "counts for 30 days"),
        "endless": (", expiresIn: seconds", "", "has no exp"),
        "nobody": ("user_id: session.user.id, ", "", "has no user_id"),
        "none": ("'HS256'", "'none'", "is not signed"),
    },
)

BOOT = Sample(
    {
        "components/Chat.jsx": """
'use client';
import { useEffect } from 'react';
import Intercom from '@intercom/messenger-js-sdk';

export function Chat({ token }) {
  useEffect(() => {
    Intercom({
      app_id: process.env.NEXT_PUBLIC_INTERCOM_APP_ID,
      intercom_user_jwt: token,
      session_duration: 3600000,
    });
  }, [token]);
  return null;
}
""",
        "lib/intercom-token.js": """
import jwt from 'jsonwebtoken';

export function intercomToken(user) {
  const claims = { user_id: user.id, plan: user.plan };
  return jwt.sign(claims, process.env.INTERCOM_SECRET, { expiresIn: '1h' });
}
""",
    },
    {
        "beside": ("session_duration: 3600000", "plan: user.plan", "`plan` goes beside the JWT"),
        "role": ("session_duration: 3600000", "custom_attributes: { role: user.role }",
                 "`role` goes beside the JWT"),
    },
)  # fmt: skip

SAMPLES = {
    "next": NEXT_ROUTE,
    "express": EXPRESS,
    "jose": JOSE,
    "nest": NEST,
    "worker": WORKER,
    "helper": HELPER,
    "boot": BOOT,
}
