"""Doing once, ahead of time, what every run does first.

The first pydantic model of a process looks for plugins in every installed package, the first call
into libc opens it; and in a forked process the first touch of each page of memory copies it. All
of that is over before a run begins when it was rehearsed.
"""

from __future__ import annotations

import os
import pickle
import select
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from athanor import settings
from athanor.domain.home import AttemptDirectory
from athanor.domain.instance import Instance
from athanor.domain.moment import now
from athanor.domain.run import Run, RunStatus
from athanor.execution import control, lock, machine, spec
from athanor.execution.context import RunContext

REST_S = 0.05
_IN_MEMORY = (Path("/dev/shm"),)  # noqa: S108 - a folder of its own is made there


def rehearse_until(order_fd: int, part: Callable[[], None]) -> None:
    """Rehearse, unless something arrives at once: in a burst of starts, starting comes first."""
    if not select.select([order_fd], [], [], REST_S)[0]:
        with suppress(OSError):  # a full disk: what was not rehearsed is only slower
            part()


def rehearse() -> None:
    """All of it. Nothing is left behind but warm memory."""
    for part in (as_runner, as_task):
        with suppress(OSError):
            part()


def as_runner() -> None:
    """What a runner does first. It needs no model of a configuration: that costs megabytes."""
    machine.boot_id()
    machine.machine_id()
    machine.start_ticks(os.getpid())
    _attempt()


def as_task() -> None:
    """What a task does first."""
    machine.flush_c_streams()
    _configuration()
    _attempt()


def _configuration() -> None:
    import pydantic

    from athanor.definition.schema import ConfigSchema
    from athanor.definition.validation import validate

    class Rehearsed(pydantic.BaseModel):
        number: int = pydantic.Field(1, ge=1, title="Number")
        choice: Literal["a", "b"] = "a"

    schema = ConfigSchema().field("number", int, default=1, min=1)
    validate(schema.model(), {})
    validate(Rehearsed, {})


def _attempt() -> None:
    with TemporaryDirectory(prefix="athanor-", dir=_stage()) as folder:
        directory = AttemptDirectory(Path(folder))
        spec.write(_spec(), directory)
        sample = pickle.loads(pickle.dumps(spec.read(directory)))  # noqa: S301 - our own
        fd = lock.hold(directory.lock)
        context = RunContext(sample.run, sample.instance, {}, directory)
        context.log("info", "rehearsed", {"number": 1})
        context.progress(1, 1)
        orders = control.listen(directory)
        for opened in (fd, orders):
            if opened is not None:
                os.close(opened)
        context.close()


def _stage() -> str | None:
    """In memory where that can be: a disk that made and lost files all the time would be slower."""
    return next((str(path) for path in _IN_MEMORY if os.access(path, os.W_OK | os.X_OK)), None)


def _spec() -> spec.Spec:
    moment = now()
    instance = Instance(
        id="",
        experiment_module="",
        name="",
        configuration={},
        inserted_at=moment,
        updated_at=moment,
    )
    run = Run(
        id="",
        instance_id="",
        status=RunStatus.PENDING,
        configuration={},
        inserted_at=moment,
        updated_at=moment,
    )
    return spec.Spec.of(run, instance, settings.Settings(project=Path(), home=Path()), home="")
