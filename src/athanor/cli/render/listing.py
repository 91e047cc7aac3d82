"""Listings as tables: experiments, instances, runs, results."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rich.text import Text

from athanor.cli.hints import typed
from athanor.cli.render.style import status_of, status_text
from athanor.cli.render.table import Column, Rows
from athanor.cli.render.words import ago, clean, duration, one_line, size, time_of_day
from athanor.domain.identifier import short_id
from athanor.domain.moment import now

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import RenderableType

    from athanor.definition.listing import BrokenEntry, Listing
    from athanor.domain.instance import Instance, InstanceStats
    from athanor.domain.output import ResultSummary
    from athanor.domain.run import Run

_NOTHING = "-"


def experiments_table(listing: Listing, *, verbose: bool) -> Iterator[RenderableType]:
    """The experiments by name, then what is broken, in red."""
    if listing.experiments:
        table = Rows(
            (
                Column(name="NAME"),
                Column(name="MODULE", leaves=2),
                Column(name="DESCRIPTION", gives="cut", least=20, leaves=1),
            )
        )
        for entry in listing.experiments:
            description = one_line(entry.description or "", 200)
            table.add_row(Text(entry.name, "bold"), Text(entry.module, "dim"), description)
        yield table
    elif not listing.broken:
        yield Text("No experiments found. `athanor init` makes a project with one.")
    for broken in listing.broken:
        yield _broken(broken, verbose=verbose)


def _broken(entry: BrokenEntry, *, verbose: bool) -> Text:
    trace = clean(entry.traceback).rstrip()
    text = Text.assemble(("✗ broken  ", "red"), (entry.module, "bold red"), overflow="fold")
    if entry.file is not None:
        text.append(f"  {_place(entry)}", "dim")
    said = clean(entry.reason)
    if verbose and trace:
        # A trace ends with the reason, but for that of a worker which was ended from outside.
        said = trace if said in trace else f"{said}\n{trace}"
    text.append("\n  " + said.replace("\n", "\n  "), "red")
    if trace and not verbose:
        text.append(typed("\n  `athanor list --verbose` shows the traceback."))
    return text


def _place(entry: BrokenEntry) -> str:
    """The file that is broken, with the last line of it that the traceback names."""
    named = re.findall(rf'File "{re.escape(str(entry.file))}", line (\d+)', entry.traceback)
    return f"{entry.file}:{named[-1]}" if named else str(entry.file)


def instances_table(found: Sequence[tuple[Instance, InstanceStats]]) -> RenderableType:
    """One row an instance."""
    if not found:
        return Text(typed("No instances yet. `athanor run NAME` makes one and runs it."))
    table = Rows(
        (
            Column(name="ID"),
            Column(name="NAME", gives="cut", least=20),
            Column(name="EXPERIMENT", gives="cut", leaves=2),
            Column(name="RUNS", justify="right", leaves=1),
            Column(name="LAST RUN", leaves=3),
            Column(name="STATUS"),
        )
    )
    for instance, stats in found:
        last = ago(stats.last_run_at) if stats.last_run_at else _NOTHING
        table.add_row(
            short_id(instance.id),
            one_line(instance.name, 60),
            Text(_short_module(instance.experiment_module), "dim"),
            str(stats.run_count),
            last,
            status_of(stats.last_run_status),
        )
    return table


def runs_table(found: Sequence[Run], names: Mapping[str, str]) -> RenderableType:
    """One row a run; the names of their instances are by the instances' ids."""
    if not found:
        return Text(typed("No runs. `athanor run NAME` starts one."))
    table = Rows(
        (
            Column(name="ID"),
            Column(name="STATUS"),
            Column(name="NAME", gives="cut", least=20),
            Column(name="STARTED", leaves=1),
            Column(name="DURATION", justify="right", leaves=2),
            Column(name="PROGRESS", leaves=3),
            Column(name="LOGS", justify="right", leaves=5),
            Column(name="RESULTS", justify="right", leaves=4),
        )
    )
    for run in found:
        table.add_row(
            short_id(run.id),
            status_text(run),
            one_line(names.get(run.instance_id, _NOTHING), 60),
            ago(run.started_at) if run.started_at else _NOTHING,
            taken(run),
            progress(run),
            f"{run.log_counts.total:,}",
            f"{run.result_count:,}",
        )
    return table


def results_table(found: Sequence[ResultSummary]) -> RenderableType:
    """One row a result."""
    if not found:
        return Text("No results.")
    table = Rows(
        (
            Column(name="TIME", leaves=3),
            Column(name="KEY"),
            Column(name="SIZE", justify="right", leaves=2),
            Column(name="VALUE", gives="cut", least=10, leaves=1),
        )
    )
    for result in found:
        table.add_row(
            Text(time_of_day(result.timestamp), "dim"),
            Text(" ".join(clean(result.key).split()), "bold"),
            size(result.size),
            one_line(result.preview, 200),
        )
    return table


def progress(run: Run) -> str:
    """``45/100 45%``, or just the count where the end is not known."""
    found = run.progress
    if found is None:
        return _NOTHING
    if found.total <= 0:
        return f"{found.current:,}"
    return f"{found.current:,}/{found.total:,} {found.percent}%"


def taken(run: Run) -> str:
    """How long a run took, or takes so far."""
    if run.started_at is None:
        return _NOTHING
    took = run.duration_s
    return duration((now() - run.started_at).total_seconds() if took is None else took)


def _short_module(module: str) -> str:
    """The last part of a module and its name: enough to tell them apart in a list."""
    path, _, name = module.rpartition(":")
    return f"{path.rpartition('.')[2]}:{name}"
