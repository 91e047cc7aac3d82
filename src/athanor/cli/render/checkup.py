"""The checks of ``athanor doctor`` as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from athanor.cli.render.words import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from athanor.harness.checkup import Check

_SIGNS = {"ok": ("✓ ok", "green"), "warn": ("! warn", "yellow"), "fail": ("✗ fail", "red")}


def checkup_table(checks: Iterable[Check]) -> Table:
    """One row a check, its advice below what was found."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for _ in ("sign", "name"):
        table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for check in checks:
        sign, colour = _SIGNS[check.state]
        found = Text(clean(check.found))
        if check.advice:
            found.append(f"\n→ {check.advice}", colour)
        table.add_row(Text(sign, colour), Text(check.name, "dim"), found)
    return table
