"""The ledger as a file: what is in it, what it refuses, and that no change of it is lost."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intercom_scan.errors import ConfigError, ExitCode, UsageError
from intercom_scan.fakes.ground import Ground
from intercom_scan.rotation import digest, ledger, recording
from intercom_scan.rotation.ledger import FILE, Entry, Ledger, RefusedError, Use
from intercom_scan.rotation.recording import Value
from intercom_scan.rules import RULES
from intercom_scan.values import replace
from tests.integration.running import git, scan
from tests.rotation.running import NAME, TOKEN, token

SALT = "0123456789abcdef" * 2
DAY = date(2026, 1, 2)
LATER = date(2026, 3, 4)
TODAY = date(2026, 5, 6)


def print_of(number: int) -> str:
    return f"{number:032x}"


def entry(name=NAME, environment="production", number=1, **more) -> Entry:
    return Entry(name, environment, TOKEN.id, DAY, print_of(number), **more)


def without_lines(known: Ledger) -> Ledger:
    return replace(known, entries=tuple(replace(e, line=0) for e in known.entries))


# --- what is written is what is read

words = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]{0,20}", fullmatch=True).filter(
    lambda text: text.lower() != "null"
)
prints = st.integers(0, 2**128 - 1).map(print_of)
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
notes = st.text(min_size=1, max_size=40).filter(lambda text: not ledger.by_problem(text))
comments = st.lists(st.from_regex(r"# [a-z'\": -]{0,20}[a-z]", fullmatch=True), max_size=3)
made = st.builds(
    Entry,
    name=words,
    environment=words.map(lambda text: "e" + text[:30]),
    kind=st.sampled_from([rule.id for rule in RULES]),
    since=days,
    fingerprint=prints,
    by=st.none() | notes,
    retired=st.lists(prints, max_size=3).map(tuple),
    comments=comments.map(tuple),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(made, max_size=4, unique_by=lambda e: (e.name, e.environment)),
    st.none() | prints,
    comments,
)
def test_what_is_written_is_what_is_read(entries, key, trailing):
    entries = [replace(e, rotated=e.since + timedelta(1)) if e.retired else e for e in entries]
    known = Ledger(SALT, key, tuple(entries), tuple(trailing))
    assert without_lines(ledger.read(ledger.written(known))) == known


def test_the_file_as_a_person_sees_it():
    one = entry(by="Jane", rotated=LATER, retired=(print_of(2),), comments=("# ours",))
    text = ledger.written(Ledger(SALT, None, (one,))).decode()
    assert text.partition("credentials:\n")[2] == (
        "\n  # ours\n"
        f"  - name: {NAME}\n"
        "    environment: production\n"
        "    kind: intercom-access-token\n"
        "    since: 2026-01-02\n"
        "    rotated: 2026-03-04\n"
        '    by: "Jane"\n'
        f"    fingerprint: '{print_of(1)}'\n"
        "    retired:\n"
        f"      - '{print_of(2)}'\n"
    )
    assert (
        ledger.read(text.encode()).entries[0].line
        == text.splitlines().index(f"  - name: {NAME}") + 1
    )


def test_a_comment_stays_with_its_entry():
    known = Ledger(SALT, None, (entry("A"), entry("B", number=2)))
    text = ledger.written(known).decode()
    text = text.replace("  - name: A", "  # above\n  - name: A")
    text = text.replace("    kind", "    # inside\n    kind", 1) + "# the end\n"
    new, _ = ledger.read(text.encode()).recorded(Use("AB", "x", TOKEN.id, print_of(3)), TODAY)
    again = ledger.written(new).decode()
    lines = [line.strip() for line in again.splitlines()]
    at = lines.index("- name: A")
    assert lines[at - 2 : at] == ["# above", "# inside"]
    assert lines[-1] == "# the end"
    assert again.count("#") == text.count("#")


# --- what is refused

GOOD = ledger.written(Ledger(SALT, None, (entry(retired=(print_of(2),)),))).decode()
HOSTILE = "\x1b[31m\u202e"
BAD = {
    "empty": ("", 1, "is empty"),
    "a list": ("- a\n", 1, "is not a mapping"),
    "no salt": ("version: 1\n", 1, "has no 'salt'"),
    "another version": (GOOD.replace("version: 1", "version: 2"), 4, "is not a version"),
    "a short salt": (GOOD.replace(SALT, "abc"), 5, "32 hexadecimal digits"),
    "an unknown key": (GOOD.replace("since:", "sinse:"), 11, "did you mean 'since'"),
    "no date": (GOOD.replace("2026-01-02", "2026-02-30"), 11, "is not a date"),
    "an unknown kind": (GOOD.replace("intercom-access-token", "intercom-x"), 10, "is not a kind"),
    "a name with a command": (GOOD.replace(NAME, "A;reboot"), 8, "is not allowed"),
    "a name that is none": (GOOD.replace(NAME, "null"), 8, "is empty"),
    "colours": (GOOD.replace(NAME, f'"{HOSTILE}"'), 8, "control character"),
    "escaped colours": (GOOD.replace(NAME, r'"\e[31m"'), 8, "a text of 5 characters"),
    "a secret for a name": (GOOD.replace(NAME, "dG9r" + "aB3_" * 20), 8, "a text of 84"),
    "rotated before it was there": (
        GOOD.replace("    fingerprint", "    rotated: 2025-01-01\n    fingerprint"), 8, "before"
    ),
    "a day for a rotation": (
        GOOD.replace("    fingerprint", "    rotated: 2026-03-01\n    fingerprint").partition(
            "    retired"
        )[0],
        8, "no value in 'retired'",
    ),
    "a fingerprint of another kind": (GOOD.replace(print_of(1), "f" * 40), 12, "a text of 40"),
    "one twice": (GOOD + GOOD.partition("credentials:\n")[2], 16, "is in line 8 too"),
    "a merge that is not done": (
        GOOD.replace("    since", "<<<<<<< HEAD\n    since"), 11, "merge conflict"
    ),
    "an alias": (GOOD + "x: &a 1\n", 15, "anchor or alias"),
    "a second document": (GOOD + "---\n", 15, "a second document"),
    "no YAML": ("version: [\n", 2, "is not valid YAML"),
    "too large": ("#" * (1 << 21), 1, "is larger than"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_ledger(case):
    text, line, words = BAD[case]
    with pytest.raises(ConfigError) as raised:
        ledger.read(text.encode())
    said = str(raised.value)
    assert said.startswith(f"{FILE}:{line}: ")
    assert words in said
    assert said.isprintable()
    assert "aB3_" not in said


def test_what_is_no_text():
    with pytest.raises(ConfigError, match=rf"{FILE}:2: is not UTF-8"):
        ledger.read(b"a: b\n\xff")


# --- what recording a value means

FIRST = Ledger(SALT, None, (entry(number=1),))
TWICE, _ = FIRST.recorded(Use(NAME, "production", TOKEN.id, print_of(2)), TODAY, on=LATER)


def use(number, environment="production", name=NAME) -> Use:
    return Use(name, environment, TOKEN.id, print_of(number))


def test_a_first_value():
    known, outcome = Ledger(SALT).recorded(use(1), TODAY, by="Jane")
    assert (outcome, known.entries) == ("first", (replace(entry(), since=TODAY, by="Jane"),))


def test_a_rotation():
    [known] = TWICE.entries
    assert (known.since, known.rotated, known.last) == (DAY, LATER, LATER)
    assert (known.fingerprint, known.retired) == (print_of(2), (print_of(1),))
    third, outcome = TWICE.recorded(use(3), TODAY, by="Joe")
    assert outcome == "rotated"
    assert third.entries[0].retired == (print_of(2), print_of(1))
    assert (third.entries[0].rotated, third.entries[0].by) == (TODAY, "Joe")


def test_the_same_value_changes_nothing():
    assert TWICE.recorded(use(2), TODAY, by="Joe") == (TWICE, "again")
    assert TWICE.recorded(use(2), TODAY, on=LATER) == (TWICE, "again")


REFUSED = {
    "an old value": (
        use(1),
        None,
        RefusedError,
        r"was rotated out of INTERCOM_ACCESS_TOKEN \(prod",
    ),
    "an old one elsewhere": (use(1, "staging"), None, RefusedError, "was rotated out of"),
    "a rotation to the same": (use(2), TODAY, RefusedError, "was not rotated"),
    "before the last": (use(3), DAY, UsageError, "2026-01-02 is before that"),
    "to come": (use(3), TODAY + timedelta(1), UsageError, "is to come"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_recorded(case):
    what, on, kind, words = REFUSED[case]
    with pytest.raises(kind, match=words) as raised:
        TWICE.recorded(what, TODAY, on=on)
    assert raised.value.exit_code is (ExitCode.FINDINGS if kind is RefusedError else ExitCode.USAGE)


def test_an_entry_has_its_place_by_its_name():
    known = FIRST
    for name in ("Z", "A", "M"):
        known, _ = known.recorded(use(9, name=name), TODAY)
    assert [e.name for e in known.entries] == ["A", NAME, "M", "Z"]


# --- branches


def test_branches_that_change_different_entries_merge(tmp_path):
    ground = Ground(tmp_path / "r")
    several = Ledger(SALT, None, tuple(entry(n, number=i) for i, n in enumerate("BDF", 1)))
    ground.commit_file(FILE, ledger.written(several))
    base = git(ground.path, "rev-parse", "--abbrev-ref", "HEAD")
    git(ground.path, "checkout", "--quiet", "-b", "other")
    for branch, changes in (("other", ((10, "A"), (11, "D"))), (base, ((20, "E"), (21, "B")))):
        git(ground.path, "checkout", "--quiet", branch)
        known = ledger.read((ground.path / FILE).read_bytes())
        for number, name in changes:
            known, _ = known.recorded(use(number, name=name), TODAY)
        ground.commit_file(FILE, ledger.written(known))
    git(ground.path, "merge", "--quiet", "--no-edit", "other")
    merged = ledger.read((ground.path / FILE).read_bytes())
    assert {e.name: int(e.fingerprint, 16) for e in merged.entries} == {
        "A": 10, "B": 21, "D": 11, "E": 20, "F": 3
    }  # fmt: skip
    assert ledger.written(merged) == (ground.path / FILE).read_bytes()


# --- what it tells of a value


@pytest.mark.usefixtures("dear")
def test_the_parameters_are_those_that_are_recommended():
    assert (digest._N, digest._R, digest._P) == (2**17, 8, 1)


@pytest.mark.usefixtures("dear")
def test_a_fingerprint_is_slow_salted_and_keyed():
    value = TOKEN.sample()
    salted, keyed = digest.Digest(SALT), digest.Digest(SALT, b"k" * 16)
    slow = hashlib.scrypt(
        b"value:" + value, salt=b"intercom-scan-rotation:1:" + bytes.fromhex(SALT),
        n=2**17, r=8, p=1, maxmem=2**28, dklen=16,
    ).hex()  # fmt: skip
    assert salted.fingerprint(value) == slow
    assert keyed.fingerprint(value) != slow
    assert repr(keyed) == f"Digest(salt='{SALT}')"


def test_the_same_value_is_the_same_in_each_environment_and_for_each_key(tmp_path):
    value = Value(TOKEN.id, TOKEN.sample())
    assert value.secret.decode() not in repr(value)
    one = recording.record(tmp_path, "A", "x", value, key=b"k" * 16)
    two = recording.record(tmp_path, "B", "y", value, key=b"k" * 16)
    assert one.entry.fingerprint == two.entry.fingerprint
    assert (one.shared, two.shared) == ((), (replace(one.entry, line=two.shared[0].line),))
    for key, words in ((None, "begun with a key"), (b"x" * 16, "another key")):
        with pytest.raises(UsageError, match=words):
            recording.record(tmp_path, "A", "x", value, key=key)


def test_a_key_for_a_ledger_without_one(tmp_path):
    recording.record(tmp_path, "A", "x", Value(TOKEN.id, TOKEN.sample()))
    with pytest.raises(UsageError, match="without a key"):
        recording.record(tmp_path, "A", "x", Value(TOKEN.id, TOKEN.sample()), key=b"k" * 16)


def test_a_key_leaves_the_environment():
    environment = {digest.KEY: "k" * 16, "X": ""}
    assert digest.key_of(environment) == b"k" * 16
    assert environment == {"X": ""}
    assert digest.key_of(environment) is None
    with pytest.raises(UsageError, match="at least 16"):
        digest.key_of({digest.KEY: "short"})


def test_nothing_of_a_value_is_in_the_file(tmp_path):
    values = [rule.sample() for rule in RULES]
    for number, value in enumerate(values):
        recording.record(tmp_path, f"N{number % 4}", "x", Value(TOKEN.id, value))
    text = (tmp_path / FILE).read_bytes().replace(TOKEN.id.encode(), b"")
    for value in values:
        assert [n for n in range(len(value) - 7) if value[n : n + 8] in text] == []
        for name in ("md5", "sha1", "sha256", "sha512"):
            made = hashlib.new(name, value).hexdigest()
            assert made[:32].encode() not in text


def test_the_scanner_reads_the_ledger_and_finds_nothing_in_it(tmp_path):
    ground = Ground(tmp_path / "r")
    for number, rule in enumerate([*RULES, *RULES]):
        name = f"INTERCOM_{rule.id.rpartition('-')[2].upper()}"
        environment = "production" if number % 3 else "staging"
        recording.record(ground.path, name, environment, Value(rule.id, rule.sample()), by="Jane")
    ground.commit_file(FILE, (ground.path / FILE).read_bytes())
    for mode in ("files", "all-history"):
        assert scan(ground.path, mode).findings == ()
    with (ground.path / FILE).open("a") as stream:
        stream.write(f"# {token()}\n")
    [found] = scan(ground.path, "files").findings
    assert (found.rule.id, found.places[0].path) == (TOKEN.id, FILE)
