"""The help of every command fits, and shows how the command is used."""

from __future__ import annotations

import click
import pytest

from intercom_scan.cli.group import GROUPS, cli
from intercom_scan.cli.main import main

WIDTH = 80  # columns
SHOWN = (*GROUPS["to close"], "verify", "audit-log")


def commands(group, *words):
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (*words, name), command
        if isinstance(command, click.Group):
            yield from commands(command, *words, name)


ALL = dict(commands(cli))
GATHERED = [words for words, command in ALL.items() if isinstance(command, click.Group)]


def page(words):
    context = click.Context(
        ALL[words], info_name=" ".join(words), max_content_width=WIDTH,
        help_option_names=["-h", "--help"],  # which a command remembers, here as in the program
    )  # fmt: skip
    return ALL[words].get_help(context)


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_it_fits_a_terminal(words):
    assert [line for line in page(words).splitlines() if len(line) > WIDTH] == []


@pytest.mark.parametrize("words", GATHERED, ids=" ".join)
def test_no_command_of_a_group_is_cut_short(words):
    listed = page(words).partition("Commands:")[2]
    assert listed
    assert "..." not in listed


@pytest.mark.parametrize(
    "words", [w for w in ALL if w[0] in SHOWN and w not in GATHERED], ids=" ".join
)
def test_examples_stand_before_the_options(words):
    before, options, _ = page(words).partition("Options:")
    assert options
    assert f"\n    intercom-scan {' '.join(words)} " in before + " "


@pytest.mark.parametrize("words", GATHERED, ids=" ".join)
def test_a_group_alone_is_a_wrong_command_line(words, capsys):
    assert main(words) == 2
    said = capsys.readouterr().err
    assert said == f"intercom-scan: Missing command. (see `intercom-scan {words[0]} --help`)\n"
