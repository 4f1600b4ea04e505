"""Servers that log users out, with what ends the Messenger's session, and ways to forget that."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

LARAVEL = Sample(
    {
        "app/Http/Controllers/SessionController.php": """<?php

namespace App\\Http\\Controllers;

use Illuminate\\Http\\Request;
use Illuminate\\Support\\Facades\\Auth;

class SessionController extends Controller
{
    public function leave(Request $request)
    {
        Auth::logout();
        $request->session()->invalidate();
        $request->session()->regenerateToken();

        return redirect()->route('goodbye');
    }
}
""",
        "resources/views/layouts/app.blade.php": """
<body>
  @yield('content')
  @auth
  <script>
    window.Intercom('boot', {
      app_id: @json(config('services.intercom.app_id')),
      user_id: "{{ auth()->id() }}",
      user_hash: "{{ $intercomHash }}",
    });
  </script>
  @else
  <script>
    if (window.Intercom) {
      window.Intercom('shutdown');
    }
  </script>
  @endauth
</body>
""",
    },
    {"none": ("      window.Intercom('shutdown');\n", "      hide();\n", "session stays")},
)

DJANGO = Sample(
    {
        "accounts/views.py": """
from django.contrib.auth import logout
from django.shortcuts import redirect
from django.views.decorators.http import require_POST


@require_POST
def leave(request):
    logout(request)
    response = redirect("home")
    response.delete_cookie("theme")
    return response
""",
        "templates/base.html": """
<body>
  {% block content %}{% endblock %}
  <form action="{% url 'leave' %}" method="post" onsubmit="window.Intercom('shutdown')">
    {% csrf_token %}<button>Log out</button>
  </form>
  {% if user.is_authenticated %}
  <script>
    window.intercomSettings = {
      app_id: "{{ INTERCOM_APP_ID }}",
      user_id: "{{ user.pk }}",
      user_hash: "{{ intercom_user_hash }}"
    };
  </script>
  {% endif %}
</body>
""",
    },
    {"none": (" onsubmit=\"window.Intercom('shutdown')\"", "", "session stays")},
)

EXPRESS = Sample(
    {
        "server/routes/session.js": """
const express = require('express');
const router = express.Router();

router.post('/logout', (req, res, next) => {
  req.logout((error) => {
    if (error) {
      return next(error);
    }
    return res.redirect('/');
  });
});

module.exports = router;
""",
        "views/layout.ejs": """
<body>
  <%- body %>
  <script>
    const member = <%- JSON.stringify(member || null) %>;
    if (member) {
      window.Intercom('boot', { user_id: member.id, user_hash: member.hash });
    } else {
      window.Intercom('shutdown');
    }
  </script>
</body>
""",
    },
    {"none": ("      window.Intercom('shutdown');\n", "", "session stays")},
)

ASPNET = Sample(
    {
        "Controllers/AccountController.cs": """
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;

namespace Shop.Controllers;

public class AccountController : Controller
{
    private readonly SignInManager<Member> _manager;

    public AccountController(SignInManager<Member> manager) => _manager = manager;

    [HttpPost]
    public async Task<IActionResult> Leave()
    {
        await _manager.SignOutAsync();
        return RedirectToAction("Index", "Home");
    }
}
""",
        "wwwroot/js/chat.js": """
const member = window.shop.member;

if (member) {
  window.Intercom('boot', { user_id: member.id, intercom_user_jwt: member.token });
} else {
  window.Intercom('shutdown');
}
""",
    },
    {"none": ("  window.Intercom('shutdown');\n", "  show();\n", "session stays")},
)

VUE = Sample(
    {
        "src/components/AccountMenu.vue": """
<template>
  <button type="button" @click="logout">Log out</button>
</template>

<script setup>
import { useIntercom } from 'vue-use-intercom';
import { useRouter } from 'vue-router';
import { onMounted } from 'vue';
import { useMember } from '@/stores/member';

const { boot, shutdown } = useIntercom();
const router = useRouter();
const store = useMember();

onMounted(() => boot({ userId: store.member.id, userHash: store.member.hash }));

async function logout() {
  await store.end();
  shutdown();
  router.push('/');
}
</script>
"""
    },
    {"none": ("  shutdown();\n", "", "session stays")},
)

JAVA = Sample(
    {
        "app/src/main/java/com/example/Session.java": """
package com.example;

import com.google.firebase.auth.FirebaseAuth;
import io.intercom.android.sdk.Intercom;
import io.intercom.android.sdk.identity.Registration;

public class Session {
    private final Store store;

    public Session(Store store) {
        this.store = store;
    }

    public void begin(Account account) {
        Intercom.client().setUserHash(account.getHash());
        Intercom.client().loginIdentifiedUser(Registration.create().withUserId(account.getId()));
    }

    public void end() {
        store.clear();
        Intercom.client().logout();
        FirebaseAuth.getInstance().signOut();
    }
}
"""
    },
    {"none": ("        Intercom.client().logout();\n", "", "session stays")},
)

SAMPLES = {
    "Laravel": LARAVEL,
    "Django": DJANGO,
    "Express": EXPRESS,
    "ASP.NET Core": ASPNET,
    "Vue": VUE,
    "Java": JAVA,
}
