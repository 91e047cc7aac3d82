"""``athanor runs``, ``cancel`` and ``delete``."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from athanor.cli import completion, session, terminal
from athanor.cli.hints import typed
from athanor.cli.options import FLAG, AsJson, RunId, Yes
from athanor.cli.paging import collected
from athanor.cli.question import confirm
from athanor.domain.identifier import short_id
from athanor.domain.run import RunStatus
from athanor.errors import InstanceNotFound, NotFound, RunNotFound, RunNotRunning

if TYPE_CHECKING:
    from athanor.harness.workbench import Workbench


def list_runs(
    *,
    status: Annotated[
        list[RunStatus] | None,
        typer.Option(
            "--status",
            metavar="STATUS",
            help="pending, running, completed, failed or cancelled; repeatable.",
        ),
    ] = None,
    instance: Annotated[
        str | None,
        typer.Option(
            "--instance",
            metavar="ID",
            help="Only of this instance.",
            autocompletion=completion.instances,
        ),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", metavar="N", min=1, help="How many.")] = 20,
    every: Annotated[bool, typer.Option("--all", "-a", metavar=FLAG, help="All of them.")] = False,
    json: AsJson = False,
) -> None:
    """List runs, the newest first."""
    with session.existing() as harness:
        wanted: dict[str, Any] = {"status": status or None}
        if instance is not None:
            wanted["instance_id"] = harness.get_instance(instance).id
        named, more = collected(harness.list_named_runs, None if every else limit, **wanted)
    found = [one.run for one in named]
    if json:
        terminal.say_json(found)
        return
    if not found and status:
        terminal.say(f"No runs with status {' or '.join(status)}.")
        return
    from athanor.cli.render.listing import runs_table

    names = {one.run.instance_id: one.instance_name for one in named}
    terminal.show(runs_table(found, names))
    if more:
        asked = "".join(f" --status {one}" for one in status or ())
        asked += f" --instance {short_id(wanted['instance_id'])}" if instance is not None else ""
        again = f"`athanor runs{asked} --limit {limit * 5}`"
        terminal.notice(f"There are more; {again} or --all shows them.")


def cancel(
    *,
    run: RunId,
    force: Annotated[
        bool, typer.Option("--force", "-f", metavar=FLAG, help="End it and all its processes.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Ask a run to stop; with --force end it."""
    with session.existing() as harness:
        try:
            found = harness.cancel_run(run, force=force)
        except RunNotRunning as error:
            name = short_id(harness.get_run(run).id)
            said = error.message.rstrip(".")
            raise RunNotRunning(f"{said}. `athanor show {name}` shows how it ended.") from None
        grace_s = harness.health().force_grace_s if force else 0
    if json:
        terminal.say_json(found)
        return
    name = short_id(found.id)
    if found.status.final:
        terminal.say(f"Run {name} is {found.status}.")
    elif force:
        terminal.say(f"Run {name} is being ended: all its processes are gone within {grace_s:g} s.")
    else:
        terminal.say(f"Asked run {name} to stop: it ends where it next looks whether to go on.")
        terminal.say(typed(f"If it does not, `athanor cancel {name} --force` ends it."))


def delete(
    *,
    name: Annotated[
        str,
        typer.Argument(
            metavar="RUN|INSTANCE", help="What to delete.", autocompletion=completion.runs
        ),
    ],
    yes: Yes = False,
    json: AsJson = False,
) -> None:
    """Delete a run, or an instance with all its runs."""
    with session.existing() as harness:
        try:
            found = harness.get_run(name)
        except RunNotFound:
            found = None
        if found is None:
            instance = _instance(harness, name)
            delete_instance(harness, instance, yes=yes, json=json)
            return
        confirm(f"Delete run {short_id(found.id)} with {_output(found)}?", yes=yes)
        harness.delete_run(found.id)
    if json:
        terminal.say_json({"deleted": {"run": found.id}})
    else:
        terminal.say(f"Run {short_id(found.id)} deleted.")


def _output(run: Any) -> str:
    from athanor.cli.render.words import number

    logs, results = run.log_counts.total, run.result_count
    return f"{number(logs, 'log line')} and {number(results, 'result')}"


def _instance(harness: "Workbench", name: str) -> Any:
    try:
        return harness.get_instance(name)
    except InstanceNotFound:
        raise NotFound(
            f"There is no run and no instance {name!r}. "
            "See `athanor runs` and `athanor instances list`."
        ) from None


def delete_instance(harness: "Workbench", instance: Any, *, yes: bool, json: bool) -> None:
    """Delete an instance and all that belongs to it, once it was agreed to."""
    from athanor.cli.render.words import number, one_line

    runs, _ = collected(harness.list_runs, None, instance_id=instance.id)
    logs = sum(run.log_counts.total for run in runs)
    results = sum(run.result_count for run in runs)
    goes = f"{number(len(runs), 'run')}, {number(logs, 'log line')}, {number(results, 'result')}"
    name = one_line(instance.name)
    confirm(f"Delete instance {name!r} ({short_id(instance.id)}) with {goes}?", yes=yes)
    harness.delete_instance(instance.id)
    if json:
        terminal.say_json({"deleted": {"instance": instance.id, "runs": [run.id for run in runs]}})
    else:
        terminal.say(f"Instance {name!r} deleted, with {goes}.")
