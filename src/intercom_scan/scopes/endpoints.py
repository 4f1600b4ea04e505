"""Which scope a request needs, by its path and whether it reads.

Paths are those of https://github.com/intercom/Intercom-OpenAPI, and of versions 1 of the API. Where
no scope is documented for a request, it is the one that its description in the list of scopes fits
(see `table`); what fits none is left out. The findings that come of this are hints.
"""

from __future__ import annotations

_USERS = "read-and-list-users-and-companies"
_USER = "read-one-user-and-one-company"
_PEOPLE = "write-users-and-companies"
_BULK = "read-and-write-users"
_ARTICLES = ("read-and-list-articles", "read-and-write-articles")
_CONVERSATIONS = ("read-conversations", "write-conversations")
_CUSTOM = "read-and-write-custom-object-instances"
_NEWS = (
    "read-and-list-news-items-and-newsfeeds", "read-and-write-news-items-and-newsfeeds"
)  # fmt: skip

# Path, the scope to read there, the scope to write; `*` is any segment, longer paths go first.
# A None where the API has no such request: then the other is meant, whatever the code seems to do.
_ENDPOINTS: tuple[tuple[str, str | None, str | None], ...] = (
    ("me", "read-one-admin", None),
    ("admins", "read-admins", None),
    ("admins/*", "read-one-admin", None),
    ("admins/*/away", None, "update-admins"),
    ("admins/activity_logs", "read-admin-activity-logs", None),
    ("admins/activity_log_event_types", "read-admin-activity-logs", None),
    ("teams", "read-admins", None),
    *((path, _USERS, _PEOPLE) for path in ("contacts", "users", "leads", "companies")),
    *((f"{path}/*", _USER, _PEOPLE) for path in ("contacts", "users", "leads", "companies")),
    *((f"{path}/search", _USERS, None) for path in ("contacts", "companies")),
    *((f"{path}/bulk", None, _BULK) for path in ("contacts", "companies", "bulk")),
    *((f"{path}/scroll", _USERS, None) for path in ("companies", "users")),
    *((f"{path}/*/tags", _USER, "write-tags") for path in ("contacts", "companies")),
    ("companies/list", _USERS, None),
    ("contacts/merge", None, _PEOPLE),
    ("contacts/*/archive", None, _PEOPLE),
    ("visitors", _USER, _PEOPLE),
    ("notes", _USER, _PEOPLE),
    ("segments", _USERS, None),
    ("subscription_types", _USERS, None),
    ("counts", "read-counts", None),
    ("tags", "read-tags", "write-tags"),
    ("conversations", *_CONVERSATIONS),
    ("conversations/*/tags", None, "write-tags"),
    ("conversations/*/reply", None, "write-conversations"),
    ("conversations/*/parts", None, "write-conversations"),
    ("conversations/*/convert", None, "write-tickets"),
    ("messages", None, "write-conversations"),
    ("macros", "read-conversations", None),
    ("procedures", None, "write-conversations"),
    ("tickets", "read-tickets", "write-tickets"),
    ("tickets/*/tags", None, "write-tags"),
    ("tickets/*/reply", None, "write-tickets"),
    ("ticket_types", "read-tickets", "write-tickets"),
    ("ticket_states", "read-tickets", None),
    ("events", "read-events", "write-events"),
    ("data_attributes", None, "write-data-attributes"),
    ("export/content", "export-content-data", None),
    ("export/messages", "export-message-data", None),
    ("download/content", "export-content-data", None),
    ("download/messages", "export-message-data", None),
    ("content", "read-content-data", None),
    ("ai", "read-content-data", "read-and-write-ai-content"),
    ("articles", *_ARTICLES),
    ("internal_articles", *_ARTICLES),
    ("help_center", *_ARTICLES),
    ("news", *_NEWS),
    ("data_connectors", "read-data-connectors", "read-and-write-data-connectors"),
    ("custom_object_instances", _CUSTOM, _CUSTOM),
    ("jobs/status", "read-status-of-jobs", None),
    ("phone_call_redirects", None, "create-phone-call-redirects"),
)
_DELETE = ("conversations", "*")  # the one request that needs a scope of its own to delete

_BY_PATH = sorted(
    ((tuple(path.split("/")), read, write) for path, read, write in _ENDPOINTS),
    key=lambda known: (-len(known[0]), known[0].count("*")),
)
FIRST = tuple(sorted({path[0] for path, _, _ in _BY_PATH}))  # segments that a path begins with


def scope_of(path: str, method: str) -> str | None:
    """The id of the scope that a request needs; None where that is not known.

    `path` is a URL's, from its first segment on, with anything in the place of ids. `method` is
    HTTP's, in capital letters. A search reads, whatever its method.
    """
    parts = tuple(part for part in path.split("/") if part)
    if method == "DELETE" and len(parts) == 2 and _fits(_DELETE, parts):
        return "delete-conversations-and-metrics"
    for known, read, write in _BY_PATH:
        if _fits(known, parts):
            reads = method == "GET" or parts[-1] == "search"
            return (read or write) if reads else (write or read)
    return None


def _fits(known: tuple[str, ...], parts: tuple[str, ...]) -> bool:
    return len(parts) >= len(known) and all(
        mine in ("*", given) for mine, given in zip(known, parts, strict=False)
    )
