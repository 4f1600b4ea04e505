"""Every claim of the documentation that a machine can check."""

from __future__ import annotations

import dataclasses
import doctest
import re
from pathlib import Path

import click
import pytest

import intercom_scan
from intercom_scan import ExitCode
from intercom_scan.cli.group import COMMANDS, cli
from intercom_scan.fakes.planting import Ground
from intercom_scan.finding import ORIGINS
from intercom_scan.reporters import FORMATS
from intercom_scan.rules import RULES
from tests import pages

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "intercom_scan"
PAGES = {
    page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8")
    for folder in (".", "docs", "benchmarks")
    for page in sorted((ROOT / folder).glob("*.md"))
}
LIBRARY, DESIGN = PAGES["docs/library.md"], PAGES["docs/design.md"]
COMMAND_LINE = PAGES["docs/command-line.md"]
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def without_blocks(text: str) -> str:
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def sections(text: str) -> dict[str, str]:
    """What stands under each heading, by its text."""
    parts = re.split(r"^#+ (.+)\n", without_blocks(text), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def anchor(heading: str) -> str:
    """As GitHub makes it: https://docs.github.com/en/get-started/writing-on-github."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


LINKS = [
    pytest.param(page, target, id=f"{page}-{target}")
    for page, text in PAGES.items()
    for target in re.findall(r"\]\(([^)\s]+)\)", without_blocks(text))
]


@pytest.mark.parametrize(("page", "target"), LINKS)
def test_links_resolve(page: str, target: str) -> None:
    if target.startswith("https://"):
        return
    file, _, fragment = target.partition("#")
    to = (ROOT / page).parent / file if file else ROOT / page
    assert to.exists()
    if fragment:
        headings = sections(to.read_text(encoding="utf-8"))
        assert fragment in map(anchor, headings)


def test_every_page_can_be_reached_from_the_readme() -> None:
    seen, todo = set(), ["README.md"]
    while todo:
        page = todo.pop()
        seen.add(page)
        for target in re.findall(r"\]\(([^)#\s]+)", PAGES[page]):
            to = (ROOT / page).parent.joinpath(target).resolve()
            name = to.relative_to(ROOT).as_posix() if to.is_relative_to(ROOT) else ""
            if name in PAGES and name not in seen:
                todo.append(name)
    linked = {page for page in PAGES if not page.startswith("benchmarks/")}
    assert seen >= linked


@pytest.mark.parametrize("name", pages.PARTS)
def test_made_parts_are_what_the_program_says(name: str) -> None:
    _page, text, new = pages.renewed(name)
    assert text == new, "run `python -m tests.pages`"


# --- the command line


def commands() -> dict[str, click.Command]:
    context = click.Context(cli, info_name="intercom-scan")
    found = {name: cli.get_command(context, name) for name in COMMANDS}
    return {name: command for name, command in found.items() if command is not None}


def leaves(command: click.Command) -> list[click.Command]:
    """A command, or those of a group."""
    if not isinstance(command, click.Group):
        return [command]
    context = click.Context(command)
    inner = [command.get_command(context, name) for name in command.list_commands(context)]
    return [leaf for one in inner if one is not None for leaf in leaves(one)]


def options() -> set[str]:
    found = {"--help", "--version", "-h"}
    for command in commands().values():
        for parameter in (parameter for leaf in leaves(command) for parameter in leaf.params):
            if isinstance(parameter, click.Option):
                found |= {*parameter.opts, *parameter.secondary_opts}
    return found


def test_every_option_is_described() -> None:
    described = set(
        re.findall(
            r"(?<![\w-])--?[a-z][a-z-]*", re.sub(r"(?s)<!-- help.*?end -->", "", COMMAND_LINE)
        )
    )
    assert options() - described == set()


@pytest.mark.parametrize("page", [page for page in PAGES if not page.startswith("benchmarks/")])
def test_every_option_that_is_named_exists(page: str) -> None:
    """In spans that are an option, or a command of this program."""
    spans = re.findall(r"`([^`\n]+)`", without_blocks(PAGES[page]))
    ours = [span for span in spans if re.match(r"--?[a-z]|(\S*[\\/])?intercom-scan ", span)]
    named = {name for span in ours for name in re.findall(r"(?<![\w-])--?[a-z][a-z-]*", span)}
    assert named - options() - {"-m"} == set()


def test_every_command_is_described() -> None:
    named = set(re.findall(r"`intercom-scan ([a-z][a-z-]*)", COMMAND_LINE))
    assert named == set(COMMANDS) - {"scan"}


def test_exit_codes() -> None:
    table = sections(COMMAND_LINE)["Exit codes"]
    codes = [int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)]
    assert codes == [int(code) for code in ExitCode]
    for code in ExitCode:
        assert f"`{code.name}` {code.value}" in sections(LIBRARY)["`ExitCode`"]


@pytest.mark.parametrize("page", PAGES)
def test_every_rule_that_is_named_exists(page: str) -> None:
    named = set(re.findall(r"`(intercom-[a-z-]+)`", PAGES[page]))
    scripts = re.findall(r"^(intercom-[a-z-]+) = ", PYPROJECT, re.MULTILINE)
    assert named <= {rule.id for rule in RULES} | set(scripts)


# --- the library


@pytest.fixture
def documented_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """What the page's examples find around them."""
    samples = {rule.id: rule.sample() for rule in RULES}
    ground = Ground(tmp_path / "repository")
    token = samples["intercom-access-token"]
    ground.commit_file("config/app.env", b"INTERCOM_ACCESS_TOKEN=" + token + b"\n")
    monkeypatch.chdir(tmp_path)
    return {"client_secret": samples["intercom-client-secret"]}


def test_the_library_s_examples_run(documented_place: dict[str, object]) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", LIBRARY, re.MULTILINE | re.DOTALL)
    code = "\n".join(blocks)
    test = doctest.DocTestParser().get_doctest(code, documented_place, "library.md", None, None)
    out: list[str] = []
    result = doctest.DocTestRunner(verbose=False).run(test, out=out.append)
    assert result.attempted > 10
    assert result.failed == 0, "".join(out)


def test_all_public_names_are_described_and_no_others() -> None:
    headings = set(re.findall(r"^### `(\w+)", LIBRARY, re.MULTILINE))
    assert headings == set(intercom_scan.__all__)


VALUES = [
    name for name in intercom_scan.__all__ if dataclasses.is_dataclass(getattr(intercom_scan, name))
]


@pytest.mark.parametrize("name", VALUES)
def test_fields_and_their_types(name: str) -> None:
    table = sections(LIBRARY)[f"`{name}`"]
    rows = re.findall(r"^\| `(\w+)` \| `([^`]+)` \| \S.+ \|$", table, re.MULTILINE)
    value = getattr(intercom_scan, name)
    fields = dataclasses.fields(value)
    base = value.__base__
    inherited = {f.name for f in dataclasses.fields(base)} if base is not object else set()
    assert [(field, type_.replace(r"\|", "|")) for field, type_ in rows] == [
        (field.name, str(field.type)) for field in fields if field.name not in inherited
    ]


@pytest.mark.parametrize("name", VALUES)
def test_properties_are_described(name: str) -> None:
    kind = getattr(intercom_scan, name)
    own = [key for key, value in vars(kind).items() if isinstance(value, property)]
    assert [key for key in own if f"`{key}`" not in sections(LIBRARY)[f"`{name}`"]] == []


ERRORS = ("IntercomScanError", "UsageError", "ConfigError", "GitError")


@pytest.mark.parametrize("name", ERRORS)
def test_errors_and_their_exit_codes(name: str) -> None:
    code = getattr(intercom_scan, name).exit_code
    assert f"Exit code {int(code)}." in sections(LIBRARY)[f"`{name}`"]


def test_origins() -> None:
    row = next(line for line in LIBRARY.splitlines() if line.startswith("| `origin`"))
    assert set(re.findall(r"`([a-z-]+)`", row)) - {"origin", "str"} == set(ORIGINS)


# --- the reports


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_has_its_section(form: str) -> None:
    heading = re.search(rf"^## {form}$", PAGES["docs/reports.md"], re.MULTILINE)
    assert heading
    assert len(sections(PAGES["docs/reports.md"])[form].split()) > 20


# --- the design


def kinds_and_formats() -> set[Path]:
    """Modules that list themselves: a new one changes no page."""
    formats = {SOURCE / "reporters" / f"{name}.py" for name in FORMATS}
    modules = [*(SOURCE / "rules").glob("*.py"), *(SOURCE / "audit" / "checks").glob("*.py")]
    declares = re.compile(r"^(?:RULE|CHECK) = ", re.MULTILINE)
    return formats | {file for file in modules if declares.search(file.read_text("utf-8"))}


def test_every_module_has_its_place_in_the_design() -> None:
    named = set(re.findall(r"`([\w/]+\.py)`", DESIGN))
    text = sections(DESIGN)
    for module in {*SOURCE.rglob("*.py")} - kinds_and_formats():
        inside = module.relative_to(SOURCE).as_posix()
        if inside.endswith("/__init__.py"):
            assert f"`{inside.split('/')[0]}/`" in DESIGN
        elif "/" not in inside:
            assert f"| `{inside}` |" in text["The way of a byte"]
        else:
            assert inside in named or module.name in named, f"{inside} is not in docs/design.md"


def test_every_module_that_the_design_names_exists() -> None:
    modules = {module.relative_to(SOURCE).as_posix() for module in SOURCE.rglob("*.py")}
    names = modules | {Path(module).name for module in modules}
    assert set(re.findall(r"`([\w/]+\.py)`", DESIGN)) - names == set()


def dependencies() -> list[str]:
    """Of this package, of its tests and of its build, as pyproject.toml lists them."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lists = re.findall(
        r"^(?:requires|dependencies|test) = \[(.*?)\]$", text, re.MULTILINE | re.DOTALL
    )
    names = [name for part in lists for name in re.findall(r'"([A-Za-z0-9-]+)', part)]
    return [name for name in names if name != "intercom-scan"]  # with an extra of its own


def test_every_dependency_has_its_reason() -> None:
    named = set(re.findall(r"`([a-z0-9-]+)`", sections(DESIGN)["Dependencies"]))
    assert len(dependencies()) > 10
    assert set(dependencies()) - named == set()
