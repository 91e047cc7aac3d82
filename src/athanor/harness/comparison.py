"""Comparing runs: in what they differ, and their key figures side by side."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from athanor.domain.run import Run  # annotations of records are read when they are decoded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


MOST_FIGURES = 100

ENDINGS = ("summary", "return_value")
"""The results that say how a run went as a whole."""

Figure = int | float | str
"""A number, or one of the words for what is none."""

_NOT_FINITE = ("NaN", "Infinity", "-Infinity")

Row = dict[str, Any]
"""The values of one thing by run id; a run that lacks it is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Runs side by side. Each mapping is from a dotted path to the values by run id.

    ``configuration`` and ``surroundings`` hold only what is not equal everywhere; ``figures`` holds
    the first 100 key figures and ``more_figures`` counts the others. ``equal`` counts the
    configuration values that were left out.
    """

    runs: list[Run]
    names: dict[str, str]
    configuration: dict[str, Row] = field(default_factory=dict)
    surroundings: dict[str, Row] = field(default_factory=dict)
    figures: dict[str, Row] = field(default_factory=dict)
    equal: int = 0
    more_figures: int = 0


def comparison_of(
    runs: Sequence[Run], names: Mapping[str, str], figures: Mapping[str, Mapping[str, Any]]
) -> Comparison:
    """Compare runs; ``names`` of their instances and ``figures`` are by run id."""
    configuration = _table({run.id: dict(leaves(run.configuration)) for run in runs})
    differing = {path: row for path, row in configuration.items() if _differs(row, len(runs))}
    surroundings = _table({run.id: _surroundings(run) for run in runs})
    rows = _table(figures)
    return Comparison(
        runs=list(runs),
        names=dict(names),
        configuration=differing,
        surroundings={path: row for path, row in surroundings.items() if _differs(row, len(runs))},
        figures=dict(islice(rows.items(), MOST_FIGURES)),
        equal=len(configuration) - len(differing),
        more_figures=max(0, len(rows) - MOST_FIGURES),
    )


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value that holds no other, by dotted path; empty objects and lists count as values."""
    if isinstance(value, dict) and value:
        for key, part in value.items():
            yield from leaves(part, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and value:
        for position, part in enumerate(value):
            yield from leaves(part, f"{path}[{position}]")
    else:
        yield path, value


def numbers(value: Any, path: str = "") -> dict[str, Figure]:
    """The numeric leaves of a value outside of lists, by dotted path; truth values are none.

    What is not finite is text, as it is stored.
    """
    if isinstance(value, dict):
        found: dict[str, Figure] = {}
        for key, part in value.items():
            found |= numbers(part, f"{path}.{key}" if path else key)
        return found
    finite = isinstance(value, int | float) and not isinstance(value, bool)
    if finite or (isinstance(value, str) and value in _NOT_FINITE):
        return {path or "value": value}
    return {}


def _table(columns: Mapping[str, Mapping[str, Any]]) -> dict[str, Row]:
    """Values by run and path turned into values by path and run, in the order first seen."""
    table: dict[str, Row] = {}
    for run_id, column in columns.items():
        for path, value in column.items():
            table.setdefault(path, {})[run_id] = value
    return table


def _differs(row: Row, count: int) -> bool:
    values = list(row.values())
    return len(values) < count or any(_unlike(value, values[0]) for value in values[1:])


def _unlike(one: Any, other: Any) -> bool:
    """Whether two values differ; 1 and 1.0 do not, 1 and true do."""
    return one != other or isinstance(one, bool) is not isinstance(other, bool)


_FACTS = ("host", "python", "executable", "platform")


def _surroundings(run: Run) -> dict[str, Any]:
    metadata = run.metadata
    found = {name: metadata[name] for name in _FACTS if name in metadata}
    git = metadata.get("git") or {}
    found |= {f"git.{name}": git[name] for name in ("commit", "branch", "dirty") if name in git}
    packages = metadata.get("packages") or {}
    return found | {f"packages.{name}": version for name, version in packages.items()}
