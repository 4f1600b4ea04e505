"""Pages and components of one file, and what of a secret gets into their script."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

VUE = Sample(
    {
        "src/components/SupportChat.vue": """
<template>
  <button class="support" @click="open">Help</button>
</template>

<script setup lang="ts">
import { onMounted } from 'vue';
import Intercom, { show } from '@intercom/messenger-js-sdk';
import { useSession } from '../session';
import { api } from '../api';

const session = useSession();

onMounted(async () => {
  const { hash } = await api.get('/support/hash');
  Intercom({
    app_id: import.meta.env.VITE_INTERCOM_APP_ID,
    user_id: session.user.id,
    user_hash: hash,
  });
});

function open() {
  show();
}
</script>

<style scoped>
.support { position: fixed; }
</style>
""",
    },
    {
        "prefix": ("user_hash: hash,",
                   "user_hash: sign(session.user.id, import.meta.env.VITE_INTERCOM_SECRET),",
                   "`VITE_INTERCOM_SECRET` is published"),
        "signed": ("user_hash: hash,",
                   "user_hash: HmacSHA256(session.user.id, key).toString(),",
                   "signs for Intercom in the browser"),
        "called": ("await api.get('/support/hash')",
                   "await axios.get('https://api.intercom.io/me', { headers: { Authorization } })",
                   "calls Intercom's API with a token from the browser"),
        "read": ("await api.get('/support/hash')",
                 "sign(session.user, process.env.INTERCOM_SECRET)",
                 "reads `INTERCOM_SECRET` in the browser"),
    },
)  # fmt: skip

SVELTE = Sample(
    {
        "src/routes/help/+page.svelte": """
<script>
  import { onMount } from 'svelte';
  import { PUBLIC_INTERCOM_APP_ID } from '$env/static/public';

  export let data;

  onMount(() => {
    window.Intercom('boot', {
      app_id: PUBLIC_INTERCOM_APP_ID,
      user_id: data.user.id,
      user_hash: data.hash,
    });
  });
</script>

<h1>Help</h1>
<p>Write to us.</p>
""",
        "src/routes/help/+page.server.ts": """
import { createHmac } from 'node:crypto';
import { INTERCOM_SECRET } from '$env/static/private';

export const load = async ({ locals }) => {
  const user = await locals.getUser();
  const hash = createHmac('sha256', INTERCOM_SECRET).update(user.id).digest('hex');
  return { user: { id: user.id }, hash };
};
""",
    },
    {
        "public": ("import { PUBLIC_INTERCOM_APP_ID } from",
                   "import { PUBLIC_INTERCOM_APP_ID, PUBLIC_INTERCOM_SECRET } from",
                   "`PUBLIC_INTERCOM_SECRET` is published"),
        "returned": ("user: { id: user.id }, hash }",
                     "user: { id: user.id }, key: INTERCOM_SECRET }",
                     "gives `INTERCOM_SECRET` to the browser"),
        "signed": ("user_hash: data.hash",
                   "user_hash: CryptoJS.HmacSHA256(data.user.id, data.key).toString()",
                   "signs for Intercom in the browser"),
    },
)  # fmt: skip

HTML = Sample(
    {
        "public/help.html": """
<!doctype html>
<html>
  <head><title>Help</title></head>
  <body>
    <h1>Help</h1>
    <script>
      async function start() {
        const response = await fetch('/session/intercom');
        const { userId, userHash } = await response.json();
        window.intercomSettings = { app_id: 'abcd1234', user_id: userId, user_hash: userHash };
        window.Intercom('boot', window.intercomSettings);
      }
      start();
    </script>
  </body>
</html>
""",
    },
    {
        "called": ("fetch('/session/intercom')",
                   "fetch('https://api.eu.intercom.io/me', { headers: { Authorization: t } })",
                   "calls Intercom's API with a token from the browser"),
        "signed": ("user_hash: userHash", "user_hash: CryptoJS.HmacSHA256(userId, key).toString()",
                   "signs for Intercom in the browser"),
    },
)  # fmt: skip

TWIG = Sample(
    {
        "templates/help.html.twig": """
{% extends 'base.html.twig' %}
{% block body %}
<div id="help">
  <script>
    window.intercomSettings = {
      app_id: "{{ intercom_app_id }}",
      user_id: "{{ app.user.id }}",
      user_hash: "{{ intercom_user_hash }}",
    };
  </script>
</div>
{% endblock %}
""",
        "src/Controller/HelpController.php": """<?php

namespace App\\Controller;

use Symfony\\Bundle\\FrameworkBundle\\Controller\\AbstractController;

class HelpController extends AbstractController
{
    public function show()
    {
        $hash = hash_hmac('sha256', $this->getUser()->getId(), $_ENV['INTERCOM_SECRET']);

        return $this->render('help.html.twig', ['intercom_user_hash' => $hash]);
    }
}
""",
    },
    {
        "printed": ("{{ intercom_user_hash }}", "{{ intercom_secret }}",
                    "prints `intercom_secret` into the page"),
        "rendered": ("'intercom_user_hash' => $hash", "'key' => $_ENV['INTERCOM_SECRET']",
                     "gives `INTERCOM_SECRET` to the browser"),
    },
)  # fmt: skip

SAMPLES = {"vue": VUE, "svelte": SVELTE, "html": HTML, "twig": TWIG}
