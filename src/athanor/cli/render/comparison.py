"""Runs side by side: a column a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text

from athanor.cli.hints import typed
from athanor.cli.render.style import status_text
from athanor.cli.render.table import Column, Rows
from athanor.cli.render.words import clean, duration, figure, number, one_line
from athanor.domain.identifier import short_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import RenderableType

    from athanor.domain.run import Run
    from athanor.harness.comparison import Comparison

_CELL = 32
_PATH_WIDTH, _RUN_WIDTH = 24, 14
"""The cells that a path and a run need at least, with the gap before the next."""


def comparison_tables(found: Comparison, width: int) -> Iterator[RenderableType]:
    """The runs, then what differs, then the figures; as many runs at a time as there is room."""
    together = max(1, (width - _PATH_WIDTH) // _RUN_WIDTH)
    for first in range(0, len(found.runs), together):
        if first:
            yield Text("")
        yield from _side_by_side(found, found.runs[first : first + together])


def _side_by_side(found: Comparison, runs: Sequence[Run]) -> Iterator[RenderableType]:
    yield _heads(found, runs)
    yield Text("\nConfiguration", "dim")
    if found.configuration:
        yield _rows(found.configuration, runs)
    if equal := _equal(found):
        yield Text(equal, "dim")
    for title, rows in (("Ran with", found.surroundings), ("Figures", found.figures)):
        if rows:
            yield Text(f"\n{title}", "dim")
            yield _rows(rows, runs)
    if found.more_figures:
        more = number(found.more_figures, "more figure")
        results = typed("`athanor results RUN` lists all results.")
        yield Text(f"{more} not shown; {results}", "dim")


def _equal(found: Comparison) -> str:
    """What was left out; empty when nothing was."""
    if not found.configuration:
        return "The configurations are equal."
    return f"{number(found.equal, 'equal value')} not shown." if found.equal else ""


def _heads(found: Comparison, runs: Sequence[Run]) -> Rows:
    table = _table("RUN", runs)
    table.add_row("name", *(one_line(found.names.get(run.id, ""), _CELL) for run in runs))
    table.add_row("status", *(status_text(run) for run in runs))
    took = (run.duration_s for run in runs)
    table.add_row("duration", *("-" if s is None else duration(s) for s in took))
    return table


def _rows(rows: Mapping[str, Mapping[str, Any]], runs: Sequence[Run]) -> Rows:
    table = _table("", runs)
    for path, row in rows.items():
        cells = (_cell(row[run.id]) if run.id in row else Text("-", "dim") for run in runs)
        table.add_row(clean(path), *cells)
    return table


def _table(corner: str, runs: Sequence[Run]) -> Rows:
    heads = (Column(name=short_id(run.id), gives="cut", least=_RUN_WIDTH - 2) for run in runs)
    return Rows((Column(name=corner), *heads))


def _cell(value: Any) -> str:
    return one_line(figure(value), _CELL)
