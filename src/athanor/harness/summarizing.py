"""What the results of a run amount to: how many, of what shape, and the range of every number."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from athanor.domain.output import Result, ResultSummary

MOST_RESULTS = 100_000
MOST_FIELDS = 100
MOST_KEYS = 50
LARGEST_BYTES = 1 << 16
"""Values beyond are counted and left out."""

_NUMBER = re.compile(r"(?:(?<!\w)\.)?\d+(?:\.\d+)*(?:e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
"""Whole numbers, and those that count nothing: ``0.5``, ``.5``, ``1e-3``, ``1.2.3``."""

_NOT_FINITE = ("NaN", "Infinity", "-Infinity")
_DEEPEST = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSummary:
    """What stands at one place of many results.

    ``min``, ``max``, ``mean`` and ``last`` are those of its finite numbers, None without any.
    ``not_finite`` counts NaN and the infinities.
    """

    path: str
    types: tuple[str, ...]
    count: int
    min: int | float | None = None
    max: int | float | None = None
    mean: float | None = None
    last: int | float | None = None
    not_finite: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsSummary:
    """Many results in few words.

    Keys that differ in whole numbers alone are taken together: ``fold_#`` stands for ``fold_1``,
    ``fold_2``, …; ``loss/0.1`` and ``loss/0.5`` stay apart. ``[]`` in a path stands for every entry
    of a list. ``looked_at`` is less than ``count`` where some were too large (``left_out``), or
    there are more than 100,000.
    """

    count: int
    looked_at: int
    left_out: int
    keys: dict[str, int]
    more_keys: int
    fields: list[FieldSummary]
    more_fields: int
    sample: list[ResultSummary] = field(default_factory=list)


class Tally:
    """Counts while results pass by; memory does not grow with their number."""

    def __init__(self) -> None:
        self.looked_at = 0
        self.keys: Counter[str] = Counter()
        self.more_keys: set[str] = set()
        self.fields: dict[str, _Field] = {}
        self.more_fields: set[str] = set()

    def add(self, results: Iterable[Result]) -> None:
        """Count some more."""
        for result in results:
            self.looked_at += 1
            pattern = pattern_of(result.key)
            _count(self.keys, self.more_keys, pattern)
            for path, value in leaves(result.value, pattern):
                self._note(path, value)

    def _note(self, path: str, value: Any) -> None:
        known = self.fields.get(path)
        if known is None:
            if len(self.fields) >= MOST_FIELDS:
                if len(self.more_fields) < MOST_RESULTS:
                    self.more_fields.add(path)
                return
            known = self.fields[path] = _Field()
        known.note(value)

    def summary(self, *, count: int, left_out: int, sample: list[ResultSummary]) -> ResultsSummary:
        """What was counted."""
        return ResultsSummary(
            count=count,
            looked_at=self.looked_at,
            left_out=left_out,
            keys=dict(self.keys),
            more_keys=len(self.more_keys),
            fields=[known.summary(path) for path, known in self.fields.items()],
            more_fields=len(self.more_fields),
            sample=sample,
        )


def pattern_of(key: str) -> str:
    """A key with ``#`` for its whole numbers; the web interface has the same in ``families.ts``."""
    return _NUMBER.sub(lambda number: "#" if number[0].isdecimal() else number[0], key)


def leaves(value: Any, path: str, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """The values inside that hold no other, each with its path; those of a list share one."""
    if isinstance(value, dict) and value and depth < _DEEPEST:
        for key, part in value.items():
            yield from leaves(part, f"{path}.{key}", depth + 1)
    elif isinstance(value, list) and value and depth < _DEEPEST:
        for part in value:
            yield from leaves(part, f"{path}[]", depth + 1)
    else:
        yield path, value


def _count(known: Counter[str], more: set[str], key: str) -> None:
    if key in known or len(known) < MOST_KEYS:
        known[key] += 1
    elif len(more) < MOST_RESULTS:
        more.add(key)


class _Field:
    """One place, while results pass by."""

    __slots__ = ("count", "last", "max", "mean", "min", "not_finite", "numbers", "types")

    def __init__(self) -> None:
        self.count = self.numbers = self.not_finite = 0
        self.types: dict[str, None] = {}
        self.min: int | float | None = None
        self.max: int | float | None = None
        self.last: int | float | None = None
        self.mean = 0.0

    def note(self, value: Any) -> None:
        self.count += 1
        kind = _type(value)
        self.types[kind] = None
        if kind == "not finite":
            self.not_finite += 1
        elif kind in ("integer", "number"):
            self._number(value)

    def _number(self, value: float) -> None:
        self.numbers += 1
        self.mean += (value - self.mean) / self.numbers
        self.last = value
        self.min = value if self.min is None else min(self.min, value)
        self.max = value if self.max is None else max(self.max, value)

    def summary(self, path: str) -> FieldSummary:
        return FieldSummary(
            path=path,
            types=tuple(self.types),
            count=self.count,
            min=self.min,
            max=self.max,
            mean=self.mean if self.numbers else None,
            last=self.last,
            not_finite=self.not_finite,
        )


_TYPES: dict[type, str] = {bool: "boolean", float: "number", dict: "object", list: "array"}
_LARGEST = 1 << 1000
"""An integer beyond has no mean."""


def _type(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, str):
        return "not finite" if value in _NOT_FINITE else "string"
    if type(value) is int:
        return "integer" if -_LARGEST < value < _LARGEST else "huge integer"
    return _TYPES.get(type(value), "number")
