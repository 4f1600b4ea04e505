"""`intercom-detect-secrets`: the hook of detect-secrets itself, our detectors already in."""

from __future__ import annotations

import argparse
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Like `detect-secrets-hook`, with the same arguments.

    Returns its exit codes (0 clean, 1 secrets that the baseline does not know, 3 the baseline was
    brought up to date), and 2 where detect-secrets is not installed.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        from detect_secrets import pre_commit_hook  # noqa: PLC0415 it may be missing, and is slow
    except ModuleNotFoundError:
        print(
            "intercom-detect-secrets: detect-secrets is missing; "
            "install intercom-scan[detect-secrets]",
            file=sys.stderr,
        )
        return 2
    from intercom_scan.plugins.known import make_known  # noqa: PLC0415

    names = make_known()
    if not _has_baseline(arguments):  # detect-secrets then takes every detector that it knows
        return int(pre_commit_hook.main(arguments))
    with _switched_on(names):
        return int(pre_commit_hook.main(arguments))


def _has_baseline(arguments: list[str]) -> bool:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--baseline")
    return parser.parse_known_args(arguments)[0].baseline is not None


@contextmanager
def _switched_on(names: list[str]) -> Iterator[None]:
    """Our detectors for one run, and not in the baseline, should detect-secrets write it.

    A baseline that names them goes before: it gives them their path.
    """
    from detect_secrets.core import baseline  # noqa: PLC0415
    from detect_secrets.settings import get_settings  # noqa: PLC0415

    settings = get_settings()
    settings.configure_plugins([{"name": name} for name in names])
    save = baseline.save_to_file

    def save_without_ours(*arguments: Any, **named: Any) -> None:  # noqa: ANN401
        unnamed = [name for name in names if "path" not in settings.plugins.get(name, {})]
        settings.disable_plugins(*unnamed)
        save(*arguments, **named)

    baseline.save_to_file = save_without_ours
    try:
        yield
    finally:
        baseline.save_to_file = save


if __name__ == "__main__":
    raise SystemExit(main())
