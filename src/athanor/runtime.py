"""The runtime as functions: what an experiment says about its run, and what starts and stops runs.

The first group takes the context; it is the same as the context's methods. The second works on the
project of the working directory.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from athanor.domain.instance import Instance
    from athanor.domain.run import Run
    from athanor.execution.context import RunContext

__all__ = [  # noqa: RUF022 - grouped by use, not by letter
    "config",
    "log",
    "log_batch",
    "result",
    "progress",
    "complete",
    "fail",
    "cancelled",
    "raise_if_cancelled",
    "start",
    "start_run",
    "cancel_run",
    "active",
    "whereis",
]


def config(ctx: RunContext) -> dict[str, Any]:
    """The configuration of the run: a plain dict with text keys."""
    return ctx.configuration


def log(ctx: RunContext, level: str, message: str, metadata: Any = None) -> None:
    """Record a log entry; levels are debug, info, warn and error."""
    ctx.log(level, message, metadata)


def log_batch(ctx: RunContext, entries: Iterable[tuple[str, str, Any] | tuple[str, str]]) -> None:
    """Record several ``(level, message, metadata)`` entries in one write."""
    ctx.log_batch(entries)


def result(ctx: RunContext, key: str, value: Any) -> None:
    """Record a result under a key."""
    ctx.result(key, value)


def progress(ctx: RunContext, current: int, total: int, message: str | None = None) -> None:
    """Say how far the work is."""
    ctx.progress(current, total, message)


def complete(ctx: RunContext) -> None:
    """Say that the run has done its work."""
    ctx.complete()


def fail(ctx: RunContext, error: str) -> None:
    """Say that the run has failed, and why."""
    ctx.fail(error)


def cancelled(ctx: RunContext) -> bool:
    """Whether the run was asked to stop."""
    return ctx.cancelled()


def raise_if_cancelled(ctx: RunContext) -> None:
    """Raise ``Cancelled`` if the run was asked to stop."""
    ctx.raise_if_cancelled()


def start(run: Run | str) -> Run:
    """Start a run made by ``experiments.create_run``; RunAlreadyStarted if it was before."""
    from athanor.harness import default

    return default.supervising().start(_id(run))


def start_run(instance: Instance | str) -> Run:
    """Create a run of an instance and start it."""
    from athanor.harness import default

    return default.supervising().start_run(_id(instance))


def cancel_run(run: Run | str, *, force: bool = False) -> Run:
    """Ask a run to stop; with ``force`` end it and all its processes."""
    from athanor.harness import default

    return default.harness().cancel_run(_id(run), force=force)


def active(run_id: str) -> bool:
    """Whether a process works on the run now."""
    return whereis(run_id) is not None


def whereis(run_id: str) -> dict[str, Any] | None:
    """What tells the process that works on the run: pid, start ticks, boot, machine; or None."""
    from athanor.harness import default

    return default.harness().whereis(run_id)


def _id(record: Run | Instance | str) -> str:
    return record if isinstance(record, str) else record.id
