"""What runs left: logs, results, figures, comparisons and exports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO, Literal

from athanor.domain.output import Level, LogLine, Result, ResultSummary
from athanor.errors import InvalidInput
from athanor.harness import export, figures
from athanor.harness.comparison import Comparison, Figure, comparison_of
from athanor.harness.export import Exported
from athanor.harness.runs import Runs
from athanor.store import logs, results
from athanor.store.paging import Page

_RESULTS_AT_ONCE = 50
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
    ) -> list[LogLine]:
        """Log lines in order of time: the newest ``limit``, or those after or before a line."""
        run = self.get_run(run_id)
        with self._read() as c:
            return logs.page(
                c,
                run.id,
                levels=levels,
                after_line=after_line,
                before_line=before_line,
                limit=limit,
                newest=after_line is None,
            )

    def list_results(self, run_id: str, *, limit: int = 100) -> list[Result]:
        """The newest ``limit`` results with their values, in order of time."""
        run = self.get_run(run_id)
        with self._read() as c:
            return results.newest(c, run.id, limit)

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

    def _all_results(self, run_id: str) -> Iterator[Result]:
        cursor = None
        while True:
            with self._read() as c:
                page = results.values(c, run_id, limit=_RESULTS_AT_ONCE, after=cursor)
            yield from page.items
            if (cursor := page.next) is None:
                return

    def _all_logs(self, run_id: str) -> Iterator[LogLine]:
        line = 0
        while found := self.list_logs(run_id, limit=_LOGS_AT_ONCE, after_line=line):
            yield from found
            line = found[-1].line
