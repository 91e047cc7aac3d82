"""Results as a table: which columns there are, what kind each is, and the cells of a row."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from athanor.domain.moment import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from athanor.domain.output import Result

MOST_COLUMNS = 1000
"""Values in further places are in ``value_json`` only."""

FIXED = ("id", "run_id", "key", "attempt", "seq", "timestamp")
WHOLE = "value_json"
_NOT_FINITE = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}
_INT64 = 1 << 63


class Kind(StrEnum):
    """What a column holds."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    NUMBER = "number"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns for the leaves of the values, in the order first seen."""

    kinds: dict[str, Kind]

    @property
    def names(self) -> list[str]:
        """All columns, the whole value last."""
        return [*FIXED, *self.kinds, WHOLE]

    def row(self, result: Result) -> list[Any]:
        """The cells of a result in the order of ``names``; None where it has nothing."""
        found = dict(leaves(result.value))
        fixed = [getattr(result, name) for name in FIXED]
        return [*fixed, *self.cells(found), as_json(result.value)]

    def cells(self, found: Mapping[str, Any]) -> list[Any]:
        """The cells for the leaves of one value by their paths."""
        return [cell(found.get(name), kind) for name, kind in self.kinds.items()]


def found_in(results: Iterable[Result]) -> Columns:
    """The columns that the results need."""
    return needed_by(leaves(result.value) for result in results)


def needed_by(rows: Iterable[Iterable[tuple[str, Any]]]) -> Columns:
    """The columns that rows of leaves need; at most ``MOST_COLUMNS``."""
    seen: dict[str, set[str]] = {}
    for row in rows:
        for path, leaf in row:
            if path in seen or len(seen) < MOST_COLUMNS:
                seen.setdefault(path, set()).update(_kind(leaf))
    return Columns({path: _widest(kinds) for path, kinds in seen.items()})


def leaves(value: Any, path: str = "value") -> Iterator[tuple[str, Any]]:
    """The plain values inside, by path; lists and empty objects as JSON text."""
    if isinstance(value, dict) and value:
        for key, part in value.items():
            yield from leaves(
                part, f"{path}.{key}" if "." not in key else f"{path}[{as_json(key)}]"
            )
    elif isinstance(value, dict | list):
        yield path, as_json(value)
    else:
        yield path, value


def as_text(cell: Any) -> str:
    """A cell of a CSV file; None is empty."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return shown(cell)
    return cell if isinstance(cell, str) else as_json(cell)


def _kind(leaf: Any) -> set[str]:
    if leaf is None:
        return set()
    if isinstance(leaf, bool):
        return {"boolean"}
    if isinstance(leaf, int):
        return {"integer" if -_INT64 <= leaf < _INT64 else "text"}
    if isinstance(leaf, float):
        return {"number"}
    return {"not finite" if leaf in _NOT_FINITE else "text"}


def _widest(kinds: set[str]) -> Kind:
    """The narrowest kind that holds them all; NaN and infinities are text among texts."""
    if kinds == {"boolean"}:
        return Kind.BOOLEAN
    if kinds == {"integer"}:
        return Kind.INTEGER
    if kinds and kinds <= {"integer", "number", "not finite"}:
        return Kind.NUMBER
    return Kind.TEXT


def cell(leaf: Any, kind: Kind) -> Any:
    """A leaf as a column of that kind holds it."""
    if leaf is None:
        return None
    if kind is Kind.NUMBER:
        return _NOT_FINITE[leaf] if isinstance(leaf, str) else float(leaf)
    if kind is Kind.TEXT and not isinstance(leaf, str):
        return as_json(leaf)
    return leaf


def as_json(value: Any) -> str:
    """A value as JSON text."""
    return json.dumps(value, ensure_ascii=False)
