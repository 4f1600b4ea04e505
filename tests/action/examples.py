"""The workflows in docs/action.md and the README, as files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.action.host import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (ROOT / "docs" / "action.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
WORKFLOWS: list[str] = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
STEP = next(
    block
    for block in re.findall(r"^```yaml\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    if "uses:" in block
)
JOB = """\
on: [push, pull_request]
permissions:
  contents: read
jobs:
  scan:
    runs-on: ubuntu-latest
    steps:
"""


def written(folder: Path) -> list[Path]:
    """All examples as workflows in `folder`; the release that they name has an id, as they say."""
    folder.mkdir(parents=True)
    step = re.sub(r"(?m)^", "      ", STEP).rstrip(" ")
    files = []
    for number, text in enumerate([*WORKFLOWS, JOB + step]):
        file = folder / f"example-{number}.yml"
        file.write_text(re.sub(r"@(v\d+\.\d+\.\d+)$", rf"@{'1' * 40} # \1", text, flags=re.M))
        files.append(file)
    return files
