"""Handlers in JavaScript and TypeScript that bear time, repeats and new topics."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

EXPRESS = Sample(
    {
        "server/intercom.js": """
const express = require('express');
const { Queue } = require('bullmq');
const { verifySignature } = require('./signature');
const logger = require('./logger');

const router = express.Router();
const notifications = new Queue('intercom', { connection: { host: process.env.REDIS_HOST } });

const TOPICS = new Set(['conversation.user.created', 'conversation.user.replied']);

router.post(
  '/webhooks/intercom',
  express.raw({ type: 'application/json' }),
  verifySignature,
  async (req, res) => {
    const notification = JSON.parse(req.body.toString('utf8'));
    if (!TOPICS.has(notification.topic)) {
      logger.info('not handled', { topic: notification.topic });
      return res.sendStatus(200);
    }
    await notifications.add(notification.topic, notification.data, {
      jobId: notification.id,
      attempts: 5,
      backoff: { type: 'exponential', delay: 1000 },
    });
    logger.info('queued', { topic: notification.topic, id: notification.id });
    res.sendStatus(200);
  },
);

module.exports = router;
"""
    },
    {
        "waits": (
            "    logger.info('queued'",
            "    await axios.post('https://chat.example.com/hook', notification.data);\n"
            "    logger.info('queued'",
            "waits for axios.post",
        ),
        "waits-for-mail": (
            "    logger.info('queued'",
            "    await transporter.sendMail({ to: process.env.TEAM, text: notification.topic });\n"
            "    logger.info('queued'",
            "waits for transporter.sendMail",
        ),
        "gone": ("return res.sendStatus(200)", "return res.sendStatus(410)", "answers 410"),
        "refuses": (
            "return res.sendStatus(200)",
            "return res.status(400).json({ error: 'unknown topic' })",
            "does not name",
        ),
        "twice": (
            """    await notifications.add(notification.topic, notification.data, {
      jobId: notification.id,
      attempts: 5,
      backoff: { type: 'exponential', delay: 1000 },
    });
""",
            "    await db.messages.create({ data: notification.data.item });\n",
            "twice",
        ),
    },
)

AFTERWARDS = Sample(
    {
        "api/intercom.js": """
const { createClient } = require('redis');
const fetch = require('node-fetch');

const redis = createClient({ url: process.env.REDIS_URL });

async function forward(item) {
  const answer = await fetch(process.env.CHAT_HOOK, {
    method: 'POST',
    body: JSON.stringify({ text: `Conversation ${item.id} has a reply` }),
  });
  if (!answer.ok) {
    throw new Error(`chat answered ${answer.status}`);
  }
}

module.exports.register = (app) => {
  app.post('/intercom/notifications', async (req, res) => {
    const { id, topic, data } = req.body;
    const first = await redis.set(`intercom:${id}`, '1', { NX: true, EX: 86400 });
    res.sendStatus(200);
    if (!first) {
      return;
    }
    switch (topic) {
      case 'conversation.user.replied':
        await forward(data.item);
        break;
      default:
        break;
    }
  });
};
"""
    },
    {
        "waits": (
            """    res.sendStatus(200);
    if (!first) {
      return;
    }
    switch (topic) {
      case 'conversation.user.replied':
        await forward(data.item);
        break;
      default:
        break;
    }
""",
            """    if (first && topic === 'conversation.user.replied') {
      await forward(data.item);
    }
    res.sendStatus(200);
""",
            r"waits for fetch\(\)",
        ),
        "gone": ("res.sendStatus(200)", "res.status(first ? 200 : 410).end()", "answers 410"),
        "twice": (
            "    const first = await redis.set(`intercom:${id}`, '1', { NX: true, EX: 86400 });\n"
            "    res.sendStatus(200);\n    if (!first) {\n      return;\n    }\n",
            "    res.sendStatus(200);\n    await slack.postMessage(data.item);\n",
            "twice",
        ),
    },
)

NEST = Sample(
    {
        "src/intercom/intercom.controller.ts": """
import { Body, Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { IntercomService } from './intercom.service';
import { IntercomSignatureGuard } from './intercom.guard';
import { Notification } from './notification';

@Controller('webhooks/intercom')
@UseGuards(IntercomSignatureGuard)
export class IntercomController {
  constructor(private readonly intercom: IntercomService) {}

  @Post()
  @HttpCode(200)
  async receive(@Body() notification: Notification) {
    const where = { notificationId: notification.id };
    const known = await this.events.findOne({ where });
    if (known) {
      return { status: 'known' };
    }
    await this.events.insert({
      notificationId: notification.id,
      topic: notification.topic,
      payload: notification.data,
    });
    return { status: 'kept' };
  }
}
"""
    },
    {
        "waits": (
            "    await this.events.insert({",
            "    await axios.post(process.env.CRM_URL, notification.data);\n"
            "    await this.events.insert({",
            "waits for axios.post",
        ),
        "gone": (
            "    if (known) {",
            "    if (!notification.data) {\n      throw new GoneException('no data');\n    }\n"
            "    if (known) {",
            "answers 410",
        ),
        "twice": (
            """    const where = { notificationId: notification.id };
    const known = await this.events.findOne({ where });
    if (known) {
      return { status: 'known' };
    }
    await this.events.insert({
      notificationId: notification.id,
      topic: notification.topic,
      payload: notification.data,
    });
""",
            """    await this.messages.insert({
      topic: notification.topic,
      payload: notification.data,
    });
""",
            "twice",
        ),
    },
)

SAMPLES = {"express": EXPRESS, "afterwards": AFTERWARDS, "nest": NEST}
