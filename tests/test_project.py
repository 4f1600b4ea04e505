"""The tree itself: layers, imports, sizes, docstrings, and what no file may say."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import intercom_scan
from intercom_scan import Request
from intercom_scan.api import scan

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "intercom_scan"
BESIDE = ("hooks", "plugins")  # folders beside the source, which are parts of the package too
MODULES = sorted(
    [*SOURCE.rglob("*.py"), *(file for name in BESIDE for file in (ROOT / name).glob("*.py"))]
)
LONGEST_FILE = 400  # lines
LONGEST_FUNCTION = 45
BINARY = (".gz", ".png")


def tracked() -> list[Path]:
    """What git tracks, or would."""
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True,
    ).stdout.split(b"\0")  # fmt: skip
    files = [ROOT / os.fsdecode(name) for name in dict.fromkeys(names) if name]
    return [file for file in files if file.is_file()]


FILES = tracked()


def name_of(file: Path) -> str:
    """A module's dotted name below `intercom_scan`; "" is the package itself."""
    base = SOURCE if file.is_relative_to(SOURCE) else ROOT
    parts = file.relative_to(base).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {name_of(file): file for file in MODULES}


@cache
def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


@cache
def imports(file: Path, *, at_import: bool = False) -> frozenset[str]:
    """Full names of all that a module imports, or of what it imports as it is imported itself."""
    tree = tree_of(file)
    found: set[str] = set()
    for node in _executed(tree) if at_import else ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            assert node.module
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                known = inner.removeprefix("intercom_scan.") in NAMES
                found.add(inner if known else node.module)
    return frozenset(found)


def _executed(node: ast.AST) -> list[ast.AST]:
    """All nodes outside of functions and of `if TYPE_CHECKING`."""
    found: list[ast.AST] = []
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            found += [inner for part in child.orelse for inner in [part, *_executed(part)]]
            continue
        found += [child, *_executed(child)]
    return found


def own(file: Path) -> set[str]:
    """The modules of this package that a module imports, as names below it."""
    prefix = "intercom_scan"
    return {
        name.removeprefix(prefix).lstrip(".")
        for name in imports(file)
        if name == prefix or name.startswith(prefix + ".")
    }


def layer(name: str) -> str:
    return name.partition(".")[0]


# What each part may know beside itself and `values`; what is not listed may know all but `cli`.
# fmt: off
MAY_IMPORT: dict[str, set[str]] = {
    "_version": set(),
    "values": set(),
    "errors": set(),
    "rules": {"matching"},
    "waiting": set(),
    "pipes": set(),
    "git": {"errors", "pipes", "waiting"},
    "matching": set(),
    "finding": {"rules"},
    "decode": {"finding"},
    "prefilter": {"decode", "matching", "rules"},
    "policy": {"decode", "errors", "finding", "rules", "scopes"},
    "escape": set(),
    "masking": {"detector", "escape", "finding", "grouping", "rules", "values"},
    "reporters": {"_version", "errors", "escape", "finding", "masking", "rules"},
    "sources": {"detector", "errors", "finding", "git", "pipes", "prefilter"},
    "detector": {"decode", "finding", "policy", "prefilter", "rules"},
    "grouping": {"detector", "finding"},
    "history": {"detector", "finding", "git", "grouping", "matching", "pipes", "rules", "sources"},
    "fakes": {"git", "rules"},
    "edge": {"errors", "escape", "finding", "git", "masking", "reporters", "rules"},
    "hooks": {
        "api", "audit", "edge", "errors", "escape", "finding", "git", "plugins", "reporters",
        "rules", "sources", "trail",
    },
    "plugins": {
        "detector", "errors", "escape", "finding", "policy", "reporters", "rules", "verify",
    },
    "ci": {"errors", "escape", "finding", "git", "masking", "pipes", "reporters"},
    "rotation": {
        "api", "detector", "env", "errors", "finding", "policy", "rules", "setup", "sources",
        "trail",
    },
    "verify": {"_version", "errors", "finding", "history", "masking", "rules"},
    "scopes": {"detector", "finding", "rules", "sources", "verify"},
    "signatures": {"rules", "verify"},
    "setup": {"_version", "env", "errors", "git", "plugins", "policy"},
    "trail": {"_version", "ci", "detector", "errors", "escape", "finding", "masking", "policy"},
}


@pytest.mark.parametrize("name", NAMES)
def test_layers(name: str) -> None:
    known = {layer(other) for other in own(NAMES[name])} - {layer(name), "values"}
    allowed = MAY_IMPORT.get(layer(name))
    if allowed is not None:
        assert known <= allowed
    elif name != "__main__" and layer(name) != "cli":
        assert "cli" not in known
        assert "reporters" not in known


def test_only_one_module_starts_programs() -> None:
    starts = re.compile(
        r"subprocess\.(?:Popen|run|call|check_call|check_output|getoutput|getstatusoutput)\(|"
        r"os\.(?:system|popen|startfile|exec|spawn|posix_spawn|fork)|\bpty\.|multiprocessing|"
        r"(?<![\w.])(?:eval|exec|compile|__import__)\(|\b(?:pickle|marshal|ctypes)\b"
    )
    found = {name for name, file in NAMES.items() if starts.search(file.read_text("utf-8"))}
    assert found == {"git"}


WHERE: dict[str, set[str]] = {
    "hyperscan": {"matching"},
    "ast_grep_py": {"audit"},
    "jinja2": {"reporters"},
    "click": {"cli"},
    "yaml": {"policy", "setup"},
    "detect_secrets": {"hooks", "plugins"},
    **{package: {"verify"} for package in ("http", "socket", "ssl", "urllib.request")},
    **{package: set() for package in ("asyncio", "ftplib", "requests", "smtplib")},
}


@pytest.mark.parametrize(("package", "where"), WHERE.items(), ids=WHERE)
def test_who_imports_what(package: str, where: set[str]) -> None:
    def named(module: str) -> bool:
        return module == package or module.startswith(package + ".")

    found = {layer(name) for name, file in NAMES.items() if any(map(named, imports(file)))}
    assert found == where


def test_only_declared_packages_are_imported() -> None:
    theirs = {module.partition(".")[0] for file in MODULES for module in imports(file)} - set(
        sys.stdlib_module_names
    )
    assert theirs == {
        "intercom_scan", "ast_grep_py", "click", "hyperscan", "jinja2", "yaml", "detect_secrets"
    }  # fmt: skip


@pytest.mark.parametrize(
    "module", [name for name in NAMES if layer(name) not in ("cli", "__main__", "")]
)
def test_the_core_imports_neither_click_nor_yaml(module: str) -> None:
    """As it is imported; a configuration is what yaml is imported for."""
    heavy = {"ast_grep_py", "click", "jinja2", "yaml"}
    assert {
        name.partition(".")[0] for name in imports(NAMES[module], at_import=True)
    } & heavy == set()


def test_the_package_itself_imports_nothing_heavy() -> None:
    code = "import sys, intercom_scan; print(*sorted(m for m in sys.modules if m.startswith({})))"
    prefixes = ("intercom_scan.", "hyperscan", "click", "yaml", "subprocess")
    out = subprocess.run(
        [sys.executable, "-c", code.format(prefixes)], check=True, capture_output=True, text=True
    ).stdout
    assert out.split() == ["intercom_scan._version"]


def test_every_module_is_imported_by_something() -> None:
    used = {name for file in MODULES for name in own(file)}
    used |= {name.rpartition(".")[0] for name in used}
    # The group and the lazy package name modules as text.
    texts = {name: file.read_text("utf-8") for name, file in NAMES.items()}
    declares = re.compile(r"^(?:RULE|MODE|CHECK) = ", re.MULTILINE)
    kinds = {name for name, text in texts.items() if declares.search(text)}
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    started = set(re.findall(r'"intercom_scan\.(hooks\.\w+):main"', project))
    loaded = {"plugins.intercom", "plugins.__main__"}  # by detect-secrets, and by Python
    for name in set(NAMES) - used - kinds - started - loaded - {"", "__main__"}:
        last = name.rpartition(".")[2]
        package = name.rpartition(".")[0]
        near = [
            text
            for other, text in texts.items()
            if other != name and layer(other) == layer(package)
        ]
        assert any(re.search(rf'"{last}"', text) for text in near), f"nothing imports {name}"


def test_public_names_are_where_the_package_says() -> None:
    for name in intercom_scan.__all__:
        assert getattr(intercom_scan, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = intercom_scan.nothing


# --- how the code is written


def functions(file: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree_of(file)) if isinstance(node, kinds)]


@pytest.mark.parametrize("file", MODULES, ids=lambda file: name_of(file) or "package")
def test_functions_fit_on_a_screen(file: Path) -> None:
    long = [f.name for f in functions(file) if (f.end_lineno or 0) - f.lineno >= LONGEST_FUNCTION]
    assert long == []


@pytest.mark.parametrize(
    "file",
    [
        file
        for file in FILES
        if file.suffix in (".py", ".md", ".toml", "") and file.name != "LICENSE"
    ],
    ids=lambda file: file.relative_to(ROOT).as_posix(),
)
def test_files_are_short(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("name", [name for name in NAMES if not name.endswith(("cli", "sources"))])
def test_modules_say_what_they_are(name: str) -> None:
    if name != "_version":
        assert ast.get_docstring(tree_of(NAMES[name]))


def used_elsewhere(name: str) -> set[str]:
    """What other parts of the program import of a module, as `from … import` says it."""
    found: set[str] = set()
    for other, file in NAMES.items():
        if layer(other) == layer(name):
            continue
        for node in ast.walk(tree_of(file)):
            if isinstance(node, ast.ImportFrom) and node.module == f"intercom_scan.{name}":
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                found |= {node.attr} if node.value.id == name.rpartition(".")[2] else set()
    return found


@pytest.mark.parametrize("name", NAMES)
def test_what_others_use_has_docstrings(name: str) -> None:
    used = used_elsewhere(name)
    silent = {
        node.name
        for node in tree_of(NAMES[name]).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and node.name in used
        and not ast.get_docstring(node)
    }
    assert silent == set()


def test_only_named_modules_ask_for_the_system() -> None:
    page = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    listed = page.partition("## What cannot be tried here")[2]
    asks = re.compile(
        r"sys\.platform|os\.name\b|platform\.system|getattr\(os\b|hasattr\(os\b|signal\.SIG"
    )
    found = {
        f"{name.replace('.', '/')}.py"
        for name, file in NAMES.items()
        if asks.search(file.read_text(encoding="utf-8"))
    }
    assert found
    assert {name for name in found if f"`{name}`" not in listed} == set()


# --- what no file may say


def texts() -> dict[str, str]:
    return {
        file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8", errors="replace")
        for file in FILES
        if file.suffix not in BINARY
    }


# Each in two halves, so that this file does not say it either.
FORBIDDEN = {
    "a home directory": r"/ho" r"me/[a-z]|/Us" r"ers/[A-Za-z]|/ro" r"ot/|C:\\\\?Us" r"ers",
    "a temporary directory": r"(?<![\w.])/tm" r"p/|/var/fol" r"ders",
    "a work directory": r"(?<![\w.])/wo" r"rk/|/opt/whe" r"els",
    "a registry": r"pypi\.o" r"rg|pythonho" r"sted\.org|registry\.np" r"mjs|docker\.i" r"o/",
    "a private key": r"-----BEG" r"IN [A-Z ]*PRIVATE",
    "a token of others": r"gh[pousr]_[A-Za-z0-9]{36}|AK"
    r"IA[A-Z0-9]{16}|xox[bp]-[0-9]{8}|"
    r"glp"
    r"at-[\w-]{20}",
    "a conflict": r"(?m)^(?:<<<<<<<|>>>>>>>) ",
    "trailing blanks": r"(?m)[ \t]+$",
    "an open end": r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X:)",
}
# fmt: on


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_has(what: str) -> None:
    ours = {name: text for name, text in texts().items() if not name.startswith("tests/data/")}
    assert len(ours) > 100
    pattern = re.compile(FORBIDDEN[what])
    found = {name: hit[0] for name, text in ours.items() if (hit := pattern.search(text))}
    assert found == {}


def test_no_file_looks_as_if_it_held_a_credential() -> None:
    """By the scanner itself, at every severity, and without any policy."""
    result = scan(Request("files", (ROOT,), inline=False))
    assert result.objects > 100
    places = {
        f"{place.path}:{place.line}" for finding in result.findings for place in finding.places
    }
    assert places == set()
    assert [skip for skip in result.skipped if skip.incomplete] == []
    assert not (ROOT / ".intercom-scan.yaml").exists()
    assert not (ROOT / ".intercom-scan").exists()


def test_all_text_ends_with_a_newline_and_has_no_carriage_return() -> None:
    files = [file for file in FILES if file.stat().st_size and file.suffix not in BINARY]
    assert [file for file in files if b"\r" in file.read_bytes()] == []
    assert [file for file in files if not file.read_bytes().endswith(b"\n")] == []


def test_every_rule_has_its_cases() -> None:
    rules = {
        file.stem
        for file in (SOURCE / "rules").glob("*.py")
        if re.search(r"^RULE(?::.*)? = ", file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert len(rules) == len(intercom_scan.RULES)
    assert {rule for rule in rules if not (ROOT / f"tests/rules/test_{rule}.py").exists()} == set()


def test_the_tests_are_packages() -> None:
    """Or two modules of one name would be one to pytest."""
    folders = {file.parent for file in FILES if file.is_relative_to(ROOT / "tests")}
    code = [folder for folder in folders if any(folder.glob("*.py"))]
    assert [folder for folder in code if not (folder / "__init__.py").exists()] == []


def test_ci_is_one_file_that_can_be_run() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0
