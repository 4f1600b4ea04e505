"""What a repository says about its findings, and what that makes of them."""

from intercom_scan.policy.inline import Inline, inline
from intercom_scan.policy.loading import load
from intercom_scan.policy.model import CONFIG_FILE, IGNORES_FILE, Exclusion, Ignore, Policy
from intercom_scan.policy.names import Name
from intercom_scan.policy.reader import LONGEST, Reader, tree_reader
from intercom_scan.policy.sorting import apply, let_be

__all__ = [
    "CONFIG_FILE",
    "IGNORES_FILE",
    "LONGEST",
    "Exclusion",
    "Ignore",
    "Inline",
    "Name",
    "Policy",
    "Reader",
    "apply",
    "inline",
    "let_be",
    "load",
    "tree_reader",
]
