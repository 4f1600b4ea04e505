"""The ignore files of uploads, and the rule for what each lets through."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.rules import hygiene as rules
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from intercom_scan.env.view import EnvFile
    from intercom_scan.rules.model import Rule

# Files that Vercel leaves out by itself: https://vercel.com/docs/deployments/vercel-ignore
_VERCEL_OWN = re.compile(rb"\.env(?:\..*)?\.local\Z")


@dataclass(frozen=True, slots=True)
class Ignorer:
    """An ignore file with .gitignore's syntax that says what an upload leaves out."""

    name: bytes
    rule: Rule
    skips: Callable[[EnvFile], bool] = lambda _file: False


IGNORERS = (
    Ignorer(b".gcloudignore", rules.GCLOUD),
    Ignorer(b".vercelignore", rules.VERCEL, lambda file: bool(_VERCEL_OWN.match(file.name))),
    # Heroku builds from git, and so has no file that is not tracked.
    Ignorer(b".slugignore", rules.SLUG, lambda file: file.state != "tracked"),
)
