"""Messenger JWTs are signed with HS256, say who the user is, and expire soon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.jwt.answering import answer
from intercom_scan.audit.jwt.shown import SAMPLES
from intercom_scan.audit.model import Check
from intercom_scan.rules.audit import JWT

if TYPE_CHECKING:
    from intercom_scan.audit.model import Outcome
    from intercom_scan.audit.project import Project


def run(project: Project) -> Outcome:
    """By the calls that make JWTs with an Intercom secret, and what they are given."""
    return answer(project)


CHECK = Check(
    rule=JWT,
    asks="Are Messenger JWTs signed with HS256, for a `user_id`, with an `exp` that is near?",
    run=run,
    samples=SAMPLES,
)
