"""Instances: making, changing, listing and deleting them, and starting runs of them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from athanor.server.models.answer import Page
from athanor.server.models.instances import (
    Instance,
    InstanceChanges,
    InstanceInList,
    InstancesAsked,
    InstanceStats,
    InstanceToMake,
)
from athanor.server.models.runs import Run, RunAsked
from athanor.server.openapi import problems
from athanor.server.opened import InstanceId, Opened
from athanor.server.turns import NamesExperiment, ReadsCode, StartsRuns

router = APIRouter(prefix="/instances", tags=["instances"])


@router.get(
    "",
    operation_id="list_instances",
    response_model=Page[InstanceInList],
    responses=problems(404, 409),
)
def list_instances(
    asked: Annotated[InstancesAsked, Query()], harness: Opened, _: NamesExperiment
) -> Any:
    """Instances and how their runs went, in one of three orders.

    With `called` it is the one that this means, or a problem that says why there is none.
    """
    if asked.called is not None:
        found = harness.get_instance(asked.called)
        return Page(items=[_with_stats(found, harness.instance_stats(found.id))], next=None)
    page = harness.list_instances(
        limit=asked.limit,
        cursor=asked.cursor,
        module=asked.experiment,
        name_contains=asked.name,
        status=asked.status,
        sort=asked.sort,
    )
    return Page(items=[_with_stats(*pair) for pair in page.items], next=page.next)


@router.post(
    "",
    operation_id="create_instance",
    status_code=201,
    response_model=Instance,
    responses=problems(404, 409),
)
def create_instance(
    asked: InstanceToMake, harness: Opened, response: Response, _: ReadsCode
) -> Any:
    """A new instance; its configuration is checked by the experiment's own model."""
    made = harness.create_instance(**asked.model_dump())
    response.headers["location"] = f"/api/instances/{made.id}"
    return made


@router.get(
    "/{instance_id}",
    operation_id="get_instance",
    response_model=InstanceInList,
    responses=problems(404),
)
def get_instance(instance_id: InstanceId, harness: Opened) -> Any:
    """An instance and how its runs went."""
    found = harness.get_instance(instance_id)
    return _with_stats(found, harness.instance_stats(found.id))


@router.patch(
    "/{instance_id}",
    operation_id="update_instance",
    response_model=Instance,
    responses=problems(404, 409),
)
def update_instance(
    instance_id: InstanceId, asked: InstanceChanges, harness: Opened, _: ReadsCode
) -> Any:
    """Change what is given. Runs that exist keep the configuration they were made with."""
    return harness.update_instance(instance_id, **asked.model_dump(exclude_unset=True))


@router.delete(
    "/{instance_id}",
    operation_id="delete_instance",
    status_code=204,
    responses=problems(404, 409),
)
def delete_instance(instance_id: InstanceId, harness: Opened) -> None:
    """Delete an instance with its runs and all they said; refused while one is live.

    All is gone when this answers; what it occupied is set free little by little afterwards.
    """
    harness.delete_instance(instance_id, wait=False)


@router.post(
    "/{instance_id}/runs",
    operation_id="start_run",
    status_code=201,
    response_model=Run,
    responses=problems(404, 409),
    tags=["runs"],
)
def start_run(
    instance_id: InstanceId,
    harness: Opened,
    response: Response,
    _: StartsRuns,
    asked: RunAsked | None = None,
) -> Any:
    """Start a new run. It is running when this answers, or waits its turn as `pending`.

    With `start` false it is only prepared.
    """
    asked = asked or RunAsked()
    if asked.start:
        run = harness.start_run(instance_id, wait=asked.wait)
    else:
        run = harness.create_run(instance_id)
    response.headers["location"] = f"/api/runs/{run.id}"
    return run


def _with_stats(instance: Any, stats: Any) -> InstanceInList:
    known = Instance.model_validate(instance)
    return InstanceInList(**dict(known), stats=InstanceStats.model_validate(stats))
