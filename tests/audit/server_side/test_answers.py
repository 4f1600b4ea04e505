"""Names that may be public, places that are no front end, and values that stand in one."""

from __future__ import annotations

from functools import partial

import pytest

from intercom_scan.audit.sides.names import PREFIXES, sort, without
from intercom_scan.audit.sides.sides import side
from intercom_scan.rules import (
    access_token,
    identity_secret,
    messenger_jwt,
    mobile_sdk_key,
    user_hash,
)
from tests.audit.texts import answered, project, told

CHECK = "secret-server-side"
ADDRESS = "https://api.intercom.io"


said = partial(told, check=CHECK)


# --- names


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize(
    "name", ["INTERCOM_SECRET", "INTERCOM_ACCESS_TOKEN", "INTERCOM_JWT_SECRET"]
)
def test_each_prefix_publishes(prefix: str, name: str) -> None:
    assert said({".env.production": f"{prefix}{name}=\n"})[0] == "fail"
    assert said({".env.production": f"{name}=\n"})[0] != "fail"
    assert said({".env.production": f"{prefix}INTERCOM_APP_ID=\n"})[0] != "fail"


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("INTERCOM_SECRET", "secret"), ("NEXT_PUBLIC_INTERCOM_SECRET_KEY", "secret"),
        ("intercomAccessToken", "secret"), ("INTERCOM_IDENTITY_VERIFICATION_SECRET", "secret"),
        ("INTERCOM_WEBHOOK_SECRET", "secret"), ("INTERCOM_PAT", "secret"),
        ("INTERCOM_IDENTITY_KEY", "secret"), ("VITE_INTERCOM_API_KEY", "key"),
        ("INTERCOM_USER_TOKEN", "key"), ("INTERCOM_APP_ID", None), ("INTERCOM_USER_HASH", None),
        ("INTERCOM_IOS_API_KEY", None), ("INTERCOM_ANDROID_API_KEY", None), ("STRIPE_SECRET", None),
        ("intercom", None), ("INTERCOM_SECRET is not set", None),
    ],
)  # fmt: skip
def test_which_names_are_secrets(name: str, what: str | None) -> None:
    assert sort(name) == what


def test_what_is_published_is_told_once() -> None:
    code = "'use client';\nstart(process.env.NEXT_PUBLIC_INTERCOM_SECRET);\n"
    told = {"`NEXT_PUBLIC_INTERCOM_SECRET` is published by its prefix"}
    assert said({"app/chat.js": code}) == ("fail", told)


KEY = """
import {{ boot }} from './messenger';
const key = import.meta.env.VITE_INTERCOM_API_KEY;
{use}
"""


@pytest.mark.parametrize(
    ("use", "answer"),
    [
        ("boot({ app_id: key });", "pass"),
        ("boot({ appId: import.meta.env.VITE_INTERCOM_API_KEY });", "pass"),
        ("load(`https://widget.intercom.io/widget/${key}`);", "pass"),
        ("fetch('/x', { headers: { Authorization: `Bearer ${key}` } });", "fail"),
        ("HmacSHA256(user.id, key);", "fail"),
        ("boot(key);", "cannot-tell"),
        ("", "cannot-tell"),
    ],
)
def test_what_a_key_is_used_for_decides(use: str, answer: str) -> None:
    files = {"src/chat.js": KEY.format(use=use), "src/main.js": "window.Intercom('show');\n"}
    assert said(files)[0] == answer


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("README.md", "NEXT_PUBLIC_INTERCOM_SECRET=\n"),
        ("docs/setup.html", "<p>NEXT_PUBLIC_INTERCOM_SECRET</p>"),
        ("tests/env.js", "process.env.NEXT_PUBLIC_INTERCOM_SECRET;\n"),
        (".env", "# NEXT_PUBLIC_INTERCOM_SECRET=\n"),
        ("src/a.js", "// not NEXT_PUBLIC_INTERCOM_SECRET\nwindow.Intercom('show');\n"),
        ("src/a.js", "throw new Error('NEXT_PUBLIC_INTERCOM_SECRET is not to be set');\n"),
        ("Dockerfile", "FROM node  # ARG VITE_INTERCOM_SECRET\n"),
    ],
)
def test_what_only_speaks_of_a_name(path: str, text: str) -> None:
    assert said({path: text})[0] != "fail"


# --- where code runs


SIDES = {
    "app/chat.tsx": ("'use client';\n", "browser"),
    "app/actions.ts": ("'use server';\nimport { useState } from 'react';\n", "server"),
    "components/Chat.jsx": ("import { useEffect } from 'react';\n", "browser"),
    "components/Page.jsx": ("import { cache } from 'react';\n", None),
    "src/app.component.ts": ("import { Component } from '@angular/core';\n", "browser"),
    "src/App.js": ("const { View } = require('react-native');\n", "browser"),
    "src/load.js": ("document.createElement('script');\n", "browser"),
    "src/both.js": ("if (typeof window !== 'undefined') window.x();\n", None),
    "app/page.tsx": ("import { redirect } from 'next/navigation';\n", None),
    "app/menu.tsx": ("import { useRouter } from 'next/navigation';\n", "browser"),
    "src/tools.js": ("export const one = 1;\n", None),
    "pages/api/x.js": ("import { useState } from 'react';\n", "server"),
    "app/x/route.ts": ("export function GET() {}\n", "server"),
    "app/models/x.server.ts": ("window.x;\n", "server"),
    "src/routes/+page.server.ts": ("export const load = () => {};\n", "server"),
    "src/index.js": ("const express = require('express');\n", "server"),
    "app/x.rb": ("puts 1\n", "server"),
    "App/X.swift": ("import UIKit\n", "phone"),
    "Sources/X.swift": ("import Vapor\n", "server"),
    "lib/x.dart": ("import 'package:flutter/material.dart';\n", "phone"),
    "bin/x.dart": ("import 'package:shelf/shelf.dart';\n", "server"),
    "app/X.java": ("import android.app.Activity;\nclass X {}\n", "phone"),
    "src/X.java": ("import java.util.List;\nclass X {}\n", "server"),
    "app/X.kt": ("import androidx.compose.runtime.Composable\n", "phone"),
    "src/X.kt": ("import io.ktor.server.application.*\n", "server"),
}


@pytest.mark.parametrize("path", SIDES)
def test_where_code_runs(path: str) -> None:
    text, wanted = SIDES[path]
    assert side(project({path: text}).modules, path) == wanted


@pytest.mark.parametrize(
    ("manifest", "path", "wanted"),
    [
        ('{"devDependencies": {"vite": "5"}}', "src/api.js", "browser"),
        ('{"dependencies": {"react-scripts": "5"}}', "src/api.js", "browser"),
        ('{"dependencies": {"react-scripts": "5"}}', "server/api.js", "server"),
        ('{"dependencies": {"react-scripts": "5"}}', "deploy/api.js", None),
        ('{"dependencies": {"vite": "5", "express": "4"}}', "src/api.js", None),
        ('{"dependencies": {"next": "15"}}', "src/api.js", None),
        ('{"dependencies": 5}', "src/api.js", None),
        ("[", "src/api.js", None),
    ],
)
def test_a_package_without_a_server(manifest: str, path: str, wanted: str | None) -> None:
    files = {"package.json": manifest, path: "export const one = 1;\n"}
    assert side(project(files).modules, path) == wanted


@pytest.mark.parametrize(
    ("manifest", "path"), [("Package.swift", "Sources/X.swift"), ("pubspec.yaml", "bin/x.dart")]
)
def test_a_package_of_a_server(manifest: str, path: str) -> None:
    for text, wanted in (("vapor, shelf", "server"), ("flutter", "phone")):
        files = {manifest: text, path: "import Foundation\n" if "swift" in path else "final x = 1;"}
        assert side(project(files).modules, path) == wanted


def test_the_nearest_package_counts() -> None:
    files = {
        "package.json": '{"dependencies": {"express": "4"}}',
        "web/package.json": '{"devDependencies": {"vite": "5"}}',
        "web/src/api.js": "export const one = 1;\n",
        "src/api.js": "export const one = 1;\n",
    }
    modules = project(files).modules
    assert [side(modules, path) for path in ("web/src/api.js", "src/api.js")] == ["browser", None]


@pytest.mark.parametrize(
    "code",
    [
        "export async function loader() {{ return json(await {call}); }}\n",
        "export const loader = async () => json(await {call});\n",
        "export async function getServerSideProps() {{ return {{ props: await {call} }}; }}\n",
        "async function save() {{ 'use server'; await {call}; }}\n",
        "const get = createServerFn().handler(async () => {call});\n",
    ],
)
def test_a_page_s_own_server_code_is_none_of_the_browser(code: str) -> None:
    call = f"fetch('{ADDRESS}/me', {{ headers: {{ Authorization: process.env.INTERCOM_TOKEN }} }})"
    page = "import { useEffect } from 'react';\nexport default () => useEffect(() => {}, []);\n"
    assert said({"app/routes/x.jsx": page + code.format(call=call)})[0] == "pass"
    outside = f"{page}const got = {call};\n"
    answer, words = said({"app/routes/x.jsx": outside})
    assert answer == "fail"
    assert words == {
        "reads `INTERCOM_TOKEN` in the browser",
        "calls Intercom's API with a token from the browser",
    }


# --- values


PAGE = "window.Intercom('boot', {{ app_id: 'abcd1234', {name}: '{value}' }});\n"


@pytest.mark.parametrize(
    ("rule", "name", "answer"),
    [
        (access_token.RULE, "intercomToken", "fail"),
        (identity_secret.RULE, "intercomSecretKey", "fail"),
        (user_hash.RULE, "user_hash", "pass"),
        (messenger_jwt.RULE, "intercom_user_jwt", "pass"),
        (mobile_sdk_key.RULE, "apiKey", "pass"),
    ],
)
@pytest.mark.parametrize("path", ["src/chat.js", "public/js/app.min.js", "dist/assets/index-1.js"])
def test_a_value_in_a_front_end(rule, name: str, answer: str, path: str) -> None:
    text = PAGE.format(name=name, value=rule.sample().decode())
    assert said({path: text})[0] == answer


def test_a_build_that_has_a_variable_with_its_value() -> None:
    text = 'var e={NODE_ENV:"production",REACT_APP_INTERCOM_SECRET:"%s"};'
    answer, words = said({"build/static/js/main.js": text % "not-told-here"})
    assert answer == "fail"
    assert words == {"has `REACT_APP_INTERCOM_SECRET` with its value"}
    assert said({"build/static/js/main.js": text % ""})[0] == "pass"


def test_no_value_gets_into_the_evidence() -> None:
    value = access_token.RULE.sample().decode()
    outcome = answered({"src/chat.js": PAGE.format(name="intercomToken", value=value)}, CHECK)
    assert value not in repr(outcome)


# --- pages


@pytest.mark.parametrize(
    ("path", "printed"),
    [
        ("a.html.erb", "<%= ENV['INTERCOM_SECRET'] %>"),
        ("a.html.erb", "<%= ENV.fetch('INTERCOM_SECRET') %>"),
        ("a.html.erb", "<%= raw ENV['INTERCOM_ACCESS_TOKEN'].to_json %>"),
        ("a.blade.php", "{{ env('INTERCOM_SECRET') }}"),
        ("a.blade.php", "{!! json_encode(config('services.intercom.secret')) !!}"),
        ("a.php", "<?= getenv('INTERCOM_SECRET') ?>"),
        ("a.php", "<?php echo $_ENV['INTERCOM_SECRET']; ?>"),
        ("a.html.twig", "{{ intercom_secret }}"),
        ("a.html", "{{ settings.INTERCOM_SECRET_KEY|escapejs }}"),
        ("a.ejs", "<%- process.env.INTERCOM_SECRET %>"),
        ("a.hbs", "{{intercomSecret}}"),
        ("a.cshtml", "@Configuration.IntercomSecret"),
        ("a.jsp", "${intercomSecret}"),
    ],
)
def test_a_template_that_prints_a_secret(path: str, printed: str) -> None:
    page = f"<div>\n  <script>\n    window.x = '{printed}';\n  </script>\n</div>\n"
    outcome = answered({path: page}, CHECK)
    assert outcome.answer == "fail"
    assert [(each.path, each.line) for each in outcome.evidence] == [(path, 3)]
    assert said({f"{path}.yml": page.replace("<", "[")})[0] != "fail"


@pytest.mark.parametrize(
    ("path", "printed"),
    [
        ("a.html.erb", "<%= hmac(ENV['INTERCOM_SECRET'], user.id) %>"),
        ("a.html.erb", "<%= 'on' if ENV['INTERCOM_SECRET'] %>"),
        ("a.html.erb", "<%# ENV['INTERCOM_SECRET'] %>"),
        ("a.html.erb", "<%= ENV['INTERCOM_APP_ID'] %>"),
        ("a.blade.php", "{{ hash_hmac('sha256', $id, env('INTERCOM_SECRET')) }}"),
        ("a.html", "{{ intercom_user_hash }}"),
        ("a.html", "<!-- {{ intercom_secret }} -->"),
        ("a.html", "{% if intercom_secret %}on{% endif %}"),
        ("a.html", "{# {{ intercom_secret }} #}"),
        ("a.html", "<!-- {{ intercom_secret }}"),
    ],
)
def test_a_template_that_prints_none(path: str, printed: str) -> None:
    assert said({path: f"<div><script>x = '{printed}';</script></div>\n"})[0] != "fail"


def test_a_template_of_a_configuration_is_no_page() -> None:
    assert said({"deploy/env.j2": "INTERCOM_SECRET={{ intercom_secret }}\n"})[0] != "fail"


def test_comments_leave_lines_where_they_are() -> None:
    blocks = {"<!--": "-->", "/*": "*/"}
    assert without("a <!-- b\nc --> d /* e */ f", blocks) == "a \n d  f"
    assert without("a <!-- b", blocks) == "a "


# --- configurations


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("next.config.mjs", "export default {{ env: {{ {0}: process.env.{0} }} }};"),
        ("next.config.js", "module.exports = {{ publicRuntimeConfig: {{ {0}: 1 }} }};"),
        ("vite.config.js", "export default {{ define: {{ 'process.env.{0}': 1 }} }};"),
        ("webpack.prod.config.js", "p = [new webpack.DefinePlugin({{ 'process.env.{0}': 1 }})];"),
        ("webpack.config.js", "p = [new EnvironmentPlugin(['{0}'])];"),
        ("webpack.config.js", "p = [new webpack.EnvironmentPlugin({{ {0}: null }})];"),
        ("nuxt.config.js", "export default {{ env: {{ {0}: process.env.{0} }} }};"),
        ("app.config.ts", "export default {{ extra: {{ {0}: process.env.{0} }} }};"),
    ],
)
def test_a_configuration_that_publishes(path: str, code: str) -> None:
    answer, words = said({path: code.format("INTERCOM_SECRET")})
    assert (answer, words) == ("fail", {"publishes `INTERCOM_SECRET`"})
    assert said({path: code.format("INTERCOM_APP_ID")})[0] != "fail"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("next.config.js", "module.exports = { serverRuntimeConfig: { INTERCOM_SECRET: 1 } };"),
        ("nuxt.config.ts", "export default { runtimeConfig: { intercomSecret: '' } };"),
        ("vite.config.js", "export default { server: { env: { INTERCOM_SECRET: 1 } } };"),
        ("ecosystem.config.js", "module.exports = { env: { INTERCOM_SECRET: 1 } };"),
    ],
)
def test_a_configuration_for_the_server(path: str, code: str) -> None:
    assert said({path: code})[0] != "fail"


def test_nothing_of_intercom_s() -> None:
    assert said({"app.py": "print('hello')\n"}) == (
        "not-applicable", {"nothing of Intercom's runs in a browser or on a phone"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("called", "expected"),
    [
        ("localStorage.getItem('intercom_access_token')", "fail"),
        ("db.from('users').select('id, intercom_access_token')", "fail"),
        ("localStorage.removeItem('intercom_access_token')", "pass"),
    ],
)
def test_what_a_browser_keeps_or_asks_a_database_for(called: str, expected: str) -> None:
    code = f"'use client';\nimport {{ show }} from './Intercom';\nshow({called});\n"
    assert answered({"app/chat.tsx": code}, "secret-server-side").answer == expected
