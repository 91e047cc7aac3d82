"""Trackio on its local store."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.peers.protocol import FIELDS, Record, Sizes, System, answer, expect, main, repeated

_PROJECT = "bench"


class Trackio(System):
    """An event is a ``trackio.log`` of three values."""

    def __init__(self, folder: Path, way: str) -> None:
        super().__init__(folder, way)
        os.environ["TRACKIO_DIR"] = str(folder / "trackio")

    def during(self, body: Callable[[Record], None]) -> None:
        import trackio

        trackio.init(project=_PROJECT, name="large", embed=False, auto_log_cpu=False)
        body(lambda number: trackio.log(FIELDS))
        trackio.finish()

    def stored(self) -> int:
        from trackio.sqlite_storage import SQLiteStorage

        return int(SQLiteStorage.get_log_count(_PROJECT, run="large"))

    def seed(self, sizes: Sizes) -> None:
        import trackio

        def body(record: Record) -> None:
            for number in range(sizes["logs"]):
                record(number)

        self.during(body)
        for number in range(sizes["runs"] - 1):
            trackio.init(project=_PROJECT, name=f"run {number}", embed=False, auto_log_cpu=False)
            trackio.log(FIELDS)
            trackio.finish()
        answer({})

    def list(self, sizes: Sizes) -> None:
        import trackio

        def read() -> None:
            found = [(run.name, run.config) for run in trackio.Api().runs(_PROJECT)]
            expect(len(found), sizes["runs"])

        answer(repeated(read, 5))

    def tail(self, sizes: Sizes) -> None:
        """By the query that ``trackio query`` takes; ``get_logs`` reads all of a run."""
        query = "SELECT * FROM metrics WHERE run_name = 'large' ORDER BY step DESC LIMIT 1000"
        self._reading(query, 1000)

    def serve(self, sizes: Sizes) -> None:
        import trackio

        trackio.show(open_browser=False, server_port=sizes["port"], block_thread=True)

    def _reading(self, query: str, wanted: int) -> None:
        from trackio.sqlite_storage import SQLiteStorage

        def read() -> None:
            found: dict[str, Any] = SQLiteStorage.query_project(_PROJECT, query)
            expect(found["row_count"], wanted)

        answer(repeated(read, 5))


if __name__ == "__main__":
    main(Trackio)
