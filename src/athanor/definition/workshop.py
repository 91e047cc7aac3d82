"""The workers of a catalog: which files there are, which are imported, and by whom."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from typing import TYPE_CHECKING, Any

from athanor.definition import discovery
from athanor.definition.file_state import file_state
from athanor.definition.order import Order
from athanor.definition.source import Report, Source, lost_report, problem_report, report_of
from athanor.definition.starter import Starter
from athanor.definition.worker_process import WorkerLost, WorkerProcess
from athanor.errors import CatalogUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from athanor.definition.discovery import Target
    from athanor.settings import Settings

KEPT_WORKERS = 8
"""How many workers stay alive to answer; the others are started again when they are asked."""


class Workshop:
    """One source a target, each imported by a worker of its own; usable from several threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.RLock()
        self._sources: dict[str, Source] = {}
        self._starting: set[WorkerProcess] = set()
        self._closed = False
        self._starter = Starter(settings.project)
        self._pool = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="catalog")

    def close(self) -> None:
        """End every worker, also those that are importing."""
        with self._lock:
            self._closed = True
            workers = [source.worker for source in self._sources.values() if source.worker]
            workers += self._starting
            self._sources.clear()
        self._pool.shutdown(wait=False, cancel_futures=True)
        for worker in workers:
            worker.close()
        self._pool.shutdown()
        self._starter.close()

    def sources(self) -> list[Source]:
        """All that are known now."""
        with self._lock:
            return list(self._sources.values())

    def rescan(self) -> tuple[Target, ...]:
        """The targets there are now; forgets the sources of those that are gone."""
        targets = discovery.find(self._settings.project)
        current = {target.key: target for target in targets}
        with self._lock:
            gone = [
                key for key, source in self._sources.items() if current.get(key) != source.target
            ]
            workers = [self._sources.pop(key).worker for key in gone]
        for worker in workers:
            if worker:
                worker.close()
        return targets

    def select(self, targets: Iterable[Target]) -> list[Source]:
        """The sources of some targets, new ones where there are none yet."""
        with self._lock:
            return [self._sources.setdefault(t.key, Source(t)) for t in targets]

    def start(self, sources: Iterable[Source]) -> list[Future[None]]:
        """Begin the imports that are due; the jobs of all that are under way."""
        with self._lock:
            for source in sources:
                if source.outdated() and not self._closed:
                    source.job = self._pool.submit(self._import, source)
            return [source.job for source in sources if source.job]

    def ready(self, sources: Iterable[Source], patience_s: float | None = None) -> None:
        """Wait until the sources are up to date, or the patience is over.

        Twice, because an import that is under way may have read a file before its last change.
        """
        sources = list(sources)
        until_s = None if patience_s is None else time.monotonic() + patience_s
        for _ in range(2):
            jobs = self.start(sources)
            left_s = None if until_s is None else max(0.0, until_s - time.monotonic())
            if wait_for(jobs, left_s).not_done:
                return
            for job in jobs:
                if not job.cancelled():
                    job.result()
            if not any(source.outdated() for source in sources):
                return

    def _import(self, source: Source) -> None:
        """Import a source in a new worker; the old one answers until the new one can."""
        target = source.target
        if target.problem:
            self._install(source, problem_report(target), None)
            return
        before = file_state(str(target.file)) if target.file else None
        for last in (False, True):
            try:
                self._install(source, *self._imported(target))
            except WorkerLost as lost:
                if lost.innocent and not last:
                    continue
                self._install(source, lost_report(target, lost, before), None)
            return

    def _imported(self, target: Target) -> tuple[Report, WorkerProcess]:
        """What a new worker has found, and the worker; ``close`` can end it meanwhile."""
        worker = WorkerProcess(self._order(target), self._starter)
        try:
            with self._lock:
                if self._closed:
                    raise WorkerLost("was closed")
                self._starting.add(worker)
            return report_of(target, worker.report()), worker
        except BaseException:
            worker.close()
            raise
        finally:
            with self._lock:
                self._starting.discard(worker)

    def _order(self, target: Target) -> Order:
        timeout_s = self._settings.import_timeout_s
        return Order(self._settings.project, target.module, target.name, target.file, timeout_s)

    def _install(self, source: Source, report: Report, worker: WorkerProcess | None) -> None:
        with self._lock:
            wanted = self._sources.get(source.target.key) is source and not self._closed
            replaced = source.worker if wanted else worker
            if wanted:
                source.report, source.worker, source.used_at = report, worker, time.monotonic()
            surplus = self._surplus()
        for useless in (replaced, *surplus):
            if useless:
                useless.close()

    def _surplus(self) -> Iterable[WorkerProcess]:
        """Take away the workers that were used least lately, beyond the number kept."""
        alive = [source for source in self._sources.values() if source.worker]
        alive.sort(key=lambda source: source.used_at, reverse=True)
        taken = [source.worker for source in alive[KEPT_WORKERS:] if source.worker]
        for source in alive[KEPT_WORKERS:]:
            source.worker = None
        return taken

    def ask(self, source: Source, question: dict[str, Any], timeout_s: float) -> dict[str, Any]:
        """The answer of a source's worker; a WorkerLost leaves room for a new one.

        Raises CatalogUnavailable when there is no worker and none can be started.
        """
        worker = self._working(source)
        try:
            return worker.ask(question, timeout_s)
        except WorkerLost:
            self._forget(source, worker)
            raise

    def _forget(self, source: Source, worker: WorkerProcess) -> None:
        with self._lock:
            if source.worker is worker:
                source.worker = None
        worker.close()

    def _working(self, source: Source) -> WorkerProcess:
        """The live worker of a source, started again if it was taken away."""
        with self._lock:
            source.used_at = time.monotonic()
            if source.worker is None and not source.importing:
                source.job = self._pool.submit(self._import, source)
            worker, job = source.worker, source.job
        if worker is None and job is not None:
            job.result()
            worker = source.worker
        if worker is None:
            raise CatalogUnavailable(f"{source.target.key} could not be imported again.")
        return worker
