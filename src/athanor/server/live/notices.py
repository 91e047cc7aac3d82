"""Which topics tell an event of instances or runs, and how."""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING, Any

from athanor.domain.events import InstanceChanged, InstanceDeleted, News, RunChanged, RunDeleted
from athanor.harness.records import run_in_list, to_json
from athanor.server.live import frames
from athanor.server.live.topics import ACTIVE, INSTANCE, INSTANCES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from athanor.domain.instance import Instance, InstanceStats
    from athanor.domain.run import Run


def frames_of(event: News, revision: int, topics: Collection[str]) -> Iterator[tuple[str, str]]:
    """Each of these topics that tells the event, and its frame."""
    for topic, name, fields in _told(event):
        if topic in topics:
            texts = {key: frames.text(value) for key, value in fields.items()}
            yield topic, frames.frame(name, topic, revision=str(revision), **texts)


def instance_in_list(instance: Instance, stats: InstanceStats) -> dict[str, Any]:
    """An instance as lists show it."""
    return {**to_json(instance), "stats": to_json(stats)}


def run_of_instance(run: Run, instance: Instance) -> dict[str, Any]:
    """A run as lists show it, with what it is a run of."""
    module = instance.experiment_module
    return {**run_in_list(run), "instance_name": instance.name, "experiment_module": module}


@singledispatch
def _told(event: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Topic, name of the event, fields."""
    raise TypeError(f"Expected news, got {type(event).__name__}")


@_told.register(RunChanged)
def _(event: RunChanged) -> Iterator[tuple[str, str, dict[str, Any]]]:
    run = {"run": run_of_instance(event.run, event.instance)}
    yield ACTIVE, f"run_{event.what}", run
    name = "run_created" if event.what == "created" else "run_updated"
    yield INSTANCE + event.instance.id, name, run


@_told.register(RunDeleted)
def _(event: RunDeleted) -> Iterator[tuple[str, str, dict[str, Any]]]:
    gone = {"run_id": event.run_id, "instance_id": event.instance_id}
    yield ACTIVE, "run_deleted", gone
    yield INSTANCE + event.instance_id, "run_deleted", {"run_id": event.run_id}


@_told.register(InstanceChanged)
def _(event: InstanceChanged) -> Iterator[tuple[str, str, dict[str, Any]]]:
    instance = {"instance": instance_in_list(event.instance, event.stats)}
    yield INSTANCES, f"instance_{event.what}", instance
    yield INSTANCE + event.instance.id, "instance_updated", instance


@_told.register(InstanceDeleted)
def _(event: InstanceDeleted) -> Iterator[tuple[str, str, dict[str, Any]]]:
    gone = {"instance_id": event.instance_id}
    yield INSTANCES, "instance_deleted", gone
    yield INSTANCE + event.instance_id, "instance_deleted", gone
    yield ACTIVE, "instance_deleted", gone
