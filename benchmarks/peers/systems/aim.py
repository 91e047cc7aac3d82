"""Aim on a repository of its own, without a server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aim import Repo, Run

from benchmarks.peers.protocol import FIELDS, Record, Sizes, System, answer, expect, main, repeated


class Aim(System):
    """An event is one value of a metric; system metrics and the terminal are not recorded."""

    def during(self, body: Callable[[Record], None]) -> None:
        run = self._run()
        loss = FIELDS["loss"]
        body(lambda number: run.track(loss, name="loss", step=number))
        run.close()

    def _run(self) -> Any:
        return Run(
            repo=Repo.from_path(str(self.folder), init=True),
            experiment="bench",
            system_tracking_interval=None,
            log_system_params=False,
            capture_terminal_logs=False,
        )

    def stored(self) -> int:
        (run,) = Repo.from_path(str(self.folder)).iter_runs()
        return sum(len(metric.values.values_list()) for metric in run.metrics())

    def seed(self, sizes: Sizes) -> None:
        for number in range(sizes["runs"]):
            run = self._run()
            for step in range(sizes["results"] if number == 0 else 1):
                run.track(FIELDS["loss"], name="loss", step=step)
            if number == 0:
                (self.folder / "large").write_text(run.hash)
            run.close()
        answer({})

    def list(self, sizes: Sizes) -> None:
        def read() -> None:
            runs = Repo.from_path(str(self.folder)).iter_runs()
            expect(len([(run.name, run.creation_time) for run in runs]), sizes["runs"])

        answer(repeated(read, 3))

    def frame(self, sizes: Sizes) -> None:
        run = Repo.from_path(str(self.folder)).get_run((self.folder / "large").read_text())

        def read() -> None:
            (metric,) = run.metrics()
            expect(len(metric.dataframe()), sizes["results"])

        answer(repeated(read, 3))


if __name__ == "__main__":
    main(Aim)
