"""Settings beside the code: what addresses and switches they have."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

_CODE = """
const { IntercomClient } = require('intercom-client');

module.exports = new IntercomClient({ token: process.env.INTERCOM_ACCESS_TOKEN });
"""

VARIABLES = Sample(
    {
        "src/intercom.js": _CODE,
        ".env.production": """
NODE_ENV=production
DATABASE_URL=postgres://db:5432/app
INTERCOM_API_URL=https://api.intercom.io
INTERCOM_REDIRECT_URI=https://app.acme.io/auth/intercom/callback
INTERCOM_WEBHOOK_URL="https://hooks.acme.io/intercom"
METRICS_URL=http://metrics.acme.io/push
""",
        ".env.development": """
NODE_TLS_REJECT_UNAUTHORIZED=0
INTERCOM_REDIRECT_URI=http://localhost:3000/auth/intercom/callback
""",
    },
    {
        "api": ("=https://api", "=http://api", "api.intercom.io without encryption"),
        "redirect": ("=https://app", "=http://app", "sends people"),
        "webhook": ('"https://hooks', '"http://hooks', "calls"),
        "process": (
            "NODE_ENV=production",
            "NODE_ENV=production\nNODE_TLS_REJECT_UNAUTHORIZED=0",
            "whole process",
        ),
    },
)

YAML = Sample(
    {
        "src/intercom.js": _CODE,
        "config/application.yml": """
server:
  port: 8080
intercom:
  region: eu
  base-url: https://api.eu.intercom.io
  oauth:
    redirect-uri: https://app.acme.io/auth/callback
mail:
  url: http://mail.acme.io
""",
        "deploy/values.yaml": """
image:
  repository: acme/app
env:
  - name: INTERCOM_WEBHOOK_URL
    value: https://hooks.acme.io/intercom
  - name: NODE_OPTIONS
    value: "--max-old-space-size=512"
""",
    },
    {
        "api": ("base-url: https://", "base-url: http://", "without encryption"),
        "redirect": ("redirect-uri: https://", "redirect-uri: http://", "sends people"),
        "webhook": ("value: https://hooks", "value: http://hooks", "calls"),
        "process": (
            'NODE_OPTIONS\n    value: "--max-old-space-size=512"',
            'NODE_TLS_REJECT_UNAUTHORIZED\n    value: "0"',
            "whole process",
        ),
    },
)

SCRIPTS = Sample(
    {
        "src/intercom.js": _CODE,
        "package.json": """
{
  "name": "desk",
  "scripts": {
    "start": "node src/server.js",
    "lint": "eslint ."
  },
  "intercom": {
    "callbackUrl": "https://desk.acme.io/callback"
  },
  "homepage": "http://desk.acme.io"
}
""",
        "bin/close-old.sh": """#!/bin/sh
# Closes what nobody has answered.
set -eu
curl --fail --silent \\
  -H "Authorization: Bearer $INTERCOM_ACCESS_TOKEN" \\
  "https://api.intercom.io/conversations?per_page=20" > "$1"
""",
        "Dockerfile": """
FROM node:22-slim
ENV NODE_ENV=production
COPY . .
CMD ["node", "src/server.js"]
""",
    },
    {
        "curl": ("curl --fail", "curl --insecure --fail", "curl --insecure"),
        "curl-k": ("--silent", "-k", "curl -k"),
        "start": (
            '"node src/server.js",',
            '"NODE_TLS_REJECT_UNAUTHORIZED=0 node src/server.js",',
            "whole process",
        ),
        "image": (
            "ENV NODE_ENV=production",
            "ENV NODE_TLS_REJECT_UNAUTHORIZED 0",
            "whole process",
        ),
        "callback": ('"https://desk', '"http://desk', "sends people"),
        "api": ('"https://api', '"http://api', "without encryption"),
    },
)

APPS = Sample(
    {
        "src/support.ts": """
import Intercom from '@intercom/intercom-react-native';

export const open = () => Intercom.present();
""",
        "package.json": '{"dependencies": {"@intercom/intercom-react-native": "^8.0.0"}}\n',
        "ios/App/Info.plist": """<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0">
<dict>
  <key>NSAppTransportSecurity</key>
  <dict>
    <key>NSAllowsArbitraryLoads</key>
    <false/>
    <key>NSAllowsLocalNetworking</key>
    <true/>
  </dict>
</dict>
</plist>
""",
        "android/app/src/main/AndroidManifest.xml": """
<manifest xmlns:android="http://schemas.android.com/apk/res/android">
  <application android:name=".MainApplication" android:usesCleartextTraffic="false">
  </application>
</manifest>
""",
        "android/app/src/debug/AndroidManifest.xml": """
<manifest xmlns:android="http://schemas.android.com/apk/res/android">
  <application android:usesCleartextTraffic="true" />
</manifest>
""",
        "android/app/src/main/res/xml/network_security_config.xml": """
<network-security-config>
  <!-- <base-config cleartextTrafficPermitted="true" /> -->
  <domain-config cleartextTrafficPermitted="true">
    <domain>printer.acme.io</domain>
  </domain-config>
</network-security-config>
""",
    },
    {
        "ios": (
            "<key>NSAllowsArbitraryLoads</key>\n    <false/>",
            "<key>NSAllowsArbitraryLoads</key>\n    <true/>",
            "NSAllowsArbitraryLoads",
        ),
        "android": ('Traffic="false"', 'Traffic="true"', "plain HTTP to every host"),
        "all hosts": (
            '<!-- <base-config cleartextTrafficPermitted="true" /> -->',
            '<base-config cleartextTrafficPermitted="true" />',
            "plain HTTP to every host",
        ),
    },
)

SAMPLES = {"variables": VARIABLES, "yaml": YAML, "scripts": SCRIPTS, "apps": APPS}
