"""MLflow on its SQLite store, without a server: one call each, asynchronous, or in batches."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mlflow
from mlflow.entities import Metric

from benchmarks.peers.protocol import FIELDS, Record, Sizes, System, answer, expect, main, repeated

_BATCH = 1000
_SEEDED = "seeded"


class MLflow(System):
    """An event is one value of a metric: it has no log lines."""

    def __init__(self, folder: Path, way: str) -> None:
        super().__init__(folder, way)
        self.events_a_call = _BATCH if way == "batch" else 1
        mlflow.set_tracking_uri(f"sqlite:///{folder}/mlflow.db")
        mlflow.set_experiment("bench")

    def during(self, body: Callable[[Record], None]) -> None:
        with mlflow.start_run() as run:
            body(self._record(run.info.run_id))
        if self.way == "async":
            mlflow.flush_async_logging()

    def _record(self, run_id: str) -> Record:
        client, loss = mlflow.MlflowClient(), FIELDS["loss"]
        if self.way == "batch":
            return lambda number: client.log_batch(run_id, _batch(number * _BATCH, _BATCH))
        together = self.way != "async"
        return lambda number: mlflow.log_metric("loss", loss, step=number, synchronous=together)

    def stored(self) -> int:
        """Counted in its table; its client reads only whole histories."""
        with sqlite3.connect(self.folder / "mlflow.db") as database:
            return int(database.execute("SELECT count(*) FROM metrics").fetchone()[0])

    def seed(self, sizes: Sizes) -> None:
        """The runs, and one of them with a history."""
        client = mlflow.MlflowClient()
        experiment = mlflow.get_experiment_by_name("bench").experiment_id
        for number in range(sizes["runs"]):
            run_id = client.create_run(experiment).info.run_id
            client.log_metric(run_id, "loss", FIELDS["loss"])
            client.set_terminated(run_id)
            if number == 0:
                for start in range(0, sizes["results"], _BATCH):
                    client.log_batch(run_id, _batch(start, _BATCH, "value"))
                (self.folder / _SEEDED).write_text(run_id)
        answer({})

    def list(self, sizes: Sizes) -> None:
        def read() -> None:
            found = mlflow.search_runs(
                experiment_names=["bench"], max_results=sizes["runs"], output_format="list"
            )
            expect(len(found), sizes["runs"])

        answer(repeated(read, 5))

    def frame(self, sizes: Sizes) -> None:
        """The whole history of a metric, made a frame by hand: there is no verb for it."""
        import pandas as pd

        run_id = (self.folder / _SEEDED).read_text()
        client = mlflow.MlflowClient()

        def read() -> None:
            history: list[Any] = client.get_metric_history(run_id, "value")
            expect(len(pd.DataFrame([dict(entry) for entry in history])), sizes["results"])

        answer(repeated(read, 5))


def _batch(start: int, size: int, key: str = "loss") -> list[Metric]:
    at_ms = int(time.time() * 1000)
    return [Metric(key, number * 0.5, at_ms, number) for number in range(start, start + size)]


if __name__ == "__main__":
    main(MLflow)
