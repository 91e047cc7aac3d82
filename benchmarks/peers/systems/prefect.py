"""Prefect: lines of a flow's logger, and how soon a flow begins; its server runs beside."""

from __future__ import annotations

import contextlib
import os
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.peers.protocol import FIELDS, MESSAGE, Record, Sizes, System, answer, main

_PATIENCE_S = 120
_FLOW = """
import time
from prefect import flow

@flow
def bench():
    with open("reached", "w") as note:
        note.write(str(time.time_ns()))

bench()
"""


class Prefect(System):
    """Its default settings: logs go to the server every two seconds."""

    def __init__(self, folder: Path, way: str) -> None:
        super().__init__(folder, way)
        os.environ["PREFECT_HOME"] = str(folder / "prefect")

    def during(self, body: Callable[[Record], None]) -> None:
        with self._server():
            from prefect import flow, get_run_logger

            @flow
            def bench() -> None:
                logger = get_run_logger()
                form = MESSAGE + " step=%d loss=%g phase=%s"
                step, loss, phase = FIELDS.values()
                body(lambda number: logger.info(form, step, loss, phase))

            bench()

    @contextlib.contextmanager
    def _server(self) -> Iterator[None]:
        """It is left running: who asked ends all that is left in the folder."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        prefect = Path(sys.executable).with_name("prefect")
        with (self.folder / "server.out").open("w") as out:
            subprocess.Popen(
                [prefect, "server", "start", "--port", str(port)], stdout=out, stderr=out
            )
        os.environ["PREFECT_API_URL"] = f"http://127.0.0.1:{port}/api"
        _healthy(f"http://127.0.0.1:{port}/api/health")
        yield

    def stored(self) -> int:
        """Counted in its table: over its API a page has 200 lines."""
        with sqlite3.connect(self.folder / "prefect" / "prefect.db") as database:
            query = "SELECT count(*) FROM log WHERE message LIKE ?"
            return int(database.execute(query, [f"{MESSAGE}%"]).fetchone()[0])

    def start(self, sizes: Sizes) -> None:
        times = self._warm(sizes["n"]) if self.way == "warm" else self._cold(sizes["n"])
        answer({"seconds": list(times)})

    def _warm(self, times: int) -> Iterator[float]:
        with self._server():
            from prefect import flow

            reached: list[float] = []
            bench = flow(lambda: reached.append(time.perf_counter()), name="bench")
            bench()
            for _ in range(times):
                begun_s = time.perf_counter()
                bench()
                yield reached[-1] - begun_s

    def _cold(self, times: int) -> Iterator[float]:
        (self.folder / "flow.py").write_text(_FLOW)
        for _ in range(times):
            asked_ns = time.time_ns()
            subprocess.run(
                [sys.executable, "flow.py"], cwd=self.folder, check=True, capture_output=True
            )
            yield (int((self.folder / "reached").read_text()) - asked_ns) / 1e9


def _healthy(url: str) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end_s = time.monotonic() + _PATIENCE_S
    while time.monotonic() < end_s:
        with contextlib.suppress(OSError):
            direct.open(url, timeout=5)
            return
        time.sleep(0.2)
    raise SystemExit("the server of Prefect did not answer")


if __name__ == "__main__":
    main(Prefect)
