"""The verbs, in the order in which a newcomer meets them."""

import typer

from athanor.cli import (
    database,
    doctor,
    experiments,
    here,
    instances,
    mcp,
    output,
    project,
    run,
    runs,
    serve,
    session,
    transfer,
)
from athanor.cli.options import FLAG

app = typer.Typer(
    name="athanor",
    help="Define, run and follow experiments.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command("init")(project.init)
app.command("list")(experiments.list_experiments)
app.command("show")(experiments.show)
app.command(
    "run",
    # What is no option may be a configuration key; the verb itself refuses it, with a hint.
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)(run.run)
app.command("serve")(serve.serve)
app.add_typer(instances.app, name="instances")
app.command("runs")(runs.list_runs)
app.command("logs")(output.logs)
app.command("results")(output.results)
app.command("compare")(output.compare)
app.command("cancel")(runs.cancel)
app.command("delete")(runs.delete)
app.command("export")(transfer.export)
app.add_typer(database.app, name="db")
app.command("mcp")(mcp.mcp)
app.command("token")(serve.token)
app.command("doctor")(doctor.doctor)


@app.callback()
def _root(
    context: typer.Context,
    *,
    server: str | None = typer.Option(
        None,
        "--server",
        metavar="URL",
        help="Work with the project behind a server (`athanor serve`); else ATHANOR_SERVER, else "
        "the project of this folder. Its token: in the link, or as ATHANOR_TOKEN.",
    ),
    version: bool = typer.Option(
        False, "--version", "-V", metavar=FLAG, help="Show the version and leave."
    ),
) -> None:
    """Say which project is meant; answer ``--version``, which ``main`` does quicker alone."""
    if version:
        from athanor.version import __version__

        typer.echo(f"athanor {__version__}")
        raise typer.Exit
    if server is not None:
        session.choose(server)
    here.check(context.invoked_subcommand)
