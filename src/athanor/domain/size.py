"""Amounts of memory as people write and read them."""

from __future__ import annotations

import re

_UNITS: dict[str, int] = {
    "B": 1,
    **{f"{letter}B": 1000**power for power, letter in enumerate("KMGT", 1)},
    **{f"{letter}IB": 1024**power for power, letter in enumerate("KMGT", 1)},
}
_DECIMAL = [(name, _UNITS[name]) for name in ("TB", "GB", "MB", "KB")]
_READABLE = 2048
_WRITTEN = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,15})?)\s*([KMGT]?I?B)", re.IGNORECASE)


def parse(text: str) -> int:
    """Bytes for ``512MB`` or ``4GiB``; ValueError for anything else."""
    found = _WRITTEN.fullmatch(text.strip())
    unit = _UNITS.get(found[2].upper()) if found else None
    if found is None or unit is None:
        raise ValueError(f"expected an amount of memory like 512MB or 4GiB, got {text!r}")
    return round(float(found[1]) * unit)


def text(count: int) -> str:
    """``4 GiB`` and ``512 MB`` where that is exact, else one digit after the point: ``1.3 GB``."""
    for unit, factor in sorted(_UNITS.items(), key=lambda pair: -pair[1]):
        if factor > 1 and factor <= count < _READABLE * factor and count % factor == 0:
            return f"{count // factor} {unit.replace('I', 'i')}"
    name, factor = next((pair for pair in _DECIMAL if count >= pair[1]), ("B", 1))
    return f"{count} B" if factor == 1 else f"{count / factor:.1f} {name}"
