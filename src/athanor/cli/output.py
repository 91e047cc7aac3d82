"""``athanor logs``, ``results`` and ``compare``."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from json import dumps
from typing import TYPE_CHECKING, Annotated, Any

import typer

from athanor.cli import completion, session, terminal
from athanor.cli.hints import typed
from athanor.cli.options import FLAG, AsJson, RunId
from athanor.domain.identifier import short_id
from athanor.domain.output import Level
from athanor.domain.run import RunStatus

if TYPE_CHECKING:
    from athanor.harness.workbench import Workbench

_PAGE = 2000
_MOST = 1_000_000_000


def logs(
    *,
    run: RunId,
    follow: Annotated[
        bool,
        typer.Option(
            "--follow", "-f", metavar=FLAG, help="Go on with new lines until the run ends."
        ),
    ] = False,
    level: Annotated[
        list[Level] | None,
        typer.Option(
            "--level",
            metavar="LEVEL",
            help="debug, info, warn or error, and those above; several: exactly those.",
        ),
    ] = None,
    limit: Annotated[
        int,
        typer.Option("--limit", "-n", metavar="N", min=1, max=_MOST, help="The newest so many."),
    ] = 200,
    every: Annotated[
        bool, typer.Option("--all", "-a", metavar=FLAG, help="From the first line on.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Show what a run logged: the newest lines, in order of time."""
    levels = _levels(level or [])
    with session.existing() as harness:
        found = harness.get_run(run)
        going_on = follow and found.status.live
        with _left_alone(found), _writing(json=json, endless=follow) as write:
            shown = None
            for shown in _stored(harness, found.id, levels, None if every else limit):
                write(shown)
            if going_on:
                _go_on(harness, found, shown, levels, write)
        ended = harness.find_run(found.id) if follow else None
    if json:
        return
    if follow:
        _say_how_it_ended(found.id, ended)
    elif not shown:
        _say_that_there_are_none(found)
    else:
        if not every:
            _say_what_is_missing(found, shown, levels, limit)
        if found.status is RunStatus.FAILED:
            _say_how_it_ended(found.id, found)


def _levels(given: list[Level]) -> list[Level] | None:
    """One level stands for itself and those above; several are taken as they are."""
    if not given:
        return None
    order = list(Level)
    return order[order.index(given[0]) :] if len(given) == 1 else given


def _stored(
    harness: "Workbench", run_id: str, levels: list[Level] | None, limit: int | None
) -> Any:
    """The newest lines, or all of them, in batches that are not empty."""
    if limit is not None:
        newest = harness.list_logs(run_id, levels=levels, limit=limit)
        yield from [newest] if newest else []
        return
    line = 0
    while page := harness.list_logs(run_id, levels=levels, limit=_PAGE, after_line=line):
        line = page[-1].line
        yield page


def _go_on(harness: "Workbench", run: Any, shown: Any, levels: Any, write: Any) -> None:
    from athanor.cli.watch import say_away
    from athanor.domain.events import LogsAdded
    from athanor.harness.pausing import Pauses

    harness.supervise()
    after = f"{shown[-1].attempt}:{shown[-1].seq}" if shown else None
    away = partial(say_away, terminal.notice)
    with Pauses(harness):
        for event in harness.follow(run.id, after, away=away):
            if isinstance(event, LogsAdded):
                new = [entry for entry in event.logs if not levels or entry.level in levels]
                if new:
                    write(new)


@contextmanager
def _left_alone(run: Any) -> Iterator[None]:
    """Who stops looking is told that the run does not stop for that."""
    try:
        yield
    except KeyboardInterrupt:
        if run.status.live:
            name = short_id(run.id)
            terminal.notice(f"\nThe run goes on; `athanor cancel {name}` stops it.")
        raise


def _say_how_it_ended(run_id: str, run: Any) -> None:
    from athanor.cli.render.summary import ending

    name = short_id(run_id)
    terminal.notice(ending(run) if run is not None else f"Run {name} was deleted.")


def _say_that_there_are_none(run: Any) -> None:
    """Who looks for the error of a failed run among its lines is sent to where it is."""
    said = "No logs at these levels." if run.log_counts.total else "No logs."
    if run.status is RunStatus.FAILED:
        said += typed(f" `athanor show {short_id(run.id)}` says why it failed.")
    terminal.notice(said)


def _say_what_is_missing(run: Any, shown: Any, levels: list[Level] | None, limit: int) -> None:
    total = sum(getattr(run.log_counts, level) for level in set(levels or Level))
    if len(shown) == limit and total > limit:
        which = "lines at these levels" if levels else "lines"
        terminal.notice(f"The newest {limit} of {total:,} {which}; --all shows every one.")


@contextmanager
def _writing(*, json: bool, endless: bool) -> Iterator[Callable[[Any], None]]:
    """How lines are written: as text; as one JSON document; or, when following, one a line."""
    if not json:
        yield _write_lines
    elif endless:
        yield _write_objects
    else:
        document = _Document()
        yield document.write
        document.close()


class _Document:
    """A JSON array that is written as it grows, so that it may be of any size."""

    def __init__(self) -> None:
        self._before = "[\n"

    def write(self, lines: Any) -> None:
        from athanor.harness.records import to_json

        for line in lines:
            sys.stdout.write(self._before + dumps(to_json(line), ensure_ascii=False))
            self._before = ",\n"

    def close(self) -> None:
        terminal.say("[]" if self._before == "[\n" else "\n]")


def _write_lines(lines: Any) -> None:
    from athanor.cli.render.line import block, log_line, log_plain

    if terminal.interactive():
        terminal.console().print(block(map(log_line, lines)), soft_wrap=True)
    else:
        terminal.say("\n".join(map(log_plain, lines)))
        sys.stdout.flush()


def _write_objects(lines: Any) -> None:
    for line in lines:
        terminal.say_json(line, indent=None)
    sys.stdout.flush()


def results(
    *,
    run: RunId,
    key: Annotated[str | None, typer.Argument(help="Show the values of this key.")] = None,
    limit: Annotated[
        int,
        typer.Option("--limit", "-n", metavar="N", min=1, max=_MOST, help="The newest so many."),
    ] = 100,
    json: AsJson = False,
) -> None:
    """List the newest results of a run, in order of time; with a KEY show its values as JSON."""
    with session.existing() as harness:
        found = harness.get_run(run)
        if key is not None:
            _show_values(harness, found.id, key, limit, json=json)
            return
        page = harness.list_result_summaries(found.id, limit=limit, descending=True)
    newest = page.items[::-1]
    if json:
        terminal.say_json(newest)
        return
    from athanor.cli.render.listing import results_table

    terminal.show(results_table(newest))
    if page.next is not None:
        total = found.result_count
        terminal.notice(f"The newest {limit} of {total:,}; --limit {total} shows all of them.")


def _show_values(harness: "Workbench", run_id: str, key: str, limit: int, *, json: bool) -> None:
    found = harness.list_results(run_id, key=key, limit=limit + 1)
    if not found:
        from athanor.harness.missing import no_result

        raise no_result(harness, run_id, key)
    if json:
        terminal.say_json(found[-limit:])
        return
    for result in found[-limit:]:
        terminal.say_json(result.value)
    if len(found) > limit:
        terminal.notice(f"The newest {limit}; there are more, which --limit N shows.")


def compare(
    *,
    runs: Annotated[
        list[str],
        typer.Argument(metavar="RUN RUN…", help="Two or more.", autocompletion=completion.runs),
    ],
    json: AsJson = False,
) -> None:
    """Show in what runs differ, and their key figures side by side.

    Key figures are the numbers in what an experiment returned, in its summary, and in the last
    value of every other key; lists are left out. At most 100 are shown.
    """
    with session.existing() as harness:
        found = harness.compare(runs)
    if json:
        terminal.say_json(found)
        return
    from athanor.cli.render.comparison import comparison_tables

    terminal.show(*comparison_tables(found, terminal.console().width))
