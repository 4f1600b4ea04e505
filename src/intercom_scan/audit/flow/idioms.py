"""The words of languages and frameworks that say where a value comes from."""

from __future__ import annotations

import re

# Of a request, or of what a handler is given: what the caller chooses. Members, methods and, where
# a handler takes its argument apart, keys.
GIVEN = frozenset({
    "body", "query", "params", "args", "form", "json", "GET", "POST", "values", "searchParams",
    "get_json", "query_params", "path_params", "queryStringParameters", "pathParameters", "input",
    "FormValue", "PostFormValue", "PathValue", "Query", "Param", "PostForm", "DefaultQuery",
    "ShouldBindJSON", "BindJSON", "Bind", "Body", "getParameter", "getBody", "Form", "QueryString",
    "RouteValues", "QueryParam", "getParsedBody", "getQueryParams", "formData", "headers", "header",
    "getHeader", "query_string", "route", "match_info", "post", "param", "queries", "parseBody",
})  # fmt: skip
# What of headers says who sends it, as a session does.
CREDENTIALS = re.compile(r"authori[sz]ation|cookie|token|session|jwt|x-user|forwarded", re.I)
# The same for whom the program has authenticated.
SESSION = frozenset({
    "user", "session", "auth", "principal", "currentUser", "current_user", "authorizer", "User",
    "identity", "getUserPrincipal", "UserPrincipal", "getUser", "Session", "getSession", "userId",
    "authenticated_user", "Value", "MustGet", "GetString", "Locals", "getName", "get_user",
    "getRemoteUser", "jwtPayload", "signed_cookies", "claims",
})  # fmt: skip
# What stands between a handler's argument and these.
BETWEEN = frozenset({
    "req", "request", "Request", "nextUrl", "URL", "url", "locals", "state", "requestContext",
    "raw", "event", "ctx", "context", "HttpContext", "valid", "Context",
})  # fmt: skip
# Names of what a program is not given by an argument.
GIVEN_NAMES = frozenset({"params", "_POST", "_GET", "_REQUEST", "useParams", "useSearchParams"})
SESSION_NAMES = re.compile(
    r"(?:^|\.)(?:currentUser|current_(?!page|path|url|params|locale|time)\w+|getCurrentUser|"
    r"get_current_user|session|_SESSION|auth|Auth|useUser|"
    r"useSession|useAuth|useAuth0|getSession|getServerSession|getAuth|currentAccount|requireUser|"
    r"require_user|requireAuth|getServerUser|Principal|"
    r"this\.getUser|User\.(?:Identity|Find\w*|Claims|GetUserId)|"
    r"SecurityContextHolder|verifyIdToken|authenticate\w*|getAuthenticatedUser\w*|"
    r"getUserFromRequest|getUserFromSession|get_user|validateRequest|getLoggedInUser|withAuth|"
    r"getKindeServerSession|authorize_user)(?:\(\)|$|\.)"
)
REQUESTS = frozenset({"flask", "quart", "bottle", "sanic", "django.http", "next/headers"})
# A call that says who somebody is from what they show.
PROVES = re.compile(
    r"verif|decode|authenticate|introspect|sign_?in|log_?in|check_?password|attempt|validate_?token",
    re.I,
)
# Marks of parameters (decorators, annotations) by where the value comes from.
MARKED_GIVEN = frozenset({
    "RequestParam", "PathVariable", "RequestBody", "RequestHeader", "Body", "Query", "Param",
    "FromBody", "FromQuery", "FromRoute", "FromForm", "FromHeader", "Path", "Form", "Headers",
    "QueryParam", "PathParam", "FormParam",
})  # fmt: skip
MARKED_SESSION = re.compile(r"Principal|CurrentUser|Current|Depends|Security|Session|User$|Auth")
# Types of parameters that a framework fills in with who is logged in.
TYPED_SESSION = re.compile(r"Principal|^Authentication|^Jwt|OidcUser|OAuth2User|UserDetails")
# Decorators of functions that answer requests, and whose other parameters the caller chooses.
ROUTES = frozenset({
    "route", "get", "post", "put", "patch", "api_view", "api_route", "GetMapping", "PostMapping",
    "RequestMapping", "PutMapping", "HttpGet", "HttpPost", "Route", "Get", "Post", "Put",
})  # fmt: skip
# Types of parameters that ASP.NET takes from a request without a mark:
# https://learn.microsoft.com/aspnet/core/mvc/models/model-binding
PLAIN_TYPES = frozenset({"string", "string?", "int", "long", "Guid"})
ENVIRONMENT = re.compile(
    r"^(?:process\.env|import\.meta\.env|Deno\.env|Bun\.env|os\.environ|ENV|System\.getenv|"
    r"os\.getenv|getenv|env|os\.Getenv|Environment\.GetEnvironmentVariable|\$_ENV|config|"
    r"os\.LookupEnv|Value|Deno\.env\.get|os\.environ\.get|ENV\.fetch|Platform\.environment|"
    r"String\.fromEnvironment|Rails\.application\.credentials|Rails\.application\.secrets|"
    r"settings|current_app\.config|app\.config)$"
)
# Calls whose value is that of their first argument, or of what they are called on.
SAME = frozenset({
    "String", "str", "toString", "to_s", "ToString", "str()", "strval", "JSON.parse", "parse",
    "encode", "trim", "strip", "Object.freeze", "structuredClone", "toRaw", "unref", "computed",
    "useMemo", "bytes", "Buffer.from", "json", "text",
    "getBytes", "GetBytes", "toByteArray", "freeze", "toString()", "int", "Number", "intval",
    "to_i", "presence", "toLowerCase", "downcase", "lower", "json_decode", "json.loads",
    "JSON.stringify", "encodeURIComponent", "String.valueOf", "hexdigest", "[]byte", "string",
    "as", "then", "catch", "json.dumps", "json_encode", "Encoding.UTF8.GetBytes", "utf8.encode",
    "Encoding.ASCII.GetBytes",
})  # fmt: skip
MERGED = frozenset(
    {"Object.assign", "merge", "array_merge", "_.merge", "assign", "merge!", "extend"}
)
MADE = frozenset({"dict", "mapOf", "hashMapOf", "mutableMapOf", "Map.of", "Hash", "collect", "H"})
