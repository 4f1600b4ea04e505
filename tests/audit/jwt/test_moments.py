"""Times and lengths, as each language's libraries write them."""

from __future__ import annotations

import pytest

from intercom_scan.audit.jwt.lengths import length, unit
from intercom_scan.audit.jwt.moments import Moment, moment
from intercom_scan.audit.syntax.parse import parse

HOUR = Moment(1, 3600)
CASES: dict[str, dict[str, tuple[float, float] | None]] = {
    "js": {
        "Math.floor(Date.now() / 1000) + 60 * 60": HOUR,
        "Math.floor(Date.now() / 1000 + 3600)": HOUR,
        "(Date.now() / 1000 | 0) + 3600": HOUR,
        "new Date(Date.now() + 3600 * 1000)": HOUR,
        "new Date(new Date().getTime() + 60 * 60 * 1000)": HOUR,
        "Math.round(+new Date() / 1000) + 3_600": HOUR,
        "dayjs().add(1, 'hour').unix()": HOUR,
        "moment().add(60, 'minutes').unix()": HOUR,
        "DateTime.now().plus({ hours: 1 }).toUnixInteger()": HOUR,
        "Date.now() + 3600": Moment(1000, 3600),
        "60 * 60": Moment(0, 3600),
        "ttl": None,
        "Date.now() * Date.now()": None,
        "1 / 0": None,
    },
    "py": {
        "int(time.time()) + 3600": HOUR,
        "datetime.utcnow() + timedelta(hours=1)": HOUR,
        "datetime.datetime.now(tz=timezone.utc) + timedelta(minutes=30, seconds=1800)": HOUR,
        "int((datetime.now(timezone.utc) + timedelta(hours=1)).timestamp())": HOUR,
        "timezone.now() + timedelta(1)": Moment(1, 86_400),
        "timedelta(hours=n)": None,
    },
    "rb": {
        "1.hour.from_now.to_i": HOUR,
        "60.minutes.since": HOUR,
        "Time.now.to_i + 3600": HOUR,
        "(Time.current + 1.hour).to_i": HOUR,
        "12.hours": Moment(0, 43_200),
    },
    "go": {
        "time.Now().Add(time.Hour).Unix()": HOUR,
        "jwt.NewNumericDate(time.Now().Add(60 * time.Minute))": HOUR,
        "time.Now().Unix() + 3600": HOUR,
    },
    "java": {
        "Instant.now().plus(1, ChronoUnit.HOURS)": HOUR,
        "Date.from(Instant.now().plusSeconds(3600))": HOUR,
        "new Date(System.currentTimeMillis() + 3600000L)": HOUR,
        "Instant.now().plus(Duration.ofHours(1))": HOUR,
        "new Date(System.currentTimeMillis() + TimeUnit.HOURS.toMillis(1))": HOUR,
    },
    "cs": {
        "DateTime.UtcNow.AddHours(1)": HOUR,
        "DateTime.UtcNow.Add(TimeSpan.FromMinutes(60))": HOUR,
        "DateTimeOffset.UtcNow.AddMinutes(60).ToUnixTimeSeconds()": HOUR,
    },
    "php": {
        "time() + 3600": HOUR,
        "strtotime('+1 hour')": HOUR,
        "now()->addHour()->timestamp": HOUR,
        "now()->addMinutes(60)->getTimestamp()": HOUR,
        "(new DateTimeImmutable())->modify('+1 hour')": HOUR,
        "(new DateTimeImmutable('now'))->add(new DateInterval('PT1H'))": HOUR,
    },
    "kt": {
        "Date.from(Instant.now().plus(Duration.ofHours(1)))": HOUR,
        "Date(System.currentTimeMillis() + 3_600_000)": HOUR,
    },
}
TABLE = [(language, code) for language, cases in CASES.items() for code in cases]
AROUND = {"go": "package x\nvar x = {}", "java": "class X {{ Object x = {}; }}",
          "cs": "class X {{ object x = {}; }}", "php": "<?php $x = {};",
          "kt": "val x = {}"}  # fmt: skip


@pytest.mark.parametrize(("language", "code"), TABLE)
def test_a_time(language: str, code: str) -> None:
    tree = parse(AROUND.get(language, "x = {}").format(code).encode(), language)
    node = next(each for each in tree.walk() if each.kind == "assign").parts[1]
    found, wanted = moment(node, lambda _: None), CASES[language][code]
    assert (found and tuple(map(round, found))) == (wanted and tuple(map(round, wanted)))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1h", 3600), ("7d", 604_800), ("30 minutes", 1800), ("+1 hour", 3600),
        ("2 weeks", 1_209_600), ("PT1H", 3600), ("P1DT1H", 90_000), ("1.5h", 5400),
        ("1y", 31_536_000), ("500ms", 0.5),
        ("soon", None), ("", None), ("h", None), ("P", None), ("3600", None), ("1 parsec", None),
    ],
)  # fmt: skip
def test_a_length(text: str, seconds: float | None) -> None:
    assert length(text) == seconds


@pytest.mark.parametrize("word", ["h", "hr", "hour", "hours", "HOURS", "Hour", "HOUR_OF_DAY"])
def test_an_hour(word: str) -> None:
    assert unit(word) == 3600
