"""What the shell offers after TAB. A failure here is silent: it must never disturb a prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from athanor.domain.identifier import short_id
from athanor.errors import AthanorError

if TYPE_CHECKING:
    from athanor.harness.workbench import Workbench

_OFFERED = 50
_PATIENCE_S = 2.0


def experiments(incomplete: str) -> list[tuple[str, str]]:
    """Names of experiments with their descriptions."""
    from athanor.cli import session

    try:
        with session.experiments(patience_s=_PATIENCE_S) as known:
            found = known.list_experiments().experiments
    except AthanorError:
        return []
    return [(e.name, e.description or "") for e in found if e.name.startswith(incomplete)]


def runs(incomplete: str) -> list[tuple[str, str]]:
    """Short ids of the newest runs, with their status and what they are runs of."""
    try:
        with _project() as harness:
            found = [
                (short_id(named.run.id), f"{named.run.status} {named.instance_name}")
                for named in harness.list_named_runs(limit=_OFFERED).items
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


def _project() -> Workbench:
    from athanor.cli.session import existing

    return existing(patience_s=_PATIENCE_S)
