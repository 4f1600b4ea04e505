"""One pass over a large text answers as the passes that it replaces would."""

from __future__ import annotations

import random
from base64 import b64encode
from urllib.parse import quote

import pytest

from intercom_scan.detector import Detector
from intercom_scan.prefilter import REACH, Prefilter, Survey
from intercom_scan.rules import RULES, by_id, suspects

PREFILTER = Prefilter()
ENCODED = [
    b64encode(b"the intercom"), b64encode(b"my Intercom"), b64encode(b"an INTERCOM_SECRET"),
    b64encode(b64encode(b"intercom: yes")), "intercom".encode("utf-16-le"),
    "".join(f"\\u{ord(letter):04x}" for letter in "intercom").encode(),
    "".join(f"%{ord(letter):02x}" for letter in "intercom").encode(),
    b"intercom%3D", b"intercom_token=\\u0022", b"intercom&quot;", b"\\nintercom=", b"intercom\\",
    "".join(f"&#{ord(letter)};" for letter in "intercom").encode(),
    b"intercom_token" + b"_" * 48 + b"\\", b64encode(b"tok:0123")[:6], b"H4sIA", b"eyJ",
]  # fmt: skip


def text(dice, apart):
    """Encoded needles, up to `apart` bytes between them; some are cut short."""
    parts: list[bytes] = []
    while sum(map(len, parts)) < suspects.SMALL + 4096:
        needle = dice.choice(ENCODED)
        parts += [needle[: dice.choice([99, 99, 5])], b" ." * dice.randrange(apart)]
    return b"".join(parts)


@pytest.mark.parametrize("apart", [1, 20, REACH, 20 * REACH])
@pytest.mark.parametrize("seed", range(3))
def test_the_first_encoded_needle_is_the_same(apart, seed):
    dice = random.Random(seed)
    data = text(dice, apart)
    survey = PREFILTER.survey(data)
    assert survey is not None
    starts = [0, len(data) - 1, len(data), *(dice.randrange(len(data)) for _ in range(200))]
    # In the middle of a needle, which then is none.
    starts += [end - back for end in survey.ends for back in (1, 3, 12)][:600]
    for start in starts:
        plain = PREFILTER.first_encoded(data, start)
        assert PREFILTER.first_encoded(data, start, survey) == plain, (start, plain)


def test_a_small_text_is_not_surveyed():
    assert PREFILTER.survey(b" " * suspects.SMALL) is None
    assert PREFILTER.survey(b" " * (suspects.SMALL + 1)) is not None


@pytest.mark.parametrize("seed", range(4))
def test_a_detector_finds_the_same_with_and_without_a_survey(monkeypatch, seed):
    """Values as they stand, in base64, percent-encoded and in JSON strings, side by side."""
    dice = random.Random(seed)
    lines = []
    for _ in range(120):
        rule = dice.choice(RULES)
        line = rule.example.format(rule.sample().decode())
        line = dice.choice([
            line, b64encode(line.encode()).decode(), quote(line), f'"{line!r}\\n"',
            line.replace("_", "\\u005f"), "intercom: yes", "-" * 400,
        ])  # fmt: skip
        lines.append(line + "\n" * dice.choice([1, 1, 900]))
    data = "\n".join(lines).encode()
    found = []
    for small in (len(data), 0):
        monkeypatch.setattr(suspects, "SMALL", small)
        found.append(Detector().look(data))
    assert found[0] == found[1]
    assert len(found[0].hits) > 50


def test_of_two_that_end_together_the_first_pattern_counts():
    survey = Survey(suspects.Suspects.none(100))
    for number in (9, 7, 8):
        survey.note(len(suspects.patterns()) + number, 50)
    survey.note(len(suspects.patterns()) + 9, 51)
    assert (list(survey.ends), list(survey.patterns)) == ([50, 51], [7, 9])


def test_values_that_their_shape_alone_tells_are_found_in_a_large_text():
    """No name stands right before them, so nothing but the hits of their shape leads there."""
    rule = by_id("intercom-client-secret")
    secrets = {rule.sample() for _ in range(50)}
    entry = b"<intercom>\n <client_secret>%b</client_secret>\n</intercom>\n" + b"<a>b</a>\n" * 200
    data = b"".join(entry % secret for secret in secrets)
    assert len(data) > suspects.SMALL
    assert {hit.secret for hit in Detector().look(data).hits} == secrets
