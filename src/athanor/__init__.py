"""Athanor: define, run and follow experiments.

This is the author's surface, one grouped list. A name is imported when it is first used, so that
``import athanor`` stays quick and an experiment that only logs never loads a database driver.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from athanor.version import __version__

if TYPE_CHECKING:
    from athanor import experiments, runtime, testing
    from athanor.definition.experiment import Definition, Experiment, experiment
    from athanor.definition.schema import ConfigSchema
    from athanor.domain.instance import Instance
    from athanor.domain.output import LogLine, Result
    from athanor.domain.run import Progress, Run, RunStatus
    from athanor.errors import AthanorError, Cancelled, ValidationFailed
    from athanor.execution.context import RunContext
    from athanor.harness import Harness

__all__ = [  # noqa: RUF022 - grouped by use, not by letter
    # writing an experiment
    "Experiment",
    "experiment",
    "Definition",
    "ConfigSchema",
    "RunContext",
    "Cancelled",
    # running and reading
    "Harness",
    "experiments",
    "runtime",
    "testing",
    # records
    "Instance",
    "Run",
    "RunStatus",
    "Progress",
    "LogLine",
    "Result",
    # errors
    "AthanorError",
    "ValidationFailed",
    # version
    "__version__",
]

_HOMES = {
    "Experiment": "athanor.definition.experiment",
    "experiment": "athanor.definition.experiment",
    "Definition": "athanor.definition.experiment",
    "ConfigSchema": "athanor.definition.schema",
    "RunContext": "athanor.execution.context",
    "Cancelled": "athanor.errors",
    "Harness": "athanor.harness",
    "Instance": "athanor.domain.instance",
    "Run": "athanor.domain.run",
    "RunStatus": "athanor.domain.run",
    "Progress": "athanor.domain.run",
    "LogLine": "athanor.domain.output",
    "Result": "athanor.domain.output",
    "AthanorError": "athanor.errors",
    "ValidationFailed": "athanor.errors",
}


def __getattr__(name: str) -> Any:
    if name in ("experiments", "runtime", "testing"):
        return import_module(f"athanor.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module 'athanor' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
