"""Of a large project, only code whose words have to do with a login is read for logins."""

from __future__ import annotations

import pytest

from tests.audit.repositories import asked, repository

DEEP = "(" * 500


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("list", "not-applicable"),
        ("loginUserWithUserId", "cannot-tell"),
        ("createHmac", "cannot-tell"),
    ],
)
def test_code_that_is_nested_too_deeply(tmp_path, said, answer):
    """Where it may log somebody in, or prove somebody, nobody can tell."""
    ground = repository(tmp_path, {"Client.java": f"// of Intercom\n{said}{DEEP}\n"})
    assert asked(ground.path, "identity-verified").answer == answer
