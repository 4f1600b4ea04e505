"""Pages that start the Messenger for a user, and ways to leave the proof out."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

SNIPPET = Sample(
    {
        "public/js/messenger.js": """
(function () {
  'use strict';

  var APP_ID = document.querySelector('meta[name="intercom-app-id"]').content;

  function load() {
    var script = document.createElement('script');
    script.async = true;
    script.src = 'https://widget.intercom.io/widget/' + APP_ID;
    document.head.appendChild(script);
  }

  function settingsFor(account) {
    var settings = {
      api_base: 'https://api-iam.intercom.io',
      app_id: APP_ID,
      hide_default_launcher: window.innerWidth < 600,
    };
    if (account) {
      settings.user_id = String(account.id);
      settings.name = account.name;
      settings.email = account.email;
      settings.user_hash = account.intercomHash;
    }
    return settings;
  }

  fetch('/account.json', { credentials: 'same-origin' })
    .then(function (response) { return response.ok ? response.json() : null; })
    .then(function (account) {
      window.intercomSettings = settingsFor(account);
      load();
    })
    .catch(function (error) { console.warn('no messenger', error); });
})();
"""
    },
    {
        "no hash": ("      settings.user_hash = account.intercomHash;\n", "", "given with no"),
        "literal": ("account.intercomHash;", "'0f' + '1e';", "stands in the code"),
        "empty": ("account.intercomHash;", "'';", "is empty"),
        "null": ("account.intercomHash;", "null;", "is empty"),
    },
)

SDK = Sample(
    {
        "src/lib/messenger.ts": """
import Intercom, { shutdown, update } from '@intercom/messenger-js-sdk';
import type { Account } from '../types';
import { api } from './api';

const appId = import.meta.env.VITE_INTERCOM_APP_ID as string;

interface Token {
  jwt: string;
  expiresAt: number;
}

async function fetchToken(): Promise<Token> {
  const { data } = await api.post<Token>('/messenger/token');
  return data;
}

export async function startMessenger(account: Account): Promise<void> {
  const token = await fetchToken();
  Intercom({
    app_id: appId,
    region: 'eu',
    user_id: account.id,
    email: account.email,
    created_at: Math.floor(account.createdAt / 1000),
    intercom_user_jwt: token.jwt,
  });
}

export function pageChanged(path: string): void {
  update({ last_request_at: Date.now(), page: path });
}

export function stopMessenger(): void {
  shutdown();
}
""",
        "src/App.tsx": """
import { useEffect } from 'react';
import { startMessenger } from './lib/messenger';
import { useAccount } from './hooks/useAccount';

export default function App() {
  const { account } = useAccount();
  useEffect(() => {
    if (account) {
      void startMessenger(account);
    }
  }, [account]);
  return <main>{account ? account.name : 'Welcome'}</main>;
}
""",
    },
    {
        "no token": ("    intercom_user_jwt: token.jwt,\n", "", "given with no"),
        "undefined": ("token.jwt,", "undefined,", "is empty"),
        "literal": ("token.jwt,", "'a.b.c',", "stands in the code"),
    },
)

ANGULAR = Sample(
    {
        "src/app/support/support.service.ts": """
import { Injectable } from '@angular/core';
import { Intercom } from 'ng-intercom';
import { HttpClient } from '@angular/common/http';
import { AuthService } from '../auth/auth.service';
import { environment } from '../../environments/environment';

@Injectable({ providedIn: 'root' })
export class SupportService {
  private started = false;

  constructor(
    private readonly intercom: Intercom,
    private readonly http: HttpClient,
    private readonly auth: AuthService,
  ) {}

  init(): void {
    this.auth.user$.subscribe((user) => {
      if (!user) {
        this.intercom.shutdown();
        this.started = false;
        return;
      }
      this.http.get<{ hash: string }>('/api/support/identity').subscribe(({ hash }) => {
        this.intercom.boot({
          app_id: environment.intercomAppId,
          user_id: user.uid,
          email: user.email,
          user_hash: hash,
          widget: { activator: '#intercom' },
        });
        this.started = true;
      });
    });
  }

  show(): void {
    if (this.started) {
      this.intercom.show();
    }
  }
}
"""
    },
    {
        "no hash": ("          user_hash: hash,\n", "", "given with no"),
        "literal": ("user_hash: hash,", "user_hash: 'todo',", "stands in the code"),
    },
)

WRAPPER = Sample(
    {
        "src/analytics/intercom.js": """
import { config } from '../config';

const command = (name, payload) => {
  if (typeof window === 'undefined' || typeof window.Intercom !== 'function') {
    return;
  }
  window.Intercom(name, payload);
};

const identify = (account) => ({
  user_id: account.id,
  email: account.email,
  company: { company_id: account.team.id, name: account.team.name },
});

export const boot = (account) => {
  command('boot', {
    app_id: config.intercom.appId,
    ...identify(account),
    ...proof(account),
  });
};

function proof({ messenger }) {
  return { intercom_user_jwt: messenger.token };
}

export const shutdown = () => command('shutdown');
""",
        "src/store/session.js": """
import { boot, shutdown } from '../analytics/intercom';

export async function signedIn(api, commit) {
  const account = await api.get('/me');
  commit('account', account);
  boot(account);
}

export function signedOut(commit) {
  commit('account', null);
  shutdown();
}
""",
    },
    {
        "no token": ("    ...proof(account),\n", "", "given with no"),
        "empty": ("messenger.token", "''", "is empty"),
    },
)

VUE = Sample(
    {
        "src/plugins/support.ts": """
import { watch } from 'vue';
import { useIntercom } from '@homebaseai/vue3-intercom';
import { useUserStore } from '@/stores/user';

export function setUpSupport() {
  const intercom = useIntercom();
  const store = useUserStore();

  watch(
    () => store.user,
    (user) => {
      intercom.shutdown();
      if (!user) {
        return;
      }
      intercom.boot({
        user_id: user.id,
        name: user.name,
        email: user.email,
        user_hash: user.supportHash,
      });
    },
    { immediate: true },
  );
}
"""
    },
    {
        "no hash": ("        user_hash: user.supportHash,\n", "", "given with no"),
        "literal": ("user.supportHash,", "'none',", "stands in the code"),
    },
)

UPDATE = Sample(
    {
        "assets/js/identify.js": """
const settings = window.pageData || {};

export function onLogin(member) {
  window.Intercom('update', {
    user_id: member.uuid,
    email: member.email,
    user_hash: member.hash,
    language_override: settings.language,
  });
}

export function onArticle(article) {
  window.Intercom('trackEvent', 'read', { slug: article.slug });
  window.Intercom('update', { last_article: article.slug });
}

export function onStart() {
  window.Intercom('boot', { app_id: settings.intercom, alignment: 'left' });
}
"""
    },
    {
        "no hash": ("    user_hash: member.hash,\n", "", "given with no"),
        "empty": ("member.hash", '""', "is empty"),
    },
)

SAMPLES = {
    "the snippet": SNIPPET,
    "messenger-js-sdk": SDK,
    "ng-intercom": ANGULAR,
    "a wrapper": WRAPPER,
    "Vue": VUE,
    "an update": UPDATE,
}
