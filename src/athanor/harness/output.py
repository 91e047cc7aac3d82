"""What runs left: logs, results, figures, comparisons and exports."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import IO, Literal

from athanor.domain.identifier import parse_id, short_id
from athanor.domain.output import Level, LogLine, Result, ResultInList, ResultSummary
from athanor.domain.page import Page
from athanor.domain.run import Run
from athanor.errors import InvalidInput, ResultNotFound
from athanor.harness import export, figures
from athanor.harness.comparison import Comparison, Figure, comparison_of
from athanor.harness.export import Exported
from athanor.harness.runs import Runs
from athanor.harness.searching import LogSearch, search_of, stretch_of
from athanor.harness.summarizing import LARGEST_BYTES, MOST_RESULTS, ResultsSummary, Tally
from athanor.store import logs, marks, results

_RESULTS_AT_FIRST = 50
_MOST_RESULTS_AT_ONCE = 2000
_MUCH_BYTES = 1 << 20
"""What is read at once follows the size of the values: little memory, few statements."""
_LOGS_AT_ONCE = 2000
_SUMMARIZED_AT_ONCE = 500
_SAMPLED = 2


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
        first_row: int | None = None,
    ) -> list[LogLine]:
        """Log lines in order of time: the newest ``limit``, or those after or before a line.

        With ``newest`` it is said which end to take where there are more than ``limit``. With
        ``first_row``, those from that row of the lines of these levels on, counted from 0.
        """
        run = self.get_run(run_id)
        with self._read() as c:
            if first_row is not None:
                line = marks.line_of(c, run.id, levels or list(Level), first_row)
                if line is None:
                    return []
                after_line, newest = line - 1, False
            return logs.page(
                c,
                run.id,
                levels=levels,
                after_line=after_line,
                before_line=before_line,
                limit=limit,
                newest=after_line is None if newest is None else newest,
            )

    def first_lines(self, run: Run) -> dict[Level, int | None]:
        """The number of the first log line of each level, None where there is none."""
        said = [level for level in Level if getattr(run.log_counts, level)]
        with self._read() as c:
            found = {level: logs.first_of_level(c, run.id, level) for level in said}
        return dict.fromkeys(Level) | {level: at.line for level, at in found.items() if at}

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

    def list_small_results(
        self,
        run_id: str,
        *,
        key_prefix: str | None = None,
        order: Literal["time", "key"] = "time",
        descending: bool = False,
        limit: int = 100,
        cursor: str | None = None,
    ) -> Page[ResultInList]:
        """Results with their values where these are small, at most 1 MiB of them a page."""
        run = self.get_run(run_id)
        with self._read() as c:
            return results.small_page(
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

    def list_results_of_key(
        self, run_id: str, key: str, *, limit: int = 100, cursor: str | None = None
    ) -> Page[Result]:
        """Results of a key with their values, oldest first."""
        run = self.get_run(run_id)
        with self._read() as c:
            return results.values(c, run.id, key=key, limit=limit, after=cursor)

    def count_results(
        self,
        run_id: str,
        *,
        key: str | None = None,
        key_prefix: str | None = None,
        most: int | None = None,
    ) -> int:
        """How many results a run has, of a key or of keys that begin so; ``most`` for more."""
        run = self.get_run(run_id)
        with self._read() as c:
            return results.count(c, run.id, key=key, key_prefix=key_prefix, most=most)

    def summarize_results(self, run_id: str, *, key_prefix: str | None = None) -> ResultsSummary:
        """How many results there are, of what shape, and min, mean and max of every number.

        The first 100,000 are looked at; values over 64 KiB are left out.
        """
        run = self.get_run(run_id)
        tally, cursor = Tally(), None
        while tally.looked_at < MOST_RESULTS:
            with self._read() as c:
                page = results.values(
                    c,
                    run.id,
                    limit=_SUMMARIZED_AT_ONCE,
                    after=cursor,
                    key_prefix=key_prefix,
                    largest=LARGEST_BYTES,
                )
            tally.add(page.items)
            if (cursor := page.next) is None:
                break
        with self._read() as c:
            count = results.count(c, run.id, key_prefix=key_prefix)
            left_out = results.count(c, run.id, key_prefix=key_prefix, beyond_bytes=LARGEST_BYTES)
        return tally.summary(
            count=count, left_out=left_out, sample=self._sample(run.id, key_prefix)
        )

    def _sample(self, run_id: str, key_prefix: str | None) -> list[ResultSummary]:
        """The first and the last few results, in order of time."""
        with self._read() as c:
            first = results.page(c, run_id, key_prefix=key_prefix, limit=_SAMPLED).items
            last = results.page(
                c, run_id, key_prefix=key_prefix, limit=_SAMPLED, descending=True
            ).items
        found = {entry.id: entry for entry in [*first, *reversed(last)]}
        return list(found.values())

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
