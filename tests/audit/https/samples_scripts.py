"""Clients of Intercom in JavaScript and Python that check whom they talk to."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

NODE = Sample(
    {
        "src/services/intercom.ts": """
import https from 'node:https';
import axios, { AxiosInstance } from 'axios';
import { logger } from '../logger';

const API = process.env.INTERCOM_API_URL ?? 'https://api.intercom.io';
const agent = new https.Agent({ keepAlive: true, maxSockets: 20 });

export class Support {
  private readonly http: AxiosInstance;

  constructor(token: string) {
    this.http = axios.create({
      baseURL: API,
      httpsAgent: agent,
      timeout: 10_000,
      headers: { Authorization: `Bearer ${token}`, 'Intercom-Version': '2.11' },
    });
  }

  async findContact(id: string) {
    const { data } = await this.http.get(`/contacts/${id}`);
    return data;
  }

  async exchange(code: string) {
    const answer = await axios.post('https://api.intercom.io/auth/eagle/token', {
      code,
      client_id: process.env.INTERCOM_CLIENT_ID,
      client_secret: process.env.INTERCOM_CLIENT_SECRET,
      redirect_uri: 'https://app.acme.io/oauth/intercom/callback',
    });
    logger.info('signed in with Intercom');
    return answer.data.access_token;
  }
}
""",
        "src/db.ts": """
import { Pool } from 'pg';

// The hosted database has a certificate of its own; tokens of Intercom are kept in it.
export const pool = new Pool({
  connectionString: process.env.DATABASE_URL,
  ssl: { rejectUnauthorized: false },
});

export async function tokenOf(workspace: string) {
  const rows = await pool.query('select token from intercom where workspace = $1', [workspace]);
  return rows.rows[0];
}
""",
    },
    {
        "agent": ("keepAlive: true,", "rejectUnauthorized: false,", "rejectUnauthorized is false"),
        "process": (
            "export class Support {",
            "process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';\n\nexport class Support {",
            "whole process",
        ),
        "global": (
            "export class Support {",
            "https.globalAgent.options.rejectUnauthorized = false;\n\nexport class Support {",
            "whole process",
        ),
        "api": ("?? 'https://", "?? 'http://", "api.intercom.io without encryption"),
        "redirect": ("'https://app.acme.io", "'http://app.acme.io", "sends people"),
        "region": (
            "'https://api.intercom.io/auth",
            "'http://api.eu.intercom.io/auth",
            "without encryption",
        ),
    },
)


FETCH = Sample(
    {
        "lib/intercom.js": """
import { Agent, fetch } from 'undici';

const HOSTS = {
  us: 'https://api.intercom.io',
  eu: 'https://api.eu.intercom.io',
  au: 'https://api.au.intercom.io',
};

const dispatcher = new Agent({ connect: { timeout: 5_000 } });

async function call(path, init = {}) {
  const base = HOSTS[process.env.INTERCOM_REGION ?? 'us'];
  const answer = await fetch(`${base}${path}`, {
    ...init,
    dispatcher,
    headers: {
      Authorization: `Bearer ${process.env.INTERCOM_ACCESS_TOKEN}`,
      Accept: 'application/json',
    },
  });
  if (!answer.ok) {
    throw new Error(`Intercom answered ${answer.status}`);
  }
  return answer.json();
}

export const me = () => call('/me');
export const subscribe = () =>
  call('/subscriptions', {
    method: 'POST',
    body: JSON.stringify({ url: 'https://hooks.acme.io/webhooks/intercom', topics: ['ping'] }),
  });
if (process.env.NODE_ENV === 'development') {
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
}
""",
    },
    {
        "agent": ("timeout: 5_000", "rejectUnauthorized: false", "rejectUnauthorized is false"),
        "webhook": ("url: 'https://hooks", "url: 'http://hooks", "calls or sends people"),
        "api": ("eu: 'https://", "eu: 'http://", "api.eu.intercom.io without encryption"),
        "process": (
            "if (process.env.NODE_ENV === 'development') {",
            "if (process.env.HTTPS_PROXY) {",
            "whole process",
        ),
    },
)


REQUESTS = Sample(
    {
        "support/intercom.py": '''
"""What the help desk asks of Intercom."""

import logging
import os

import requests

log = logging.getLogger(__name__)
API = os.environ.get("INTERCOM_URL", "https://api.intercom.io")


class Client:
    def __init__(self, token: str) -> None:
        self.session = requests.Session()
        self.session.headers.update({"Authorization": f"Bearer {token}"})
        self.session.verify = os.environ.get("REQUESTS_CA_BUNDLE", True)

    def contact(self, contact_id: str) -> dict:
        answer = self.session.get(f"{API}/contacts/{contact_id}", timeout=10)
        answer.raise_for_status()
        return answer.json()

    def close(self, conversation_id: str, admin_id: str) -> None:
        answer = self.session.post(
            f"{API}/conversations/{conversation_id}/parts",
            json={"message_type": "close", "type": "admin", "admin_id": admin_id},
            timeout=10,
        )
        log.info("closed %s: %s", conversation_id, answer.status_code)
''',
        "support/inventory.py": """
import requests


def printers():
    # The printers have certificates of their own making.
    return requests.get("https://printers.office.lan/api", verify=False, timeout=5).json()
""",
    },
    {
        "session": (
            'os.environ.get("REQUESTS_CA_BUNDLE", True)', "False", "verify is false",
        ),
        "call": (
            'f"{API}/contacts/{contact_id}", timeout=10',
            'f"{API}/contacts/{contact_id}", verify=False, timeout=10',
            "verify is false",
        ),
        "api": ('"https://api', '"http://api', "without encryption"),
        "process": (
            "class Client:",
            "ssl._create_default_https_context = ssl._create_unverified_context\n\n\nclass Client:",
            "whole process",
        ),
    },
)  # fmt: skip


HTTPX = Sample(
    {
        "app/oauth.py": """
import os
import ssl

import httpx
from fastapi import APIRouter

router = APIRouter(prefix="/auth")
REDIRECT_URI = "https://desk.acme.io/auth/intercom/callback"
AUTHORIZE = "https://app.intercom.com/oauth"


def context() -> ssl.SSLContext:
    made = ssl.create_default_context()
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    return made


@router.get("/intercom")
async def begin(state: str):
    client_id = os.environ["INTERCOM_CLIENT_ID"]
    return f"{AUTHORIZE}?client_id={client_id}&state={state}&redirect_uri={REDIRECT_URI}"


@router.get("/intercom/callback")
async def finish(code: str):
    async with httpx.AsyncClient(verify=context(), timeout=10) as client:
        answer = await client.post(
            "https://api.intercom.io/auth/eagle/token",
            data={
                "code": code,
                "client_id": os.environ["INTERCOM_CLIENT_ID"],
                "client_secret": os.environ["INTERCOM_CLIENT_SECRET"],
            },
        )
    return {"status": answer.status_code}
"""
    },
    {
        "context": (
            "    made.minimum_version = ssl.TLSVersion.TLSv1_2",
            "    made.check_hostname = False\n    made.verify_mode = ssl.CERT_NONE",
            "check_hostname is false",
        ),
        "client": ("verify=context()", "verify=False", "verify is false"),
        "unverified": (
            "ssl.create_default_context()",
            "ssl._create_unverified_context()",
            "_create_unverified_context",
        ),
        "redirect": ('"https://desk', '"http://desk', "sends people"),
        "authorize": ('"https://app', '"http://app', "app.intercom.com without encryption"),
    },
)

SAMPLES = {"node": NODE, "fetch": FETCH, "requests": REQUESTS, "httpx": HTTPX}
