"""From files to a policy. What reads a kind of file is imported where there is one: most
repositories have none, and a hook must not wait for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.errors import ConfigError
from intercom_scan.policy.model import CONFIG_FILE, IGNORES_FILE, Policy
from intercom_scan.policy.text import mask
from intercom_scan.values import replace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from intercom_scan.policy.reader import Reader

_MISSPELT = ".intercom-scan.yml"


def load(
    read: Reader,
    *,
    config: str | None = None,
    baseline: str | None = None,
    inline: bool = True,
    rules: Iterable[str] | None = None,
) -> Policy:
    """The policy of the tree that `read` reads.

    `config` and `baseline` are paths for `read`; without `config`, `.intercom-scan.yaml` is read
    where there is one, and `.intercom-scan/ignores` always is. `inline` says whether allow
    comments count. `rules` are the ids that a configuration may name (default: all there are).
    Raises ConfigError, `FILE:LINE: key: what is wrong, what to do`.
    """
    policy = _configured(read, config, rules)
    ignores = read(IGNORES_FILE)
    if ignores is not None:
        from intercom_scan.policy import ignore_file  # noqa: PLC0415

        policy = replace(policy, ignores=policy.ignores + ignore_file.parse(ignores))
    known: frozenset[tuple[str, str]] = frozenset()
    if baseline is not None:
        from intercom_scan.policy import baseline as baselines  # noqa: PLC0415

        known = baselines.parse(_required(read, baseline), mask(baseline))
    return replace(policy, inline_allowed=inline, baseline=known, baseline_file=baseline)


def _configured(read: Reader, config: str | None, rules: Iterable[str] | None) -> Policy:
    if config is not None:
        data: bytes | None = _required(read, config)
    else:
        data = read(CONFIG_FILE)
        if data is None and read(_MISSPELT) is not None:
            raise ConfigError(f"{_MISSPELT}:1: is not read; rename it to {CONFIG_FILE}")
    if data is None:
        return Policy()
    from intercom_scan.policy import schema, yaml_tree  # noqa: PLC0415

    tree = yaml_tree.parse(data, mask(config or CONFIG_FILE))
    if tree is None:
        return Policy()
    return schema.read(tree, _rule_ids() if rules is None else rules)


def _required(read: Reader, path: str) -> bytes:
    data = read(path)
    if data is None:
        raise ConfigError(f"{mask(path)}:1: there is no such file; correct the path")
    return data


def _rule_ids() -> list[str]:
    from intercom_scan.rules import ALL  # noqa: PLC0415

    return [rule.id for rule in ALL]
