"""What is asked, of whom, and what came: values that everything else is made of."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from typing import Literal

FLOOR = "floor"
OURS = "athanor"


@dataclass(frozen=True)
class Row:
    """A system that is asked in one of its ways; or the reason why it is not."""

    label: str
    system: str
    way: str = ""
    note: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Question:
    """``asked`` is the name that the system knows; ``rounds`` the most that make sense."""

    name: str
    title: str
    unit: Literal["us", "ms", "s", "/s", "MiB", "of"]
    rows: tuple[Row, ...]
    asked: str
    sizes: dict[str, float] = field(default_factory=dict)
    rounds: int = 99

    @property
    def more_is_better(self) -> bool:
        return self.unit in {"/s", "of"}


@dataclass(frozen=True)
class Finding:
    """A value a round, the same rounds for all of a question; or the reason why there is none."""

    question: str
    label: str
    system: str
    values: tuple[float, ...] = ()
    reason: str = ""
    note: str = ""
    text: str = ""
    """Said instead of the median."""

    @property
    def median(self) -> float:
        return statistics.median(self.values)


def ratio(of: Finding, beside: Finding, *, more_is_better: bool) -> float | None:
    """How many times worse, in the median of the rounds; below 1 it is better."""
    pairs = [
        (base, value) if more_is_better else (value, base)
        for value, base in zip(of.values, beside.values, strict=False)
    ]
    found = [upper / lower for upper, lower in pairs if lower]
    return statistics.median(found) if found else None
