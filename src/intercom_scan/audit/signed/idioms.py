"""How languages and frameworks say what the check has to know, as data."""

from __future__ import annotations

import re

# Named by the last part of what is called.
COMPARE = {  # → whether it raises on another length
    "timingSafeEqual": True,  # https://nodejs.org/api/crypto.html#cryptotimingsafeequala-b
    "compare_digest": False,
    "constant_time_compare": False,
    "safeCompare": False,
    "timingSafeCompare": False,
    "scmp": False,
    "secure_compare": False,
    "fixed_length_secure_compare": True,
    "hash_equals": False,
    "tsscmp": False,
    "secure-compare": False,
    "safe-compare": False,
    "buffer-equal-constant-time": False,
}
PLAIN = frozenset({"equals", "localeCompare", "isEqual", "__eq__", "deepEqual", "strictEqual",
                   "eql?", "equal?", "casecmp", "casecmp?", "strcmp", "strcasecmp"})  # fmt: skip
HMAC_OF_KEY = {
    "createHmac": (0, 1),
    "CryptoHasher": (0, 1),
    "new": (2, 0),
    "HMAC": (2, 0),
}  # → places: algorithm, key
HMAC_OF_MESSAGE = re.compile(r"Hmac(SHA\d+)$", re.I)  # crypto-js: message, key
ALGORITHM = re.compile(r"sha[-_]?(1|224|256|384|512)$", re.I)

# Attributes and methods of a request.
GIVEN = frozenset({
    "rawBody", "raw_body", "body", "data", "get_data", "text", "arrayBuffer", "buffer", "read",
    "blob", "bytes", "getRawBody", "raw", "rack.input",
})  # fmt: skip
PARSED = frozenset({"json", "get_json", "POST", "form", "formData", "params", "query"})
ONWARDS = frozenset(
    {
        "request",
        "req",
        "headers",
        "header",
        "META",
        "environ",
        "raw",
        "event",
        "switchToHttp",
        "getRequest",
        "getContext",
        "clone",
        "context",
    }
)
# Methods that take something out by its key, and that ask whether there is something.
TAKES = frozenset({"get", "dig", "fetch", "path", "at", "input", "json", "getString", "optString",
                   "getJSONObject", "optJSONObject", "getAsJsonObject", "GetProperty", "GetString",
                   "Value", "getOrDefault", "get_in", "query"})  # fmt: skip
ASKS = re.compile(
    r"^(?:has|have|is|include|contain|match|starts?_?With|ends?_?With|some|test|search|key"
    r"|in_?array|hasOwnProperty|TryGetValue|exist)",
    re.I,
)
GLOBAL_REQUEST = frozenset({("flask", "request"), ("quart", "request"), ("bottle", "request"),
                            ("io.ktor.server.application.call", "call")})  # fmt: skip
CARRIES = frozenset({"Value", "getAttribute", "attribute"})  # what a middleware has put aside
READS = re.compile(r"raw|buffer|text|body|read", re.I)
READS_PARSED = frozenset({"readBody", "readValidatedBody", "readFormData"})
PARSES = frozenset({"parse", "loads", "parse_raw", "parse_obj", "model_validate"})
SERIALISES = frozenset({"stringify", "dumps", "serialize", "encode_json", "stableStringify"})

# Names of what refuses, of a call or a constant.
REFUSES = re.compile(
    r"unauthori[sz]ed|forbidden|bad_?request|permission_?denied|access_?denied|not_?authenticated"
    r"|suspicious|invalid_?signature|HTTP_4\d\d",
    re.I,
)
ASSERTS = frozenset({"assert", "invariant", "tiny-invariant"})
# What gives back a function that it is given, with more around it.
WRAPS = frozenset({"createMiddleware", "defineMiddleware", "asyncHandler", "express-async-handler",
                   "fastify-plugin", "defineEventHandler", "eventHandler", "Depends",
                   "Security"})  # fmt: skip
STATUS = frozenset({"status", "sendStatus", "code", "writeHead", "abort", "throw", "set_status",
                    "send_error", "sendError"})  # fmt: skip
SENDS = frozenset({"send", "json", "end", "sendStatus", "text", "render", "redirect"})
# What is called for its effect, and does nothing with an event.
IDLE = re.compile(
    r"^(?:log\w*|console|(?:print|debug|info|warn(?:ing)?|error|trace)(?:f|ln|w|ctx|context)?"
    r"|exception|push|append|copy(?:to)?(?:async)?"
    r"|capture\w*|sentry|metrics?|statsd|increment|track|on|set|update|setHeader|header|type|write"
    r"|puts|pp?|printf|print_r|var_dump|error_log|echo|next|then|catch|finally|pipe|use|assert"
    r"|super|flush|close|release|setEncoding|isBuffer)$",
    re.I,
)
# What runs a function that it is given later on, whatever the answer was.
LATER = frozenset({"setTimeout", "setImmediate", "nextTick", "queueMicrotask", "after", "defer",
                   "transaction", "withTransaction", "run"})  # fmt: skip
VERBS = frozenset({"get", "post", "put", "patch", "delete", "all", "head", "options"})
CUTS = frozenset({"replace", "slice", "substring", "substr", "trim", "split", "at", "toLowerCase"})
CONVERTS = re.compile(
    r"^(?:concat|decodeHex|hexToBytes|fromHex|from|String|str|bytes|encode|decode|toString|trim|strip|lower|toLowerCase|TextEncoder"
    r"|b64\w+|Uint8Array)$"
)
ACTS_ON = re.compile(
    r"^(?:send|push|put|add|exec|emit|forward|record|submit|persist|import|ingest|produce|post)",
    re.I,
)
VERIFIES = re.compile(
    r"verif|valid|signature|hmac|authenti|check|guard|secur|trusted|webhooks?$", re.I
)
ACTS = re.compile(
    r"^(?:(?i:handle|process|save|create|update|enqueue|dispatch|publish|store|sync|insert|upsert"
    r"|notify|trigger|delete|findOneAnd)|[oO]n[A-Z])"
)
SECRET = re.compile(
    r"secret|hub_?key|signing|client_?key|webhook_?key"
    r"|intercom_?\w*(?:key|token)",
    re.I,
)
ENVIRONMENT = frozenset({"env", "environ", "getenv", "config", "settings", "get"})
ROUTES = frozenset({"post", "all", "use", "route", "add_url_rule", "serve", "http",
                    "defineEventHandler", "eventHandler", "add_api_route", "Route", "path",
                    "re_path", "url", "addHook", "onRequest", "register", "before_request",
                    "createServer", "include_router", "register_blueprint"})  # fmt: skip
ROUTERS = frozenset({"Router", "router", "Blueprint", "APIRouter", "Hono", "KoaRouter"})
FOREIGN = re.compile(r"^x-[\w-]*signature", re.I)  # a header, as all services name theirs
HEADERS = ("x-hub-signature", "x-body-signature")


def header_of(text: str) -> str | None:
    """The signature's header that a key means, however it is written."""
    plain = text.lower().replace("_", "-").removeprefix("http-")
    return plain if plain in HEADERS else None


def algorithm_of(text: str) -> str | None:
    """`sha1` of `SHA-1`, `sha1`, `hashlib.sha1`, `HmacSHA1`."""
    found = ALGORITHM.search(text.strip())
    return f"sha{found[1]}" if found else None
