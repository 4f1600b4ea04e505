"""Servers in other languages, with their pages, and what they could give away."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

RAILS = Sample(
    {
        "app/controllers/support_controller.rb": """
class SupportController < ApplicationController
  before_action :authenticate_user!

  def show
    @app_id = ENV["INTERCOM_APP_ID"]
    @user_hash = OpenSSL::HMAC.hexdigest("sha256", ENV["INTERCOM_SECRET"], current_user.id.to_s)
  end

  def settings
    render json: { app_id: ENV["INTERCOM_APP_ID"], user_id: current_user.id }
  end
end
""",
        "app/views/support/show.html.erb": """
<div id="support">
  <script>
    window.intercomSettings = {
      app_id: "<%= @app_id %>",
      user_id: "<%= current_user.id %>",
      user_hash: "<%= OpenSSL::HMAC.hexdigest('sha256', ENV['INTERCOM_SECRET'], @user.id) %>"
    };
  </script>
</div>
""",
    },
    {
        "json": ('render json: { app_id: ENV["INTERCOM_APP_ID"]',
                 'render json: { secret: ENV["INTERCOM_SECRET"]',
                 "gives `INTERCOM_SECRET` to the browser"),
        "gon": ('@app_id = ENV["INTERCOM_APP_ID"]', 'gon.intercom_secret = ENV["INTERCOM_SECRET"]',
                "gives `INTERCOM_SECRET` to the browser"),
        "page": ('user_id: "<%= current_user.id %>"', "secret: \"<%= ENV['INTERCOM_SECRET'] %>\"",
                 "prints `INTERCOM_SECRET` into the page"),
        "credentials": ('user_id: "<%= current_user.id %>"',
                        'token: "<%= Rails.application.credentials.intercom[:access_token] %>"',
                        "into the page"),
    },
)  # fmt: skip

LARAVEL = Sample(
    {
        "app/Http/Controllers/SupportController.php": """<?php

namespace App\\Http\\Controllers;

use Illuminate\\Http\\Request;

class SupportController extends Controller
{
    public function show(Request $request)
    {
        $user = $request->user();
        $hash = hash_hmac('sha256', (string) $user->id, config('services.intercom.secret'));

        return view('support', ['user' => $user, 'hash' => $hash]);
    }

    public function settings()
    {
        return response()->json(['app_id' => config('services.intercom.app_id')]);
    }
}
""",
        "resources/views/support.blade.php": """
<div id="support">
    {{-- not {{ config('services.intercom.secret') }} --}}
    <script>
        window.intercomSettings = {
            app_id: "{{ config('services.intercom.app_id') }}",
            user_id: "{{ $user->id }}",
            user_hash: "{{ hash_hmac('sha256', $user->id, config('services.intercom.secret')) }}",
        };
    </script>
</div>
""",
    },
    {
        "json": ("'app_id' => config('services.intercom.app_id')",
                 "'secret' => env('INTERCOM_SECRET')", "gives `INTERCOM_SECRET` to the browser"),
        "view": ("'hash' => $hash", "'secret' => config('services.intercom.secret')",
                 "to the browser"),
        "page": ('user_id: "{{ $user->id }}"',
                 "secret: \"{{ config('services.intercom.secret') }}\"", "into the page"),
        "env": ('user_id: "{{ $user->id }}"', "token: @json(env('INTERCOM_ACCESS_TOKEN')), x: \"{{ "
                "env('INTERCOM_ACCESS_TOKEN') }}\"", "prints `INTERCOM_ACCESS_TOKEN`"),
    },
)  # fmt: skip

DJANGO = Sample(
    {
        "support/views.py": """
import hashlib
import hmac

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.shortcuts import render


@login_required
def support(request):
    key = settings.INTERCOM_SECRET_KEY.encode()
    digest = hmac.new(key, str(request.user.pk).encode(), hashlib.sha256).hexdigest()
    return render(request, "support.html", {"user_hash": digest})


@login_required
def messenger(request):
    return JsonResponse({"app_id": settings.INTERCOM_APP_ID})
""",
        "support/context_processors.py": """
from django.conf import settings


def intercom(request):
    return {"INTERCOM_APP_ID": settings.INTERCOM_APP_ID}
""",
        "support/templates/support.html": """
<html>
  <body>
    {# {{ INTERCOM_SECRET_KEY }} stays on the server #}
    <script>
      window.intercomSettings = { app_id: "{{ INTERCOM_APP_ID }}", user_hash: "{{ user_hash }}" };
    </script>
  </body>
</html>
""",
    },
    {
        "json": ('"app_id": settings.INTERCOM_APP_ID', '"key": settings.INTERCOM_SECRET_KEY',
                 "gives `INTERCOM_SECRET_KEY` to the browser"),
        "context": ('return {"INTERCOM_APP_ID": settings.INTERCOM_APP_ID}',
                    'return {"INTERCOM_SECRET_KEY": settings.INTERCOM_SECRET_KEY}',
                    "gives `INTERCOM_SECRET_KEY` to the browser"),
        "page": ('user_hash: "{{ user_hash }}"', 'secret: "{{ INTERCOM_SECRET_KEY }}"',
                 "prints `INTERCOM_SECRET_KEY` into the page"),
    },
)  # fmt: skip

FASTAPI = Sample(
    {
        "app/main.py": """
import hashlib
import hmac
import os

from fastapi import Depends, FastAPI

from app.auth import current_user

app = FastAPI()
SECRET = os.environ["INTERCOM_IDENTITY_SECRET"]


@app.get("/intercom/settings")
async def settings(user=Depends(current_user)):
    digest = hmac.new(SECRET.encode(), user.id.encode(), hashlib.sha256).hexdigest()
    return {"app_id": os.environ["INTERCOM_APP_ID"], "user_hash": digest}
""",
    },
    {
        "returned": ('"user_hash": digest', '"secret": SECRET',
                     "gives `INTERCOM_IDENTITY_SECRET` to the browser"),
    },
)  # fmt: skip

GIN = Sample(
    {
        "cmd/web/support.go": """package main

import (
	"net/http"
	"os"

	"github.com/gin-gonic/gin"
)

func support(c *gin.Context) {
	user := currentUser(c)
	hash := sign(os.Getenv("INTERCOM_SECRET"), user.ID)
	c.HTML(http.StatusOK, "support.tmpl", gin.H{"userHash": hash, "userID": user.ID})
}

func settings(c *gin.Context) {
	c.JSON(http.StatusOK, gin.H{"app_id": os.Getenv("INTERCOM_APP_ID")})
}
""",
    },
    {
        "json": ('gin.H{"app_id": os.Getenv("INTERCOM_APP_ID")}',
                 'gin.H{"token": os.Getenv("INTERCOM_ACCESS_TOKEN")}',
                 "gives `INTERCOM_ACCESS_TOKEN` to the browser"),
        "page": ('"userHash": hash', '"secret": os.Getenv("INTERCOM_SECRET")',
                 "gives `INTERCOM_SECRET` to the browser"),
    },
)  # fmt: skip

SPRING = Sample(
    {
        "src/main/java/com/example/SupportController.java": """
package com.example;

import java.security.Principal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

@Controller
public class SupportController {

  private final IntercomHasher hasher;

  public SupportController(IntercomHasher hasher) {
    this.hasher = hasher;
  }

  @GetMapping("/support")
  public String support(Model model, Principal principal) {
    String secret = System.getenv("INTERCOM_SECRET");
    model.addAttribute("intercomAppId", System.getenv("INTERCOM_APP_ID"));
    model.addAttribute("userHash", hasher.hash(secret, principal.getName()));
    return "support";
  }
}
""",
    },
    {
        "model": ('hasher.hash(secret, principal.getName())', "secret",
                  "gives `INTERCOM_SECRET` to the browser"),
    },
)  # fmt: skip

ASPNET = Sample(
    {
        "Controllers/SupportController.cs": """
using System;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

[Authorize]
public class SupportController : Controller
{
    private readonly IntercomHasher _hasher;

    public SupportController(IntercomHasher hasher)
    {
        _hasher = hasher;
    }

    public IActionResult Index()
    {
        var secret = Environment.GetEnvironmentVariable("INTERCOM_SECRET");
        ViewBag.UserHash = _hasher.Hash(secret, User.Identity.Name);
        return View();
    }

    [HttpGet("api/support")]
    public IActionResult Settings()
    {
        return Ok(new { appId = Environment.GetEnvironmentVariable("INTERCOM_APP_ID") });
    }
}
""",
        "Views/Support/Index.cshtml": """
<div id="support">
  <script>
    window.intercomSettings = { user_hash: "@ViewBag.UserHash" };
  </script>
</div>
""",
    },
    {
        "answer": ('appId = Environment.GetEnvironmentVariable("INTERCOM_APP_ID")',
                   'token = Environment.GetEnvironmentVariable("INTERCOM_ACCESS_TOKEN")',
                   "gives `INTERCOM_ACCESS_TOKEN` to the browser"),
        "bag": ("ViewBag.UserHash = _hasher.Hash(secret, User.Identity.Name);",
                "ViewBag.IntercomSecret = secret;", "gives `INTERCOM_SECRET` to the browser"),
        "page": ('"@ViewBag.UserHash"', '"@ViewBag.IntercomSecret"',
                 "prints `IntercomSecret` into the page"),
    },
)  # fmt: skip

KTOR = Sample(
    {
        "src/main/kotlin/Support.kt": """
package com.example

import org.springframework.stereotype.Controller
import org.springframework.ui.Model
import org.springframework.web.bind.annotation.GetMapping

@Controller
class SupportController(private val hasher: IntercomHasher) {

    @GetMapping("/support")
    fun support(model: Model, principal: Principal): String {
        val secret = System.getenv("INTERCOM_SECRET")
        model.addAttribute("userHash", hasher.hash(secret, principal.name))
        return "support"
    }
}
""",
    },
    {
        "model": ("hasher.hash(secret, principal.name)", "secret",
                  "gives `INTERCOM_SECRET` to the browser"),
    },
)  # fmt: skip

SAMPLES = {
    "rails": RAILS,
    "laravel": LARAVEL,
    "django": DJANGO,
    "fastapi": FASTAPI,
    "gin": GIN,
    "spring": SPRING,
    "aspnet": ASPNET,
    "ktor": KTOR,
}
