"""What the shell offers after TAB. A failure here is silent: it must never disturb a prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from athanor.domain.identifier import short_id
from athanor.errors import AthanorError

if TYPE_CHECKING:
    from athanor.harness import Harness

_OFFERED = 50
_PATIENCE_S = 2.0


def experiments(incomplete: str) -> list[tuple[str, str]]:
    """Names of experiments with their descriptions."""
    from athanor.harness.experiments import open_catalog

    try:
        with open_catalog(import_timeout_s=_PATIENCE_S) as catalog:
            found = catalog.list().experiments
    except AthanorError:
        return []
    return [(e.name, e.description or "") for e in found if e.name.startswith(incomplete)]


def runs(incomplete: str) -> list[tuple[str, str]]:
    """Short ids of the newest runs, with their status and what they are runs of."""
    try:
        with _project() as harness:
            found = [
                (short_id(run.id), f"{run.status} {_name(harness, run.instance_id)}")
                for run in harness.list_runs(limit=_OFFERED).items
            ]
    except AthanorError:
        return []
    return [entry for entry in found if entry[0].startswith(incomplete)]


def instances(incomplete: str) -> list[tuple[str, str]]:
    """Short ids of instances with their names."""
    try:
        with _project() as harness:
            page = harness.list_instances(limit=_OFFERED).items
    except AthanorError:
        return []
    found = [(short_id(instance.id), instance.name) for instance, _ in page]
    return [entry for entry in found if entry[0].startswith(incomplete)]


def anything(incomplete: str) -> list[tuple[str, str]]:
    """Experiments, instances and runs."""
    return [*experiments(incomplete), *instances(incomplete), *runs(incomplete)]


def _project() -> Harness:
    from athanor.cli.session import existing

    return existing()


def _name(harness: Harness, instance_id: str) -> str:
    instance = harness.find_instance(instance_id)
    return instance.name if instance else ""
