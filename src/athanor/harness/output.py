"""What runs left: logs, results, figures, comparisons and exports."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import IO, Literal

from athanor.domain.identifier import parse_id, short_id
from athanor.domain.output import Level, LogLine, Result, ResultSummary
from athanor.domain.page import Page
from athanor.errors import InvalidInput, ResultNotFound
from athanor.harness import export, figures
from athanor.harness.comparison import Comparison, Figure, comparison_of
from athanor.harness.export import Exported
from athanor.harness.runs import Runs
from athanor.harness.searching import LogSearch, search_of, stretch_of
from athanor.store import logs, results

_RESULTS_AT_FIRST = 50
_MOST_RESULTS_AT_ONCE = 2000
_MUCH_BYTES = 1 << 20
"""What is read at once follows the size of the values: little memory, few statements."""
_LOGS_AT_ONCE = 2000


class Output(Runs):
    """The use cases about what runs said."""

    def list_logs(
        self,
        run_id: str,
        *,
        levels: Sequence[Level] | None = None,
        limit: int = 100,
        after_line: int | None = None,
        before_line: int | None = None,
        newest: bool | None = None,
    ) -> list[LogLine]:
        """Log lines in order of time: the newest ``limit``, or those after or before a line.

        With ``newest`` it is said which end to take where there are more than ``limit``.
        """
        run = self.get_run(run_id)
        with self._read() as c:
            return logs.page(
                c,
                run.id,
                levels=levels,
                after_line=after_line,
                before_line=before_line,
                limit=limit,
                newest=after_line is None if newest is None else newest,
            )

    def search_logs(
        self,
        run_id: str,
        words: str,
        *,
        levels: Sequence[Level] | None = None,
        limit: int = 100,
        after_line: int = 0,
        before_line: int | None = None,
        newest: bool = False,
    ) -> LogSearch:
        """Log lines that contain some words, in the order of the search; 50,000 are looked at.

        Between two lines (both exclusive), from the first on, or with ``newest`` from the last.
        """
        run = self.get_run(run_id)
        with self._read() as c:
            end = min(before_line or math.inf, logs.total(c, run.id) + 1)
            whole = range(after_line + 1, max(int(end), after_line + 1))
            stretch = stretch_of(whole, newest=newest)
            found = logs.search(
                c, run.id, words, limit=limit, lines=stretch, levels=levels, newest=newest
            )
        return search_of(found, stretch, whole, limit, newest=newest)

    def list_results(
        self, run_id: str, *, key: str | None = None, limit: int = 100
    ) -> list[Result]:
        """The newest ``limit`` results (of a key) with their values, in order of time."""
        run = self.get_run(run_id)
        with self._read() as c:
            return results.newest(c, run.id, limit, key)

    def list_result_summaries(
        self,
        run_id: str,
        *,
        key_prefix: str | None = None,
        order: Literal["time", "key"] = "time",
        descending: bool = False,
        limit: int = 100,
        cursor: str | None = None,
    ) -> Page[ResultSummary]:
        """Results without their values, by key or by time."""
        run = self.get_run(run_id)
        with self._read() as c:
            return results.page(
                c,
                run.id,
                key_prefix=key_prefix,
                order=order,
                descending=descending,
                after=cursor,
                limit=limit,
            )

    def get_results_by_key(self, run_id: str, key: str) -> list[Result]:
        """Every result of a key, oldest first; empty when there is none."""
        run = self.get_run(run_id)
        with self._read() as c:
            return results.by_key(c, run.id, key)

    def iterate_results(self, run_id: str, *, key: str | None = None) -> Iterator[Result]:
        """Every result with its value, or every one of a key, in order of time."""
        run = self.get_run(run_id)
        return self._all_results(run.id, key)

    def get_result(self, run_id: str, result_id: str) -> Result:
        """A result by its id; ResultNotFound."""
        run = self.get_run(run_id)
        with self._read() as c:
            found = results.get(c, run.id, parse_id(result_id))
        if found is None:
            raise ResultNotFound(
                f"The run {run.id} has no result {result_id}; `athanor results "
                f"{short_id(run.id)}` shows those there are."
            )
        return found

    def figures(self, run_id: str, only: Sequence[str] | None = None) -> dict[str, Figure]:
        """The key figures of a run by dotted path; with ``only``, those of these result keys."""
        run = self.get_run(run_id)
        with self._read() as c:
            return figures.figures(c, run.id, only)

    def compare(self, run_ids: Sequence[str]) -> Comparison:
        """Two or more runs side by side: in what they differ, and their key figures."""
        found = list({run.id: run for run in map(self.get_run, run_ids)}.values())
        if len(found) < 2:
            raise InvalidInput(
                f"Comparing needs two different runs, got {' '.join(run_ids) or 'none'}. "
                "`athanor runs` shows those there are."
            )
        names = {run.id: self.get_instance(run.instance_id).name for run in found}
        return comparison_of(found, names, {run.id: self.figures(run.id) for run in found})

    def export(
        self,
        run_id: str,
        format: str,  # noqa: A002 - the users' word
        file: IO[bytes],
        *,
        with_logs: bool = False,
    ) -> None:
        """Write a run to a binary file as json, ndjson, csv or parquet."""
        run = self.get_run(run_id)
        exported = Exported(
            run=run,
            instance=self.find_instance(run.instance_id),
            results=lambda: self._all_results(run.id),
            logs=(lambda: self._all_logs(run.id)) if with_logs else None,
        )
        export.write(exported, format, file)

    def check_export(self, format: str, *, with_logs: bool = False) -> None:  # noqa: A002
        """InvalidInput or MissingExtra when ``export`` could not do it."""
        export.check(format, with_logs=with_logs)

    def _all_results(self, run_id: str, key: str | None = None) -> Iterator[Result]:
        cursor, limit = None, _RESULTS_AT_FIRST
        while True:
            with self._read() as c:
                page = results.values(c, run_id, key=key, limit=limit, after=cursor)
            yield from page.items
            small = sum(result.size for result in page.items) < _MUCH_BYTES
            limit = min(limit * 2, _MOST_RESULTS_AT_ONCE) if small else max(limit // 2, 1)
            if (cursor := page.next) is None:
                return

    def _all_logs(self, run_id: str) -> Iterator[LogLine]:
        line = 0
        while found := self.list_logs(run_id, limit=_LOGS_AT_ONCE, after_line=line):
            yield from found
            line = found[-1].line
