"""The tables of docs/action.md, made from `action.yml`."""

from __future__ import annotations

from tests.action.host import load


def inputs() -> str:
    """A row an input, in the order that they have."""
    rows = ["| input | default | what it says |", "|---|---|---|"]
    for name, about in load()["inputs"].items():
        default = f"`{about['default']}`" if about["default"] else ""
        rows.append(f"| `{name}` | {default} | {_cell(about['description'])} |")
    return "\n".join(rows) + "\n"


def outputs() -> str:
    """A row an output, in the order that they have."""
    rows = ["| output | what it says |", "|---|---|"]
    for name, about in load()["outputs"].items():
        rows.append(f"| `{name}` | {_cell(about['description'])} |")
    return "\n".join(rows) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", r"\|")
