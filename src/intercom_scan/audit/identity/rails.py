"""Whether intercom-rails, which starts the Messenger in every page, makes the proof as well.

Its settings: https://github.com/intercom/intercom-rails
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.flow.calls import sites
from intercom_scan.audit.flow.meaning import meaning
from intercom_scan.audit.flow.values import Absent, Environment, Text, each
from intercom_scan.audit.identity.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.syntax.modules import Modules

_SECRETS = ("api_secret", "encryption_key")


def judge(modules: Modules, path: str) -> Iterator[Verdict]:
    """What its initializer says; nothing where it is another file."""
    says_so = b"IntercomRails" in modules.project.read(path)
    for site in sites(modules, path) if says_so else ():
        if site.name != "IntercomRails.config" or site.node.kind != "call" or not site.args:
            continue
        given = {
            each_.last: each_ for each_ in sites(modules, path)
            if each_.node.kind == "assign" and site.args[-1] in each_.around
        }  # fmt: skip
        secret = next((given[name] for name in _SECRETS if name in given), None)
        if secret is None:
            words = "intercom-rails has no `api_secret`, so it makes no proof"
            yield Verdict("fail", site.where, words, ("web",))
            continue
        values = [*each(meaning(modules, secret.args[0], secret))]
        empty = all(isinstance(v, Absent) or (isinstance(v, Text) and not v.text) for v in values)
        fallback = any(isinstance(v, Environment) and isinstance(v.default, Text) for v in values)
        if empty or fallback:
            yield Verdict("fail", secret.where, "the `api_secret` is empty or may be", ("web",))
        else:
            yield Verdict("pass", secret.where, "intercom-rails makes the proof", ("web",))
