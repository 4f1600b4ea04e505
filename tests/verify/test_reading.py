"""A json report of somebody else's: read as it is, or not at all."""

from __future__ import annotations

import json
from copy import deepcopy
from io import StringIO

import pytest

from intercom_scan.api import Request, scan
from intercom_scan.errors import UsageError
from intercom_scan.fakes.ground import Ground
from intercom_scan.finding import Skip, State, Verification, fingerprint
from intercom_scan.reporters import FORMATS, Options
from intercom_scan.rules import RULES, by_id
from intercom_scan.values import replace
from intercom_scan.verify.checking import HIDDEN, SILENT, judged
from intercom_scan.verify.reading import LARGEST, report

TOKEN, JWT = by_id("intercom-access-token"), by_id("intercom-messenger-jwt")


def written(result, **options):
    out = StringIO()
    FORMATS["json"](result, out, Options(**{"show_secrets": True, **options}))
    return json.loads(out.getvalue())


def read(tree):
    return report(json.dumps(tree).encode())


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    """A history with every kind, an odd path, and a problem of an .env file."""
    ground = Ground(tmp_path_factory.mktemp("reading") / "repository")
    for rule in RULES:
        line = rule.example.format(rule.sample().decode())
        ground.commit_file(f"{rule.id}\n\\.env", f"intercom: {{ {line} }}\n".encode())
    token = TOKEN.sample().decode()
    ground.commit_file("a\udcff/.env", f"INTERCOM_TOKEN={token}\n".encode())
    ground.commit_file(f"{RULES[0].id}\n\\.env", b"gone\n")
    found = scan(Request(mode="all-history", paths=(ground.path,)))
    assert {f.rule.id for f in found.findings} > {rule.id for rule in RULES}
    assert any(f.exposure and f.exposure.left for f in found.findings)
    return found


@pytest.fixture(scope="module")
def tree(result):
    return written(result)


def test_what_is_read_is_what_was_written(tree):
    assert written(read(tree)) == tree


def test_a_verified_one_is_as_it_was_before(result):
    """What is asked again must not add to what was answered before."""
    states: tuple[State, ...] = ("live", "live-unscoped", "dead", "blocked", "unknown")
    secrets = [f for f in result.findings if f.rule.confidential][: len(states)]
    found = tuple(
        judged(f, Verification(state, "-")) for f, state in zip(secrets, states, strict=True)
    )
    notes = ("kept", f"{found[0].rule.title} {HIDDEN} ignored")
    skipped = (Skip("a token", f"{SILENT}why"), Skip("a file", "why", incomplete=False))
    verified = replace(result, findings=found, notes=notes, skipped=skipped)
    again = read(written(verified))
    before = {f.fingerprint: f.severity for f in secrets}
    assert {f.fingerprint: f.severity for f in again.findings} == before
    assert {f.verification for f in again.findings} == {None}
    assert again.notes == ("kept",)
    assert again.skipped == skipped[1:]


def test_of_another_version(tree):
    with pytest.raises(UsageError, match="another version"):
        read({**tree, "schema_version": tree["schema_version"] + 1})


def test_redacted(result):
    with pytest.raises(UsageError, match="redacted"):
        read(written(result, show_secrets=False))


@pytest.mark.parametrize(
    "secret",
    ["x", "a\r\nHost: a.test", "\u0442", "", "..", "a.b.c", "tok:1", "\\xff", "\ud800"],
    ids=range(9),
)
@pytest.mark.parametrize("rule", [TOKEN, JWT], ids=["token", "jwt"])
def test_what_is_no_value_of_its_kind_is_sent_nowhere(rule, secret, tree):
    """Its fingerprint is right: anybody can work that out."""
    forged = deepcopy(tree)
    found = next(f for f in forged["findings"] if f["rule"] == rule.id)
    print_ = fingerprint(rule, secret.encode("utf-8", "surrogatepass"))
    found.update(secret=secret, fingerprint=print_)
    with pytest.raises(UsageError, match="not a json report"):
        read(forged)


ODD: tuple[object, ...] = (
    None, True, 0, -1, 1.5, 1e999, float("nan"), 10**400, 2**53 - 1, "",
    "\x1b[31m\n\u202e</script>", "\ud800", "\\ud800\\xff", [], ["\x1b[31m"], [None], {}, {"x": 1},
)  # fmt: skip


def leaves(tree, where=()):
    """The way to each value of a tree that is no object and no array, and to those."""
    yield where
    if isinstance(tree, dict | list):
        for key in tree if isinstance(tree, dict) else range(len(tree)):
            yield from leaves(tree[key], (*where, key))


def put(tree, where, value):
    if not where:
        return value
    tree = deepcopy(tree)
    inner = tree
    for key in where[:-1]:
        inner = inner[key]
    inner[where[-1]] = value
    return tree


def test_any_odd_value_at_any_place_is_refused_or_harmless(tree):
    """Whatever is read can be written in every format."""
    secret, problem = tree["findings"][0], tree["findings"][-1]
    few = {**tree, "findings": [{**f, "places": f["places"][:1]} for f in (secret, problem)]}
    read_at_all = 0
    for where in leaves(few):
        for value in ODD:
            try:
                result = read(put(few, where, value))
            except UsageError:
                continue
            read_at_all += 1
            for form in FORMATS.keys() - {"html"} if value else ():
                out = StringIO()
                FORMATS[form](result, out, Options())
                assert "\x1b" not in out.getvalue(), (where, form)
    assert read_at_all > 100


@pytest.mark.parametrize(
    "data",
    [
        b"", b"null", b"[]", b"{}", b"\xff", b"[" * 200_000, b'{"a":' * 200_000, b"9" * 100_000,
        b'{"schema_version": 1}', b'{"schema_version": 1e999}', b"NaN", b'"' + b"\\" * 99_999,
    ],
    ids=range(12),
)  # fmt: skip
def test_no_report_at_all(data):
    with pytest.raises(UsageError):
        report(data)
    assert len(data) < LARGEST
