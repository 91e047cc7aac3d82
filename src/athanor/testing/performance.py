"""Performing an experiment in this process, on a real journal, until its final word."""

from __future__ import annotations

import inspect
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from athanor.domain.identifier import new_id
from athanor.domain.instance import Instance
from athanor.domain.moment import now, now_us
from athanor.domain.run import Run, RunStatus
from athanor.execution import outcome
from athanor.execution.context import RunContext
from athanor.journal import format as said
from athanor.journal.slot import Slot
from athanor.journal.writer import JournalWriter

if TYPE_CHECKING:
    from athanor.definition.loading import LoadedExperiment
    from athanor.domain.home import AttemptDirectory


def perform(
    loaded: LoadedExperiment,
    configuration: dict[str, Any],
    directory: AttemptDirectory,
    cancel_after: int | None,
) -> BaseException | None:
    """Run it; what it raised, if anything. A cancel is asked for after so many reports."""
    journal = JournalWriter(directory.journal)
    raised: list[BaseException] = []
    records = _records(loaded.module, configuration)
    with _cancelling(journal, directory) as (ask, cancel_fd):
        context = _Observed(*records, configuration, directory, ask=ask, after=cancel_after)

        def call() -> Any:
            return _noting(raised, lambda: loaded.call(context, configuration))

        outcome.perform(call, context, journal, cancel_fd)
        context.close()
    journal.close()
    return raised[0] if raised else None


@contextmanager
def _cancelling(
    journal: JournalWriter, directory: AttemptDirectory
) -> Iterator[tuple[Callable[[], None], int]]:
    """How a cancel is asked for, and the descriptor that tells an event loop of it."""
    slot = Slot(directory.progress)
    readable, writable = os.pipe()

    def ask() -> None:
        journal.write(said.CancelRequested(now_us()))
        slot.cancel()
        os.write(writable, b"c")

    try:
        yield ask, readable
    finally:
        os.close(readable)
        os.close(writable)
        slot.close()


def _noting(raised: list[BaseException], call: Callable[[], Any]) -> Any:
    """Call, and keep what is raised, also by a coroutine."""
    try:
        value = call()
    except BaseException as error:
        raised.append(error)
        raise
    return _noting_later(raised, value) if inspect.isawaitable(value) else value


async def _noting_later(raised: list[BaseException], value: Awaitable[Any]) -> Any:
    try:
        return await value
    except BaseException as error:
        raised.append(error)
        raise


def _records(module: str, configuration: dict[str, Any]) -> tuple[Run, Instance]:
    moment = now()
    instance = Instance(
        id=new_id(),
        experiment_module=module,
        name="test",
        configuration=configuration,
        inserted_at=moment,
        updated_at=moment,
    )
    run = Run(
        id=new_id(),
        instance_id=instance.id,
        status=RunStatus.RUNNING,
        configuration=configuration,
        inserted_at=moment,
        updated_at=moment,
        queued_at=moment,
        started_at=moment,
    )
    return run, instance


class _Observed(RunContext):
    """Keeps every progress, and asks for a cancel by itself after so many reports."""

    def __init__(self, *parts: Any, ask: Callable[[], None], after: int | None) -> None:
        super().__init__(*parts)
        self._ask = ask
        self._left = after
        self._count(0)

    def log(self, level: str, message: str, metadata: Any = None) -> None:
        super().log(level, message, metadata)
        self._count(1)

    def result(self, key: str, value: Any) -> None:
        super().result(key, value)
        self._count(1)

    def progress(self, current: int, total: int, message: str | None = None) -> None:
        super().progress(current, total, message)
        newest = self._slot.read()
        if newest is not None:
            self._write(said.Progress(newest.ts, newest.current, newest.total, newest.message))
        self._count(1)

    def _count(self, reports: int) -> None:
        if self._left is None:
            return
        self._left -= reports
        if self._left <= 0:
            self._left = None
            self._ask()
