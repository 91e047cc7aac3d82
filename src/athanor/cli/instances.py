"""``athanor instances``: list, create, edit, delete."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from athanor.cli import completion, session, terminal
from athanor.cli.options import (
    FLAG,
    AsJson,
    Assignments,
    ConfigFile,
    Gpus,
    InstanceId,
    MemoryLimit,
    TimeLimit,
    Yes,
)
from athanor.cli.paging import collected
from athanor.domain.identifier import short_id
from athanor.errors import InvalidInput

if TYPE_CHECKING:
    from athanor.harness.workbench import Workbench

app = typer.Typer(help="List, create, edit and delete instances.", no_args_is_help=True)

_Name = Annotated[str | None, typer.Option("--name", metavar="TEXT", help="Its name.")]
_Description = Annotated[
    str | None, typer.Option("--description", metavar="TEXT", help="Notes about it.")
]


@app.command("list")
def list_instances(
    *,
    experiment: Annotated[
        str | None,
        typer.Option(
            "--experiment",
            metavar="NAME",
            help="Only of this experiment.",
            autocompletion=completion.experiments,
        ),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", metavar="N", min=1, help="How many.")] = 50,
    every: Annotated[bool, typer.Option("--all", "-a", metavar=FLAG, help="All of them.")] = False,
    json: AsJson = False,
) -> None:
    """List instances: those that never ran first, then those that ran last."""
    with session.existing() as harness:
        module = None if experiment is None else harness.get_experiment(experiment).module
        found, more = collected(harness.list_instances, None if every else limit, module=module)
    if json:
        terminal.say_json([_record(instance, stats) for instance, stats in found])
        return
    from athanor.cli.render.listing import instances_table

    terminal.show(instances_table(found))
    if more:
        terminal.notice("There are more; --all shows them.")


@app.command("create")
def create(
    *,
    experiment: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="An experiment's name or module.",
            autocompletion=completion.experiments,
        ),
    ],
    assignments: Assignments = None,
    config: ConfigFile = None,
    name: _Name = None,
    description: _Description = None,
    time_limit: TimeLimit = None,
    memory_limit: MemoryLimit = None,
    gpus: Gpus = None,
    json: AsJson = False,
) -> None:
    """Create an instance without running it."""
    from athanor.cli import making

    given = making.Given(
        assignments=assignments or (),
        config=config,
        name=name,
        description=description,
        resources=making.resources(time_limit, memory_limit, gpus),
    )
    with making.created(experiment, given) as (_, instance):
        pass
    if json:
        terminal.say_json(instance)
        return
    terminal.say(instance.id)
    terminal.notice(f"Run it with `athanor run --instance {short_id(instance.id)}`.")


@app.command("edit")
def edit(
    *,
    instance: InstanceId,
    assignments: Assignments = None,
    config: ConfigFile = None,
    name: _Name = None,
    description: _Description = None,
    time_limit: TimeLimit = None,
    memory_limit: MemoryLimit = None,
    gpus: Gpus = None,
    json: AsJson = False,
) -> None:
    """Change an instance. Runs that exist keep the configuration they were made with."""
    from athanor.cli import making

    given = making.Given(
        assignments=assignments or (),
        config=config,
        name=name,
        description=description,
        resources=making.resources(time_limit, memory_limit, gpus),
    )
    if not given:
        raise InvalidInput(
            "Say what to change: -c, --config, --name, --description, --time-limit, "
            "--memory-limit, --gpus."
        )
    with session.existing() as harness:
        found = harness.get_instance(instance)
        changed = harness.update_instance(found.id, **_changes(harness, found, given))
    if json:
        terminal.say_json(changed)
    else:
        terminal.say(f"Instance {short_id(changed.id)} changed.")


@app.command("delete")
def delete(instance: InstanceId, yes: Yes = False, json: AsJson = False) -> None:
    """Delete an instance with its runs and all their output."""
    from athanor.cli.runs import delete_instance

    with session.existing() as harness:
        delete_instance(harness, harness.get_instance(instance), yes=yes, json=json)


def _changes(harness: "Workbench", instance: Any, given: Any) -> dict[str, Any]:
    from athanor.cli import making

    texts = {"name": given.name, "description": given.description}
    changes: dict[str, Any] = {key: value for key, value in texts.items() if value is not None}
    changes |= given.resources
    if given.configures:
        entry = harness.get_experiment(instance.experiment_module)
        changes["configuration"] = making.changed_configuration(
            harness, entry, instance.configuration, given
        )
    return changes


def _record(instance: Any, stats: Any) -> dict[str, Any]:
    from athanor.harness.records import to_json

    return {**to_json(instance), "stats": to_json(stats)}
