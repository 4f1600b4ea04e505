"""Groups of commands, each imported when it is used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Mapping


class LazyGroup(click.Group):
    """Has the commands at `places`: by name, their module in this folder and their attribute."""

    def __init__(self, *arguments: Any, places: Mapping[str, tuple[str, str]], **more: Any) -> None:  # noqa: ANN401 click's own
        super().__init__(*arguments, **more)
        self.places = places

    def list_commands(self, _context: click.Context) -> list[str]:
        return list(self.places)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        if name not in self.places:
            return None
        module, attribute = self.places[name]
        command: click.Command = getattr(import_module(f"intercom_scan.cli.{module}"), attribute)
        return command
