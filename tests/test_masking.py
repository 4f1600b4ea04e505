from __future__ import annotations

import base64
import uuid
from urllib.parse import quote

import pytest

from intercom_scan.masking import Mask, masked
from tests.reporters.build import SECRET, TOKEN, finding, password, place, problem, token

SPELLINGS = {
    "plain": lambda value: value.decode(),
    "unpadded": lambda value: value.decode().rstrip("="),
    "url-safe": lambda value: base64.urlsafe_b64encode(base64.b64decode(value)).decode(),
    "quoted": lambda value: quote(value, safe=""),
    "hex": lambda value: value.hex(),
    "decoded": lambda value: base64.b64decode(value).decode(),
    "base64": lambda value: base64.b64encode(value).decode(),
    "base64 after one": lambda value: base64.b64encode(b"x" + value + b"yz").decode(),
    "base64 after two": lambda value: base64.b64encode(b"xx" + value + b"y").decode(),
    "base64 of a line": lambda value: base64.b64encode(b"TOKEN=" + value + b"\n").decode(),
}


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
def test_every_spelling_of_a_token(spelling):
    value = token()
    shown = Mask([finding(TOKEN, secret=value)])(f"a/{spelling(value)}/b")
    assert "********" in shown
    hidden = spelling(value)
    assert not any(hidden[at : at + 8] in shown for at in range(10, len(hidden) - 16))
    assert shown.startswith("a/")
    assert shown.endswith("/b")


def test_a_uuid_in_either_case():
    value = str(uuid.uuid4())
    mask = Mask([finding(SECRET, secret=value.encode())])
    assert mask(value.upper()) == mask(value) == "********"


def test_short_and_non_utf_8_secrets():
    for value in (b"hunter", b"gl\xfccklich"):
        text = value.decode("utf-8", "surrogateescape")
        assert Mask([finding(SECRET, secret=value)])(f"x-{text}-y") == "x-********-y"


def test_a_secret_that_a_url_has_to_encode():
    value = "+/&".join(password(6).decode() for _ in range(3))
    assert Mask([finding(SECRET, secret=value.encode())])(quote(value, safe="")) == "********"


def test_repeats_and_neighbours():
    one, other = password(), password()
    mask = Mask([finding(secret=one), finding(secret=other)])
    text = f"{one.decode()}{other.decode()}.{one.decode()}"
    assert mask(text) == "****************.********"


def test_what_is_no_secret_stays():
    mask = Mask([finding(secret=password()) for _ in range(50)])
    for text in ("config/app.yml", "", "Ann <ann@example.com>", "dG9rO", "x" * 500):
        assert mask(text) == text


def test_a_name_that_hides_its_secret_in_an_unknown_spelling():
    value = password(40)
    odd = "".join(f"%{byte:02x}" for byte in value[:20]) + value[20:].decode()
    path = f"keys/\udcff{odd}.txt"
    at = place(path, 1, origin="file-name", column=7, end_column=7 + len(odd))
    mask = Mask([finding(SECRET, at, secret=value)])
    assert mask(path) == "keys/\udcff********.txt"
    assert mask(f"old/{odd}") == "old/********"
    assert mask("keys/other") == "keys/other"


def test_a_name_whose_place_says_too_little_loses_its_long_parts():
    path = "keys/" + "x" * 40 + "/a.txt"
    mask = Mask([finding(SECRET, place(path, origin="file-name", column=1, end_column=2))])
    assert mask(path) == "keys/********/a.txt"


def test_secrets_that_share_their_middle_are_found_by_one_look():
    middle = password(12).decode()
    values = [f"{n:05}xx{middle}xx{n:05}" for n in range(2000)]
    mask = Mask([finding(SECRET, secret=value.encode()) for value in values])
    assert len(mask._tables[12][middle]) == 1
    assert mask(f"a/{values[1999]}/b") == "a/********/b"
    assert mask(f"a/99999xx{middle}xx99999/b").startswith("a/99999")


def test_many_tokens_do_not_crowd_one_entry():
    mask = Mask([finding(secret=token()) for _ in range(500)])
    [table] = mask._tables.values()
    assert len(table) > 4000
    assert max(map(len, table.values())) < 4


def test_what_a_problem_speaks_of_is_no_secret():
    mask = Mask([problem("config/production")])
    assert mask("config/production/key") == "config/production/key"


def test_a_credential_in_a_problem_s_path_is_masked():
    value = token().decode()
    path = f"api/.env.{value}"
    assert Mask([problem(path)])(path) == "api/.env.********"
    assert masked(f"added /.env.{value}") == "added /.env.********"
