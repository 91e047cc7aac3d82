"""Amounts of time as people write them."""

from __future__ import annotations

import re

_SECONDS = {"d": 86_400, "h": 3600, "m": 60, "min": 60, "s": 1}
_PART = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,15})?)\s*(d|h|min|m|s)\s*", re.IGNORECASE | re.ASCII)


def parse(text: str) -> float:
    """Seconds for ``90``, ``15m`` or ``2h 30m``; ValueError for anything else."""
    try:
        return float(text)
    except ValueError:
        parts = _PART.findall(text)
        if not parts or _PART.sub("", text).strip():
            raise ValueError(f"expected a time like 90, 15m or 2h30m, got {text!r}") from None
    return sum(float(amount) * _SECONDS[unit.lower()] for amount, unit in parts)
