"""Decoders: text encodings and archives, undone within limits, with the way back to each byte."""

from __future__ import annotations

from intercom_scan.decode.magic import MAGICS, Magic, is_archive
from intercom_scan.decode.model import Budget, Layer, Limits
from intercom_scan.decode.pattern import Decoder, Pattern, literal, raw
from intercom_scan.decode.unwrap import DECODERS, First, unwrap

__all__ = [
    "DECODERS",
    "MAGICS",
    "Budget",
    "Decoder",
    "First",
    "Layer",
    "Limits",
    "Magic",
    "Pattern",
    "is_archive",
    "literal",
    "raw",
    "unwrap",
]
