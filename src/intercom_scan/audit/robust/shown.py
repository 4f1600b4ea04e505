"""What `explain webhook-robust` shows: a notification is kept by its id, and handed on."""

from __future__ import annotations

from intercom_scan.audit.model import sample

_EXPRESS = """\
const express = require('express');
const { queue } = require('./queue');
const app = express();

app.post('/webhooks/intercom', verifySignature, async (req, res) => {
  const { id, topic, data } = JSON.parse(req.body);
  await queue.add(topic, data, { jobId: id });
  res.sendStatus(200);
});
"""
_FLASK = """\
from flask import Flask, request

app = Flask(__name__)


@app.route("/webhooks/intercom", methods=["POST"])
def intercom_webhook():
    event = request.get_json()
    if redis.set(f"intercom:{event['id']}", 1, nx=True, ex=86400):
        handle_notification.delay(event["topic"], event["data"])
    return "", 200
"""
_SINATRA = """\
require "json"
require "sinatra"

post "/webhooks/intercom" do
  event = JSON.parse(request.body.read)
  if redis.set("intercom:#{event['id']}", 1, nx: true, ex: 86_400)
    NotificationJob.perform_async(event["topic"], event["data"])
  end
  status 200
end
"""
_LARAVEL = """\
<?php

use Illuminate\\Http\\Request;
use Illuminate\\Support\\Facades\\Cache;
use Illuminate\\Support\\Facades\\Http;
use Illuminate\\Support\\Facades\\Route;

Route::post('/webhooks/intercom', function (Request $request) {
    $event = json_decode($request->getContent(), true);
    if (Cache::add('intercom:' . $event['id'], true, 86400)) {
        HandleNotification::dispatch($event['topic'], $event['data']);
    }
    return response()->json(['ok' => true]);
});
"""
_GO = """\
package webhook

import (
	"encoding/json"
	"net/http"
)

type Notification struct {
	ID   string          `json:"id"`
	Data json.RawMessage `json:"data"`
}

func intercom(w http.ResponseWriter, r *http.Request) {
	var event Notification
	if err := json.NewDecoder(r.Body).Decode(&event); err != nil {
		http.Error(w, "body", http.StatusBadRequest)
		return
	}
	if store.MarkSeen(event.ID) {
		notifications <- event
	}
	w.WriteHeader(http.StatusOK)
}

func routes() {
	http.HandleFunc("POST /webhooks/intercom", intercom)
}
"""
_SPRING = """\
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

@RestController
public class IntercomController {
    private final Notifications notifications;

    public IntercomController(Notifications notifications) {
        this.notifications = notifications;
    }

    @PostMapping("/webhooks/intercom")
    public ResponseEntity<Void> receive(@RequestBody IntercomNotification event) {
        if (notifications.isNew(event.getId())) {
            notifications.enqueue(event.getId(), event.getData());
        }
        return ResponseEntity.status(HttpStatus.OK).build();
    }
}
"""
_KOTLIN = """\
import org.springframework.http.HttpStatus
import org.springframework.http.ResponseEntity
import org.springframework.web.bind.annotation.PostMapping
import org.springframework.web.bind.annotation.RequestBody
import org.springframework.web.bind.annotation.RestController

@RestController
class IntercomController(private val notifications: Notifications) {
    @PostMapping("/webhooks/intercom")
    fun receive(@RequestBody event: IntercomNotification): ResponseEntity<Void> {
        if (notifications.isNew(event.id)) {
            notifications.enqueue(event.id, event.data)
        }
        return ResponseEntity.status(HttpStatus.OK).build()
    }
}
"""
_CSHARP = """\
using Microsoft.AspNetCore.Mvc;

[ApiController]
public class IntercomController(INotifications notifications) : ControllerBase
{
    [HttpPost("webhooks/intercom")]
    public async Task<IActionResult> Receive([FromBody] IntercomNotification notification)
    {
        if (await notifications.IsNew(notification.Id))
        {
            await notifications.Enqueue(notification.Id, notification.Data);
        }
        return StatusCode(200);
    }
}
"""

# Language, file, code, and what a handler has in place of a piece of it that is not robust.
_TABLE = (
    ("JavaScript", "webhook.js", _EXPRESS, "await queue.add(topic, data, { jobId: id })",
     "await axios.post('https://hooks.example.com/chat', data)"),
    ("Python", "webhook.py", _FLASK, 'return "", 200', 'return "", 410'),
    ("Ruby", "webhook.rb", _SINATRA, 'NotificationJob.perform_async(event["topic"], event["data"])',
     'HTTParty.post("https://crm.example.com/contacts", body: event["data"])'),
    ("PHP", "webhook.php", _LARAVEL,
     "HandleNotification::dispatch($event['topic'], $event['data'])",
     "Http::post('https://crm.example.com', $event['data'])"),
    ("Go", "webhook.go", _GO, "http.StatusOK", "http.StatusGone"),
    ("Java", "IntercomController.java", _SPRING, "HttpStatus.OK", "HttpStatus.GONE"),
    ("Kotlin", "IntercomController.kt", _KOTLIN, "HttpStatus.OK", "HttpStatus.GONE"),
    ("C#", "IntercomController.cs", _CSHARP, "StatusCode(200)", "StatusCode(410)"),
)  # fmt: skip
SAMPLES = tuple(sample(*row) for row in _TABLE)
