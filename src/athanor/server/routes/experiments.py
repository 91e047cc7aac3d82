"""Experiments: those there are, and whether a configuration fits one."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from athanor.errors import ValidationFailed
from athanor.server.models.experiments import (
    CheckedConfiguration,
    ConfigurationToCheck,
    ExperimentDetails,
    Experiments,
)
from athanor.server.openapi import problems
from athanor.server.opened import Module, Opened
from athanor.server.turns import ReadsCode

router = APIRouter(prefix="/experiments", tags=["experiments"])

PATIENCE_S = 2.0


@router.get("", operation_id="list_experiments", response_model=Experiments)
def list_experiments(harness: Opened, _: ReadsCode) -> Any:
    """Every experiment of the project, and the files that are broken.

    Files that take long to import are named in `reading`; nobody waits for them.
    """
    return harness.list_experiments(PATIENCE_S)


@router.get(
    "/{module}",
    operation_id="get_experiment",
    response_model=ExperimentDetails,
    responses=problems(404, 409),
)
def get_experiment(module: Module, harness: Opened, _: ReadsCode) -> Any:
    """One experiment with the schema and the defaults of its configuration."""
    found = harness.get_experiment(module)
    known = {name: getattr(found, name) for name in ExperimentDetails.model_fields.keys() - _ASKED}
    return ExperimentDetails(
        **known,
        config_schema=harness.get_config_schema(found.module),
        defaults=harness.get_defaults(found.module),
    )


_ASKED = {"config_schema", "defaults"}


@router.post(
    "/{module}/validate",
    operation_id="validate_config",
    response_model=CheckedConfiguration,
    responses=problems(404, 409),
)
def validate_config(
    module: Module, asked: ConfigurationToCheck, harness: Opened, _: ReadsCode
) -> Any:
    """Whether a configuration fits: by the experiment's own model, every problem by its place."""
    try:
        valid = harness.validate_config(module, asked.configuration)
    except ValidationFailed as failed:
        return CheckedConfiguration.model_validate(
            {"valid": False, "configuration": None, "errors": [_wrong(p) for p in failed.problems]}
        )
    return {"valid": True, "configuration": valid, "errors": []}


def _wrong(problem: Any) -> dict[str, str]:
    return {"path": problem.path, "message": problem.message}
