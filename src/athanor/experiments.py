"""Instances, runs and what they left, as functions on the project of the working directory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from athanor.definition.listing import Listing
    from athanor.domain.events import Event
    from athanor.domain.instance import Instance, InstanceStats
    from athanor.domain.output import Level, LogLine, Result
    from athanor.domain.run import Run, RunStatus
    from athanor.domain.usage import Usage
    from athanor.harness import Harness
    from athanor.harness.comparison import Comparison
    from athanor.harness.frames import FrameKind

__all__ = [  # noqa: RUF022 - grouped by use, not by letter
    "list_experiments",
    "get_config_schema",
    "validate_config",
    "create_instance",
    "update_instance",
    "delete_instance",
    "get_instance",
    "list_instances",
    "create_run",
    "get_run",
    "list_runs",
    "delete_run",
    "wait_for_run",
    "list_logs",
    "list_results",
    "list_usage",
    "get_results_by_key",
    "compare_runs",
    "results_frame",
    "runs_frame",
    "subscribe_to_run",
]


def list_experiments() -> Listing:
    """The experiments found, and the files that are broken."""
    return _harness().list_experiments()


def get_config_schema(module: str) -> dict[str, Any]:
    """The JSON Schema of an experiment's configuration."""
    return _harness().get_config_schema(module)


def validate_config(module: str, configuration: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration with defaults filled in; ValidationFailed naming every problem."""
    return _harness().validate_config(module, configuration)


def create_instance(attributes: Mapping[str, Any] | None = None, /, **more: Any) -> Instance:
    """Store an instance: ``experiment_module``, ``name``, ``description``, ``configuration``.

    The attributes may come as a mapping, as keywords, or both; a time limit in seconds is
    ``time_limit_s``. ValidationFailed for what does not fit.
    """
    given = {"experiment_module": None, "name": None, **(attributes or {}), **more}
    _refuse_unknown(given)
    return _harness().create_instance(**given)


def update_instance(
    instance: Instance | str, changes: Mapping[str, Any] | None = None, /, **more: Any
) -> Instance:
    """Change what is given; runs that exist keep their configuration."""
    return _harness().update_instance(_id(instance), **{**(changes or {}), **more})


def delete_instance(instance: Instance | str) -> None:
    """Delete an instance with its runs and their output; InstanceBusy while one is live."""
    _harness().delete_instance(_id(instance))


def get_instance(instance_id: str) -> Instance:
    """An instance; InstanceNotFound when there is none."""
    return _harness().get_instance(instance_id)


def list_instances(limit: int = 50) -> list[tuple[Instance, InstanceStats]]:
    """Instances with their stats: never run first, then the newest run first."""
    return _harness().list_instances(limit=limit).items


def create_run(instance: Instance | str) -> Run:
    """A new run of an instance: pending until ``runtime.start``."""
    return _harness().create_run(_id(instance))


def get_run(run_id: str) -> Run:
    """A run as it stands; RunNotFound when there is none."""
    return _harness().get_run(run_id)


def list_runs(
    instance: Instance | str | None = None, status: RunStatus | None = None, limit: int = 50
) -> list[Run]:
    """Runs, newest first."""
    instance_id = None if instance is None else _id(instance)
    return _harness().list_runs(instance_id=instance_id, status=status, limit=limit).items


def delete_run(run: Run | str) -> None:
    """Delete a run that has ended, with its output."""
    _harness().delete_run(_id(run))


def wait_for_run(run: Run | str, timeout_s: float | None = None) -> Run:
    """The run once it has ended, or as it stands when the time is over."""
    return _harness().wait(_id(run), timeout_s)


def list_logs(
    run: Run | str, *, levels: Sequence[Level] | None = None, limit: int = 100
) -> list[LogLine]:
    """The newest ``limit`` log lines, in order of time."""
    return _harness().list_logs(_id(run), levels=levels, limit=limit)


def list_results(run: Run | str, *, limit: int = 100) -> list[Result]:
    """The newest ``limit`` results, in order of time."""
    return _harness().list_results(_id(run), limit=limit)


def list_usage(run: Run | str) -> list[Usage]:
    """What a run has used over time: at most a thousand samples, oldest first."""
    return _harness().list_usage(_id(run))


def get_results_by_key(run: Run | str, key: str) -> list[Result]:
    """Every result of a key, oldest first."""
    return _harness().get_results_by_key(_id(run), key)


def compare_runs(runs: Sequence[Run | str]) -> Comparison:
    """Two or more runs side by side: in what they differ, and their key figures."""
    return _harness().compare([_id(run) for run in runs])


def results_frame(run: Run | str, *, key: str | None = None, kind: FrameKind | None = None) -> Any:
    """A row a result, what is nested as columns; pandas or polars, as ``kind`` says."""
    return _harness().results_frame(_id(run), key=key, kind=kind)


def runs_frame(*, kind: FrameKind | None = None, **wanted: Any) -> Any:
    """A row a run with its configuration as columns; the filters are those of the harness."""
    return _harness().runs_frame(kind=kind, **wanted)


def subscribe_to_run(run: Run | str, after: str | None = None) -> Iterator[Event]:
    """Events of a run from a cursor on, until it has ended."""
    return _harness().follow(_id(run), after)


_ATTRIBUTES = (
    "experiment_module",
    "name",
    "description",
    "configuration",
    "time_limit_s",
    "gpus",
    "memory_limit_bytes",
)


def _refuse_unknown(given: Mapping[str, Any]) -> None:
    """A misspelt attribute is told like every other mistake in what was given."""
    unknown = [key for key in given if key not in _ATTRIBUTES]
    if unknown:
        from athanor.errors import FieldProblem, ValidationFailed

        message = f"is no attribute of an instance; expected some of {', '.join(_ATTRIBUTES)}"
        raise ValidationFailed(tuple(FieldProblem(str(key), message) for key in unknown))


def _harness() -> Harness:
    from athanor.harness import default

    return default.harness()


def _id(record: Run | Instance | str) -> str:
    return record if isinstance(record, str) else record.id
