"""Extra credential names: words, and `*` for any text."""

from __future__ import annotations

import operator
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from intercom_scan.policy.paths import glob
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST = 80
STARS = 2


@dataclass(frozen=True, slots=True)
class Name:
    """A name that a credential goes by, as written in the configuration."""

    text: str

    def matches(self, words: Sequence[str]) -> bool:
        """Whether `words`, as `rules.names.words` has them, are this name or end in it.

        So `const acmeChatToken` has the name `ACME_CHAT_TOKEN`. It takes the product of both
        lengths at most, which a regular expression with stars would not keep to.
        """
        return glob(f"*_{self.words}", "_" + "_".join(words), "*", operator.eq)

    @property
    def words(self) -> str:
        """The name's words in lower case joined by `_`, its `*` where they stand."""
        return _words(self.text)

    @property
    def needle(self) -> bytes:
        """Lower-case text that is in every text with the name, in some case."""
        return max(self._needles(), key=len).encode()

    def _needles(self) -> list[str]:
        lower = self.text.lower()
        return ["", *(word for word in re.split(r"[*_]+", self.words) if word in lower)]


def problem(text: str) -> str | None:
    """What is wrong with an extra name, and what to do; None where nothing is."""
    if len(text) > LONGEST or not re.fullmatch(r"[A-Za-z0-9_.*-]+", text):
        return (
            f"is not a name; write at most {LONGEST} letters, digits, '_', '-' and '.', "
            "with '*' for any text"
        )
    if text.count("*") > STARS:
        return f"has more than {STARS} '*'; write the name out further"
    if len(Name(text).needle) < 4:
        return "is too general; write out at least one word of 4 letters or more"
    return None


@lru_cache(maxsize=1024)
def _words(text: str) -> str:
    # Here, as the rules are a dear import that only a configuration with names needs.
    from intercom_scan.rules.names import words  # noqa: PLC0415

    pieces = re.split(r"(_?\*+_?)", re.sub(r"[-.]", "_", text))
    return "".join(part if "*" in part else "_".join(words(part.encode())) for part in pieces)
