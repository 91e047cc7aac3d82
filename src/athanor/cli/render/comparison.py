"""Runs side by side: a column a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text

from athanor.cli.render.style import status_text
from athanor.cli.render.table import plain_table
from athanor.cli.render.words import clean, duration, figure, number, one_line
from athanor.domain.identifier import short_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rich.console import RenderableType
    from rich.table import Table

    from athanor.harness.comparison import Comparison

_CELL = 32


def comparison_tables(found: Comparison) -> Iterator[RenderableType]:
    """The runs, then what differs, then the figures."""
    yield _heads(found)
    parts = (
        ("Configuration", found.configuration),
        ("Ran with", found.surroundings),
        ("Figures", found.figures),
    )
    for title, rows in parts:
        if rows:
            yield Text(f"\n{title}", "dim")
            yield _rows(found, rows)
    if not found.configuration:
        yield Text("\nThe configurations are equal.", "dim")
    elif found.equal:
        yield Text(f"\n{number(found.equal, 'equal configuration value')} not shown.", "dim")


def _heads(found: Comparison) -> Table:
    table = plain_table("RUN", *(short_id(run.id) for run in found.runs))
    table.add_row("name", *(one_line(found.names.get(run.id, ""), _CELL) for run in found.runs))
    table.add_row("status", *(status_text(run) for run in found.runs))
    took = (run.duration_s for run in found.runs)
    table.add_row("duration", *("-" if s is None else duration(s) for s in took))
    return table


def _rows(found: Comparison, rows: Mapping[str, Mapping[str, Any]]) -> Table:
    table = plain_table("", *(short_id(run.id) for run in found.runs))
    for path, row in rows.items():
        cells = (_cell(row[run.id]) if run.id in row else Text("-", "dim") for run in found.runs)
        table.add_row(clean(path), *cells)
    return table


def _cell(value: Any) -> str:
    return one_line(figure(value), _CELL)
