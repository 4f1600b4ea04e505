"""What `explain secret-server-side` shows: secrets that stay on servers, and ones that do not."""

from __future__ import annotations

from intercom_scan.audit.model import sample

_JAVASCRIPT = """\
'use client';
import { useEffect } from 'react';
import Intercom from '@intercom/messenger-js-sdk';

export function Chat({ userId }) {
  useEffect(() => {
    fetch('/api/intercom/hash')
      .then((response) => response.json())
      .then(({ hash }) => {
        Intercom({
          app_id: process.env.NEXT_PUBLIC_INTERCOM_APP_ID,
          user_id: userId,
          user_hash: hash,
        });
      });
  }, [userId]);
  return null;
}
"""
_PUBLIC = """\
import { createHmac } from 'node:crypto';

export function intercomHash(userId: string) {
  const secret = process.env.INTERCOM_SECRET!;
  return createHmac('sha256', secret).update(userId).digest('hex');
}
"""
_PYTHON = """\
from django.conf import settings


def intercom(request):
    digest = sign(settings.INTERCOM_SECRET, request.user.pk)
    return {"intercom": digest}
"""
_RUBY = """\
class SettingsController < ApplicationController
  def show
    digest = sign(ENV["INTERCOM_SECRET"], current_user.id)
    render json: { value: digest }
  end
end
"""
_PHP = """\
<?php

class SettingsController extends Controller
{
    public function show(Request $request)
    {
        $digest = hash_hmac('sha256', $request->user()->id, env('INTERCOM_SECRET'));

        return response()->json(['value' => $digest]);
    }
}
"""
_GO = """\
package web

func settings(c *gin.Context) {
	secret := os.Getenv("INTERCOM_SECRET")
	c.JSON(200, gin.H{"value": sign(secret, currentUser(c).ID)})
}
"""
_JAVA = """\
import android.app.Application;
import io.intercom.android.sdk.Intercom;

public class App extends Application {
  void login(String userId) {
    api.intercomHash(userId, hash -> Intercom.client().setUserHash(hash));
  }
}
"""
_KOTLIN = """\
import android.app.Application
import io.intercom.android.sdk.Intercom

class App : Application() {
    fun login(userId: String) {
        val hash = api.intercomHash(userId)
        Intercom.client().setUserHash(hash)
    }
}
"""
_CSHARP = """\
public class SettingsController : Controller
{
    public IActionResult Show()
    {
        var secret = Environment.GetEnvironmentVariable("INTERCOM_SECRET");
        return Json(new { value = Sign(secret, User.Identity.Name) });
    }
}
"""
_SWIFT = """\
import Intercom

func login(userId: String) async throws {
    let hash = try await api.intercomHash(userId)
    Intercom.setUserHash(hash)
}
"""
_DART = """\
import 'package:intercom_flutter/intercom_flutter.dart';

Future<void> login(String userId) async {
  final hash = await api.intercomHash(userId);
  await Intercom.instance.setUserHash(hash);
}
"""
# Language, file name, safe code, what is otherwise in the unsafe one.
_SHOWN = (
    ("JavaScript", "Chat.jsx", _JAVASCRIPT,
     ("user_hash: hash", "user_hash: HmacSHA256(userId, key).toString()")),
    ("TypeScript", "hash.server.ts", _PUBLIC, ("env.INTERCOM", "env.NEXT_PUBLIC_INTERCOM")),
    ("Python", "context_processors.py", _PYTHON,
     ('"intercom": digest', '"intercom": settings.INTERCOM_SECRET')),
    ("Ruby", "settings_controller.rb", _RUBY, ("value: digest", 'value: ENV["INTERCOM_SECRET"]')),
    ("PHP", "SettingsController.php", _PHP,
     ("'value' => $digest", "'value' => env('INTERCOM_SECRET')")),
    ("Go", "settings.go", _GO, ("sign(secret, currentUser(c).ID)", "secret")),
    ("Java", "App.java", _JAVA,
     ("setUserHash(hash)", "setUserHash(hmac(hash, BuildConfig.INTERCOM_SECRET))")),
    ("Kotlin", "App.kt", _KOTLIN,
     ("api.intercomHash(userId)", "hmac(userId, BuildConfig.INTERCOM_SECRET)")),
    ("C#", "SettingsController.cs", _CSHARP, ("Sign(secret, User.Identity.Name)", "secret")),
    ("Swift", "Login.swift", _SWIFT,
     ("try await api.intercomHash(userId)", "hmac(userId, Secrets.intercomSecret)")),
    ("Dart", "login.dart", _DART,
     ("await api.intercomHash(userId)", "hmac(userId, dotenv.env['INTERCOM_SECRET'])")),
)  # fmt: skip
SAMPLES = tuple(sample(language, path, safe, *change) for language, path, safe, change in _SHOWN)
