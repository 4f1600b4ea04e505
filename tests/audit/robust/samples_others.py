"""Handlers in Ruby, PHP, Go, Java and C# that bear time, repeats and new topics."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

RAILS = Sample(
    {
        "app/controllers/webhooks/intercom_controller.rb": """
module Webhooks
  class IntercomController < ApplicationController
    skip_before_action :verify_authenticity_token

    def create
      raw = request.raw_post
      key = ENV.fetch("INTERCOM_CLIENT_SECRET")
      wanted = "sha1=" + OpenSSL::HMAC.hexdigest("SHA1", key, raw)
      given = request.headers["X-Hub-Signature"].to_s
      unless ActiveSupport::SecurityUtils.secure_compare(wanted, given)
        return head :unauthorized
      end
      notification = JSON.parse(raw)
      if notification["topic"] == "contact.created"
        Notification.create_or_find_by!(intercom_id: notification["id"])
        NotificationJob.perform_later(notification["id"], notification["data"])
      end
      head :ok
    end
  end
end
""",
        "config/routes.rb": """
Rails.application.routes.draw do
  namespace :webhooks do
    post "intercom", to: "intercom#create"
  end
end
""",
    },
    {
        "waits": (
            '        NotificationJob.perform_later(notification["id"], notification["data"])',
            '        HTTParty.post("https://crm.example.com/contacts", body: notification["data"])',
            "waits for HTTParty.post",
        ),
        "gone": ("      head :ok", "      head :gone", "answers 410"),
    },
)

LARAVEL = Sample(
    {
        "routes/api.php": """<?php

use App\\Http\\Controllers\\IntercomWebhookController;
use Illuminate\\Support\\Facades\\Route;

Route::post('/webhooks/intercom', [IntercomWebhookController::class, 'handle']);
""",
        "app/Http/Controllers/IntercomWebhookController.php": """<?php

namespace App\\Http\\Controllers;

use App\\Jobs\\HandleNotification;
use Illuminate\\Http\\Request;
use Illuminate\\Support\\Facades\\Cache;
use Illuminate\\Support\\Facades\\Http;

class IntercomWebhookController extends Controller
{
    public function handle(Request $request)
    {
        $wanted = 'sha1=' . hash_hmac('sha1', $request->getContent(), env('INTERCOM_SECRET'));
        if (!hash_equals($wanted, (string) $request->header('X-Hub-Signature'))) {
            return response()->json(['error' => 'signature'], 401);
        }
        $notification = json_decode($request->getContent(), true);
        if (Cache::add('intercom:' . $notification['id'], true, 86400)) {
            HandleNotification::dispatch($notification['topic'], $notification['data']);
        }

        return response()->json(['ok' => true]);
    }
}
""",
    },
    {
        "waits": (
            "HandleNotification::dispatch($notification['topic'], $notification['data']);",
            "Http::post('https://crm.example.com/sync', $notification['data']);",
            "waits for Http.*post",
        ),
        "gone": (
            "return response()->json(['ok' => true]);",
            "return response()->json(['ok' => true], 410);",
            "answers 410",
        ),
    },
)

GO = Sample(
    {
        "webhook/handler.go": """package webhook

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"os"
)

type Notification struct {
	ID    string          `json:"id"`
	Topic string          `json:"topic"`
	Data  json.RawMessage `json:"data"`
}

func Intercom(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, "body", http.StatusBadRequest)
		return
	}
	mac := hmac.New(sha1.New, []byte(os.Getenv("INTERCOM_CLIENT_SECRET")))
	mac.Write(body)
	wanted := "sha1=" + hex.EncodeToString(mac.Sum(nil))
	if !hmac.Equal([]byte(wanted), []byte(r.Header.Get("X-Hub-Signature"))) {
		http.Error(w, "signature", http.StatusUnauthorized)
		return
	}
	w.WriteHeader(http.StatusOK)
}

func main() {
	http.HandleFunc("/webhooks/intercom", Intercom)
}
"""
    },
    {
        "waits": (
            "	w.WriteHeader(http.StatusOK)",
            '	http.Post("https://crm.example.com/sync", "application/json", r.Body)\n'
            "	w.WriteHeader(http.StatusOK)",
            "waits for http.Post",
        ),
        "gone": ("http.StatusOK", "http.StatusGone", "answers 410"),
    },
)

SPRING = Sample(
    {
        "src/main/java/io/acme/IntercomController.java": """package io.acme;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

@RestController
public class IntercomController {
    private final String secret = System.getenv("INTERCOM_CLIENT_SECRET");

    @PostMapping("/webhooks/intercom")
    public ResponseEntity<String> receive(
            @RequestBody byte[] body,
            @RequestHeader("X-Hub-Signature") String signature) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(secret.getBytes(), "HmacSHA1"));
        String wanted = "sha1=" + HexFormat.of().formatHex(mac.doFinal(body));
        if (!MessageDigest.isEqual(wanted.getBytes(), signature.getBytes())) {
            return ResponseEntity.status(HttpStatus.UNAUTHORIZED).build();
        }
        return ResponseEntity.ok("");
    }
}
"""
    },
    {
        "waits": (
            '        return ResponseEntity.ok("");',
            '        restTemplate.postForObject("https://crm.example.com", body, String.class);\n'
            '        return ResponseEntity.ok("");',
            "waits for restTemplate.postForObject",
        ),
        "gone": (
            'ResponseEntity.ok("")',
            "ResponseEntity.status(HttpStatus.GONE).build()",
            "answers 410",
        ),
    },
)

SAMPLES = {"rails": RAILS, "laravel": LARAVEL, "go": GO, "spring": SPRING}
