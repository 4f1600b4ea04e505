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


READING = """
import { load } from './client';

export async function POST(request: Request) {
  const event = await request.json();
  after(async () => cache.set(event.topic, await load(event.data.item.id)));
  return new Response('ok');
}
"""
CLIENT = """
export async function load(id: string, options?: RequestInit) {
  const answer = await fetch(`https://api.acme.io/conversations/${id}`, { ...options });
  return answer.json();
}
"""


def test_what_only_reads_may_be_done_twice() -> None:
    route = "app/api/webhooks/intercom/route.ts"
    files = {route: READING, "app/api/webhooks/intercom/client.ts": CLIENT}
    assert answered(files, "webhook-robust").answer == "pass"
    files["app/api/webhooks/intercom/client.ts"] = CLIENT.replace("...options", "method: 'POST'")
    assert answered(files, "webhook-robust").answer == "fail"


def test_what_is_added_to_a_record_that_was_looked_up_is_there_twice() -> None:
    code = """
class IntercomController < ApplicationController
  def webhook
    event = JSON.parse(request.raw_post)
    session = Session.find_by(id: event["data"]["item"]["id"])
    session.requests.create!(conversation: event["data"]["item"]["id"], topic: event["topic"])
    head :ok
  end
end
"""
    path = "app/controllers/intercom_controller.rb"
    assert answered({path: code}, "webhook-robust").answer == "fail"
    touched = code.replace("requests.create!(", "update!(")
    assert answered({path: touched}, "webhook-robust").answer == "pass"


def test_more_ways_than_are_tried_are_no_pass() -> None:
    asks = "".join(f"  if (flags.has({i})) console.log(event.topic);\n" for i in range(8))
    code = READING.replace("import { load } from './client';\n", "").replace(
        "  after(async () => cache.set(event.topic, await load(event.data.item.id)));\n", asks
    )
    route = "app/api/webhooks/intercom/route.ts"
    assert answered({route: code}, "webhook-robust").answer == "cannot-tell"
    few = code.replace(asks, asks[: len(asks) // 4])
    assert answered({route: few}, "webhook-robust").answer == "pass"
