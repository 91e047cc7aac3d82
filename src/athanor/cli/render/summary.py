"""The end of a run in a few lines: how, how long, how much, its figures, what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.panel import Panel
from rich.text import Text

from athanor.cli.hints import typed
from athanor.cli.render.style import STATUS, status_text
from athanor.cli.render.table import facts
from athanor.cli.render.words import clean, duration, figure, number, one_line
from athanor.domain.identifier import short_id

if TYPE_CHECKING:
    from rich.console import RenderableType

    from athanor.domain.run import LogCounts, Run

_FIGURES = 12


def counts(run: Run) -> str:
    """``10 results, 12 log lines (1 warning, 2 errors)``."""
    return f"{number(run.result_count, 'result')}, {log_counts(run.log_counts)}"


def log_counts(found: LogCounts) -> str:
    """``12 log lines (1 warning, 2 errors)``."""
    bad = [number(n, noun) for n, noun in ((found.warn, "warning"), (found.error, "error")) if n]
    return number(found.total, "log line") + (f" ({', '.join(bad)})" if bad else "")


def next_commands(run: Run) -> list[str]:
    """What to type next about a run."""
    name = short_id(run.id)
    if run.status.live:
        return [typed(f"athanor logs -f {name}"), typed(f"athanor cancel {name}")]
    wanted = [("results", run.result_count), ("logs", run.log_counts.total)]
    return [typed(f"athanor {verb} {name}") for verb, there in wanted if there]


def left_debugger(run: Run) -> bool:
    """Whether a run failed because its debugger was left, or had nobody to talk to."""
    return (run.error or "").startswith("bdb.BdbQuit")


def error_of(run: Run) -> str:
    """What went wrong, with its trace where that tells anything; empty when nothing did."""
    return "The debugger was left." if left_debugger(run) else clean(run.error or "").strip()


def error_text(run: Run) -> Text:
    """What went wrong in red, its trace in the colour of the terminal."""
    first, _, rest = error_of(run).partition("\n")
    text = Text(first, style="red")
    return text.append("\n" + rest, style="not red") if rest.strip() else text


def panel(run: Run, name: str, figures: dict[str, Any]) -> RenderableType:
    """The summary of a run that has ended, for a terminal."""
    table = facts()
    if run.duration_s is not None:
        table.add_row("duration", duration(run.duration_s))
    table.add_row("output", counts(run))
    for key, value in list(figures.items())[:_FIGURES]:
        table.add_row(clean(key), Text(clean(figure(value)), style="bold"))
    if len(figures) > _FIGURES:
        table.add_row("", Text(f"and {len(figures) - _FIGURES} more figures", style="dim"))
    for position, command in enumerate(next_commands(run)):
        table.add_row("" if position else "next", command)
    title = Text.assemble(status_text(run), "  ", (clean(name), "bold"), "  ", short_id(run.id))
    body = Panel(table, title=title, title_align="left", border_style=STATUS[run.status][1])
    return Group(error_text(run), body) if run.error else body


def ending(run: Run) -> str:
    """How a run ended, on one line: status, duration, the first line of its error."""
    said = one_line(error_of(run).partition("\n")[0], 200)
    return f"Run {short_id(run.id)} {run.status}{_took(run)}" + (f": {said}" if said else ".")


def lines(run: Run, name: str, figures: dict[str, Any]) -> list[str]:
    """The same as plain text."""
    found = [f"Run {short_id(run.id)} of {clean(name)} {run.status}{_took(run)}: {counts(run)}"]
    if run.error:
        found.append(error_of(run))
    found += [f"  {clean(key)} = {clean(figure(value))}" for key, value in figures.items()]
    return found


def _took(run: Run) -> str:
    return "" if run.duration_s is None else f" after {duration(run.duration_s)}"
