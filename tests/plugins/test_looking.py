"""What a line says beyond itself: its file, its surroundings, what a parser left of it."""

from __future__ import annotations

import base64

import pytest
from detect_secrets.core.potential_secret import PotentialSecret
from detect_secrets.util.code_snippet import get_code_snippet

from intercom_scan.decode import Limits
from intercom_scan.detector import Detector
from intercom_scan.plugins import looking
from tests.plugins.running import detectors, in_file, sample

CLIENT, TOKEN = "intercom-client-secret", "intercom-access-token"


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with detectors():
        yield


def found(name: str) -> set[tuple[str, int]]:
    return {(str(secret.secret_value), secret.line_number) for secret in in_file(name)}


def test_a_section_far_above(tmp_path):
    value = sample(CLIENT)
    between = "".join(f"  key{number}: {number}\n" for number in range(40))
    (tmp_path / "a.txt").write_text(f"intercom:\n{between}  client_secret: {value}\n")
    assert found("a.txt") == {(value, 42)}


def test_what_yaml_s_parser_leaves_out(tmp_path):
    """Its lines have no sections, lists and comments; the last one answers for what follows."""
    first, second, third, token = (sample(kind) for kind in (CLIENT, CLIENT, CLIENT, TOKEN))
    (tmp_path / "a.yml").write_text(
        f"intercom:\n  id: x\n  client_secret: {first}\nenv:\n  - INTERCOM_CLIENT_SECRET={second}\n"
        f"name: x\nlist:\n  - TOKEN={token}\n# INTERCOM_CLIENT_SECRET={third}\n"
    )
    assert found("a.yml") == {(first, 3), (second, 5), (token, 6), (third, 6)}


def test_what_the_parser_of_ini_files_leaves_out(tmp_path):
    first, second = sample(CLIENT), sample(CLIENT)
    (tmp_path / "a.ini").write_text(
        f"[other]\nclient_secret = {second}\n[intercom]\nclient_secret = {first}\n"
    )
    assert found("a.ini") == {(first, 4)}


def test_encoded_values_have_their_canonical_form(tmp_path):
    value = sample(TOKEN)
    encoded = base64.b64encode(f"INTERCOM_ACCESS_TOKEN={value}".encode()).decode()
    (tmp_path / "a.txt").write_text(f"data\nenv: {encoded}\n")
    assert found("a.txt") == {(value, 2)}


def test_line_ends_of_all_kinds(tmp_path):
    value = sample(CLIENT)
    (tmp_path / "a.txt").write_bytes(f"a\r\nb\rc\nINTERCOM_CLIENT_SECRET={value}\r\n".encode())
    assert found("a.txt") == {(value, 4)}


def test_directories_above_the_repository_say_nothing(tmp_path, monkeypatch):
    top = tmp_path / "intercom" / "app"
    (top / ".git").mkdir(parents=True)
    (top / "config").mkdir()
    text = f"client_secret: {sample(CLIENT)}\n"
    for name in ("config/app.txt", "config/intercom.txt"):
        (top / name).write_text(text)
    for folder in (tmp_path, top, top / "config"):
        monkeypatch.chdir(folder)
        assert in_file(str(top / "config" / "app.txt")) == set()
        assert len(in_file(str(top / "config" / "intercom.txt"))) == 1


def test_a_line_that_is_not_the_file_s_is_judged_with_its_neighbours(tmp_path):
    """So are the lines of a diff, and of a file that is too large to hold."""
    value = sample(CLIENT)
    rows = ["intercom:", "  id: x", f"  client_secret: {value}", "end: 1"]
    (tmp_path / "a.txt").write_text("something else\n" * 9)
    for name in ("a.txt", "missing.txt", "."):
        seen = looking.on_line(name, rows[2], 3, get_code_snippet(rows, 3))
        assert [(one.rule, one.value) for one in seen] == [(CLIENT, value)]
        assert looking.on_line(name, rows[3], 4, get_code_snippet(rows, 4)) == []
        assert looking.on_line(name, rows[2], 3, None) == []


def test_a_large_file_is_not_held(tmp_path, monkeypatch):
    monkeypatch.setattr(looking, "LARGEST", 10)
    value = sample(CLIENT)
    (tmp_path / "a.txt").write_text(f"x\nINTERCOM_CLIENT_SECRET={value}\n")
    assert found("a.txt") == {(value, 2)}
    assert looking._file("a.txt") is None


def test_a_file_that_changes_is_read_again(tmp_path):
    for number in range(2):
        value = sample(CLIENT)
        (tmp_path / "a.txt").write_text(f"{'x' * number}INTERCOM_CLIENT_SECRET={value}\n")
        assert found("a.txt") == {(value, 1)}


def test_the_hash_is_of_the_value_as_it_is_written(tmp_path):
    value = sample(CLIENT).upper()
    (tmp_path / "a.txt").write_text(f"INTERCOM_CLIENT_SECRET={value}\n")
    (secret,) = in_file("a.txt")
    assert secret.secret_hash == PotentialSecret.hash_secret(value)


def test_what_could_not_be_undone_is_told(tmp_path, monkeypatch):
    told: list[str] = []
    monkeypatch.setattr(looking.log, "warning", told.append)
    shallow = Detector(limits=Limits(depth=0))
    monkeypatch.setattr(looking, "_detector", lambda: shallow)
    text = base64.b64encode(f"INTERCOM_ACCESS_TOKEN={sample(TOKEN)}".encode())
    (tmp_path / "a.txt").write_bytes(text + b"\n")
    assert found("a.txt") == set()
    assert len(told) == 1
    assert told[0].startswith("a.txt: is encoded more than")
