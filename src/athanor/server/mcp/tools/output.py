"""Tools about what runs said: log lines and results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from athanor.domain.run import RunStatus
from athanor.errors import InvalidInput, ResultNotFound
from athanor.harness.parts import part_of
from athanor.server.mcp.bounds import cut, part_answer, shortened, size_of
from athanor.server.mcp.models.output import (
    FieldSummary,
    LogLine,
    Logs,
    LogsAsked,
    ResultInList,
    ResultOfKey,
    Results,
    ResultsAsked,
    ResultsOfKey,
    ResultsOfKeyAsked,
    ResultsSummary,
    SummaryAsked,
)
from athanor.server.mcp.tool import READS, Tool

if TYPE_CHECKING:
    from collections.abc import Iterable

    from athanor.server.mcp.desk import Desk

LARGEST_ANSWER = 24_000
"""Characters of log lines in one answer."""
_PREVIEW = 200
_KEY = 300
_METADATA = 600
_CHILDREN = 40
_COUNTED = 10_000
"""An answer counts the results of a key up to here: at 100,000 it would take 7 ms."""


def get_run_logs(desk: Desk, asked: LogsAsked) -> Logs:
    """Get the newest log lines of a run, in order of time (the newest last).

    `level` or `contains` picks lines; `next_cursor` gives the lines before these. For one long
    message whole, give its line number + 1 as `cursor`, limit 1, and a larger max_chars.
    """
    run = desk.harness.get_run(asked.run_id)
    counts = run.log_counts
    found, reached = _found(desk, run.id, asked)
    kept = _fitting(found, asked.max_chars)
    older = reached if len(kept) == len(found) else kept[0].line
    lost = any(len(line.message) > asked.max_chars for line in kept)
    return Logs(
        logs=[_line(line, asked.max_chars) for line in kept],
        total=counts.total if asked.level is None else getattr(counts, asked.level.value),
        truncated=older is not None or lost,
        next_cursor=None if older is None else str(older),
        note=_note(asked, found, kept, older, run.status),
    )


def _found(desk: Desk, run_id: str, asked: LogsAsked) -> tuple[list[Any], int | None]:
    """Lines in order of time, and the line before which there may be more."""
    levels = None if asked.level is None else [asked.level]
    before = _line_number(asked.cursor)
    wanted = asked.limit + asked.offset
    if asked.contains is not None:
        search = desk.harness.search_logs(
            run_id, asked.contains, levels=levels, limit=wanted, before_line=before, newest=True
        )
        kept = search.items[asked.offset :]
        return kept[::-1], None if search.complete else search.searched_to_line
    found = desk.harness.list_logs(
        run_id, levels=levels, limit=wanted + 1, before_line=before, newest=True
    )
    more = len(found) > wanted
    found = found[1:] if more else found
    kept = found[: max(0, len(found) - asked.offset)]
    return kept, kept[0].line if more and kept else None


def _line_number(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > 15:
        raise InvalidInput(
            f"Expected the next_cursor of an answer before, a line number, got {cursor[:80]!r}."
        )
    return int(cursor)


def _fitting(lines: list[Any], max_chars: int) -> list[Any]:
    """The newest lines that fit into one answer; the newest one always does."""
    room = max(LARGEST_ANSWER, max_chars)
    for place in range(len(lines) - 1, -1, -1):
        room -= min(len(lines[place].message), max_chars) + 120
        room -= 0 if lines[place].metadata is None else min(size_of(lines[place].metadata), 900)
        if room < 0:
            return lines[min(place + 1, len(lines) - 1) :]
    return lines


def _line(line: Any, max_chars: int) -> LogLine:
    metadata = line.metadata
    return LogLine(
        line=line.line,
        level=line.level,
        message=cut(line.message, max_chars),
        metadata=metadata and shortened(metadata, "metadata", max(_METADATA, max_chars))[0],
        timestamp=line.timestamp,
    )


def _note(
    asked: LogsAsked, found: list[Any], kept: list[Any], older: int | None, status: RunStatus
) -> str | None:
    if kept and older is not None and len(kept) < len(found):
        return f"Only {len(kept)} of the {len(found)} fit; next_cursor gives the lines before."
    if not found and asked.contains is not None and older is not None:
        return "Not in the 50,000 lines looked at; next_cursor goes on with those before."
    if not found and status is RunStatus.FAILED:
        return "There are none. The error of the run, with its trace, is in get_run."
    if not found:
        return "There are none yet." if status.live else "There are none."
    return None


def list_results(desk: Desk, asked: ResultsAsked) -> Results:
    """List the newest results of a run, in order of time, with the begin of each value.

    get_result_details gives values whole; summarize_results says what many amount to.
    """
    run = desk.harness.get_run(asked.run_id)
    page = desk.harness.list_result_summaries(
        run.id,
        key_prefix=asked.key_prefix,
        descending=True,
        limit=asked.limit,
        cursor=asked.cursor,
    )
    count, uncounted = run.result_count, False
    if asked.key_prefix:
        count, uncounted = _counted(desk, run.id, key_prefix=asked.key_prefix)
    none = "There are none yet." if run.status.live else "There are none."
    return Results(
        results=_listed(page.items[::-1]),
        count=count,
        uncounted=uncounted,
        truncated=page.next is not None,
        next_cursor=page.next,
        note=None if page.items else none,
    )


def _counted(desk: Desk, run_id: str, **of: str) -> tuple[int, bool]:
    """How many results there are of a key or a prefix, and whether there are more than that."""
    found = desk.harness.count_results(run_id, most=_COUNTED + 1, **of)
    return min(found, _COUNTED), found > _COUNTED


def _listed(summaries: Iterable[Any]) -> list[ResultInList]:
    return [
        ResultInList(
            key=cut(one.key, _KEY),
            inserted_at=one.inserted_at,
            size=one.size,
            preview=one.preview[:_PREVIEW],
        )
        for one in summaries
    ]


def get_result_details(desk: Desk, asked: ResultsOfKeyAsked) -> ResultsOfKey:
    """Get the results of a key with their values, oldest first.

    A value that is too large comes as `part`: its children, each with the `path` to ask for. A key
    may have many results (one a step): summarize_results gives their range.
    """
    run = desk.harness.get_run(asked.run_id)
    page = desk.harness.list_results_of_key(
        run.id, asked.key, limit=asked.limit, cursor=asked.cursor
    )
    if not page.items:
        raise ResultNotFound(f"No result found with key: {cut(asked.key, _KEY)}.")
    given, whole = _values(page.items, asked)
    count, uncounted = _counted(desk, run.id, key=asked.key)
    more = page.next is not None
    note = "Ask for the `path` of a child, or with a larger max_chars." if not whole else None
    return ResultsOfKey(
        key=cut(asked.key, _KEY),
        results=given,
        count=count,
        uncounted=uncounted,
        truncated=more or not whole,
        next_cursor=page.next,
        note=note,
    )


def _values(results: list[Any], asked: ResultsOfKeyAsked) -> tuple[list[ResultOfKey], bool]:
    """What fits of the values, and whether all did."""
    room = asked.max_chars
    given, whole = [], True
    for result in results:
        part = part_of(
            result.value,
            asked.path,
            max_chars=max(room, 1),
            first=asked.first,
            limit=_CHILDREN if room > 0 else 0,
        )
        origin = {"inserted_at": result.inserted_at, "size": result.size}
        if part.truncated:
            whole = False
            given.append(ResultOfKey(**origin, part=part_answer(part)))
        else:
            given.append(ResultOfKey(**origin, value=part.value))
        room -= min(part.size_chars, room)
    return given, whole


def summarize_results(desk: Desk, asked: SummaryAsked) -> ResultsSummary:
    """Say what the results of a run amount to, without reading them one by one.

    How many there are of which keys; the shape of their values; min, mean, max and the newest of
    every number inside; a few as a sample. `fold_#` stands for fold_1, fold_2, ….
    """
    found = desk.harness.summarize_results(asked.run_id, key_prefix=asked.key_prefix)
    truncated = bool(found.more_fields or found.more_keys or found.looked_at < found.count)
    return ResultsSummary(
        count=found.count,
        keys={cut(key, _KEY): number for key, number in found.keys.items()},
        more_keys=found.more_keys,
        fields=[_field(one) for one in found.fields],
        more_fields=found.more_fields,
        sample=_listed(found.sample),
        looked_at=found.looked_at,
        left_out=found.left_out,
        truncated=truncated,
        note="`key_prefix` narrows it down." if truncated else None,
    )


def _field(found: Any) -> FieldSummary:
    known = FieldSummary.model_validate({**_numbers(found), "types": list(found.types)})
    return known.model_copy(update={"path": cut(found.path, _KEY)})


def _numbers(found: Any) -> dict[str, Any]:
    names = ("path", "count", "min", "mean", "max", "last", "not_finite")
    return {name: getattr(found, name) for name in names}


TOOLS = (
    Tool(title="Get log lines", work=get_run_logs, asked=LogsAsked, answer=Logs, hints=READS),
    Tool(title="List results", work=list_results, asked=ResultsAsked, answer=Results, hints=READS),
    Tool(
        title="Get the values of a result",
        work=get_result_details,
        asked=ResultsOfKeyAsked,
        answer=ResultsOfKey,
        hints=READS,
    ),
    Tool(
        title="Summarize results",
        work=summarize_results,
        asked=SummaryAsked,
        answer=ResultsSummary,
        hints=READS,
    ),
)
