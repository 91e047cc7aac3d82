"""The least there is, by the same questions: no system at all."""

from __future__ import annotations

import itertools
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import msgspec

from benchmarks.peers.protocol import (
    FIELDS,
    MESSAGE,
    Record,
    Sizes,
    System,
    answer,
    expect,
    main,
    repeated,
)

_BATCH = 1000
_TABLE = """
PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS events (run INTEGER, seq INTEGER, at INTEGER, message TEXT, fields TEXT,
    PRIMARY KEY (run, seq)) WITHOUT ROWID;
"""
_INSERT = "INSERT INTO events VALUES (?, ?, ?, ?, ?)"


class Floor(System):
    """A file for calls, a table of SQLite for the rest."""

    def during(self, body: Callable[[Record], None]) -> None:
        """One encoded line and one write: what makes an event survive its process."""
        fd = os.open(self.folder / "events", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        encode = msgspec.json.Encoder().encode
        write, now_ns = os.write, time.time_ns

        def record(number: int) -> None:
            write(fd, encode((now_ns(), number, MESSAGE, FIELDS)) + b"\n")

        body(record)

    def stored(self) -> int:
        return (self.folder / "events").read_bytes().count(b"\n")

    def rate(self, sizes: Sizes) -> None:
        """``executemany`` of rows that are there already, a thousand a transaction."""
        database = self._database()
        rows = _rows(sizes["calls"])
        batches = [list(itertools.islice(rows, _BATCH)) for _ in range(sizes["calls"] // _BATCH)]
        begun_s = time.perf_counter()
        for batch in batches:
            with database:
                database.executemany(_INSERT, batch)
        spent_s = time.perf_counter() - begun_s
        answer({"per_s": sizes["calls"] / spent_s, "events": sizes["calls"]})

    def start(self, sizes: Sizes) -> None:
        """To the first line: of a fork when warm, of a new interpreter when cold."""
        once = _fork_s if self.way == "warm" else _interpreter_s
        answer({"seconds": [once() for _ in range(sizes["n"])]})

    def seed(self, sizes: Sizes) -> None:
        """Runs are 0 and below, so that they stand beside each other."""
        database = self._database()
        with database:
            database.executemany(_INSERT, _rows(sizes["logs"]))
            runs = ((-number, 0, 0, "completed", "{}") for number in range(sizes["runs"]))
            database.executemany(_INSERT, runs)
        answer({})

    def list(self, sizes: Sizes) -> None:
        self._reading("WHERE run <= 0", sizes["runs"])

    def tail(self, sizes: Sizes) -> None:
        self._reading("WHERE run = 1 ORDER BY seq DESC LIMIT 1000", 1000)

    def frame(self, sizes: Sizes) -> None:
        """Rows with their values decoded; not yet a frame."""
        self._reading(f"WHERE run = 1 ORDER BY seq LIMIT {sizes['results']}", sizes["results"])

    def _reading(self, which: str, wanted: int) -> None:
        database = self._database()
        query = f"SELECT run, seq, at, message, fields FROM events {which}"

        def read() -> None:
            rows = [(*row, json.loads(row[4])) for row in database.execute(query)]
            expect(len(rows), wanted)

        answer(repeated(read, 9))

    def _database(self) -> sqlite3.Connection:
        database = sqlite3.connect(self.folder / "floor.db")
        database.executescript(_TABLE)
        return database


def _rows(events: int) -> Iterator[tuple[int, int, int, str, str]]:
    fields = json.dumps(FIELDS)
    return ((1, number, 0, MESSAGE, fields) for number in range(events))


def _fork_s() -> float:
    """Until the child's first word is here."""
    mine, its = os.pipe()
    begun_s = time.perf_counter()
    child = os.fork()
    if child == 0:
        os.write(its, b"%d" % time.perf_counter_ns())
        os._exit(0)
    reached_s = int(os.read(mine, 32)) / 1e9
    os.waitpid(child, 0)
    os.close(mine)
    os.close(its)
    return reached_s - begun_s


def _interpreter_s() -> float:
    begun_s = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return time.perf_counter() - begun_s


if __name__ == "__main__":
    main(Floor)
