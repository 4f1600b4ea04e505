"""Whatever a repository calls things: no secret, no control character, and it still parses."""

from __future__ import annotations

import base64
import json
import random
import re
import string
import xml.etree.ElementTree as ET

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intercom_scan.finding import (
    ORIGINS,
    Checked,
    Commit,
    Evidence,
    Exposure,
    Finding,
    Place,
    Skip,
)
from intercom_scan.reporters import FORMATS
from intercom_scan.reporters.checks import ANSWERS
from intercom_scan.rules.model import Severity
from tests.reporters import test_github, test_gitlab, test_junit, test_markdown, test_sarif
from tests.reporters.build import HASH, KEY, SECRET, TOKEN, finding, place, rendered, scan
from tests.reporters.test_json import SCHEMA

REPORT = jsonschema.Draft202012Validator(SCHEMA)
TRICKY = st.sampled_from(
    [
        "\x1b[2J\x1b]0;x\x07",
        "\u202e",
        "::error::x",
        "a\nclean: 1 commit",
        "\udcff",
        "\ud800",
        "[x](1)",
        "{0}",
        "%0a",
        "</script>",
        "a" * 3000,
        "`|`",
        "\\",
        "../",
        "/",
        "C:/",
        "x:y",
        "",
    ]
)


@st.composite
def names(draw, held):
    """A hostile name, now and then with a secret in it, in one of its spellings."""
    spelling = draw(
        st.sampled_from(
            [
                lambda value: value,
                lambda value: value.rstrip("="),
                lambda value: base64.b64encode(value.encode()).decode(),
                lambda value: base64.b64encode(b"k=" + value.encode() + b"\n").decode(),
                lambda value: value.replace("=", "%3D"),
            ]
        )
    )
    secret = spelling(draw(st.sampled_from(held))) if draw(st.booleans()) else ""
    return draw(TRICKY | st.text(max_size=12)) + secret + draw(TRICKY | st.text(max_size=12))


@st.composite
def scans(draw):
    made = random.Random(draw(st.integers(0, 2**64)))
    # Capitals and letters past f alone, so that no commit id or hash shares six of them.
    letters = string.ascii_uppercase + "ghijkmnpqrstuvwxyz"
    held = ["".join(made.choice(letters) for _ in range(40)) for _ in range(2)]
    held.append("dG9rOj" + "".join(made.choice(letters) for _ in range(53)) + "=")
    name = names(held)
    commits = st.none() | st.builds(
        Commit, st.just("ab" * 20), name, st.just("2024-03-01T10:00:00Z") | name
    )
    places = st.builds(
        Place,
        origin=st.sampled_from(tuple(ORIGINS)),
        path=st.none() | name,
        line=st.integers(1, 10**9),
        column=st.integers(1, 10**9),
        end_column=st.integers(1, 10**9),
        encoding=st.sampled_from([(), ("gzip", "base64")]),
        object=st.none() | st.just("cd" * 20),
        commit=commits,
        inline=st.none() | name,
    )
    lives = st.none() | st.builds(
        Exposure,
        commits,
        commits,
        st.booleans(),
        st.lists(name, max_size=4).map(tuple),
        st.none() | st.integers(0, 9999),
    )
    found = [
        Finding(
            draw(st.sampled_from([TOKEN, SECRET, HASH, KEY])),
            value.encode(),
            draw(st.sampled_from(Severity)),
            draw(st.sampled_from(["high", "medium"])),
            shown := tuple(draw(st.lists(places, min_size=1, max_size=5))),
            len(shown) + draw(st.integers(0, 3)),
            draw(lives),
            draw(st.sampled_from(["new", "ignored", "baseline"])),
            draw(st.none() | name),
        )
        for value in held
    ]
    skips = draw(st.lists(st.builds(Skip, name, name, st.booleans()), max_size=6))
    notes = draw(st.lists(name, max_size=2))
    evidence = st.builds(Evidence, st.none() | name, st.none() | st.integers(1, 10**9), name)
    check = st.builds(
        Checked, st.just("rotation"), st.just("Overdue"), st.sampled_from(tuple(ANSWERS)),
        st.lists(evidence, min_size=1, max_size=3).map(tuple), st.none() | st.just("Rotate"),
        st.booleans(),
    )  # fmt: skip
    checks = draw(st.lists(check, max_size=3))
    return held, scan(*found, skipped=tuple(skips), notes=tuple(notes), checks=tuple(checks))


def shares(text, secret):
    """Eight characters in a row of the secret's random part, or of its base64."""
    core = secret[6:].rstrip("=")
    encoded = base64.b64encode(secret.encode()).decode()[8:-4]
    return [
        part[at : at + 8]
        for part in (core, encoded)
        for at in range(len(part) - 7)
        if part[at : at + 8] in text
    ]


def _of_text(text, result):
    verdict = re.sub(r"\x1b\[[0-9;]+m", "", text).splitlines()[-1]
    assert verdict.startswith("INCOMPLETE:") == (not result.complete)
    clean = re.search("^clean", text, re.MULTILINE)
    assert not clean or verdict.startswith("clean")
    return text


def _of_json(validator):
    def read(text, _result):
        document = json.loads(text)
        validator.validate(document)
        return json.dumps(document, ensure_ascii=False)

    return read


def _of_github(text, result):
    *lines, verdict = text.splitlines()
    assert ("INCOMPLETE:" in verdict) == (not result.complete)
    commands = [test_github.decoded(line) for line in lines]
    assert {level for level, _, _ in commands} <= {"error", "warning", "notice"}
    names = {name for _, properties, _ in commands for name in properties}
    assert names <= {"file", "line", "endLine", "col", "endColumn", "title"}
    return "\n".join(str(command) for command in commands)


def _of_junit(text, result):
    root = ET.fromstring(text)
    test_junit.validator().validate(root)
    assert (root.find(".//error") is None) == result.complete
    return " ".join([*root.itertext(), *(v for each in root.iter() for v in each.attrib.values())])


def _of_markdown(text, result):
    made = test_markdown.Page(text)
    assert made.tags <= test_markdown.SAFE
    assert {len(row) for row in made.rows} <= {4, 6}, "of checks and of findings"
    assert ("\nINCOMPLETE:" in text) == (not result.complete)
    return str(made.rows)


# What a reader of each format makes of it: the text that is shown in the end.
READ = {
    "text": _of_text,
    "json": _of_json(REPORT),
    "sarif": _of_json(test_sarif.validator()),
    "gitlab": _of_json(test_gitlab.validator()),
    "github": _of_github,
    "junit": _of_junit,
    "markdown": _of_markdown,
}


@pytest.mark.parametrize(
    ("form", "verbosity"), [("text", -1), ("text", 1), *((form, 0) for form in READ)]
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made=scans())
def test_hostile_names(form, verbosity, made):
    held, result = made
    text = rendered(form, result, verbosity=verbosity, colour=True)
    plain = re.sub(r"\x1b\[[0-9;]+m", "", text)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", plain)
    assert text.encode("utf-8")
    assert text.endswith("\n")
    shown = READ[form](text, result)
    assert [shares(shown, secret) for secret in held] == [[]] * len(held)


@pytest.mark.parametrize("form", FORMATS)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made=scans())
def test_no_format_shows_a_secret(form, made):
    held, result = made
    for options in ({}, {} if form in ("text", "json") else {"show_secrets": True}):
        text = rendered(form, result, **options)
        assert [shares(text, secret) for secret in held] == [[]] * len(held)


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_tells_an_incomplete_scan(form):
    lost = Skip("ab" * 20, "object missing")
    whole, part = rendered(form, scan()), rendered(form, scan(skipped=(lost,)))
    assert lost.what in part
    assert lost.reason in part
    assert lost.reason not in whole


@pytest.mark.parametrize("form", FORMATS)
def test_a_date_that_is_cut_tells_no_secret(form):
    secret = "".join(random.choices(string.ascii_letters, k=40))
    life = Exposure(Commit("ab" * 20, "", secret), None, True, (), 1)
    text = rendered(form, scan(finding(SECRET, place(), secret=secret.encode(), exposure=life)))
    assert secret[:10] not in text
