"""Tools about experiments: saved configurations, of which runs are started."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from athanor.harness.parts import part_of
from athanor.harness.records import to_json
from athanor.server.mcp.bounds import cut, part_answer, shortened
from athanor.server.mcp.models.experiments import (
    Deleted,
    Experiment,
    ExperimentAsked,
    ExperimentChanges,
    Experiments,
    ExperimentsAsked,
    ExperimentToDelete,
    ExperimentToMake,
    Stats,
)
from athanor.server.mcp.tool import ADDS, CHANGES, READS, Tool, Waits

if TYPE_CHECKING:
    from athanor.server.mcp.desk import Desk

_IN_LIST = 600
_ALONE = 12_000
_SHORT = "What is large is told, not given; get_experiment with that `path` shows it."


def list_experiments(desk: Desk, asked: ExperimentsAsked) -> Experiments:
    """List saved experiments, with how their runs went.

    An experiment is a module with its configuration filled in; runs are started of it. Those never
    run come first, then those run last.
    """
    page = desk.harness.list_instances(
        limit=asked.limit,
        cursor=asked.cursor,
        module=asked.experiment_module,
        name_contains=asked.name,
    )
    found = [_answer(one, stats, _IN_LIST) for one, stats in page.items]
    none = "There is none yet. list_available_modules, get_config_schema, create_experiment."
    return Experiments(
        experiments=[known.model_copy(update={"note": None}) for known in found],
        count=len(found),
        truncated=page.next is not None,
        next_cursor=page.next,
        note=_SHORT if any(known.note for known in found) else None if found else none,
    )


def get_experiment(desk: Desk, asked: ExperimentAsked) -> Experiment:
    """Get one experiment: its configuration and how its runs went.

    Of a large configuration give `path` (such as `configuration.model.layers`) for a part.
    """
    found = desk.harness.get_instance(asked.id)
    answer = _answer(found, desk.harness.instance_stats(found.id), _ALONE)
    if asked.path:
        answer.part = part_answer(part_of(to_json(found), asked.path, max_chars=asked.max_chars))
        answer.configuration = {}
        answer.note = "With a path, the configuration is left out."
    return answer


def create_experiment(desk: Desk, asked: ExperimentToMake) -> Experiment:
    """Save a new experiment: a module with its configuration.

    Fields left out take their defaults. When it is refused, every field that is wrong is named:
    mend those and try again. start_run runs it.
    """
    made = desk.harness.create_instance(**asked.model_dump())
    return _answer(made, Stats(run_count=0, last_run_at=None, last_run_status=None), _ALONE)


def update_experiment(desk: Desk, asked: ExperimentChanges) -> Experiment:
    """Change what is given of an experiment; a configuration is replaced whole.

    Runs that exist keep the configuration they were made with. To try a variant beside the old one,
    create another experiment instead.
    """
    changes = asked.model_dump(exclude_unset=True)
    changed = desk.harness.update_instance(changes.pop("id"), **changes)
    return _answer(changed, desk.harness.instance_stats(changed.id), _ALONE)


def delete_experiment(desk: Desk, asked: ExperimentToDelete) -> Deleted:
    """Delete an experiment with all its runs, their logs and results. It cannot be undone.

    Refused while one of its runs is live.
    """
    found = desk.harness.get_instance(asked.id)
    runs = desk.harness.instance_stats(found.id).run_count
    desk.harness.delete_instance(found.id)
    return Deleted(id=found.id, deleted=True, runs_deleted=runs)


def _answer(instance: Any, stats: Any, most: int) -> Experiment:
    configuration, short = shortened(instance.configuration, "configuration", most)
    text = instance.description
    return Experiment(
        id=instance.id,
        name=instance.name,
        description=None if text is None else cut(text, most),
        experiment_module=instance.experiment_module,
        configuration=configuration,
        stats=Stats.model_validate(stats),
        inserted_at=instance.inserted_at,
        updated_at=instance.updated_at,
        time_limit_s=instance.time_limit_s,
        gpus=instance.gpus,
        memory_limit_bytes=instance.memory_limit_bytes,
        note=_SHORT if short else None,
    )


TOOLS = (
    Tool(
        title="List experiments",
        work=list_experiments,
        asked=ExperimentsAsked,
        answer=Experiments,
        hints=READS,
        waits=Waits.CODE,
    ),
    Tool(
        title="Get an experiment",
        work=get_experiment,
        asked=ExperimentAsked,
        answer=Experiment,
        hints=READS,
    ),
    Tool(
        title="Create an experiment",
        work=create_experiment,
        asked=ExperimentToMake,
        answer=Experiment,
        hints=ADDS,
        waits=Waits.CODE,
    ),
    Tool(
        title="Change an experiment",
        work=update_experiment,
        asked=ExperimentChanges,
        answer=Experiment,
        hints=CHANGES,
        waits=Waits.CODE,
    ),
    Tool(
        title="Delete an experiment",
        work=delete_experiment,
        asked=ExperimentToDelete,
        answer=Deleted,
        hints=CHANGES,
    ),
)
