"""Doing once, ahead of time, what every run does first.

The first pydantic model of a process looks for plugins in every installed package, the first call
into libc opens it; and in a forked process the first touch of each page of memory copies it. All
of that is over before a run begins when it was rehearsed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from athanor import settings
from athanor.domain.instance import Instance
from athanor.domain.moment import now
from athanor.domain.run import Run, RunStatus
from athanor.execution import machine, spec


def rehearse() -> None:
    """Leave nothing behind but warm memory."""
    machine.boot_id()
    machine.machine_id()
    machine.flush_c_streams()
    _configuration()
    _spec()


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


def _spec() -> None:
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
    sample = spec.Spec.of(run, instance, settings.Settings(project=Path(), home=Path()))
    spec.decode(msgspec.json.encode(sample))
