"""Front ends, and the servers beside them, and ways in which each gives a secret away."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

NEXT_APP = Sample(
    {
        "app/components/IntercomChat.tsx": """
'use client';

import { useEffect } from 'react';
import Intercom from '@intercom/messenger-js-sdk';
import { messengerToken } from '@/app/actions/intercom';

type Props = { user?: { id: string; email: string } | null };

export default function IntercomChat({ user }: Props) {
  useEffect(() => {
    const start = async () => {
      const token = user ? await messengerToken() : undefined;
      Intercom({
        app_id: process.env.NEXT_PUBLIC_INTERCOM_APP_ID as string,
        intercom_user_jwt: token,
      });
    };
    start();
  }, [user]);

  return null;
}
""",
        "app/actions/intercom.ts": """
'use server';

import jwt from 'jsonwebtoken';
import { auth } from '@/lib/auth';

export async function messengerToken() {
  const session = await auth();
  if (!session) return undefined;
  const secret = process.env.INTERCOM_IDENTITY_SECRET;
  return jwt.sign({ user_id: session.user.id }, secret!, { expiresIn: '1h' });
}
""",
        "app/api/contacts/route.ts": """
import { NextResponse } from 'next/server';
import { IntercomClient } from 'intercom-client';

const client = new IntercomClient({ token: process.env.INTERCOM_ACCESS_TOKEN! });

export async function GET() {
  const contacts = await client.contacts.list();
  return NextResponse.json({ total: contacts.data.length });
}
""",
        ".env.example": """
NEXT_PUBLIC_INTERCOM_APP_ID=
# never NEXT_PUBLIC_INTERCOM_IDENTITY_SECRET
INTERCOM_IDENTITY_SECRET=
INTERCOM_ACCESS_TOKEN=
""",
    },
    {
        "prefix": ("process.env.INTERCOM_IDENTITY_SECRET",
                   "process.env.NEXT_PUBLIC_INTERCOM_IDENTITY_SECRET", "published by its prefix"),
        "env file": ("\nINTERCOM_ACCESS_TOKEN=",
                     "\nNEXT_PUBLIC_INTERCOM_ACCESS_TOKEN=", "published by its prefix"),
        "in a component": ("const token = user ? await messengerToken() : undefined;",
                           "const token = sign(user, process.env.INTERCOM_IDENTITY_SECRET);",
                           "reads `INTERCOM_IDENTITY_SECRET` in the browser"),
        "answered": ("{ total: contacts.data.length }",
                     "{ total: contacts.data.length, token: process.env.INTERCOM_ACCESS_TOKEN }",
                     "gives `INTERCOM_ACCESS_TOKEN` to the browser"),
    },
)  # fmt: skip

NEXT_PAGES = Sample(
    {
        "pages/support.jsx": """
import { useEffect } from 'react';
import { createHmac } from 'crypto';
import { getSession } from 'next-auth/react';

export default function Support({ user, userHash }) {
  useEffect(() => {
    window.Intercom('boot', {
      app_id: process.env.NEXT_PUBLIC_INTERCOM_APP_ID,
      user_id: user.id,
      user_hash: userHash,
    });
  }, [user, userHash]);
  return <h1>Support</h1>;
}

export async function getServerSideProps(context) {
  const session = await getSession(context);
  const secret = process.env.INTERCOM_SECRET;
  const userHash = createHmac('sha256', secret).update(session.user.id).digest('hex');
  return { props: { user: session.user, userHash } };
}
""",
        "next.config.js": """
module.exports = {
  reactStrictMode: true,
  env: { INTERCOM_APP_ID: process.env.INTERCOM_APP_ID },
};
""",
    },
    {
        "props": ("props: { user: session.user, userHash }",
                  "props: { user: session.user, userHash, secret: process.env.INTERCOM_SECRET }",
                  "gives `INTERCOM_SECRET` to the browser"),
        "props by name": ("user: session.user, userHash }", "user: session.user, secret }",
                          "gives `INTERCOM_SECRET` to the browser"),
        "configuration": ("env: { INTERCOM_APP_ID",
                          "env: { INTERCOM_SECRET: process.env.INTERCOM_SECRET, INTERCOM_APP_ID",
                          "publishes `INTERCOM_SECRET`"),
        "in the page": ("user_hash: userHash,",
                        "user_hash: createHmac('sha256', key).update(user.id).digest('hex'),",
                        "signs for Intercom in the browser"),
    },
)  # fmt: skip

VITE = Sample(
    {
        "package.json": '{"dependencies": {"react": "18"}, "devDependencies": {"vite": "5"}}',
        "vite.config.ts": """
import { defineConfig, loadEnv } from 'vite';
import react from '@vitejs/plugin-react';

export default defineConfig(({ mode }) => {
  const env = loadEnv(mode, process.cwd(), '');
  return {
    plugins: [react()],
    envPrefix: 'VITE_',
    define: { __APP_VERSION__: JSON.stringify(env.npm_package_version) },
  };
});
""",
        "src/api/intercom.ts": """
const BASE = '/api/intercom';

export async function sendIntercomReply(conversationId: string, body: string) {
  const response = await fetch(`${BASE}/conversations/${conversationId}/reply`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ message_type: 'comment', type: 'admin', body }),
  });
  return response.json();
}
""",
        "src/main.tsx": """
import { createRoot } from 'react-dom/client';
import { IntercomProvider } from 'react-use-intercom';
import App from './App';

createRoot(document.getElementById('root')!).render(
  <IntercomProvider appId={import.meta.env.VITE_INTERCOM_APP_ID}>
    <App />
  </IntercomProvider>,
);
""",
    },
    {
        "called": ("const BASE = '/api/intercom';",
                   "const BASE = 'https://api.intercom.io';\n"
                   "const headers = { Authorization: token };",
                   "calls Intercom's API with a token from the browser"),
        "token": ("'Content-Type': 'application/json'",
                  "Authorization: `Bearer ${import.meta.env.VITE_INTERCOM_ACCESS_TOKEN}`",
                  "`VITE_INTERCOM_ACCESS_TOKEN` is published"),
        "define": ("__APP_VERSION__: JSON.stringify(env.npm_package_version)",
                   "'process.env.INTERCOM_TOKEN': JSON.stringify(env.INTERCOM_TOKEN)",
                   "publishes `(?:process.env.)?INTERCOM_TOKEN`"),
        "all": ("envPrefix: 'VITE_'", "envPrefix: ['VITE_', 'INTERCOM_']",
                "publishes all variables"),
        "key": ("'Content-Type': 'application/json'",
                "Authorization: `Bearer ${import.meta.env.VITE_INTERCOM_API_KEY}`",
                "`VITE_INTERCOM_API_KEY` is published"),
    },
)  # fmt: skip

CRA = Sample(
    {
        "package.json": '{"dependencies": {"react": "17", "react-scripts": "4"}}',
        "src/components/Messenger.jsx": """
import React from 'react';
import Intercom from 'react-intercom';
import { connect } from 'react-redux';

const Messenger = ({ user }) => (
  <Intercom
    appID={process.env.REACT_APP_INTERCOM_API_KEY}
    user_id={user.id}
    email={user.email}
    user_hash={user.intercomHash}
  />
);

export default connect((state) => ({ user: state.user }))(Messenger);
""",
        ".github/workflows/deploy.yml": """
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: npm ci && npm run build
        env:
          REACT_APP_INTERCOM_API_KEY: ${{ secrets.INTERCOM_APP_ID }}
""",
        "Dockerfile": """
FROM node:20 AS build
ARG REACT_APP_INTERCOM_API_KEY
COPY . .
RUN npm ci && npm run build
""",
    },
    {
        "hashed": ("user.intercomHash",
                   "HmacSHA256(user.id, process.env.REACT_APP_INTERCOM_SECRET).toString()",
                   "signs for Intercom in the browser"),
        "workflow": ("REACT_APP_INTERCOM_API_KEY: $", "REACT_APP_INTERCOM_SECRET: $",
                     "`REACT_APP_INTERCOM_SECRET` is published"),
        "image": ("ARG REACT_APP_INTERCOM_API_KEY", "ARG REACT_APP_INTERCOM_ACCESS_TOKEN",
                  "`REACT_APP_INTERCOM_ACCESS_TOKEN` is published"),
    },
)  # fmt: skip

REMIX = Sample(
    {
        "app/routes/support.tsx": """
import { json } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { useEffect } from 'react';
import { userHash } from '~/models/intercom.server';
import { requireUser } from '~/session.server';

export async function loader({ request }) {
  const user = await requireUser(request);
  const appId = process.env.INTERCOM_APP_ID;
  return json({ user, appId, hash: userHash(user.id) });
}

export default function Support() {
  const { user, appId, hash } = useLoaderData<typeof loader>();
  useEffect(() => {
    window.Intercom('boot', { app_id: appId, user_id: user.id, user_hash: hash });
  }, []);
  return <p>Write to us.</p>;
}
""",
        "app/models/intercom.server.ts": """
import { createHmac } from 'node:crypto';

export function userHash(id: string) {
  return createHmac('sha256', process.env.INTERCOM_SECRET_KEY!).update(id).digest('hex');
}
""",
    },
    {
        "loader": ("appId, hash: userHash(user.id) }",
                   "appId, key: process.env.INTERCOM_SECRET_KEY }",
                   "gives `INTERCOM_SECRET_KEY` to the browser"),
    },
)  # fmt: skip

NUXT = Sample(
    {
        "nuxt.config.ts": """
export default defineNuxtConfig({
  modules: ['@pinia/nuxt'],
  runtimeConfig: {
    intercomSecret: process.env.INTERCOM_SECRET,
    public: {
      intercomAppId: process.env.NUXT_PUBLIC_INTERCOM_APP_ID,
    },
  },
});
""",
        "server/api/intercom/hash.get.ts": """
import { createHmac } from 'crypto';

export default defineEventHandler(async (event) => {
  const { user } = await requireUserSession(event);
  const { intercomSecret } = useRuntimeConfig(event);
  return { hash: createHmac('sha256', intercomSecret).update(user.id).digest('hex') };
});
""",
        "plugins/intercom.client.ts": """
import Intercom from '@intercom/messenger-js-sdk';

export default defineNuxtPlugin(async () => {
  const config = useRuntimeConfig();
  const { hash } = await $fetch('/api/intercom/hash');
  Intercom({ app_id: config.public.intercomAppId, user_hash: hash });
});
""",
    },
    {
        "public": ("intercomAppId: process.env.NUXT_PUBLIC_INTERCOM_APP_ID",
                   "intercomSecret: process.env.INTERCOM_SECRET", "publishes `intercomSecret`"),
        "prefix": ("process.env.INTERCOM_SECRET", "process.env.NUXT_PUBLIC_INTERCOM_SECRET",
                   "`NUXT_PUBLIC_INTERCOM_SECRET` is published"),
    },
)  # fmt: skip

ANGULAR = Sample(
    {
        "src/environments/environment.prod.ts": """
export const environment = {
  production: true,
  apiUrl: 'https://app.example.com/api',
  intercomAppId: 'abcd1234',
};
""",
        "src/app/support/intercom.service.ts": """
import { HttpClient } from '@angular/common/http';
import { Injectable } from '@angular/core';
import { Intercom } from 'ng-intercom';
import { environment } from '../../environments/environment';

@Injectable({ providedIn: 'root' })
export class SupportService {
  constructor(private http: HttpClient, private intercom: Intercom) {}

  start(user: { id: string }) {
    this.http.get<{ hash: string }>(`${environment.apiUrl}/intercom/hash`).subscribe(({ hash }) => {
      this.intercom.boot({ app_id: environment.intercomAppId, user_id: user.id, user_hash: hash });
    });
  }
}
""",
    },
    {
        "environment": ("user_hash: hash }",
                        "user_hash: HmacSHA256(user.id, environment.intercomSecret).toString() }",
                        "in the browser"),
        "api": ("`${environment.apiUrl}/intercom/hash`",
                "'https://api.intercom.io/me', { headers: { Authorization: auth } }",
                "calls Intercom's API with a token from the browser"),
    },
)  # fmt: skip

EXPRESS = Sample(
    {
        "src/app.js": """
const express = require('express');
const crypto = require('crypto');

const app = express();
app.set('view engine', 'ejs');

app.get('/help', requireLogin, (req, res) => {
  const userHash = crypto
    .createHmac('sha256', process.env.INTERCOM_SECRET)
    .update(req.user.id)
    .digest('hex');
  res.render('help', { user: req.user, userHash, appId: process.env.INTERCOM_APP_ID });
});

module.exports = app;
""",
        "views/help.ejs": """
<html>
  <body>
    <h1>Help</h1>
    <script>
      window.intercomSettings = {
        app_id: '<%= appId %>',
        user_id: '<%= user.id %>',
        user_hash: '<%= userHash %>',
      };
    </script>
  </body>
</html>
""",
    },
    {
        "rendered": ("appId: process.env.INTERCOM_APP_ID",
                     "intercomSecret: process.env.INTERCOM_SECRET",
                     "gives `INTERCOM_SECRET` to the browser"),
        "printed": ("user_hash: '<%= userHash %>'", "secret: '<%= intercomSecret %>'",
                    "prints `intercomSecret` into the page"),
    },
)  # fmt: skip

SAMPLES = {
    "next app": NEXT_APP,
    "next pages": NEXT_PAGES,
    "vite": VITE,
    "cra": CRA,
    "remix": REMIX,
    "nuxt": NUXT,
    "angular": ANGULAR,
    "express": EXPRESS,
}
