"""Where the answer is neither yes nor no, and what takes notifications from a queue."""

from __future__ import annotations

from tests.audit.texts import answered

ROUTE = """
const express = require('express');
const { jobs } = require('./jobs');
const app = express();

app.post('/webhooks/intercom', (req, res) => {
  const notification = req.body;
  jobs.publish('intercom', { topic: notification.topic, notification });
  res.sendStatus(200);
});
"""
WORKER = """
const { jobs } = require('./jobs');
const { seen } = require('./intercom-store');

jobs.subscribe('intercom', async ({ notification }) => {
  if (await seen.has(notification.id)) {
    return;
  }
  await seen.add(notification.id);
});
"""


def test_no_handler() -> None:
    code = ROUTE.replace("/webhooks/intercom", "/orders").replace("'intercom'", "'orders'")
    assert answered({"app.js": code}, "webhook-robust").answer == "not-applicable"


def test_a_queue_is_followed_to_what_takes_from_it() -> None:
    assert answered({"app.js": ROUTE}, "webhook-robust").answer == "cannot-tell"
    files = {"app.js": ROUTE, "worker.js": WORKER}
    assert answered(files, "webhook-robust").answer == "pass"
    forgets = WORKER.replace("notification.id", "notification.data.item.id")
    assert answered({**files, "worker.js": forgets}, "webhook-robust").answer == "cannot-tell"


def test_what_follows_the_answer_may_take_long() -> None:
    slow = "  await axios.post('https://chat.acme.io', notification.topic);\n"
    code = ROUTE.replace("(req, res) =>", "async (req, res) =>").replace(
        "  jobs.publish('intercom', { topic: notification.topic, notification });\n", ""
    )
    after = code.replace("  res.sendStatus(200);\n", f"  res.sendStatus(200);\n{slow}")
    before = code.replace("  res.sendStatus(200);\n", f"{slow}  res.sendStatus(200);\n")
    told = {each.message for each in answered({"app.js": before}, "webhook-robust").evidence}
    assert any(words.startswith("waits for axios.post()") for words in told)
    told = {each.message for each in answered({"app.js": after}, "webhook-robust").evidence}
    assert not any(words.startswith("waits") for words in told)
