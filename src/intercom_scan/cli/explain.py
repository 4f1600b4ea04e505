"""`intercom-scan rules` and `intercom-scan explain`: what is looked for, and what to do."""

from __future__ import annotations

import json
import shutil
import textwrap
from typing import TYPE_CHECKING, Any

import click

from intercom_scan.cli.samples import as_markdown, as_text, chosen
from intercom_scan.errors import UsageError
from intercom_scan.rules.model import Credential

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from intercom_scan.audit.model import Check, Sample
    from intercom_scan.rules.model import Rule

_PLACEHOLDER = "<value>"
_AUDIT = "audit-"  # before a check's id
_INDENT = 12
_ID = 24  # columns of an id in the list; a longer one moves its title alone


def _all_rules() -> tuple[Rule, ...]:
    """Imported late: shell completion and `--help` need no rule."""
    from intercom_scan.rules import ALL  # noqa: PLC0415

    return ALL


def complete_rule(
    _context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[str]:
    """Shell completion of a rule's id, or a check's."""
    return [id_ for id_ in _by_id() if id_.startswith(incomplete)]


@click.command("rules")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def rules_command(form: str) -> None:
    """List what is looked for, worst first."""
    rules = sorted(_all_rules(), key=lambda rule: (-rule.severity, rule.id))
    if form == "json":
        click.echo(json.dumps([_as_json(rule) for rule in rules], indent=2))
        return
    for rule in rules:
        click.echo(f"{rule.severity.label:<9} {rule.id:<{_ID}}  {rule.title}")
    click.echo("\n`intercom-scan explain RULE` says what each opens and what to do.")


@click.command("explain")
@click.argument("rule_id", metavar="RULE|CHECK", shell_complete=complete_rule)
@click.option("--language", metavar="NAME", help="A check's samples in this one alone.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
)
def explain_command(rule_id: str, language: str | None, form: str) -> None:
    """Say what a rule or a check of the audit is about, what it opens, and what to do.

    \f
    Raises UsageError where there is no such rule, or no sample in the language.
    """
    rule = _find(rule_id)
    check = _check(rule)
    shown = chosen(check.samples, language) if check is not None else []
    if form == "json":
        click.echo(json.dumps(_as_json(rule, shown), indent=2))
        return
    if form == "markdown":
        lines = [*_in_markdown(rule, check), *as_markdown(shown)]
    else:
        width = min(shutil.get_terminal_size().columns, 100)
        lines = [*_explained(rule, check, width), *as_text(shown)]
    click.echo("\n".join(lines).rstrip())


def _by_id() -> dict[str, Rule]:
    """A failed check goes by the check's name, too."""
    rules = {rule.id: rule for rule in _all_rules()}
    return rules | {id_.removeprefix(_AUDIT): rule for id_, rule in rules.items()}


def _find(rule_id: str) -> Rule:
    rules = _by_id()
    if rule_id in rules:
        return rules[rule_id]
    from difflib import get_close_matches  # noqa: PLC0415

    from intercom_scan.escape import terminal  # noqa: PLC0415

    asked = rule_id[:100].lower()
    near = [known for known in rules if len(asked) > 2 and asked in known][:2]
    near = near or get_close_matches(asked, rules, n=2)
    hint = f"did you mean {' or '.join(near)}?" if near else "`intercom-scan rules` lists all"
    raise UsageError(f"no rule {terminal(rule_id, 60)!r}; {hint}")


def _as_json(rule: Rule, samples: Iterable[Sample] = ()) -> dict[str, Any]:
    return {
        "id": rule.id,
        "title": rule.title,
        "severity": rule.severity.label,
        **_found_by(rule),
        "opens": rule.opens,
        "rotation": list(rule.rotation),
        "references": list(rule.references),
        **_asked(_check(rule), samples),
    }


def _asked(check: Check | None, samples: Iterable[Sample]) -> dict[str, Any]:
    """What a check asks, and code that shows it; nothing for another rule."""
    if check is None:
        return {}
    names = ("language", "path", "unsafe", "safe")
    shown = [{name: getattr(each, name) for name in names} for each in samples]
    return {"asks": check.asks, "samples": shown}


def _found_by(rule: Rule) -> dict[str, Any]:
    """What a credential is found by; nothing for a rule about files."""
    if not isinstance(rule, Credential):
        return {}
    return {
        "contextual": rule.contextual,
        "shape": rule.shape.decode("ascii", "backslashreplace"),
        "names": list(rule.names),
        "example": rule.example.replace("{}", _PLACEHOLDER),
    }


def _in_markdown(rule: Rule, check: Check | None) -> Iterator[str]:
    yield from (f"# {rule.title}", "")
    about = f"`{rule.id}`, {rule.severity.label}"
    yield from (about if check is None else f"{about}: {check.asks}", "")
    yield from (rule.opens, "")
    yield from (f"## {_what_to_do(rule)}", "")
    yield from (f"{number}. {step}" for number, step in enumerate(rule.rotation, 1))
    yield ""
    yield from (f"{_may_stay(rule)}: {', or '.join(f'`{way}`' for way in _ways(rule))}", "")
    if rule.references:
        yield from ("Sources:", "")
        yield from (f"- <{reference}>" for reference in rule.references)
        yield ""


def _what_to_do(rule: Rule) -> str:
    return "How to rotate it" if rule.confidential else "What to do"


def _may_stay(rule: Rule) -> str:
    return "If it is no secret" if rule.confidential else "If it may stay"


def _ways(rule: Rule) -> Iterator[str]:
    """A command, and a comment where one can stand beside it."""
    yield "intercom-scan ignore FINGERPRINT --reason …"
    if rule.confidential or rule.id.startswith(_AUDIT):
        yield f"intercom-scan: ignore[{rule.id}] reason"


def _explained(rule: Rule, check: Check | None, width: int) -> Iterator[str]:
    yield f"{rule.title} ({rule.id})"
    yield ""
    yield from _field("severity", rule.severity.label, width)
    if check is not None:
        yield from _field("asks", check.asks, width)
    if isinstance(rule, Credential):
        yield from _how(rule, width)
    yield from _field("opens", rule.opens, width)
    yield ""
    yield _what_to_do(rule)
    for number, step in enumerate(rule.rotation, 1):
        yield from textwrap.wrap(
            f"{number}. {step}", width, initial_indent="  ", subsequent_indent="     "
        )
    yield ""
    yield _may_stay(rule)
    command, *comments = _ways(rule)
    yield f"  {command}"
    yield from (f"  or the comment `{comment}` on its line" for comment in comments)
    if rule.references:
        yield ""
        yield "Sources"
        for reference in rule.references:
            yield f"  {reference}"


def _check(rule: Rule) -> Check | None:
    if not rule.id.startswith(_AUDIT):
        return None
    from intercom_scan.audit.checks import CHECKS  # noqa: PLC0415 no other rule needs them

    return CHECKS[rule.id.removeprefix(_AUDIT)]


def _how(rule: Credential, width: int) -> Iterator[str]:
    found = "by its structure alone, anywhere"
    if rule.contextual:
        found = "by its shape, where a name, a section or an import says Intercom"
    yield from _field("found", found, width)
    yield from _field("shape", rule.shape.decode("ascii", "backslashreplace"), width)
    for number, name in enumerate(rule.names):
        yield from _field("" if number else "names", name, width)
    yield from _field("example", rule.example.replace("{}", _PLACEHOLDER), width)


def _field(label: str, value: str, width: int) -> list[str]:
    return textwrap.wrap(
        value,
        width,
        initial_indent=f"  {label:<{_INDENT - 2}}",
        subsequent_indent=" " * _INDENT,
        break_on_hyphens=False,
        break_long_words=False,  # a pattern in two pieces could not be read
    )
