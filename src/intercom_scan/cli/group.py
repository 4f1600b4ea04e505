"""The command group; `scan` is what runs where no command is named."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from intercom_scan._version import VERSION
from intercom_scan.cli.lazy import LazyGroup

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

# Name → module and attribute, by what they are for. Imported when used: a scan needs none of them.
GROUPS = {
    "to find": {
        "scan": ("scan", "scan_command"),
        "env": ("env", "env_command"),
        "verify": ("verify", "verify_command"),
        "ci": ("ci", "ci_command"),
        "audit": ("audit", "audit_command"),
    },
    "to know": {
        "rules": ("explain", "rules_command"),
        "explain": ("explain", "explain_command"),
        "self-test": ("self_test", "self_test_command"),
        "plugin-path": ("plugin_path", "plugin_path_command"),
        "audit-log": ("audit_log", "audit_log_command"),
    },
    "to close": {
        "purge": ("purge", "purge_command"),
        "rotation": ("rotation", "rotation_command"),
        "scopes": ("scopes", "scopes_command"),
        "check-signature": ("check_signature", "check_signature_command"),
        "check-identity": ("check_identity", "check_identity_command"),
    },
    "to allow": {"ignore": ("ignore", "ignore_command")},
    "to set up": {
        "init": ("init", "init_command"),
        "install-hook": ("install_hook", "install_hook_command"),
        "pre-receive": ("pre_receive", "pre_receive_command"),
    },
}
COMMANDS = {name: place for group in GROUPS.values() for name, place in group.items()}

EXAMPLES = """\b
  intercom-scan                     files that git tracks or does not ignore
  intercom-scan --staged            what the next commit will have
  intercom-scan --range main..HEAD  what a branch brings
  intercom-scan --all-history       everything the repository still holds
  intercom-scan --all-history --format text --format sarif:scan.sarif

Exit codes: 0 clean, 1 findings, 2 usage, 3 not complete, 130 interrupted.
"""


class DefaultGroup(LazyGroup):
    """A group whose arguments go to `scan` unless they begin with another command's name."""

    def parse_args(self, context: click.Context, arguments: list[str]) -> list[str]:
        self._suggest(arguments)
        own = (*COMMANDS, "--help", "-h", "--version")
        if not (arguments and arguments[0] in own) and not (
            context.resilient_parsing and not arguments
        ):
            arguments.insert(0, "scan")
        return super().parse_args(context, arguments)

    def _suggest(self, arguments: list[str]) -> None:
        word = arguments[0] if arguments else ""
        if word and word[0] != "-" and word not in COMMANDS and not os.path.lexists(word):
            from difflib import get_close_matches  # noqa: PLC0415 slow to import

            if near := get_close_matches(word, COMMANDS, 1, 0.75):
                raise click.UsageError(f"{word}: no such file; did you mean the command {near[0]}?")

    def shell_complete(self, context: click.Context, incomplete: str) -> list[CompletionItem]:
        scan = self.get_command(context, "scan")
        assert scan is not None
        inner = click.Context(scan, parent=context, info_name="scan", resilient_parsing=True)
        items = [
            *super().shell_complete(context, incomplete),
            *scan.shell_complete(inner, incomplete),
        ]
        return list({item.value: item for item in items}.values())

    def format_options(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        scan = self.get_command(context, "scan")
        assert scan is not None
        inner = click.Context(scan, parent=context, info_name="scan")
        found = [p.get_help_record(inner) for p in scan.get_params(inner)]
        records = [record for record in found if record and record[1]]  # a path needs no help
        with formatter.section("Options"):
            formatter.write_dl(records)
        with formatter.section("Commands, each with its own --help"):
            formatter.write_dl([(word, ", ".join(group)) for word, group in GROUPS.items()])


@click.group(
    cls=DefaultGroup,
    places=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
    help=EXAMPLES,
    options_metavar="",
    subcommand_metavar="[COMMAND] [OPTIONS] [PATH]...",
)
@click.version_option(VERSION, prog_name="intercom-scan")
def cli(**_options: Any) -> None:  # noqa: ANN401 click passes what it likes
    """See EXAMPLES."""
