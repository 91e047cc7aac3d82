"""What the runs of a server's project left."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Sequence
from typing import IO, TYPE_CHECKING, Any, Literal

from athanor.client.records import decoded
from athanor.client.runs import Runs, path_of
from athanor.domain.identifier import parse_id
from athanor.domain.output import Level, LogLine, Result, ResultInList, ResultSummary
from athanor.errors import InvalidInput
from athanor.harness.comparison import Comparison
from athanor.harness.searching import LogSearch

if TYPE_CHECKING:
    from athanor.domain.page import Page
    from athanor.harness.comparison import Figure

_LINES_AT_ONCE = 5000
_VALUES_AT_ONCE = 1000
_LONGEST_VALUE_CHARS = 10_000_000


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
        backward = after_line is None if newest is None else newest
        if first_row is not None:
            backward = False
        asked: dict[str, Any] = {
            "level": levels or None,
            "after_line": after_line,
            "before_line": before_line,
            "order": "newest" if backward else "oldest",
            "first_row": first_row,
        }
        found: list[LogLine] = []
        while len(found) < limit:
            asked["limit"] = min(limit - len(found), _LINES_AT_ONCE)
            page = self._connection.get(f"{path_of(run_id)}/logs", **asked)
            found += [decoded(LogLine, line) for line in page["items"]]
            if page["next_line"] is None:
                break
            asked["first_row"] = None  # from there on, by line
            asked["before_line" if backward else "after_line"] = page["next_line"]
        return found[::-1] if backward else found

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
        found = self._connection.get(
            f"{path_of(run_id)}/logs/search",
            text=words,
            level=levels or None,
            limit=min(limit, _LINES_AT_ONCE),
            after_line=after_line,
            before_line=before_line,
            order="newest" if newest else "oldest",
        )
        lines = [decoded(LogLine, line) for line in found["items"]]
        return LogSearch(
            items=lines,
            searched_to_line=found["searched_to_line"],
            complete=found["complete"],
        )

    def list_results(
        self, run_id: str, *, key: str | None = None, limit: int = 100
    ) -> list[Result]:
        """The newest ``limit`` results (of a key) with their values, in order of time."""
        if limit > _VALUES_AT_ONCE:
            return list(deque(self.iterate_results(run_id, key=key), maxlen=limit))
        return list(self._values(run_id, key=key, newest=limit))

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
        return self._page(
            f"{path_of(run_id)}/results",
            lambda fields: decoded(ResultSummary, fields),
            limit=limit,
            cursor=cursor,
            key_prefix=key_prefix or None,
            order=order,
            descending=descending,
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
        return self._page(
            f"{path_of(run_id)}/results",
            lambda fields: decoded(ResultInList, fields),
            limit=limit,
            cursor=cursor,
            key_prefix=key_prefix or None,
            order=order,
            descending=descending,
            values=True,
        )

    def iterate_results(self, run_id: str, *, key: str | None = None) -> Iterator[Result]:
        """Every result with its value, or every one of a key, in order of time."""
        return self._values(self.get_run(run_id).id, key=key)

    def get_results_by_key(self, run_id: str, key: str) -> list[Result]:
        """Every result of a key, oldest first; empty when there is none."""
        return list(self._values(run_id, key=key))

    def get_result(self, run_id: str, result_id: str) -> Result:
        """A result by its id; ResultNotFound."""
        path = f"{path_of(run_id)}/results/{parse_id(result_id)}"
        found = self._connection.get(path, max_chars=_LONGEST_VALUE_CHARS)
        if not found["part"]["truncated"]:
            return _result({**found, "value": found["part"]["value"]})
        same_key = self._values(run_id, key=found["key"])
        return next(result for result in same_key if result.id == found["id"])

    def figures(self, run_id: str, only: Sequence[str] | None = None) -> dict[str, Figure]:
        """The key figures of a run by dotted path; with ``only``, those of these result keys."""
        found = self._connection.get(f"{path_of(run_id)}/figures", key=only and list(only))
        items: dict[str, Figure] = found["items"]
        return items

    def compare(self, run_ids: Sequence[str]) -> Comparison:
        """Two or more runs side by side: in what they differ, and their key figures."""
        if not run_ids:
            raise InvalidInput("Comparing needs two different runs, got none.")
        for run_id in run_ids:
            path_of(run_id)  # what is no id at all is no run
        found = self._connection.get("/compare", runs=",".join(run_ids))
        comparison: Comparison = decoded(Comparison, found)
        return comparison

    def export(
        self,
        run_id: str,
        format: str,  # noqa: A002 - the users' word
        file: IO[bytes],
        *,
        with_logs: bool = False,
    ) -> None:
        """Write a run to a binary file as json, ndjson, csv or parquet."""
        path = f"{path_of(run_id)}/export"
        with self._connection.pieces(path, format=format, logs=with_logs) as pieces:
            for piece in pieces:
                file.write(piece)

    def _values(
        self, run_id: str, *, key: str | None = None, newest: int | None = None
    ) -> Iterator[Result]:
        path = f"{path_of(run_id)}/values"
        with self._connection.lines(path, key=key, newest=newest) as lines:
            for line in lines:
                yield _result(json.loads(line))


def _result(fields: Any) -> Result:
    result: Result = decoded(Result, fields)
    return result
