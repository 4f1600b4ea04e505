"""The scopes of Intercom's API, declared once.

Names and descriptions are those of
https://developers.intercom.com/docs/build-an-integration/learn-more/authentication/oauth-scopes,
requests those of https://github.com/intercom/Intercom-OpenAPI, and of versions 1 of the API. Which
request needs which scope is documented for some and known by practice for others, so that an answer
to a probe says "granted" or "refused" of the request, and no more of the scope than that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

# Where scopes that have no probe are looked up.
HUB = "Developer Hub → the app → Configure → Authentication"


@dataclass(frozen=True, slots=True)
class Scope:
    """A scope by its name in the Developer Hub.

    `opens` is what it lets somebody do. `probe` is the path of a GET that changes nothing, asks
    for as little as it can and succeeds only with the scope; `{now}` stands for seconds since
    1970. None: there is no such request. `includes` are names of scopes that open nothing beyond.
    """

    name: str
    opens: str
    probe: str | None = None
    includes: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The name in lower case, with `-` for blanks."""
        return self.name.lower().replace(" ", "-")


# Not asked, though they read: one user or company, events and jobs, which need the id of a real
# one; counts, which only versions 1 of the API had; exports, which begin a job; custom objects,
# which need the name of their type.
SCOPES = (
    Scope("Read one admin", "reading the admin of the token, or one by id", "/me"),
    Scope(
        "Read admins", "names and addresses of all admins, teams", "/admins", ("Read one admin",)
    ),
    Scope("Update admins", "setting admins away"),
    Scope(
        "Read admin activity logs",
        "what admins did, from where",
        "/admins/activity_logs?created_at_after={now}",
    ),
    Scope("Read one user and one company", "all that is known of a contact or company"),
    # Segments come with it and, unlike `/contacts` and `/companies`, tell of no person.
    Scope(
        "Read and list users and companies",
        "all contacts and companies, with addresses and attributes",
        "/segments",
        ("Read one user and one company", "Read tags"),
    ),
    Scope(
        "Read and write users",
        "all contacts, in bulk",
        includes=("Read and list users and companies",),
    ),
    Scope(
        "Write users and companies",
        "creating and changing contacts and companies, and merging them",
        includes=("Write tags",),
    ),
    Scope("Read tags", "names of tags", "/tags"),
    Scope("Write tags", "creating, using and deleting tags", includes=("Read tags",)),
    Scope("Read conversations", "all that customers and admins wrote", "/conversations?per_page=1"),
    Scope("Write conversations", "writing to customers as an admin, closing and assigning"),
    Scope("Delete conversations and metrics", "deleting conversations for good"),
    Scope("Read tickets", "all tickets and their types", "/ticket_types"),
    Scope("Write tickets", "creating and changing tickets"),
    Scope("Read events", "what a contact did"),
    Scope("Write events", "forging what a contact did"),
    Scope("Read counts", "how many contacts and companies there are"),
    Scope("Write data attributes", "creating and changing attributes"),
    Scope("Export message data", "how messages fared, with recipients"),
    Scope("Export content data", "how content fared, with recipients"),
    # Its description in the list is that of another scope; the API's says `read_content`.
    Scope("Read content data", "what Fin answers from", "/ai/content_import_sources"),
    Scope(
        "Read and write AI content",
        "changing what Fin answers from",
        includes=("Read content data",),
    ),
    Scope("Read and list articles", "all articles, drafts too", "/articles?per_page=1"),
    Scope(
        "Read and write articles",
        "changing what the Help Center says",
        includes=("Read and list articles",),
    ),
    Scope("Read and list news items and newsfeeds", "all news, drafts too", "/news/newsfeeds"),
    Scope(
        "Read and write news items and newsfeeds",
        "publishing news",
        includes=("Read and list news items and newsfeeds",),
    ),
    Scope(
        "Read data connectors",
        "which systems Intercom calls, and what they answered",
        "/data_connectors?per_page=1",
    ),
    Scope(
        "Read and write data connectors",
        "having Intercom call other systems",
        includes=("Read data connectors",),
    ),
    Scope("Read and write custom object instances", "reading and changing custom objects"),
    Scope("Read status of jobs", "how jobs of the API fare"),
    Scope("Create phone call redirects", "sending links to telephone numbers"),
    Scope("Read data when entered into the app", "what people enter into the app"),
)

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

# Which scopes requests need: the path, the scope to read there, the one to write; `*` is any
# segment, longer paths go first. Where none is documented it is the one whose description fits.
# A None where the API has no such request: then the other is meant, whatever the code seems to do.
REQUESTS: tuple[tuple[str, str | None, str | None], ...] = (
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

BY_ID = {scope.id: scope for scope in SCOPES}
_BY_NAME = {scope.name: scope for scope in SCOPES}


def covered(ids: Iterable[str]) -> frozenset[str]:
    """The ids of these scopes and of all that they include."""
    found: set[str] = set()
    todo = list(ids)
    while todo:
        id_ = todo.pop()
        if id_ not in found:
            found.add(id_)
            todo += [_BY_NAME[name].id for name in BY_ID[id_].includes]
    return frozenset(found)
