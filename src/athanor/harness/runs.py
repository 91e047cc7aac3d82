"""Runs: starting, stopping, finding, following and deleting them."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from athanor.domain.attempt import INLINE, Attempt
from athanor.domain.identifier import new_id
from athanor.domain.instance import Instance
from athanor.domain.moment import in_utc, now
from athanor.domain.page import Page
from athanor.domain.run import NamedRun, Run, RunStatus
from athanor.domain.usage import Usage
from athanor.errors import (
    DatabaseAway,
    DatabaseUnusable,
    InvalidInput,
    RunAlreadyStarted,
    StartFailed,
)
from athanor.execution import control, environment, inline, lock, machine
from athanor.execution.spec import Spec
from athanor.harness import following, lookup
from athanor.harness.instances import Instances
from athanor.store import attempts, instances, run_lists, runs, usage, waiting
from athanor.supervision.environment import filled

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from athanor.execution.control import Order
    from athanor.harness.workbench import Away

START_PATIENCE_S = 10.0
_LOOK_S = 0.003


class Runs(Instances):
    """The use cases about runs."""

    def create_run(self, instance_id: str) -> Run:
        """A new run of an instance: pending, its configuration fixed, not yet asked to start."""
        run = self._new_run(instance_id)
        with self._database.write() as c:
            self._insert(c, run)
        return run

    def start(
        self, run_id: str, given_environment: Mapping[str, str] | None = None, *, wait: bool = True
    ) -> Run:
        """Ask for the start of a run; RunAlreadyStarted for one that was started before.

        Waits until it is running, or waits its turn in the queue. StartFailed when it cannot be
        started. ``given_environment`` becomes that of the run, instead of the supervisor's.
        """
        run = self.get_run(run_id)
        with self._database.write() as c:
            run = waiting.enqueue(c, run.id, now())
            self._hand_over(run, given_environment)  # only by whoever has it started
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
        with self._database.write() as c:
            self._insert(c, run)
            self._hand_over(run, given_environment)
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
                executor=INLINE,
                claimed_at=now(),
                machine_id=machine.machine_id(),
                home=self._database.home,
            )
            with self._database.write() as c:
                waiting.enqueue(c, run.id, now())
                if not attempts.claim(c, claimed):
                    raise RunAlreadyStarted

        os.environ.update(filled(self.settings.project))
        inline.run(Spec.of(run, instance, self.settings, self._database.home), directory, claim)
        self.reconcile()
        return self.wait(run.id)

    def cancel_run(self, run_id: str, *, force: bool = False) -> Run:
        """Ask a run to stop; with ``force`` end it and all its processes. RunNotRunning if over."""
        run = self.get_run(run_id)
        try:
            with self._database.write() as c:
                run = runs.request_cancel(c, run.id, force=force, at=now())
        except DatabaseUnusable:
            if not self._told(run, "force" if force else "cancel"):
                raise
            return run
        if run.status.final:  # it never started: nobody else would take what was left for it
            environment.take(self.home.attempt(run.id, run.attempt))
        self._wake()
        if self._keeper is None:
            self.reconcile()
        return self.get_run(run.id)

    def delete_run(self, run_id: str, *, wait: bool = True) -> None:
        """Delete a run that has ended, with its output and directory; RunBusy if live.

        It is gone for everyone at once. Without ``wait`` its rows and files are removed beside.
        """
        run = self.get_run(run_id)
        with self._database.write() as c:
            runs.mark_deleting(c, run.id)
        if wait:
            self._remove_run(run.id)
        else:
            self._removals.add(lambda: self._remove_run(run.id))

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
        module: str | None = None,
        name_contains: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Page[Run]:
        """Runs, newest first.

        ``instance_id`` is an id or name. ``module`` is full (``package.module:Name``), and then of
        code that need not be there any more, or short; it and ``name_contains`` are about their
        instances. ``since`` (inclusive) and ``until`` (exclusive) are about the moment when a run
        was made, in UTC unless they say a zone. InstanceNotFound, ModuleNotFound.
        """
        wanted = self._wanted(instance_id, module, name_contains, since, until)
        with self._read() as c:
            return run_lists.page(c, wanted, limit=limit, after=cursor, status=_statuses(status))

    def count_runs(
        self,
        *,
        instance_id: str | None = None,
        module: str | None = None,
        name_contains: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> dict[RunStatus, int]:
        """How many runs there are of each status, of those that ``list_runs`` would give."""
        wanted = self._wanted(instance_id, module, name_contains, since, until)
        with self._read() as c:
            return run_lists.counts(c, wanted)

    def list_named_runs(self, **wanted: Any) -> Page[NamedRun]:
        """Runs as ``list_runs`` has them, each with what it is a run of."""
        page = self.list_runs(**wanted)
        of = self.instances_of(page.items)
        # One that was deleted between the two looks has taken its runs with it.
        there = [run for run in page.items if run.instance_id in of]
        return Page([_named(run, of[run.instance_id]) for run in there], page.next)

    def instances_of(self, found: Iterable[Run]) -> dict[str, Instance]:
        """The instances of some runs by id."""
        with self._read() as c:
            return instances.several(c, {run.instance_id for run in found})

    def list_usage(self, run_id: str) -> list[Usage]:
        """What a run has used over time: at most a thousand samples, evenly spread."""
        run = self.get_run(run_id)
        with self._read() as c:
            return usage.series(c, run.id)

    def queue_place(self, run_id: str) -> int:
        """The place of a waiting run in the queue; 1 is next."""
        with self._read() as c:
            return waiting.pending_before(c, run_id)

    def environment(self) -> dict[str, str]:
        """The environment that runs get which are started from here: that of this process."""
        return dict(os.environ)

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
        """The run once it has ended, or as it stands when the time is over.

        A database that is away is waited for until then.
        """
        deadline_s = None if timeout_s is None else time.monotonic() + timeout_s
        for _ in following.ticks(self._database, deadline_s):
            with suppress(DatabaseAway):
                run = self.get_run(run_id)
                if run.status.final:
                    return run
        return self.get_run(run_id)

    def follow(
        self, run_id: str, after: str | None = None, *, away: Away | None = None
    ) -> Iterator[following.Event]:
        """Events of a run from a cursor (``attempt:offset``) on, until it has ended.

        A database that is away is waited for; ``away`` is told each time that it goes.
        """
        whole_id = self.get_run(run_id).id
        return following.follow(self._database, whole_id, after, self._keep_true, away)

    def follower(self, run_id: str, after: str | None = None) -> following.Follower:
        """The same for those who wait in a way of their own: ``news()`` is what is new since."""
        return following.Follower(self._database, self.get_run(run_id).id, after)

    def version(self) -> int:
        """A number that changes when somebody has written to the database."""
        return self._database.data_version()

    def _remove_run(self, run_id: str) -> None:
        shutil.rmtree(self.home.run(run_id), ignore_errors=True)
        self._remove(runs.remove_batch, run_id)

    def _told(self, run: Run, order: Order) -> bool:
        """Whether a runner here heard it; it notes the order once there is room."""
        try:
            return run.status.live and control.send(self.home.attempt(run.id, run.attempt), order)
        except OSError:
            return False

    def _wanted(
        self,
        instance_id: str | None,
        module: str | None,
        name_contains: str | None,
        since: datetime | None,
        until: datetime | None,
    ) -> run_lists.Wanted:
        return run_lists.Wanted(
            instance_id=None if instance_id is None else self.get_instance(instance_id).id,
            module=self._full(module),
            name_contains=name_contains,
            since=since and in_utc(since),
            until=until and in_utc(until),
        )

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
            gpus_asked=instance.gpus,
        )

    def _insert(self, c: Connection, run: Run) -> None:
        runs.insert(c, run, project=str(self.settings.project), home=self._database.home)

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
                return self.get_run(run.id)
            time.sleep(_LOOK_S)

    def _must_wait(self, run_id: str) -> bool:
        """Whether nobody has taken the run in hand because as many work as may, or for GPUs."""
        with self._read() as c:
            working = waiting.live_count(c, self._database.home)
            if working < self.settings.max_running and not lookup.run(c, run_id).waits_for:
                return False
            return waiting.pending_before(c, run_id) > 0


def _statuses(given: str | Sequence[str] | None) -> list[RunStatus] | None:
    """One or several as what they are, from Python their plain names too."""
    if given is None:
        return None
    try:
        return [RunStatus(one) for one in ([given] if isinstance(given, str) else given)]
    except ValueError as error:
        known = ", ".join(RunStatus)
        raise InvalidInput(f"Expected a status ({known}), got {given!r}.") from error


def _named(run: Run, instance: Instance) -> NamedRun:
    return NamedRun(
        run=run, instance_name=instance.name, experiment_module=instance.experiment_module
    )
