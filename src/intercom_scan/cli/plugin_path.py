"""`intercom-scan plugin-path`: where the plugin for detect-secrets is."""

from __future__ import annotations

import click

from intercom_scan.plugins.shim import PLUGIN


@click.command("plugin-path")
def plugin_path_command() -> None:
    """Print the path of the detect-secrets plugin."""
    click.echo(str(PLUGIN))
