"""``athanor run``: make an instance, run it, show how it goes."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Annotated, Any

import typer

from athanor.cli import completion, misplaced, session, terminal
from athanor.cli.failures import FAILED
from athanor.cli.options import FLAG, Assignments, ConfigFile, Gpus, MemoryLimit, TimeLimit
from athanor.domain.identifier import short_id
from athanor.errors import InvalidInput, Unavailable

if TYPE_CHECKING:
    from athanor.harness.workbench import Workbench


def run(
    *,
    context: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME",
            help="An experiment's name or module.",
            autocompletion=completion.experiments,
        ),
    ] = None,
    assignments: Assignments = None,
    config: ConfigFile = None,
    instance_name: Annotated[
        str | None, typer.Option("--name", metavar="TEXT", help="A name for the instance.")
    ] = None,
    instance: Annotated[
        str | None,
        typer.Option(
            "--instance",
            metavar="ID",
            help="Run an instance there is; with -c a new one is made from it.",
            autocompletion=completion.instances,
        ),
    ] = None,
    time_limit: TimeLimit = None,
    memory_limit: MemoryLimit = None,
    gpus: Gpus = None,
    detach: Annotated[
        bool, typer.Option("--detach", "-d", metavar=FLAG, help="Leave it running.")
    ] = False,
    debug: Annotated[
        bool,
        typer.Option(
            "--debug", metavar=FLAG, help="Run in this process, so that breakpoint() works."
        ),
    ] = False,
    json: Annotated[
        bool,
        typer.Option(
            "--json",
            metavar=FLAG,
            help="Write events to stdout, a JSON object a line (NDJSON). The last, run_completed, "
            "has the status and the whole run, however it ended.",
        ),
    ] = False,
) -> None:
    """Run an experiment and follow it.

    Exit codes: 0 completed, 1 failed, 130 cancelled, 2 bad usage or configuration.
    """
    misplaced.refuse(context, name)
    if debug:
        session.here("run --debug", "works in this very process")
    _check_usage(name, instance, detach=detach, debug=debug, json=json)
    from athanor.cli import making

    given = making.Given(
        assignments=assignments or (),
        config=config,
        name=instance_name,
        resources=making.resources(time_limit, memory_limit, gpus),
    )
    if debug and any(given.resources.values()):
        raise InvalidInput(
            "--debug works in this very process, where nothing is limited or assigned; leave out "
            "--time-limit, --memory-limit and --gpus."
        )
    with _made(name, instance, given) as (harness, chosen):
        if debug:
            code = _debug(harness, chosen)
        elif detach:
            code = _detach(harness, chosen, json=json)
        else:
            code = _follow(harness, chosen, json=json)
    raise typer.Exit(code)


def _check_usage(
    name: str | None, instance: str | None, *, detach: bool, debug: bool, json: bool
) -> None:
    if name is None and instance is None:
        raise InvalidInput("Give the NAME of an experiment (see `athanor list`) or --instance ID.")
    if name is not None and instance is not None:
        raise InvalidInput(
            f"Give the experiment {name!r} or --instance {instance}, not both: "
            "an instance knows its experiment."
        )
    if debug and (detach or json):
        raise InvalidInput("--debug works in this terminal; leave out --detach and --json.")


@contextmanager
def _made(name: str | None, instance: str | None, given: Any) -> Iterator[tuple[Any, Any]]:
    """The project and the instance to run: one there is, or a new one."""
    from athanor.cli import making

    if instance is None:
        with making.created(str(name), given) as made:
            yield made
        return
    with session.existing() as harness:
        known = harness.get_instance(instance)
        yield harness, making.derived(harness, known, given) if given else known


def _follow(harness: "Workbench", instance: Any, *, json: bool) -> int:
    from athanor.cli.watch import watch

    harness.supervise()
    run = harness.create_run(instance.id)
    code = watch(harness, run, instance, _view(harness, json=json))
    if code == FAILED:
        from athanor.cli.debugging import hint

        hint(harness.get_run(run.id), instance.experiment_module)
    return code


def _view(harness: "Workbench", *, json: bool) -> Any:
    if json:
        from athanor.cli.render.ndjson import JsonView

        return JsonView()
    from athanor.harness.comparison import ENDINGS

    def place(run_id: str) -> int:
        """The place in the queue; 0 for a run that is about to start, and where nobody knows."""
        with suppress(Unavailable):
            health = harness.health()
            full = health.live_runs >= health.max_running
            if full or harness.get_run(run_id).waits_for:
                return harness.queue_place(run_id)
        return 0

    if not terminal.interactive():
        from athanor.cli.render.plain import PlainView

        return PlainView(lambda run: harness.figures(run.id, ENDINGS), place)
    from athanor.cli.render.live import LiveView

    return LiveView(lambda run: harness.figures(run.id, ENDINGS), place)


def _detach(harness: "Workbench", instance: Any, *, json: bool) -> int:
    harness.leave_behind()
    run = harness.start_run(instance.id, harness.environment())
    if json:
        terminal.say_json({"event": "run_started", "run": run}, indent=None)
        return 0
    terminal.say(run.id)
    name = short_id(run.id)
    terminal.notice(f"It goes on by itself. Follow it with `athanor logs -f {name}`,")
    terminal.notice(f"stop it with `athanor cancel {name}`.")
    return 0


def _debug(harness: "Workbench", instance: Any) -> int:
    from athanor.cli.debugging import debug

    return debug(session.debugged(harness), instance)
