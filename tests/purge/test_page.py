"""What docs/purge.md says is so."""

from __future__ import annotations

import json
import re
from pathlib import Path

from click.testing import CliRunner

from intercom_scan import ExitCode
from intercom_scan.cli.group import cli
from intercom_scan.cli.purge import purge_command
from intercom_scan.fakes.ground import Ground
from intercom_scan.purge import copying
from tests.purge.making import TOKEN, Purged, line

PAGE = (Path(__file__).parents[2] / "docs" / "purge.md").read_text(encoding="utf-8")


def column(heading: str) -> list[str]:
    """The first cells of the table below a heading."""
    table = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE)[1:]


def test_the_output_has_the_files_that_it_lists(tmp_path) -> None:
    ground = Ground(tmp_path / "repository")
    ground.commit_file("leak", line(TOKEN.sample()))
    listed = sorted(name.strip("`") for name in column("The output"))
    assert listed == sorted(path.name for path in Purged(ground).output.iterdir())
    assert listed == sorted([copying.REPOSITORY, *copying.REPORTS])


def test_the_report_for_programs_has_what_is_listed(tmp_path) -> None:
    ground = Ground(tmp_path / "repository")
    ground.commit_file("leak", line(TOKEN.sample()))
    report = json.loads((Purged(ground).output / "report.json").read_text("utf-8"))
    named = re.findall(r"`(\w+)`", "".join(column("The report for programs")))
    assert sorted(report) == sorted(["schema_version", *named])


def test_exit_codes() -> None:
    table = PAGE.partition("## Exit codes\n")[2]
    codes = [int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)]
    assert codes == [int(code) for code in ExitCode]


def test_its_commands_can_be_parsed(tmp_path) -> None:
    block = PAGE.partition("```sh\n")[2].partition("```")[0]
    for command in block.splitlines():
        words = command.split()[2:]
        context = purge_command.make_context("purge", words)
        assert context.params["output"] == Path("../purged")
    assert "purge [OPTIONS] [FINDING]..." in CliRunner().invoke(cli, ["purge", "--help"]).output
