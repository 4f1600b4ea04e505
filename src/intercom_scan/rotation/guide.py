"""Guides a person through a rotation: a step is shown, done by them, checked, and kept as done.

Before the old token is replaced Intercom is asked which workspace it is of, the new one has to be
live in the same, and at the end the old one has to be dead.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from intercom_scan.errors import ExitCode, IntercomScanError
from intercom_scan.rotation import digest, plan
from intercom_scan.rotation.steps import TITLES, way
from intercom_scan.values import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from intercom_scan.finding import Verification
    from intercom_scan.rotation.plan import Setting
    from intercom_scan.rotation.state import Progress
    from intercom_scan.rules.model import Credential

_TRIES = 3


class Person(Protocol):
    """Whoever sits at the terminal."""

    def told(self, line: str) -> None:
        """Show a line, which may have strings out of an answer."""

    def agrees(self, question: str) -> bool:
        """Ask for yes or no."""

    def secret(self, question: str) -> bytes:
        """Ask for a value that is not shown as it is typed; empty where there is none."""


class PausedError(IntercomScanError):
    """Not all steps are done; what is done is kept."""


class FailedError(PausedError):
    """A check failed: the new value is none that may be used, or the old one still is."""

    exit_code = ExitCode.FINDINGS


@dataclass(frozen=True, slots=True)
class Rotation:
    """One secret to rotate. `old` is its value and `new` the next one, None where not known yet.

    `ask` says whether a token is live, `record` writes the new value into the ledger and says
    so in a line, and `keep` saves the progress.
    """

    rule: Credential
    fingerprint: str
    old: bytes | None = field(repr=False)
    new: bytes | None = field(repr=False)
    setting: Setting
    ask: Callable[[bytes], Verification]
    record: Callable[[bytes], str]
    keep: Callable[[Progress], None]


def guide(rotation: Rotation, progress: Progress, person: Person) -> None:
    """Go through the steps that are left. Raises PausedError where one cannot be done now."""
    _Guide(rotation, progress, person).go()


class _Guide:
    def __init__(self, rotation: Rotation, progress: Progress, person: Person) -> None:
        self.rotation = rotation
        self.progress = progress
        self.person = person
        self.way = way(rotation.rule)
        self.old = rotation.old
        self.new: bytes | None = None  # once it is verified
        self.makes = self.way.makes or rotation.rule
        self.special = {
            "create": self.create,
            "verify": self.verify,
            "revoke": self.revoke,
            "record": self.record,
            "purge": self.show,
        }

    def go(self) -> None:
        for number, step in enumerate(self.way.steps, 1):
            if step in self.progress.done:
                self.person.told(f"{number}. {TITLES[step]}: done")
                continue
            self.special.get(step, self.confirm)(step)
            self.keep(replace(self.progress, done=(*self.progress.done, step)))
            self.person.told("")

    def keep(self, progress: Progress) -> None:
        self.progress = progress
        self.rotation.keep(progress)

    def show(self, step: str) -> None:
        prints = [self.rotation.fingerprint] if self.rotation.fingerprint else []
        number = list(self.way.steps).index(step) + 1
        for line in plan.step(self.rotation.rule, step, number, self.rotation.setting, prints):
            self.person.told(line)

    def confirm(self, step: str) -> None:
        self.show(step)
        self.agreed("Is that done?", f"'{TITLES[step]}' is still to do")

    def agreed(self, question: str, otherwise: str) -> None:
        if not self.person.agrees(question):
            raise PausedError(otherwise)

    # --- the old one

    def create(self, step: str) -> None:
        if self.way.asked and self.progress.workspace is None and self.known_old():
            assert self.old is not None
            known = self.rotation.ask(self.old)
            self.person.told(f"The old one: {_words(known)}")
            if known.workspace:  # kept before anybody replaces the token that tells it
                self.keep(replace(self.progress, workspace=known.workspace))
        self.confirm(step)

    def known_old(self) -> bool:
        """Whether the old value is at hand; whoever has it may type it."""
        question = "The old value, so that Intercom can be asked about it (Enter: not at hand)"
        while self.old is None and (written := self.person.secret(question)):
            self.old = self.rotation.rule.check(written)
            if self.old is None:
                self.person.told(f"This is no {self.rotation.rule.title}.")
        return self.old is not None

    def revoke(self, step: str) -> None:
        self.confirm(step)
        if not self.way.asked:
            return
        if not self.known_old():
            self.agreed(
                "Without the old value nobody can be asked. Is it certain that it is dead?",
                "whether the old one is dead is not known",
            )
            return
        assert self.old is not None
        while True:
            known = self.rotation.ask(self.old)
            self.person.told(f"The old one: {_words(known)}")
            if known.state == "dead":
                return
            if not self.person.agrees("It has to be dead. Ask again?"):
                error = FailedError if known.live else PausedError
                raise error(f"the old one is not dead: {known.reason}")

    # --- the new one

    def verify(self, step: str) -> None:
        self.show(step)
        value = self.given()
        if not self.way.asked:
            self.agreed("Does it work?", "the new one is not verified")
        fresh = digest.fresh(None)
        self.new = value
        self.keep(replace(self.progress, salt=fresh.salt, new=fresh.fingerprint(value)))

    def given(self) -> bytes:
        """A new value that may be used."""
        if self.rotation.new is not None:
            value, problem = self.looked_at(self.rotation.new)
            if problem:
                raise FailedError(problem)
            return value
        for _ in range(_TRIES):
            value, problem = self.looked_at(self.person.secret("The new value (not shown)"))
            if not problem:
                return value
            self.person.told(f"{problem[0].upper()}{problem[1:]}.")
        raise FailedError("no new value that can be used was given")

    def looked_at(self, written: bytes) -> tuple[bytes, str | None]:
        """A value in its canonical form, and what is wrong with it."""
        fits = re.fullmatch(self.makes.shape, written)
        value = (self.makes.check(written) if fits else None) or b""
        if not value:
            return written, f"this is no {self.makes.title}"
        if value == self.old or self.is_old(value):
            return value, "this is the old one"
        if self.way.asked and self.state_of(value) == "dead":
            return value, "this one is dead"
        return value, None

    def is_old(self, value: bytes) -> bool:
        from intercom_scan.finding import fingerprint  # noqa: PLC0415

        return fingerprint(self.makes, value) == self.rotation.fingerprint

    def state_of(self, value: bytes) -> str:
        """Dead or live; raises PausedError for a live one that may not take the old one's place."""
        known = self.rotation.ask(value)
        self.person.told(f"The new one: {_words(known)}")
        if known.state == "blocked":
            raise FailedError(f"the new one is refused: {known.reason}")
        if known.state == "unknown":
            raise PausedError(f"whether the new one is live is not known: {known.reason}")
        old = self.progress.workspace
        if known.state != "dead" and not (old and known.workspace):
            self.agreed(
                "Its workspace and the old one's cannot be compared. Are they the same?",
                "the new one may be of another workspace",
            )
        elif known.state != "dead" and known.workspace != old:
            raise FailedError(
                f"the new one is of another workspace, {known.workspace}; the old one is of {old}"
            )
        return known.state

    def record(self, step: str) -> None:
        self.show(step)
        self.new = self.new or self.again()
        self.person.told(f"   {self.rotation.record(self.new)}")

    def again(self) -> bytes:
        """The new value once more, after an interruption: it was not kept."""
        for _ in range(_TRIES):
            question = "The new value once more, since it is kept nowhere"
            written = self.rotation.new or self.person.secret(question)
            value = self.makes.check(written) or written
            if self.progress.is_new(value):
                return value
            self.person.told("This is not the one that was verified.")
        raise FailedError("the new value that was verified was not given again")


def _words(known: Verification) -> str:
    """`live: Intercom knows it, workspace abcd1234 (Example Ltd)`."""
    words = f"{known.state}: {known.reason}"
    if known.workspace:
        words += f", workspace {known.workspace}{f' ({known.name})' if known.name else ''}"
    return words
