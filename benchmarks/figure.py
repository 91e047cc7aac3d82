"""One measured figure: what was wanted, what came, and the floor it is compared with."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """``limit`` is a sentence; ``met`` whether it holds, None where there is none."""

    name: str
    value: str
    floor: str = ""
    ratio: float | None = None
    limit: str = ""
    met: bool | None = None

    def __str__(self) -> str:
        ratio = f"{self.ratio:.2f}x" if self.ratio is not None else ""
        verdict = {None: "", True: "ok", False: "MISSED"}[self.met]
        return (
            f"{self.name:<44} {self.value:<34} {self.floor:<28} {ratio:>7}  {self.limit} {verdict}"
        )


def percentile(values: Sequence[float], percent: float) -> float:
    """The value below which ``percent`` of the values lie; nearest rank."""
    ordered = sorted(values)
    rank = max(1, -(-len(ordered) * percent // 100))
    return ordered[int(rank) - 1]


def spread(values: Sequence[float], unit: str, scale: float) -> str:
    """``p50 / p99`` in a unit."""
    median, high = statistics.median(values) * scale, percentile(values, 99) * scale
    return f"p50 {median:.2f} {unit}, p99 {high:.2f} {unit}"
