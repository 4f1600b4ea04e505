"""What stands between a name and one of several values that go by it: the others of them.

A ternary's condition and first branch, a list's earlier elements, a value that was kept when it
was replaced. All of it is taken out of the text before a value, so that its name comes last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.rules.text import intercom_word, lazy

if TYPE_CHECKING:
    import re

_REACH = 800  # bytes before a value in which others of its name are looked for
_ROUNDS = 4  # ternaries within each other

_LITERAL = rb"(?:\"[^\"\r\n]{0,128}\"|'[^'\r\n]{0,128}')"
_VALUE = rb"[A-Za-z0-9_.+/-]{16,128}={0,2}"
_QUOTE = rb"([\"'])\Z"
# `KEY = '…'; // '…'`: an earlier value kept behind the present one goes by the same name.
_former = lazy(rb"[\"'][^\"'\s]{16,128}[\"'][ \t]{0,9}[;,]?[ \t]{0,9}(?://|#)[ \t]{0,9}" + _QUOTE)
# `name = ["…", "…", "`, `name=…,…,`.
_list = lazy(rb"(?<=[\[{])\s{0,80}(?:[\"']" + _VALUE + rb"[\"']\s{0,8},\s{0,80}){1,12}" + _QUOTE)
_commas = lazy(rb"(?:(?<=[=:\"'\s])|\A)(?:" + _VALUE + rb",[ \t]?){1,12}()\Z")
# An element of a list that stands on a line of its own.
_element = lazy(rb"[ \t]*(?:-[ \t]+)?[\"']?" + _VALUE + rb"[\"']?,?[ \t]*\Z")
# `… ? "…" : "`, `"…" if … else "`, `if (…) "…" else "`: the other branch, and what chooses.
_other_branch = lazy(rb"(?<!\?)\?\s{0,80}" + _LITERAL + rb"\s{0,80}:\s{0,80}" + _QUOTE)
_python_branch = lazy(_LITERAL + rb"\s{1,80}if\s[^\"\n]{1,80}?\selse\s{1,80}" + _QUOTE)
_if_branch = lazy(
    rb"\bif\s{0,4}\([^\"\n]{1,80}\)\s{0,9}(?:" + _LITERAL + rb"\s{0,80}else\s{1,80})?" + _QUOTE
)
_choice = lazy(rb"(?<!\?)\?\s{0,80}[\"']\Z")
_CONDITION_REACH = 320
# `"".join(["`
_join = lazy(rb"(?:\"\"|'')\.join\(\s{0,80}[\[(]\s{0,80}" + _QUOTE)
# Greedy up to the last `=` or `:` that is no part of a comparison.
_condition = lazy(
    rb"(?s:\A(.*)(?<![=!<>:?])([=:])(?![=>:])[^;{}\"']{1,160}"
    rb"(?:" + _LITERAL + rb"[^;{}\"']{0,80})?(?<!\?)\?\s{0,80})" + _QUOTE
)


def is_element(line: bytes) -> bool:
    """Is a line another value of a list, and nothing but that?"""
    return _element().match(line) is not None and _has_values(line)


def _has_values(text: bytes) -> bool:
    """Names have seldom digits, and a list of pairs has names."""
    return not intercom_word().search(text) and all(
        any(48 <= byte <= 57 for byte in part) for part in text.split(b",") if len(part) >= 16
    )


def _unless_names(hit: re.Match[bytes]) -> bytes:
    return hit[1] if _has_values(hit[0]) else hit[0]


def without_others(lead: bytes) -> bytes:
    """The text before a value, up to its opening quote, without other values of its name."""
    head, tail = lead[: max(0, len(lead) - _REACH)], lead[-_REACH:]
    if hit := _former().search(tail[-200:]):
        tail = tail[: len(tail) - len(tail[-200:]) + hit.start()]
    tail = _join().sub(rb"\1", tail)
    tail = _commas().sub(_unless_names, _list().sub(_unless_names, tail))
    for _ in range(_ROUNDS):
        before = tail
        tail = _python_branch().sub(rb"\1", _if_branch().sub(rb"\1", tail))
        tail = _other_branch().sub(rb"? \1", tail)
        if _choice().search(tail[-90:]):
            near = tail[-_CONDITION_REACH:]
            tail = tail[: len(tail) - len(near)] + _condition().sub(rb"\1\2 \3", near)
        if tail == before:
            break
    return head + tail
