"""Tables: no frames, a dim header; on a narrow terminal some columns give way, others never."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console, ConsoleOptions, JustifyMethod, RenderResult

_GAP = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a listing; widths are in cells.

    Its cells are whole unless it ``gives``: then they are cut, or wrapped, down to ``least``.
    Columns with a ``leaves`` are left out where there is no room, the highest first.
    """

    name: str
    justify: JustifyMethod = "left"
    gives: Literal["cut", "wrap"] | None = None
    least: int = 12
    leaves: int = 0


@dataclass(slots=True)
class Rows:
    """Rows below a header, fitted to the terminal on which they are shown."""

    columns: Sequence[Column]
    cells: list[tuple[Text, ...]] = field(default_factory=list)

    def add_row(self, *cells: str | Text) -> None:
        """One cell a column."""
        self.cells.append(tuple(Text(cell) if isinstance(cell, str) else cell for cell in cells))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The columns that have room, as wide as there is room."""
        widths = fitted(self.columns, self._natural(), options.max_width)
        table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, _GAP, 0, 0))
        for position, width in widths.items():
            column = self.columns[position]
            table.add_column(
                column.name,
                justify=column.justify,
                width=width,
                no_wrap=column.gives == "cut",
                overflow="ellipsis" if column.gives == "cut" else "fold",
            )
        for row in self.cells:
            table.add_row(*(row[position] for position in widths))
        yield table

    def _natural(self) -> list[int]:
        """The width that each column needs to be whole."""
        return [
            max([cell_len(column.name), *(_width(row[position]) for row in self.cells)])
            for position, column in enumerate(self.columns)
        ]


def fitted(columns: Sequence[Column], natural: Sequence[int], width: int) -> dict[int, int]:
    """The positions of the columns that stay, with their widths: together at most ``width``.

    First columns leave, then those that give way do; only when that is not enough, the widest of
    the others are folded.
    """
    least = [
        min(needed, column.least) if column.gives else needed
        for column, needed in zip(columns, natural, strict=True)
    ]
    kept = set(range(len(columns)))
    for leaving in sorted(kept, key=lambda position: -columns[position].leaves):
        if columns[leaving].leaves and _total(kept, least) > width:
            kept.remove(leaving)
    widths = {position: natural[position] for position in sorted(kept)}
    _narrow(widths, {p: least[p] for p in kept if columns[p].gives}, width)
    _narrow(widths, {p: 1 for p in kept if not columns[p].gives}, width)
    return widths


def _narrow(widths: dict[int, int], least: dict[int, int], width: int) -> None:
    """Take from the widest of the columns that have a ``least``, until all fit or none can."""
    while (excess := _total(widths, widths) - width) > 0:
        can = [position for position in least if widths[position] > least[position]]
        if not can:
            return
        widest = max(can, key=widths.__getitem__)
        second = max((widths[p] for p in can if p != widest), default=0)
        floor = max(least[widest], min(second, widths[widest] - 1))
        widths[widest] = max(floor, widths[widest] - excess)


def _total(positions: set[int] | dict[int, int], widths: Sequence[int] | dict[int, int]) -> int:
    return sum(widths[position] for position in positions) + _GAP * (len(positions) - 1)


def _width(cell: Text) -> int:
    return max(map(cell_len, cell.plain.splitlines()), default=0)


def facts() -> Table:
    """Two columns without a header: what, and its value."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, _GAP, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    return table
