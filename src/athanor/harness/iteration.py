"""Lists as a whole: every page of them, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from athanor.domain.instance import Instance, InstanceStats
    from athanor.domain.output import Level, LogLine, ResultSummary
    from athanor.domain.page import Page
    from athanor.domain.run import Run
    from athanor.harness.workbench import Workbench

_PAGE = 500
_LINES = 2000


class Iteration:
    """Generators over lists; a page is asked for when the one before has been used up."""

    def iterate_runs(self: Workbench, **wanted: Any) -> Iterator[Run]:
        """Every run that ``list_runs`` has by the same filters, newest first."""
        return _every(self.list_runs, wanted)

    def iterate_instances(
        self: Workbench, **wanted: Any
    ) -> Iterator[tuple[Instance, InstanceStats]]:
        """Every instance that ``list_instances`` has by the same filters."""
        return _every(self.list_instances, wanted)

    def iterate_result_summaries(
        self: Workbench, run_id: str, **wanted: Any
    ) -> Iterator[ResultSummary]:
        """Every result that ``list_result_summaries`` has, without values."""
        return _every(lambda **page: self.list_result_summaries(run_id, **page), wanted)

    def iterate_logs(
        self: Workbench, run_id: str, *, levels: Sequence[Level] | None = None
    ) -> Iterator[LogLine]:
        """Every log line, oldest first."""
        line = 0
        while found := self.list_logs(run_id, levels=levels, limit=_LINES, after_line=line):
            yield from found
            line = found[-1].line


def _every(listing: Callable[..., Page[Any]], wanted: dict[str, Any]) -> Iterator[Any]:
    cursor = None
    while True:
        page = listing(**wanted, limit=_PAGE, cursor=cursor)
        yield from page.items
        if (cursor := page.next) is None:
            return
