"""`intercom-scan self-test`: plant fakes, scan, and see that none is missed."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from intercom_scan.api import Request, scan
from intercom_scan.errors import ExitCode
from intercom_scan.fakes import planting
from intercom_scan.fakes.planting import Ground, Planted
from intercom_scan.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator


@click.command("self-test")
@click.option("-v", "--verbose", is_flag=True, help="Name every place.")
def self_test_command(verbose: bool) -> int:
    """Plant fakes of every kind in a temporary repository and find them all."""
    with tempfile.TemporaryDirectory(prefix="intercom-scan-") as folder:
        ground = Ground(Path(folder) / "repository")
        planted = list(_plant(ground))
        result = scan(Request("all-history", (ground.path,), env=False))
    found = {(finding.rule.id, finding.secret) for finding in result.findings}
    missed = [fake for fake in planted if (fake.rule.id, fake.canonical) not in found]
    if verbose:
        for fake in planted:
            click.echo(
                f"{'MISSED' if fake in missed else 'found':<7} {fake.rule.id} in {fake.place}"
            )
    for fake in missed if not verbose else ():
        click.echo(f"MISSED {fake.rule.id} in {fake.place}")
    for skip in result.skipped:
        click.echo(f"not read: {skip.what}: {skip.reason}")
    click.echo(f"{len(planted) - len(missed)} of {len(planted)} planted fakes found")
    return ExitCode.INCOMPLETE if missed or not result.complete else ExitCode.CLEAN


def _plant(ground: Ground) -> Iterator[Planted]:
    """Every kind in every wrapping; in the places the kinds in turn, in the bare ones tokens."""
    for rule in RULES:
        for name, wrap in planting.WRAPPINGS.items():
            yield planting.plant_wrapped(ground, rule, name, wrap)
    for place, put in planting.BARE_PLACES.items():
        yield planting.plant_bare(ground, RULES[0], place, put)
    for number, (place, put) in enumerate(planting.PLACES.items()):
        yield planting.plant(ground, RULES[number % len(RULES)], place, put)
