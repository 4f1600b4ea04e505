from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercom_scan.policy.paths import ALL, ONE, PROBES, covers, probed, problem

COVERED = [
    ("a.txt", "a.txt"),
    ("docs", "docs/a/b.md"),
    ("docs/", "docs/a/b.md"),
    ("./docs", "docs/a.md"),
    ("docs/**", "docs/a/b.md"),
    ("docs/*.md", "docs/a.md"),
    ("docs/*", "docs/a/b.md"),
    ("**/fixtures/**", "fixtures/a"),
    ("**/fixtures/**", "x/y/fixtures/a/b"),
    ("**/*.lock", "a/b/yarn.lock"),
    ("*.lock", "yarn.lock"),
    ("a/**/z.py", "a/z.py"),
    ("a/**/z.py", "a/b/c/z.py"),
    ("?.py", "a.py"),
    ("app/[id]/page.tsx", "app/[id]/page.tsx"),
    ("lib/*.jar", "lib/app.jar!conf/app.yml"),
    ("lib/app.jar!conf", "lib/app.jar!conf/app.yml"),
    ("lib/**", "lib/app.jar!conf/app.yml"),
    ("a*b*c.py", "aXbXbc.py"),
    ("caf\u00e9/**", "caf\u00e9/x"),
    ("odd/**", "odd/\udcff\n.txt"),
]
UNCOVERED = [
    ("a.txt", "b/a.txt"),
    ("a.txt", "a.txt.bak"),
    ("docs", "docs2/a"),
    ("docs/*.md", "docs/a.mdx"),
    ("docs/*.md", "docs/b/a.md"),
    ("*.lock", "a/yarn.lock"),
    ("?.py", "ab.py"),
    ("?.py", "/.py"),
    ("a/**/z.py", "a/b/c/y.py"),
    ("[ab].py", "a.py"),
    ("Docs/**", "docs/a"),
    ("a+", "aa"),
    ("conf/app.yml", "lib/app.jar!conf/app.yml"),
]


@pytest.mark.parametrize(("pattern", "path"), COVERED)
def test_covered(pattern: str, path: str) -> None:
    assert problem(pattern) is None
    assert covers(pattern, path)


@pytest.mark.parametrize(("pattern", "path"), UNCOVERED)
def test_not_covered(pattern: str, path: str) -> None:
    assert not covers(pattern, path)


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("/etc/passwd", "leaves the repository"),
        ("~/x", "leaves the repository"),
        ("a/../../b", "leaves the repository"),
        ("C:/x", "leaves the repository"),
        ("a\\b", "backslash"),
        ("!a", "narrower"),
        ("**", "matches too much"),
        ("**/*", "matches too much"),
        ("*.*", "matches too much"),
        ("", "matches too much"),
        ("**/*e*", "matches too much"),
        ("**/*.p*", "matches too much"),
        ("*/**", "matches too much"),
        ("?*/*", "matches too much"),
        ("????*", "matches too much"),
        (".", "matches too much"),
        ("a" * 301, "300 printable"),
        ("a\x1bb", "300 printable"),
    ],
)
def test_refused(pattern: str, says: str) -> None:
    assert says in (problem(pattern) or "")


@given(st.text("ab*", max_size=8), st.text("ab", max_size=10))
def test_stars_within_a_name_do_what_a_regular_expression_does(pattern: str, path: str) -> None:
    name = pattern.replace("**", "*")
    expected = re.fullmatch(name.replace("*", ".*"), path) is not None
    assert covers(f"d/x{name}", f"d/x{path}") == expected


def test_many_stars_against_a_long_path_come_to_an_end() -> None:
    assert not covers("a*" * 100 + "b", "a" * 4096)
    assert not covers("/".join(["**", "a"] * 60) + "/b", "/".join("a" * 2048))


@pytest.mark.parametrize(
    "pattern", ["**/*.json", "src/**", "**/test*/**", "**/*.y*ml", "app*/**", "**/*config*", "*.md"]
)
def test_what_names_something_is_no_end_of_the_scan(pattern: str) -> None:
    assert problem(pattern) is None


def test_brackets_are_no_set_of_letters() -> None:
    assert probed("*[a-z]*") == frozenset()


@given(st.text(alphabet="*?/.ae", max_size=8))
def test_no_pattern_covers_more_than_its_share(pattern: str) -> None:
    if problem(pattern) is None:
        assert sum(covers(pattern, probe) for probe in PROBES) <= ONE < ALL
