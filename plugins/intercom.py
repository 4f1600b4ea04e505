"""Intercom's credentials for detect-secrets, `detect-secrets scan -p plugins/intercom.py`.

One detector a kind, made from the rules: `intercom-access-token` is `IntercomAccessTokenDetector`.
detect-secrets loads this file by its path and takes every detector in its namespace.
"""

from __future__ import annotations

import intercom_scan.plugins.filters  # noqa: F401 two stock filters learn of our detectors
from intercom_scan.plugins.detector import Detector
from intercom_scan.rules import RULES


def class_name(rule_id: str) -> str:
    """The detector's name for a rule's id; stable, as baselines keep it."""
    return "".join(word.capitalize() for word in rule_id.split("-")) + "Detector"


_DETECTORS = {
    class_name(rule.id): type(
        class_name(rule.id),
        (Detector,),
        {
            "__doc__": f"{rule.title}: {rule.opens}",
            "__module__": "intercom_scan.plugins.intercom",
            "secret_type": rule.title,
            "rule": rule.id,
        },
    )
    for rule in RULES
}
globals().update(_DETECTORS)
__all__ = list(_DETECTORS)
