"""The harness: one project's experiments, instances and runs."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Literal

from athanor import settings as settings_module
from athanor.definition.catalog import Catalog
from athanor.definition.listing import ExperimentEntry, Listing
from athanor.domain.attempt import Attempt
from athanor.domain.home import Home
from athanor.domain.identifier import new_id
from athanor.domain.instance import Instance, InstanceStats
from athanor.domain.moment import now
from athanor.domain.output import Level, LogLine, Result, ResultSummary
from athanor.domain.run import Run, RunStatus
from athanor.errors import (
    FieldProblem,
    RunAlreadyStarted,
    StartFailed,
    ValidationFailed,
)
from athanor.execution import environment, inline, lock, machine
from athanor.execution.spec import Spec
from athanor.harness import export, figures, following, lookup
from athanor.harness.comparison import Comparison, comparison_of
from athanor.harness.export import Exported
from athanor.journal.values import text
from athanor.settings import Settings
from athanor.store import attempts, instances, logs, results, runs
from athanor.store.database import Database
from athanor.store.paging import Page
from athanor.supervision import detached, keeper
from athanor.supervision.environment import filled
from athanor.supervision.keeper import Keeper

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

START_PATIENCE_S = 10.0
_LOOK_S = 0.003
_TRUE_FOR_S = 0.4
_RESULTS_AT_ONCE = 50
_LOGS_AT_ONCE = 2000


class Harness:
    """Everything one can do with a project. Open it with ``Harness.open()``; close it after use.

    Ids may be given whole, or as the short form that listings show.
    """

    def __init__(self, settings: Settings, database: Database) -> None:
        self.settings = settings
        self.home = Home(settings.home)
        self._database = database
        self._keeper: Keeper | None = None
        self._reconciled_s = float("-inf")

    @classmethod
    def open(cls, project: Path | None = None, settings: Settings | None = None) -> Harness:
        """Open the project that holds ``project`` (default: the working directory).

        Its data directory is made if need be. Without an owner, what has happened meanwhile is
        stored and judged first, so that what is read is true.
        """
        settings = settings or settings_module.load(project)
        harness = cls(settings, Database.open(settings))
        harness.reconcile()
        return harness

    def close(self) -> None:
        """Stop supervising, if this object did, and let go of everything. Runs live on."""
        if self._keeper is not None:
            self._keeper.stop()
            self._keeper = None
        if "catalog" in self.__dict__:
            self.catalog.close()
        self._database.close()

    def __enter__(self) -> Harness:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # --- supervision ---

    def supervise(self) -> None:
        """Keep the runs of this data directory, now or as soon as its present owner ends."""
        if self._keeper is None:
            self._keeper = Keeper(self._database, self.settings)
            self._keeper.start()
            self._finish_deleting()

    def leave_behind(self) -> None:
        """Leave a small supervisor that stays until the last run has ended."""
        detached.leave_behind(self.settings)

    def reconcile(self) -> None:
        """If runs are live and nobody owns the directory, look after them once."""
        self._reconciled_s = time.monotonic()
        if self.live_count() > 0:
            keeper.settle(self._database, self.settings)

    def live_count(self) -> int:
        """How many runs have a process, or are about to."""
        with self._database.read() as c:
            return runs.live_count(c, str(self.home.path))

    def idle(self) -> bool:
        """Whether no run has a process and none waits for one."""
        home = str(self.home.path)
        with self._database.read() as c:
            return not (runs.live_count(c, home) or runs.startable(c, home=home, limit=1))

    # --- experiments ---

    @cached_property
    def catalog(self) -> Catalog:
        """What knows the project's experiments; it imports them in processes of its own."""
        return Catalog(self.settings)

    def list_experiments(self) -> Listing:
        """The experiments found, and the files that are broken."""
        return self.catalog.list()

    def get_experiment(self, name: str) -> ExperimentEntry:
        """The experiment of a name or module."""
        return self.catalog.resolve(name)

    def get_config_schema(self, module: str) -> dict[str, Any]:
        """The configuration's JSON Schema."""
        return self.catalog.schema(self.catalog.resolve(module).module)

    def get_defaults(self, module: str) -> dict[str, Any]:
        """The configuration's defaults; required fields without one are left out."""
        return self.catalog.defaults(self.catalog.resolve(module).module)

    def validate_config(self, module: str, configuration: Mapping[str, Any]) -> dict[str, Any]:
        """The configuration with its defaults filled in; ValidationFailed naming every problem."""
        return self.catalog.validate(self.catalog.resolve(module).module, _as_dict(configuration))

    # --- instances ---

    def create_instance(
        self,
        *,
        experiment_module: str,
        name: str,
        configuration: Mapping[str, Any] | None = None,
        description: str | None = None,
        time_limit_s: float | None = None,
        gpus: int = 0,
    ) -> Instance:
        """Store an instance: the configuration is checked, its defaults are filled in and kept."""
        _check(
            experiment_module=experiment_module,
            name=name,
            description=description,
            time_limit_s=time_limit_s,
            gpus=gpus,
        )
        entry = self.catalog.resolve(experiment_module)
        moment = now()
        instance = Instance(
            id=new_id(),
            experiment_module=entry.module,
            name=text(name),
            description=None if description is None else text(description),
            configuration=self.catalog.validate(entry.module, _as_dict(configuration)),
            inserted_at=moment,
            updated_at=moment,
            time_limit_s=time_limit_s,
            gpus=gpus,
        )
        with self._database.write() as c:
            instances.insert(c, instance)
        return instance

    def update_instance(self, instance_id: str, **changes: Any) -> Instance:
        """Change what is given: name, description, configuration (whole), time_limit_s, gpus.

        Runs that exist keep the configuration they were made with.
        """
        current = self.get_instance(instance_id)
        allowed = ("name", "description", "configuration", "time_limit_s", "gpus")
        if unknown := changes.keys() - set(allowed):
            raise ValidationFailed(
                tuple(
                    FieldProblem(key, f"cannot be changed; {', '.join(allowed)} can")
                    for key in sorted(unknown)
                )
            )
        _check(**{key: value for key, value in changes.items() if key in _CHECKS})
        if "configuration" in changes:
            changes["configuration"] = self.catalog.validate(
                current.experiment_module, _as_dict(changes["configuration"])
            )
        for key in ("name", "description"):
            if changes.get(key) is not None:
                changes[key] = text(changes[key])
        with self._database.write() as c:
            return instances.update(c, current.id, **changes)

    def get_instance(self, instance: str) -> Instance:
        """An instance by id, short id or exact name; InstanceNotFound, AmbiguousName."""
        with self._read() as c:
            return lookup.instance(c, instance)

    def find_instance(self, instance_id: str) -> Instance | None:
        """An instance by its whole id, or None."""
        with self._read() as c:
            return instances.get(c, instance_id)

    def list_instances(
        self, *, limit: int = 50, cursor: str | None = None, module: str | None = None
    ) -> Page[tuple[Instance, InstanceStats]]:
        """Instances with their stats: never run first, then the newest run first."""
        with self._read() as c:
            return instances.page(c, limit=limit, after=cursor, module=module)

    def instance_stats(self, instance_id: str) -> InstanceStats:
        """Run count, last run's time and status."""
        with self._read() as c:
            return instances.stats(c, instance_id)

    def delete_instance(self, instance_id: str) -> None:
        """Delete an instance with its runs, their output and directories; InstanceBusy if live."""
        instance = self.get_instance(instance_id)
        with self._database.write() as c:
            instances.mark_deleting(c, instance.id)
        self._remove_instance(instance.id)

    # --- runs ---

    def create_run(self, instance_id: str) -> Run:
        """A new run of an instance: pending, its configuration fixed, not yet asked to start."""
        run = self._new_run(instance_id)
        self._insert(run)
        return run

    def start(
        self, run_id: str, given_environment: Mapping[str, str] | None = None, *, wait: bool = True
    ) -> Run:
        """Ask for the start of a run; RunAlreadyStarted for one that was started before.

        Waits until it is running, or waits its turn in the queue. StartFailed when it cannot be
        started. ``given_environment`` becomes that of the run, instead of the supervisor's.
        """
        run = self.get_run(run_id)
        if run.status is RunStatus.PENDING:
            self._hand_over(run, given_environment)
        with self._database.write() as c:
            run = runs.enqueue(c, run.id, now())
        self._wake()
        return self._started(run) if wait else run

    def start_run(
        self,
        instance_id: str,
        given_environment: Mapping[str, str] | None = None,
        *,
        wait: bool = True,
    ) -> Run:
        """Create a run of an instance and start it, as ``create_run`` and ``start`` do."""
        run = self._new_run(instance_id, queued_at=now())
        self._hand_over(run, given_environment)
        self._insert(run)
        self._wake()
        return self._started(run) if wait else run

    def run_inline(self, run_id: str) -> Run:
        """Work through a pending run in this very process, for a debugger. Blocks until it ends."""
        run = self.get_run(run_id)
        instance = self.get_instance(run.instance_id)
        directory = self.home.attempt(run.id, run.attempt)

        def claim() -> None:
            claimed = Attempt(
                run_id=run.id,
                attempt=run.attempt,
                status=run.status,
                executor="inline",
                claimed_at=now(),
                machine_id=machine.machine_id(),
                home=str(self.home.path),
            )
            with self._database.write() as c:
                runs.enqueue(c, run.id, now())
                if not attempts.claim(c, claimed):
                    raise RunAlreadyStarted

        os.environ.update(filled(self.settings.project))
        inline.run(Spec.of(run, instance, self.settings), directory, claim)
        self.reconcile()
        return self.wait(run.id)

    def cancel_run(self, run_id: str, *, force: bool = False) -> Run:
        """Ask a run to stop; with ``force`` end it and all its processes. RunNotRunning if over."""
        run = self.get_run(run_id)
        with self._database.write() as c:
            run = runs.request_cancel(c, run.id, force=force, at=now())
        if run.status.final:  # it never started: nobody else would take what was left for it
            environment.take(self.home.attempt(run.id, run.attempt))
        self._wake()
        if self._keeper is None:
            self.reconcile()
        return self.get_run(run.id)

    def delete_run(self, run_id: str) -> None:
        """Delete a run that has ended, with its output and directory; RunBusy if live."""
        run = self.get_run(run_id)
        with self._database.write() as c:
            runs.mark_deleting(c, run.id)
        self._remove_run(run.id)

    def get_run(self, run: str) -> Run:
        """A run by id or short id; RunNotFound, AmbiguousName."""
        with self._read() as c:
            return lookup.run(c, run)

    def find_run(self, run_id: str) -> Run | None:
        """A run by its whole id, or None."""
        with self._read() as c:
            return runs.get(c, run_id)

    def list_runs(
        self,
        *,
        instance_id: str | None = None,
        status: RunStatus | Sequence[RunStatus] | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Page[Run]:
        """Runs, newest first."""
        with self._read() as c:
            return runs.page(c, limit=limit, after=cursor, instance_id=instance_id, status=status)

    def queue_place(self, run_id: str) -> int:
        """The place of a waiting run in the queue; 1 is next."""
        with self._read() as c:
            return runs.pending_before(c, run_id)

    def whereis(self, run_id: str) -> dict[str, Any] | None:
        """What tells the process of a run that is alive, None for any other."""
        run = self.get_run(run_id)
        with self._read() as c:
            attempt = attempts.get(c, run.id, run.attempt)
        alive = attempt is not None and not lock.is_free(
            self.home.attempt(run.id, run.attempt).lock
        )
        return (attempt.handle or {}) if attempt is not None and alive else None

    def wait(self, run_id: str, timeout_s: float | None = None) -> Run:
        """The run once it has ended, or as it stands when the time is over."""
        deadline_s = None if timeout_s is None else time.monotonic() + timeout_s
        for _ in following.ticks(self._database, deadline_s):
            run = self.get_run(run_id)
            if run.status.final:
                return run
        return self.get_run(run_id)

    def follow(self, run_id: str, after: str | None = None) -> Iterator[following.Event]:
        """Events of a run from a cursor (``attempt:offset``) on, until it has ended."""
        return following.follow(self._database, self.get_run(run_id).id, after, self._keep_true)

    # --- output ---

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

    def figures(self, run_id: str, only: Collection[str] | None = None) -> dict[str, int | float]:
        """The key figures of a run by dotted path; with ``only``, those of these result keys."""
        run = self.get_run(run_id)
        with self._read() as c:
            return figures.figures(c, run.id, only)

    def compare(self, run_ids: Sequence[str]) -> Comparison:
        """Runs side by side: in what they differ, and their key figures."""
        found = [self.get_run(run_id) for run_id in dict.fromkeys(run_ids)]
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

    # --- inside ---

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        """One look at the data, which is true although the owner may have died since the last."""
        self._keep_true()
        with self._database.read() as c:
            yield c

    def _keep_true(self) -> None:
        if self._keeper is None and time.monotonic() - self._reconciled_s > _TRUE_FOR_S:
            self.reconcile()

    def _remove_instance(self, instance_id: str) -> None:
        """Directories first: while there are rows, a deletion that was killed can be finished."""
        with self._database.read() as c:
            run_ids = instances.run_ids(c, instance_id)
        for run_id in run_ids:
            shutil.rmtree(self.home.run(run_id), ignore_errors=True)
        self._remove(instances.remove_batch, instance_id)

    def _remove_run(self, run_id: str) -> None:
        shutil.rmtree(self.home.run(run_id), ignore_errors=True)
        self._remove(runs.remove_batch, run_id)

    def _remove(self, remove_batch: Callable[[Connection, str], bool], record_id: str) -> None:
        done = False
        while not done:
            with self._database.write() as c:
                done = remove_batch(c, record_id)

    def _finish_deleting(self) -> None:
        """Remove what somebody who was killed had begun to delete."""
        with self._database.read() as c:
            marked, marked_runs = instances.marked(c), runs.marked(c)
        for instance_id in marked:
            self._remove_instance(instance_id)
        for run_id in marked_runs:
            self._remove_run(run_id)

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

    def _new_run(self, instance_id: str, queued_at: datetime | None = None) -> Run:
        instance = self.get_instance(instance_id)
        moment = now()
        return Run(
            id=new_id(),
            instance_id=instance.id,
            status=RunStatus.PENDING,
            configuration=instance.configuration,
            inserted_at=moment,
            updated_at=moment,
            queued_at=queued_at,
        )

    def _insert(self, run: Run) -> None:
        with self._database.write() as c:
            runs.insert(c, run, project=str(self.settings.project), home=str(self.home.path))

    def _hand_over(self, run: Run, given_environment: Mapping[str, str] | None) -> None:
        if given_environment is not None:
            directory = self.home.attempt(run.id, run.attempt)
            try:
                directory.path.mkdir(mode=0o700, parents=True, exist_ok=True)
                environment.hand_over(directory, filled(self.settings.project, given_environment))
            except OSError as error:
                raise StartFailed(
                    f"The run's directory {directory.path} cannot be written ({error.strerror}); "
                    "set ATHANOR_HOME to a place that can."
                ) from error

    def _wake(self) -> None:
        if self._keeper is not None:
            self._keeper.wake()

    def _started(self, run: Run) -> Run:
        """Wait until a run that was asked for runs, has ended, or is known to wait its turn."""
        deadline_s = time.monotonic() + START_PATIENCE_S
        while True:
            run = self.get_run(run.id)
            if run.status is RunStatus.FAILED and run.started_at is None:
                raise StartFailed(f"Run {run.id} could not be started: {run.error}")
            if run.status is not RunStatus.PENDING or time.monotonic() > deadline_s:
                return run
            if self._must_wait(run.id):
                return run
            time.sleep(_LOOK_S)

    def _must_wait(self, run_id: str) -> bool:
        """Whether nobody has taken the run in hand because as many work as may."""
        with self._read() as c:
            working = runs.live_count(c, str(self.home.path))
            return working >= self.settings.max_running and runs.pending_before(c, run_id) > 0


def _as_dict(configuration: Any) -> Any:
    """A configuration as the catalog takes it; what is none is left for it to refuse."""
    if configuration is None:
        return {}
    return dict(configuration) if isinstance(configuration, Mapping) else configuration


def _not_blank(value: Any) -> str | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return "can't be blank"
    return _text_or_none(value)


def _text_or_none(value: Any) -> str | None:
    return None if value is None or isinstance(value, str) else f"must be text, got {value!r}"


def _positive_or_none(value: Any) -> str | None:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if value is None or (number and 0 < value < float("inf")):
        return None
    return f"must be a number of seconds greater than 0, got {value!r}"


def _count(value: Any) -> str | None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return None if whole and value >= 0 else f"must be a whole number from 0 up, got {value!r}"


_CHECKS = {
    "experiment_module": _not_blank,
    "name": _not_blank,
    "description": _text_or_none,
    "time_limit_s": _positive_or_none,
    "gpus": _count,
}


def _check(**values: Any) -> None:
    found = ((name, _CHECKS[name](value)) for name, value in values.items())
    problems = tuple(FieldProblem(name, problem) for name, problem in found if problem)
    if problems:
        raise ValidationFailed(problems)
