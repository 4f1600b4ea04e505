"""Every check of the audit: a module of this package that ends in a `CHECK`."""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING

from intercom_scan.rules.audit import AUDIT

if TYPE_CHECKING:
    from intercom_scan.audit.model import Check

_NAMES = sorted(name[:-3] for name in os.listdir(__path__[0]) if name.endswith(".py"))
_MODULES = [import_module(f"{__name__}.{name}") for name in _NAMES if name != "__init__"]
_FOUND: list[Check] = [module.CHECK for module in _MODULES if hasattr(module, "CHECK")]

# By id, in the order of their rules.
CHECKS = {
    check.id: check for check in sorted(_FOUND, key=lambda check: AUDIT.index(check.rule))
}  # fmt: skip
