"""Whether what a kind declares can be found at all; asked of every kind when rules are imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.rules import candidates
from intercom_scan.rules.names import credential_name
from intercom_scan.rules.vocabulary import LONGEST, SHORTEST, WILD, phrases

if TYPE_CHECKING:
    from collections.abc import Iterable

    from intercom_scan.rules.model import Credential


def check(rules: Iterable[Credential]) -> None:
    """ValueError where a contextual kind has a name or a value that is not looked for."""
    for rule in rules:
        _check_names(rule)
        if not candidates.may_be(rule.sample()):
            raise ValueError(
                f"{rule.id}: its sample is not looked for, which is neither {SHORTEST} to "
                f"{LONGEST} letters, digits, `_` and `-` nor what is assigned to names: give the "
                "kind a `find` and `contextual=False`"
            )


def _check_names(rule: Credential) -> None:
    for phrase in phrases(rule):
        parts = [word for word in phrase if word != WILD]
        name = credential_name(parts)
        if not name or not name.explicit or name.reduced != "_".join(parts):
            read = f"is read as `{name.reduced}`" if name else "is no credential's"
            raise ValueError(
                f"{rule.id}: the name `{'_'.join(parts)}` {read}: begin it with `intercom_` and "
                "leave out the words that `rules/names.py` has for environments and for other "
                "products"
            )
