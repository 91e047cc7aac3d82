"""``athanor list`` and ``athanor show``."""

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from athanor.cli import completion, session, terminal
from athanor.cli.options import FLAG, AsJson
from athanor.errors import InstanceNotFound, ModuleNotFound, NotFound

if TYPE_CHECKING:
    from athanor.harness.workbench import Workbench

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{8}", re.IGNORECASE)


def list_experiments(
    *,
    json: AsJson = False,
    verbose: Annotated[
        bool,
        typer.Option(
            "--verbose", "-v", metavar=FLAG, help="Show whole tracebacks of what is broken."
        ),
    ] = False,
) -> None:
    """List the experiments found, and the files that are broken."""
    with session.experiments() as known:
        listing = known.list_experiments()
    if json:
        terminal.say_json(listing)
        return
    from athanor.cli.render.listing import experiments_table

    terminal.show(*experiments_table(listing, verbose=verbose))


def show(
    *,
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="An experiment, an instance or a run; looked for in this order.",
            autocompletion=completion.anything,
        ),
    ],
    json: AsJson = False,
) -> None:
    """Show an experiment with its configuration, an instance, or a run."""
    # What is an id by its form needs no experiment imported to be found.
    ways = (_stored, _experiment) if _ID.fullmatch(name) else (_experiment, _stored)
    found = ways[0](name) or ways[1](name)
    if found is None:
        raise NotFound(
            f"Nothing is called {name!r}: no experiment, no instance, no run. "
            "See `athanor list`, `athanor instances list` and `athanor runs`."
        )
    if json:
        terminal.say_json(found)
        return
    from athanor.cli.render import details

    kind = "experiment" if "schema" in found else "run" if "run" in found else "instance"
    terminal.show(*getattr(details, kind)(found))


def _experiment(name: str) -> dict[str, Any] | None:
    with session.experiments() as known:
        try:
            entry = known.get_experiment(name)
        except ModuleNotFound:
            return None
        return {"experiment": entry, "schema": known.get_config_schema(entry.module)}


def _stored(name: str) -> dict[str, Any] | None:
    try:
        with session.existing() as harness:
            return _instance(harness, name) or _run(harness, name)
    except NotFound:
        return None


def _instance(harness: "Workbench", name: str) -> dict[str, Any] | None:
    try:
        instance = harness.get_instance(name)
    except InstanceNotFound:
        return None
    runs = harness.list_runs(instance_id=instance.id, limit=5).items
    return {"instance": instance, "stats": harness.instance_stats(instance.id), "runs": runs}


def _run(harness: "Workbench", name: str) -> dict[str, Any]:
    run = harness.get_run(name)
    place = harness.queue_place(run.id) if run.status.live else 0
    return {"run": run, "instance": harness.find_instance(run.instance_id), "queue_place": place}
