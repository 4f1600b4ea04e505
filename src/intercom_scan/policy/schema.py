"""The configuration file: every key it may have, declared once."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from intercom_scan.decode.model import Limits
from intercom_scan.policy import names, paths
from intercom_scan.policy.kinds import (
    DAY,
    Field,
    Kind,
    by_key,
    choice,
    day,
    duration,
    integer,
    many,
    named,
    section,
    size,
    text,
)
from intercom_scan.policy.model import (
    ENV_ENTRIES,
    REGIONS,
    AuditSettings,
    Exclusion,
    Ignore,
    Policy,
)
from intercom_scan.policy.names import Name
from intercom_scan.policy.text import mask
from intercom_scan.rules.model import Severity
from intercom_scan.scopes.table import BY_ID as SCOPES
from intercom_scan.values import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from intercom_scan.policy.yaml_tree import Node

SEVERITIES = {severity.label: severity for severity in Severity}
# Not the ids themselves, so that the published schema does not change with the rules.
_RULE_ID = {"type": "string", "pattern": "^(intercom|env|rotation|scope|audit)-[a-z-]+$"}

FINGERPRINT = re.compile(r"[0-9a-f]{32}")


def read(node: Node, rules: Iterable[str]) -> Policy:
    """The policy that a configuration's tree declares, for a scanner with these rule ids.

    Raises ConfigError, `FILE:LINE: key: what is wrong, what to do`.
    """
    return _configuration(tuple(sorted(rules))).read(node)


def json_schema() -> dict[str, Any]:
    """The same as a JSON Schema (draft 2020-12), for editors; any rule id will do there."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "intercom-scan configuration",
        **_configuration(()).json,
    }


def reason_problem(value: str) -> str | None:
    """What is wrong with a reason, and what to do; None where nothing is."""
    if not re.search(r"\w", value):
        return "is not a reason; say why the finding may stay"
    if " ".join(value.split()) != value or mask(value) != value:
        return "cannot be a reason; write one line of at most 200 characters without any secret"
    return None


def fingerprint_problem(value: str) -> str | None:
    """What is wrong with a fingerprint, and what to do; None where nothing is."""
    if FINGERPRINT.fullmatch(value):
        return None
    return "is not a fingerprint; copy the 32 hexadecimal digits from the report"


@lru_cache(maxsize=4)
def _configuration(rules: tuple[str, ...]) -> Kind[Policy]:
    return section(
        {
            "severities": Field(
                by_key(rules, _RULE_ID, choice(SEVERITIES, "a severity")),
                "the severity that findings of a rule have, by its id",
            ),
            "paths": Field(_paths(), "where findings are ignored"),
            "names": Field(
                many(text("a name", names.problem, {"maxLength": names.LONGEST})),
                "more names that Intercom credentials go by; '*' stands for any text",
            ),
            "limits": Field(_limits(), "where reading and decoding stop; each stop is reported"),
            "env": Field(_env(), "what `.env` files are held to"),
            "scopes": Field(
                named("[A-Za-z0-9][A-Za-z0-9_.-]{0,39}", "an environment", many(_scope())),
                "the scopes that a token may have, by the name of its environment",
            ),
            "audit": Field(_audit(rules), "what the audit asks"),
            "ignores": Field(many(_ignore(rules)), "findings to ignore, by their fingerprint"),
        },
        _policy,
    )


def _paths() -> Kind[tuple[Exclusion, ...]]:
    exclusion = section(
        _excluded(), lambda node, has: Exclusion(has["path"], has["reason"], node.source)
    )
    about = "paths whose findings are ignored, each with a reason"
    excluded = Field(_not_all(many(exclusion)), about)
    return section({"exclude": excluded}, lambda _, has: has.get("exclude", ()))


def _excluded() -> dict[str, Field]:
    return {
        "path": Field(
            text("a path pattern", paths.problem, {"maxLength": paths.LONGEST}),
            "the path from the root, with '*' within a directory and '**' across them",
            required=True,
        ),
        "reason": Field(_reason(), "why findings there are ignored", required=True),
    }


def _not_all(exclusions: Kind[tuple[Exclusion, ...]]) -> Kind[tuple[Exclusion, ...]]:
    """The same, given that they leave enough to be looked at."""

    def read(node: Node) -> tuple[Exclusion, ...]:
        found = exclusions.read(node)
        covered: set[str] = set()
        assert isinstance(node.value, list)
        for item, exclusion in zip(node.value, found, strict=True):
            covered |= paths.probed(exclusion.pattern)
            if len(covered) > paths.ALL:
                raise item.error("covers too much together with those before it; remove some")
        return found

    return Kind(read, exclusions.json)


def _limits() -> Kind[dict[str, Any]]:
    return section(
        {
            "depth": Field(integer(1, 32), "how many encodings and archives deep"),
            "expansion": Field(size(8 * 2**30), "what one file may unfold into, in bytes"),
            # A piece that is shorter than a secret hides it, and nothing would be said of it.
            "member": Field(
                size(2**30, 64 * 2**10), "the largest single unfolded piece, in bytes, from 64KiB"
            ),
            "seconds": Field(integer(1, 3600), "the time for one file"),
            "file-size": Field(size(1024 * 2**30), "the largest file that is read, in bytes"),
        },
        lambda _, has: has,
    )


def _env() -> Kind[dict[str, Any]]:
    def pattern(problem: Callable[[str], str | None]) -> Kind[tuple[str, ...]]:
        return many(text("a file name", problem, {"maxLength": 80, "minLength": 1}))

    return section(
        {
            "entries": Field(
                pattern(file_name_problem),
                "names that ignore files have to cover in every project directory",
            ),
            "allowed": Field(
                pattern(allowed_problem), "names of more files that hold no real values"
            ),
        },
        lambda _, has: has,
    )


def file_name_problem(value: str) -> str | None:
    """What is wrong with a pattern for a file's name, and what to do; None where nothing is."""
    if len(value) > 80 or not re.fullmatch(r"[A-Za-z0-9_.*?~#@+-]+", value):
        return "is not a file name; write letters, digits, '.', '_', '-', with '*' for any text"
    if value.startswith("#") or value.startswith("-"):
        return (
            "begins with a character that means something else to git; begin with a letter or '.'"
        )
    if "env" not in value.lower():
        return "is no .env file's name; write one with 'env' in it"
    return None


def allowed_problem(value: str) -> str | None:
    """What is wrong with a pattern for files that may be tracked, and what to do."""
    pattern = value.lower()  # as names of `.env` files are compared
    held_back = [entry for entry in ENV_ENTRIES if paths.covers(pattern, entry.replace("*", "x"))]
    if re.search(r"[*?]", value) and held_back:
        return f"allows {held_back[0]}, which has to stay out; write out the name that may not"
    return file_name_problem(value)


def _audit(rules: tuple[str, ...]) -> Kind[tuple[AuditSettings, tuple[Exclusion, ...]]]:
    """What the audit holds a project to, and where findings of a single check are ignored."""
    ids = [rule.removeprefix("audit-") for rule in rules if rule.startswith("audit-")]
    json = {"type": "string", "pattern": "^[a-z-]+$"}
    known = choice(dict(zip(ids, ids, strict=True)), "a check", json)
    check = Field(known, "the check's id", required=True)
    left_out = section(
        {"check": check, "reason": Field(_reason(), "why it is left out", required=True)},
        lambda node, has: (has["check"], f"{has['reason']} ({node.source})"),
    )
    ignored = section(
        {"check": check, **_excluded()},
        lambda node, has: Exclusion(
            has["path"], has["reason"], node.source, f"audit-{has['check']}"
        ),
    )
    return section(
        {
            "skip": Field(many(left_out), "checks that are left out, each with a reason"),
            "ignore": Field(
                many(ignored), "paths where one check's findings are ignored, each with a reason"
            ),
            "max-jwt-lifetime": Field(
                duration("mhdw", "30d"),
                "the longest time that a Messenger JWT may be valid, at most 30d",
            ),
            "max-credential-age": Field(
                duration("dw", "365d"), "the age past which a credential is overdue, at most 365d"
            ),
            "region": Field(
                choice(dict(zip(REGIONS, REGIONS, strict=True)), "a region"),
                "the region of the workspace: us, eu or au",
            ),
        },
        _audited,
    )


def _audited(node: Node, has: dict[str, Any]) -> tuple[AuditSettings, tuple[Exclusion, ...]]:
    """With a note of all that was chosen: the repository says itself what it is held to."""
    assert isinstance(node.value, dict)
    skips = dict(has.pop("skip", ()))
    ignored = has.pop("ignore", ())
    chosen = [(key, node.value[key]) for key in has]
    default = AuditSettings()
    age = has.get("max-credential-age")
    settings = AuditSettings(
        jwt_lifetime=has.get("max-jwt-lifetime", default.jwt_lifetime),
        credential_age=default.credential_age if age is None else age // DAY,
        region=has.get("region"),
        skips=skips,
        notes=tuple(f"audit.{key} is {value.value} ({value.source})" for key, value in chosen),
    )
    return settings, ignored


def _scope() -> Kind[str]:
    return text("a scope", scope_problem, {"enum": list(SCOPES)})


def scope_problem(value: str) -> str | None:
    """What is wrong with a scope's id, and what to do; None where nothing is."""
    if value in SCOPES:
        return None
    from difflib import get_close_matches  # noqa: PLC0415 slow to import

    near = get_close_matches(value[:64].lower().replace(" ", "-"), SCOPES, 1)
    hint = f"did you mean '{near[0]}'?" if near else "`intercom-scan scopes --no-probe -v` has all"
    return f"is not a scope; {hint}"


def _ignore(rules: tuple[str, ...]) -> Kind[Ignore]:
    return section(
        {
            "fingerprint": Field(
                text("a fingerprint", fingerprint_problem, {"pattern": "^[0-9a-f]{32}$"}),
                "the finding's fingerprint, 32 hexadecimal digits",
                required=True,
            ),
            "reason": Field(_reason(), "why it is ignored", required=True),
            "until": Field(day(), "the last day on which it is ignored"),
            "rule": Field(
                choice(dict(zip(rules, rules, strict=True)), "a rule", _RULE_ID), "its rule"
            ),
        },
        lambda node, has: Ignore(**has, source=node.source),
    )


def _reason() -> Kind[str]:
    return text("a reason", reason_problem, {"minLength": 1, "maxLength": 200})


def _policy(_: Node, has: dict[str, Any]) -> Policy:
    limits = dict(has.get("limits", {}))
    env = has.get("env", {})
    file_size = limits.pop("file-size", None)
    audit, ignored = has.get("audit", (AuditSettings(), ()))
    return Policy(
        severities=has.get("severities", {}),
        exclusions=(*has.get("paths", ()), *ignored),
        names=tuple(Name(name) for name in has.get("names", ())),
        limits=replace(Limits(), **limits),
        file_size=file_size,
        ignores=has.get("ignores", ()),
        env_entries=env.get("entries", ENV_ENTRIES),
        env_allowed=env.get("allowed", ()),
        scopes=has.get("scopes", {}),
        audit=audit,
    )
