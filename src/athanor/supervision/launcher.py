"""Starting runs: whose turn it is, the claim, the runner, and what could not be started."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, wait
from contextlib import suppress
from dataclasses import dataclass

from athanor.domain.attempt import Attempt
from athanor.domain.home import Home
from athanor.domain.instance import Instance
from athanor.domain.moment import now
from athanor.domain.run import Run, RunStatus
from athanor.errors import StartFailed
from athanor.execution import environment, machine
from athanor.execution.spec import Spec
from athanor.settings import Settings
from athanor.store import attempts, runs, waiting
from athanor.store.database import Database
from athanor.store.waiting import Asking
from athanor.supervision import devices
from athanor.supervision.executor import Executor, Handle

START_TRIES = 3


@dataclass(frozen=True, slots=True)
class Submitted:
    """A claim whose runner is being started."""

    claim: Attempt
    handle: Future[Handle]


class Launcher:
    """Starts what waits, as far as there is room, and refuses what cannot be started."""

    def __init__(self, database: Database, settings: Settings, executor: Executor) -> None:
        self._database = database
        self._settings = settings
        self._home = Home(settings.home)
        self._executor = executor
        self._tries: dict[str, int] = {}

    def started(self) -> Iterator[Attempt | None]:
        """Start what may start now, a step at a time; None where nothing new has come of it.

        While one starts, which is waiting for most of the time, the next is claimed and the caller
        has a turn.
        """
        home = self._database.home
        with self._database.read() as c:
            room = max(0, self._settings.max_running - waiting.live_count(c, home))
            turns = devices.look(c, home, self._settings.gpus)
            chosen = turns.given if turns.asking else None
            next_up = waiting.startable(c, home=home, limit=room, chosen=chosen)
        devices.note(self._database, turns)
        for asking, reason in turns.refused:  # as many as it asks for there will never be
            self.refuse(asking, reason)
        # Claim, submit, note the handle: dying between any two of these is repaired by the next. A
        # claim without a living runner lapses; a submission made twice starts one runner.
        pending: deque[Submitted] = deque()
        try:
            for run, instance in next_up:
                claim = self._claimed(run, turns.given.get(run.id, ()))
                if claim is not None:
                    pending.append(self._submitted(claim, run, instance))
                    yield None
                if len(pending) > 1:
                    yield self._noted(pending.popleft())
            while pending:
                yield self._noted(pending.popleft())
        finally:  # nobody looks for a runner before it holds its lock
            wait([one.handle for one in pending])

    def _submitted(self, claim: Attempt, run: Run, instance: Instance) -> Submitted:
        """Submit in a thread; at once where there can be none, as when the process ends."""
        spec = Spec.of(run, instance, self._settings, claim.home, claim.gpus)
        directory = self._home.attempt(run.id, run.attempt)
        handle: Future[Handle] = Future()

        def submit() -> None:
            try:
                handle.set_result(self._executor.submit(spec, directory))
            except BaseException as error:  # noqa: BLE001 - raised where the handle is wanted
                handle.set_exception(error)

        try:
            threading.Thread(target=submit, name="athanor-start", daemon=True).start()
        except RuntimeError:
            submit()
        return Submitted(claim, handle)

    def _noted(self, submitted: Submitted) -> Attempt | None:
        """What has been started; None when it could not be."""
        claim = submitted.claim
        try:
            handle = submitted.handle.result()
        except StartFailed as error:
            if self._executor.withdraw(self._home.attempt(claim.run_id, claim.attempt)):
                self.refuse(claim, str(error))  # else it was only slow, and is found again
            return None
        # The runner may speak already: what it says waits for no disk.
        with self._database.write(relaxed=True) as connection:
            attempts.set_handle(connection, claim.run_id, claim.attempt, handle)
            return attempts.get(connection, claim.run_id, claim.attempt)

    def _claimed(self, run: Run, gpus: tuple[str, ...]) -> Attempt | None:
        claim = Attempt(
            run_id=run.id,
            attempt=run.attempt,
            status=RunStatus.PENDING,
            executor=self._executor.name,
            claimed_at=now(),
            machine_id=machine.machine_id(),
            home=self._database.home,
            gpus=gpus,
        )
        with self._database.write() as connection:
            return claim if attempts.claim(connection, claim) else None

    def begin_again(self, attempt: Attempt) -> None:
        """Let an attempt that never began wait for its turn again, a few times."""
        directory = self._home.attempt(attempt.run_id, attempt.attempt)
        if not self._executor.withdraw(directory):
            return  # a runner that its dead submitter had asked for has come after all
        tries = self._tries[attempt.run_id] = self._tries.get(attempt.run_id, 0) + 1
        if tries >= START_TRIES:
            missing = self._executor.missing(attempt, directory)
            self.refuse(attempt, f"Could not be started in {tries} tries: {missing}.")
            return
        with self._database.write() as connection:
            attempts.release(connection, attempt.run_id, attempt.attempt)

    def refuse(self, claim: Attempt | Asking, reason: str) -> None:
        """End a run that cannot go on, with the reason."""
        with suppress(OSError):  # the directory may be what is wrong
            environment.take(self._home.attempt(claim.run_id, claim.attempt))
        with self._database.write() as connection:
            runs.finish(connection, claim.run_id, claim.attempt, RunStatus.FAILED, reason, now())
