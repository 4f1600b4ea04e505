from __future__ import annotations

import random
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercom_scan.errors import ConfigError, IntercomScanError
from intercom_scan.policy import Ignore
from intercom_scan.policy.ignore_file import ATTRIBUTES_FILE, FILE, parse, update
from intercom_scan.policy.writing import add
from tests.policy.build import RULES, fingerprint

FP = fingerprint(1)


def said(ignore: Ignore) -> tuple[object, ...]:
    return (ignore.fingerprint, ignore.reason, ignore.until, ignore.rule)


def entries(data: bytes) -> list[str]:
    return [line for line in data.decode().splitlines() if not line.startswith("#")]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f"{FP} # why", (FP, "why", None, None)),
        (f"{FP.upper()}\t#why # really\r", (FP, "why # really", None, None)),
        (f"  {FP} {RULES[0]} # why", (FP, "why", None, RULES[0])),
        (f"{FP} {RULES[0]} until=2030-01-31 # why", (FP, "why", date(2030, 1, 31), RULES[0])),
        (f"{FP} until=2030-01-31 # why", (FP, "why", date(2030, 1, 31), None)),
    ],
)
def test_a_line(line: str, expected) -> None:
    (ignore,) = parse(f"# comment\n\n{line}\n".encode(), "f")
    assert said(ignore) == expected
    assert ignore.source == "f:3"


BAD = [
    (b"x # why", "f:1: 'x' is not a fingerprint; copy the 32 hexadecimal digits from the report"),
    (f"\n{FP}".encode(), "f:2: '' is not a reason; say why the finding may stay"),
    (f"{FP} # --".encode(), "f:1: '--' is not a reason; say why the finding may stay"),
    (
        f"{FP} # {'aB3' * 14}".encode(),
        "f:1: a text of 42 characters cannot be a reason; "
        "write one line of at most 200 characters without any secret",
    ),
    (
        f"{FP} until=soon # why".encode(),
        "f:1: 'until=soon' is not a date; write until=YYYY-MM-DD",
    ),
    (f"{FP} A_B # why".encode(), "f:1: 'A_B' is neither a rule nor until=YYYY-MM-DD"),
    (f"{FP} a b # why".encode(), "f:1: 'b' is neither a rule nor until=YYYY-MM-DD"),
    (b"<<<<<<< HEAD", "f:1: has a merge conflict; keep both sides, remove the marks"),
    (b"\n\xff", "f:2: is not UTF-8; save it as UTF-8"),
    (bytes(2**22 + 1), "f:1: is larger than 4194304 bytes; remove entries"),
]


@pytest.mark.parametrize(("data", "message"), BAD, ids=[message for _, message in BAD])
@pytest.mark.parametrize("read", [parse, lambda data, file: update(data, [], file)])
def test_a_bad_line_is_told_by_file_and_line(read, data: bytes, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(data, "f")
    assert str(caught.value) == message


def test_what_is_written_depends_on_the_entries_alone() -> None:
    ignores = [Ignore(fingerprint(n), f"reason {n}", date(2030, 1, 1), RULES[0]) for n in range(50)]
    whole = update(b"", ignores)
    mixed = list(ignores)
    random.Random(3).shuffle(mixed)
    one_by_one = b""
    for ignore in mixed:
        one_by_one = update(one_by_one, [ignore])
    assert one_by_one == whole
    assert update(whole, mixed) == whole
    assert entries(whole) == sorted(
        f"{i.fingerprint} {RULES[0]} until=2030-01-01 # {i.reason}" for i in ignores
    )
    assert [said(i) for i in parse(whole)] == sorted(map(said, ignores))
    assert not re.search(rb"\d\d:\d\d", whole)


def test_an_entry_is_replaced_and_keeps_its_rule() -> None:
    data = update(b"", [Ignore(FP, "old", date(2029, 1, 1), RULES[0])])
    (ignore,) = parse(update(data, [Ignore(FP, "new")]))
    assert said(ignore) == (FP, "new", None, RULES[0])


def test_what_a_person_wrote_stays_above_its_entry() -> None:
    late, early = sorted([fingerprint(1), fingerprint(2)], reverse=True)
    text = f"# about late\n{late} # b\n# about early\n{early} # a\n# the end\n"
    lines = update(text.encode(), []).decode().splitlines()
    assert lines[lines.index(f"{late} # b") - 1] == "# about late"
    assert lines[lines.index(f"{early} # a") - 1] == "# about early"
    assert lines[-1] == "# the end"
    again = "\n".join(lines).encode() + b"\n"
    assert update(again, []) == again


def test_two_lines_of_a_union_merge_are_both_kept() -> None:
    one, two = update(b"", [Ignore(FP, "b")]), update(b"", [Ignore(FP, "a")])
    both = one + b"".join(line for line in two.splitlines(True) if not line.startswith(b"#"))
    assert [i.reason for i in parse(update(both, []))] == ["a", "b"]


@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda t: f"{FP} {t}".encode()))
def test_any_bytes_are_ignores_or_a_configuration_error(data: bytes) -> None:
    text = "f:"
    try:
        before = sorted(map(said, {said(i): i for i in parse(data, "f")}.values()), key=str)
        after = sorted(map(said, parse(update(data, []), "f")), key=str)
        assert after == before
    except ConfigError as error:
        text = str(error)
    assert text.startswith("f:")
    assert text.isprintable()


def test_files_are_written_once(tmp_path) -> None:
    assert add(tmp_path, [Ignore(FP, "why")])
    first = (tmp_path / FILE).read_bytes()
    assert [said(i) for i in parse(first)] == [(FP, "why", None, None)]
    assert not add(tmp_path, [Ignore(FP, "why")])
    assert (tmp_path / FILE).read_bytes() == first
    assert sorted(p.name for p in (tmp_path / FILE).parent.iterdir()) == [
        ".gitattributes",
        "ignores",
    ]


def test_the_mode_and_a_persons_attributes_are_kept(tmp_path) -> None:
    add(tmp_path, [Ignore(FP, "why")])
    (tmp_path / FILE).chmod(0o640)
    (tmp_path / ATTRIBUTES_FILE).write_text("mine\n")
    add(tmp_path, [Ignore(FP, "other")])
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o640
    assert (tmp_path / ATTRIBUTES_FILE).read_text() == "mine\n"


@pytest.mark.parametrize("link", [".intercom-scan", FILE])
@pytest.mark.parametrize("inside", [True, False])
def test_links_are_not_followed(tmp_path, link: str, inside: bool) -> None:
    root = tmp_path / "root"
    target = (root if inside else tmp_path) / "elsewhere"
    (root / link).parent.mkdir(parents=True)
    if link == FILE:
        target.write_bytes(b"")
    else:
        target.mkdir()
    (root / link).symlink_to(target)
    with pytest.raises(ConfigError, match="behind a link"):
        add(root, [Ignore(FP, "why")])
    assert target.read_bytes() == b"" if link == FILE else not list(target.iterdir())


def test_a_failure_leaves_the_file_as_it_was(tmp_path, monkeypatch) -> None:
    add(tmp_path, [Ignore(FP, "why")])
    before = (tmp_path / FILE).read_bytes()

    def full(self, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(IntercomScanError, match=r"cannot be written \(No space left on device\)"):
        add(tmp_path, [Ignore(FP, "other")])
    assert (tmp_path / FILE).read_bytes() == before
    assert not (tmp_path / (FILE + ".lock")).exists()


def test_a_broken_file_is_not_overwritten(tmp_path) -> None:
    (tmp_path / FILE).parent.mkdir()
    (tmp_path / FILE).write_bytes(b"<<<<<<< HEAD\n")
    with pytest.raises(ConfigError, match="merge conflict"):
        add(tmp_path, [Ignore(FP, "why")])
    assert (tmp_path / FILE).read_bytes() == b"<<<<<<< HEAD\n"
    assert not (tmp_path / (FILE + ".lock")).exists()


def test_two_at_once_do_not_lose_each_others_entries(tmp_path) -> None:
    add(tmp_path, [Ignore(FP, "why")])
    lock = tmp_path / (FILE + ".lock")
    lock.write_bytes(b"")
    with pytest.raises(IntercomScanError, match="is at work"):
        add(tmp_path, [Ignore(FP, "other")])
    assert lock.exists()
