"""How code waits for others, hands work on, and knows a notification again, as data."""

from __future__ import annotations

import re

# What takes as long as somebody else's computer does: by the whole callee, or by its package.
SLOW = re.compile(
    r"^(?:axios|fetch|\$fetch|got|ky|request|needle|superagent|requests|httpx|aiohttp|HTTParty"
    r"|RestClient|Faraday|Typhoeus|Excon|HTTP|Http|khttp|ureq)"
    r"(?:\(\))?(?:\.(?:get|post|put|patch|delete|del|request|send|head|fetch|run|with\w*\(\).*))?$"
    r"|^(?:Net\.HTTP|Net::HTTP|Net\.HTTP\.\w+|Net::HTTP\.\w+)$"
    r"|^(?:urllib\.request\.)?urlopen$|^curl_exec$|^http\.(?:Post|Get|PostForm|Head)$"
    r"|\b(?:http\.DefaultClient|httpClient|http_client|HttpClient|_?client|session)\.(?:Do|send"
    r"|PostAsync|GetAsync|SendAsync|PutAsync|DeleteAsync|PostAsJsonAsync|GetStringAsync)$"
    r"|\b(?:restTemplate|restClient|webClient)\b.*\.(?:postForObject|getForObject|exchange"
    r"|postForEntity|getForEntity|retrieve|block|delete|put)$|\.newCall\(\)\.execute$"
    r"|\b(?:sendMail|send_mail|SendMail|SendMailAsync|deliver_now|sendEmail)$"
    r"|\.emails\.send$|^(?:sgMail|mailSender|mailer|Mail|smtp|mail)(?:\..*)?\.(?:send|Send|raw)$"
    r"|\.completions\.create$|\.chat\.postMessage$|\bchat_postMessage$|\.embeddings\.create$"
    r"|\bgenerateText$|\.incomingWebhook\.send$|^(?:time\.|Thread\.|Kernel\.)?sleep$|^time\.Sleep$"
)
SLOW_PACKAGES = re.compile(
    r"^(?:axios|node-fetch|got|ky|needle|superagent|undici|request|request-promise|cross-fetch|ofetch"
    r"|requests|httpx|aiohttp|urllib\.request|urllib3|resend|nodemailer|openai|@slack/web-api"
    r"|@sendgrid/mail|twilio|stripe|net/smtp|smtplib)$"
)
# What of a package's is such a call, and no making of a client.
VERBS = re.compile(
    r"^(?:get|post|put|patch|delete|request|send\w*|head|urlopen|fetch|create|update|retrieve|list"
    r"|call|chat_postMessage|postMessage|default|axios|got|ky|needle|\$?fetch)$",
    re.IGNORECASE,
)
ASYNCHRONOUS = re.compile(r"^(?:httpx|aiohttp)\b|\b(?:aclient|async_client|aio\w*)\b|AsyncClient")
# Calls of Intercom's SDKs: a resource, then what is done with it.
RESOURCE = re.compile(
    r"\.(?:contacts|conversations|users|companies|tags|notes|messages|articles|tickets|admins|events"
    r"|data_?events|segments|visitors|leads|collections|teams)(?:\(\))?\.\w+$",
    re.IGNORECASE,
)
# What hands work on, so that the answer need not wait for it.
QUEUES = re.compile(
    r"^(?:enqueue\w*|publish\w*|produce|lpush|rpush|xadd|delay|apply_async|perform_\w+|dispatch\w*"
    r"|sendMessage|send_message|SendMessageAsync|send_task|addBulk|addJob|schedule\w*|emit|defer"
    r"|waitUntil|after|setImmediate|setTimeout|nextTick|create_task|ensure_future|add_task|submit"
    r"|background|queue\w*|Enqueue\w*|convertAndSend|onQueue|later|push|add|send|put|rpoplpush"
    r"|sendToQueue|createTask|create_http_task|put_nowait|PublishAsync|QueueAsync|WriteAsync"
    r"|queueBackgroundWorkItem|execute|runAsync|launch|spawn|start|Run|invoke\w*|fire\w*|trigger)$",
    re.IGNORECASE,
)
BACKGROUND = re.compile(
    r"^(?:waitUntil|after|setImmediate|setTimeout|nextTick|create_task|ensure_future|add_task"
    r"|submit|defer|execute|runAsync|supplyAsync|launch|async|spawn|start|Run|StartNew|Thread"
    r"|run_in_executor|call_soon|go|dispatchAfterResponse|afterResponse)$"
)
# Asks whether something is known, or keeps it as known.
ASKS = re.compile(
    r"^(?:has|exist|is_?member|sismember|sadd|setnx|set_?nx|set_?if|includes?\??$|contains|get$|find"
    r"|first|where|seen|is_?(?:seen|new|dup|already|processed|known)|already|duplicate|processed"
    r"|was_|claim|lock|acquire|remember|once|mark|record_?(?:once|seen|event|delivery|notification)"
    r"|try_?(?:claim|add|insert|record)|add_?if|put_?if|create_or_|firstOr|first_or|get_or|findOr"
    r"|find_or|insert_?or|upsert|un?ique|dedup|idempot|select|count|check|fetch$|load$|lookup"
    r"|query|execute|run$|exec$|raw$|TryAdd|TryGetValue|Exists|Any|AnyAsync|SetNX|StringSet)",
    re.IGNORECASE,
)
# Keeps something, under a key that cannot be there twice where the key is all that is given.
KEEPS = re.compile(
    r"^(?:set|add|put|create\w*|insert\w*|save\w*|store\w*|write\w*|append|Add\w*|Insert\w*|Save\w*"
    r"|persist|forceCreate|create!|save!|setex|expire)$"
)
JOB_KEY = re.compile(
    r"job_?id|task_?id|dedup|idempot|message_?id|unique|unique_?by|onConflict|notification_?id"
    r"|event_?id|external_?id|delivery_?id|webhook_?id|intercom_?id",
    re.IGNORECASE,
)
# What may be done twice, and comes to the same.
SAME_TWICE = re.compile(
    r"^(?:upsert\w*|update\w*|set\w*|find\w*|first\w*|get\w*|delete\w*|destroy\w*|remove\w*|put"
    r"|merge\w*|replace\w*|sync\w*|where|load\w*|fetch\w*|close\w*|assign\w*|invalidate\w*"
    r"|unsubscribe\w*|archive\w*|touch\w*|save\w*|mark\w*|list\w*|read\w*|lookup\w*|validate\w*"
    r"|parse\w*|to_?\w+|map|filter|is\w*|has\w*|extract\w*|build\w*|format\w*|normali[sz]e\w*)$",
    re.IGNORECASE,
)
# What done twice is there twice.
TWICE = re.compile(
    r"^(?:create(?!Hmac|Hash|Cipher|Decipher|Sign|Verif|Reader|Read|Client|Error|Response|Buffer"
    r"|Logger|Context|From)\w*|insert\w*|send\w*|post\w*|reply\w*|notify\w*|append\w*|increment\w*|incr\w*"
    r"|charge\w*|refund\w*|deliver\w*|sendMail|chat_postMessage|award\w*|credit\w*)!?$",
    re.IGNORECASE,
)
# Writes a log, beside what is known of handlers to do nothing.
TELLS = re.compile(
    r"^(?:f(?:open|read|write|puts|gets|close|eof)|Write(?:Line)?|print\w*|puts|pp?|Log\w*|NSLog|os_log|dump|dd|error_log)$"
)
# Functions of the project's own that write a log.
LOGS = re.compile(r"^(?:log\w*|debug|info|warn(?:ing)?|error|trace|exception)$", re.IGNORECASE)
GONE = frozenset({"Gone", "GONE", "gone", "HTTP_410_GONE", "StatusGone", "Status410Gone",
                  "HttpResponseGone", "GoneException", "HTTPGone", "HttpGone"})  # fmt: skip
COMPARES = frozenset({"==", "===", "!=", "!==", "<", ">", "<=", ">=", "in", "not in", "is", "eq"})
