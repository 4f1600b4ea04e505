"""Scans to look at: one of a real repository with planted fakes, and made-up ones."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from intercom_scan.api import Request, scan
from intercom_scan.finding import Commit, Exposure, Skip
from intercom_scan.rules import RULES
from intercom_scan.values import replace
from tests.integration.running import RULE, Dated
from tests.reporters import build

if TYPE_CHECKING:
    from pathlib import Path

    from intercom_scan.finding import Finding, ScanResult
    from intercom_scan.rules.model import Rule

START = datetime(2021, 2, 3, 9, 30, tzinfo=timezone.utc)
AUTHORS = ("Ada Example <ada@example.com>", "Bo Example <bo@example.com>")
HOSTILE = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)><a href='javascript:alert(1)'>",
    "{{ 7 * 7 }}{% for x in y %}",
    "\x1b[2J\x1b]0;title\x07bell",
    "invoice\u202egnp.exe",
    "line\nbreak\r\ttab",
    "\udcff\ud800",
    "</style></title></svg><!--",
    "a" * 400 + ".env",
    "\u0645\u0631\u062d\u0628\u0627 \u4f60\u597d/caf\u00e9.env",
    "&lt;b&gt;&#x27;",
)


def line(rule: Rule) -> bytes:
    """A line of a file, with a fresh fake of this kind."""
    kind = RULE[rule.id]
    return kind.example.format(kind.sample().decode()).encode() + b"\n"


class Story(Dated):
    """A repository with a past: each step says when it happened, and who did it."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.clock = int(START.timestamp())

    def at(self, day: int) -> None:
        """The next commit is made `day` days after the start."""
        self.clock = int((START + timedelta(days=day - 1)).timestamp())

    def step(self, day: int, author: int, name: str, content: bytes | None) -> str:
        """Put a file there, or take it away."""
        self.at(day)
        if content is None:
            self.git("rm", "--quiet", "--force", "--", name)
        else:
            self.write(name, content)
            self.git("add", "--force", "--", name)
        return self.commit(f"Change {name}", f"--author={AUTHORS[author]}")


def tell(path: Path) -> None:
    """Plant a few years of a project's life at `path`."""
    token, secret, identity, key, legacy, hash_, sdk = (
        RULE[f"intercom-{name}"]
        for name in (
            "access-token", "client-secret", "identity-secret", "access-token", "api-key",
            "user-hash", "mobile-sdk-key",
        )
    )  # fmt: skip
    story = Story(path)
    kept = line(identity)
    story.step(0, 0, "config/initializers/intercom.rb", kept)
    story.step(60, 1, "lib/legacy_client.rb", line(legacy))
    story.step(210, 0, "deploy/staging.env", line(token))
    story.git("tag", "v1.0")
    story.step(290, 1, "README.md", b"A project, and how to start it.\n")
    story.step(300, 1, "deploy/staging.env", None)
    story.step(420, 1, "lib/legacy_client.rb", None)
    story.step(480, 0, "app/src/main/java/com/example/App.java", line(sdk))
    story.step(700, 1, "web/public/index.html", b"<script>" + line(hash_) + b"</script>\n")
    story.step(760, 1, "docs/setup.md", b"Copy this:\n\n    " + kept)
    story.git("checkout", "--quiet", "-b", "feature/webhooks")
    story.step(900, 0, "services/webhooks/settings.env", line(secret))
    story.step(980, 1, "services/webhooks/README.md", b"Webhooks.\n")
    story.git("checkout", "--quiet", "main")
    story.git("checkout", "--quiet", "-b", "try-out")
    story.step(1000, 1, "scripts/try.sh", line(key))
    story.git("checkout", "--quiet", "main")
    story.git("branch", "--quiet", "-D", "try-out")
    story.git("reflog", "expire", "--expire=now", "--expire-unreachable=now", "--all")
    story.step(1250, 0, "config/production.env", line(token))
    story.step(1300, 0, "test/fixtures/token.txt", line(token).rstrip() + allowed())


def allowed() -> bytes:
    return b"  # intercom-scan: ignore revoked, and kept for the parser's tests\n"


def told(path: Path) -> ScanResult:
    """What a scan of everything finds there."""
    tell(path)
    return scan(Request("all-history", (path,)))


def crowd(count: int) -> ScanResult:
    """Made-up secrets of all kinds, each with a life of its own."""
    return build.scan(*(_member(number) for number in range(count)))


def _member(number: int) -> Finding:
    rule = RULES[number % len(RULES)]
    came = START + timedelta(days=number * 37 % 1900, minutes=number)
    left = came + timedelta(days=number * 13 % 200)
    first = _commit(number, came)
    life = Exposure(
        first,
        _commit(number + 1, left),
        number % 5 == 0,
        () if number % 7 == 3 else ("refs/heads/main", f"refs/tags/v1.{number % 9}"),
        (datetime.now(timezone.utc) - came).days,
        left=None if number % 5 in (0, 3) or number % 7 == 3 else _commit(number + 1, left),
    )
    folder = f"services/service-{number % 40:02}/config"
    spots = [
        build.place(f"{folder}/app-{number}.yml", number % 300 + 1, origin="blob", commit=first)
        for _ in range(number % 3 + 1)
    ]
    spots = [replace(spot, line=spot.line + at) for at, spot in enumerate(spots)]
    return replace(build.finding(rule, *spots, secret=rule.sample()), exposure=life)


def _commit(number: int, moment: datetime) -> Commit:
    author = AUTHORS[number % len(AUTHORS)]
    return Commit(f"{number * 7919:040x}", author, moment.strftime("%Y-%m-%dT%H:%M:%SZ"))


def hostile() -> ScanResult:
    """Every name that a repository can choose is meant to do harm."""
    found = []
    for name in HOSTILE:
        commit = Commit("ab" * 20, f"{name} <{name}>", "2024-03-01T10:00:00Z")
        spot = build.place(name, 3, origin="blob", commit=commit, inline=name)
        life = Exposure(commit, commit, False, (f"refs/heads/{name}", name), 100)
        found.append(replace(build.finding(build.TOKEN, spot), exposure=life))
    found.append(build.problem(HOSTILE[0], detail=HOSTILE[1], remedy=HOSTILE[4]))
    known = replace(found[0], secret=build.token(), status="ignored", reason=HOSTILE[1])
    skips = tuple(Skip(name, name) for name in HOSTILE)
    return build.scan(*found, known, skipped=skips, notes=HOSTILE)


def incomplete() -> ScanResult:
    lost = "missing from the store (a partial clone)"
    unread = (
        Skip("object " + "ab" * 20, lost),
        Skip("object " + "cd" * 20, lost),
        Skip("assets/video.mp4", "larger than limits.file_size", incomplete=False),
    )
    return build.scan(build.in_history(head=True), skipped=unread)


def living(finding: Finding, **life: object) -> Finding:
    """The finding with another life."""
    assert finding.exposure
    return replace(finding, exposure=replace(finding.exposure, **life))  # type: ignore[arg-type]


def clean() -> ScanResult:
    return build.scan()


def one() -> ScanResult:
    return build.scan(build.in_history())


def of_files() -> ScanResult:
    """A scan that knows no dates."""
    return build.scan(build.finding(), build.problem(), mode="files", commits=0)
