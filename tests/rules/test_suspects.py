"""A large text gives the same answers as a small one."""

from __future__ import annotations

import random
import string
import uuid

import pytest

from intercom_scan.rules import RULES, candidates, contextual, find, suspects

LETTERS = string.ascii_letters + string.digits
# What stands above a value, on its line, or both: what may give it a name or take that away.
LEADS = [
    "request_id: ", '"request_id": "', '  - id: "', "value: ", '"value": "', "key = '",
    "client_secret: ", 'secret: "', "intercom:\n  secret: ", "INTERCOM_SECRET=", "export ID=",
    "hash_hmac('sha256',\n  id: '", "jwt.sign({\n  user: '", "createHmac(\n    key: \"",
    "name: intercom_client_secret\nvalue: ", "name: INTERCOM_SECRET\n  id: ",
    'intercomSecret = live ?\n  "none" : "', 'intercomSecret = live ? "a" :\n  "',
    'intercom_client_secret = [\n  "', "app_id: abcd1234\napp_api_key: ", "api_key: ",
    'intercom_client_secret = live ?\n\n  "nobody" : "', '"${INTERCOM_SECRET_KEY:-',
    '- name: INTERCOM_CLIENT_SECRET\n  insecure_value: "', '- name: "X"\r\n  id: ',
    "intercom:\n  secret:\n    ios: '", "intercom:\n  client_secret:\n    production: ", "ios: ",
    "secrets:\n  intercom: ", "intercom: '", "hexdigest 'sha256', \"",
    "| id | ", "`", "id:", "abcd1234:", "x-", ":-", "/", ".", "", "\n",
]  # fmt: skip
FILLER = [
    "the quick brown fox",
    "intercom: yes",
    "      $ref: '#/components/schemas/a_name_that_is_longer_than_forty_characters'",
    "https://api.intercom.io/a/b?c=d",
    "-" * 80,
    "stripe:",
    "}",
    "example:",
    "",
]


def value(dice):
    made = [str(uuid.UUID(int=dice.getrandbits(128), version=4)), f"{dice.getrandbits(256):064x}"]
    made += ["".join(dice.choices(LETTERS + "_-", k=k)) for k in (36, 40, 41, 43, 72, 112, 400)]
    made += [dice.choice(RULES).sample().decode()]
    return dice.choice(made)


def line(dice):
    chance = dice.random()
    if chance < 0.03:
        rule = dice.choice(RULES)
        return rule.example.format(rule.sample().decode())
    if chance < 0.3:
        return dice.choice(LEADS) + value(dice) + dice.choice(["", '"', "'", ",", "=", "/x", "-"])
    if chance > 0.99:  # far from the word and from all that is evidence
        return "\n" * 30000 + dice.choice(LEADS) + value(dice) + "\n" * 6000
    return " " * dice.randrange(8) + dice.choice(FILLER)


def text(dice, lines=2500):
    return "\n".join(line(dice) for _ in range(lines)).encode()


def edited(dice, data):
    """A next version: parts of it taken out, moved, or written anew, at any byte."""
    for _ in range(dice.randrange(1, 8)):
        low = dice.randrange(len(data))
        high = low + dice.randrange(200)
        moved = data[dice.randrange(len(data)) :][: dice.randrange(400)]
        new = dice.choice([b"", b"\n", moved, line(dice).encode(), b"intercom\n"])
        data = data[:low] + new + data[high:]
    return data


@pytest.fixture(autouse=True)
def _nothing_remembered():
    """What an earlier search of the same text found would answer for the one that is tested."""
    candidates._in_text.cache_clear()
    contextual._settled.cache_clear()
    yield
    candidates._in_text.cache_clear()


def as_small(monkeypatch, data, path=b"", names=()):
    monkeypatch.setattr(suspects, "SMALL", len(data))
    return list(find(data, path, names))


def as_large(monkeypatch, data, path=b"", names=()):
    monkeypatch.setattr(suspects, "SMALL", 0)
    return list(find(data, path, names))


@pytest.mark.parametrize("seed", range(6))
def test_large_texts_are_searched_as_small_ones_are(monkeypatch, seed):
    """Version after version, with what is remembered of the ones before."""
    dice = random.Random(seed)
    data = text(dice)
    found = 0
    for path, names in ((b"", ()), (b"intercom.yml", ()), (b"", ("request_id", "key")), (b"", ())):
        plain = as_small(monkeypatch, data, path, names)
        assert as_large(monkeypatch, data, path, names) == plain
        found += len(plain)
        data = edited(dice, data)
    assert found > 100


@pytest.mark.parametrize("lead", LEADS)
def test_a_value_is_found_behind_every_lead_as_in_a_small_text(monkeypatch, lead):
    """What the beginning of its line settles elsewhere is not settled here."""
    dice = random.Random(lead)
    made = "".join(f"intercom\n{above}\n{lead}{value(dice)}\n" for above in FILLER * 12)
    for path in (b"", b"config/intercom.yml"):
        data = made.encode()
        assert as_large(monkeypatch, data, path) == as_small(monkeypatch, data, path)


def plain_candidates(data):
    candidates._in_text.cache_clear()
    return list(candidates.in_region(data, 0, len(data)))


def large_candidates(data):
    whole = [(0, len(data))]
    return candidates.in_large(data, whole, suspects.suspects(data), lambda _: False)


BARE = {
    "uuid": lambda dice: str(uuid.UUID(int=dice.getrandbits(128), version=4)),
    "40": lambda dice: "".join(dice.choices(LETTERS, k=40)),
    "43": lambda dice: "".join(dice.choices(LETTERS, k=43)),
    "64 hex": lambda dice: f"{dice.getrandbits(256):064x}",
    "jwt": lambda dice: ".".join(
        ("eyJ" + "".join(dice.choices(LETTERS, k=20)), "".join(dice.choices(LETTERS, k=3996)),
         "".join(dice.choices(LETTERS, k=43)))
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", BARE)
def test_values_of_known_shapes_are_candidates_without_any_name(kind):
    dice = random.Random(kind)
    made = [BARE[kind](dice) for _ in range(20)]
    data = " ".join(dice.choice("(\"'") + value + ' " .' * dice.randrange(40) for value in made)
    plain = plain_candidates(data.encode())
    assert {data[slice(*span)] for span in plain} >= set(made)
    assert large_candidates(data.encode()) == plain


@pytest.mark.parametrize(
    "line",
    [
        "intercom_{long}_token{gap}'{value}'",
        "intercom.token = [{gap}'{value}', '{value}', '{value}']",
        "{noun}_{tail} \t  => \t   '{value}'",
        "{noun}_{tail}=`{value}`",
        "api_{noun}: {value}==",
        "API_{noun}: {value}==",
    ],
)
def test_values_behind_a_name_are_candidates_however_far(line):
    dice = random.Random(line)
    lines = [
        line.format(
            noun=dice.choice(["secret", "password", "key", "hmac", "TOKEN"]),
            long="x" * dice.randrange(1, 40),
            tail="y" * dice.randrange(20),
            gap=" (" * dice.randrange(129),
            value="".join(dice.choices(LETTERS, k=dice.randrange(17, 90))),
        )
        + "\n" * 600
        for _ in range(30)
    ]
    data = "".join(lines).encode()
    plain = plain_candidates(data)
    assert len(plain) >= 20
    assert large_candidates(data) == plain


@pytest.mark.parametrize("length", [39, 40, 41, 296, 297, 298, 5000])
def test_long_runs_are_whole(length):
    """Also such as are too tiresome to go through byte by byte."""
    run = b"a" * length
    data = b"\n".join([run, b"short", run, run])
    starts = [0, length + 7, 2 * length + 8]
    wanted = [(start, start + length) for start in starts] if length >= 40 else []
    assert list(suspects.long_runs(data, 0, len(data))) == wanted
    for start, end in ((0, length // 2), (45, len(data) - 45), (length + 3, 2 * length + 9)):
        seen = [min(high, end) - max(low, start) for low, high in wanted]
        part = [run for run, size in zip(wanted, seen, strict=True) if size >= 40]
        assert list(suspects.long_runs(data, start, end)) == part
    assert suspects.run_around(data, length + 7 + 20) == (length + 7, 2 * length + 7)


def test_values_at_the_very_ends_are_seen(monkeypatch):
    rule = next(rule for rule in RULES if rule.id == "intercom-client-secret")
    data = b"intercom_client_secret=" + rule.sample()
    assert [match.rule.id for match in as_large(monkeypatch, data)] == [rule.id]


def test_finders_that_need_a_word_are_asked_where_one_stands():
    for rule in RULES:
        if rule.contextual:
            continue
        data = b"\n" * 9 + rule.sample() + b"\n"
        assert [match.rule for match in find(data, places=suspects.suspects(data))] == [rule]
