"""``athanor db``: what the database is, bringing it up to date, and moving it to a server."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from athanor.cli import terminal
from athanor.cli.options import AsJson

app = typer.Typer(no_args_is_help=True, help="The database: its revision, upgrading, moving.")


@app.command()
def current(json: AsJson = False) -> None:
    """Show where the database is and its revision."""
    from athanor.harness import databases

    found = databases.current()
    if json:
        terminal.say_json(found)
    else:
        terminal.say(f"{found.where}: {found.words}")
        if not found.ready:
            terminal.notice("Run `athanor db upgrade` to bring it up to date.")


@app.command()
def upgrade(json: AsJson = False) -> None:
    """Bring the database to this version's revision.

    A PostgreSQL database waits for this verb; SQLite is brought up to date by any other verb too.
    """
    from athanor.harness import databases

    before, after = databases.upgrade()
    if json:
        terminal.say_json({"before": before, "after": after})
    elif before.ready:
        terminal.say(f"{after.where} is up to date: {after.words}")
    else:
        terminal.say(f"{after.where}: from {before.words} to {after.words}")


@app.command()
def copy(
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="URL",
            help="The PostgreSQL database to fill; ATHANOR_DATABASE_URL by default. A password "
            "is safer in the variable: others see a command's options.",
        ),
    ] = None,
    json: AsJson = False,
) -> None:
    """Copy the SQLite database of this project into an empty PostgreSQL database.

    All of it or nothing: a copy that was stopped has left nothing behind and can begin again. The
    SQLite file stays as it is; set ATHANOR_DATABASE_URL to go on with the copy.
    """
    from athanor.harness import databases

    if json:
        terminal.say_json(databases.copy(to, lambda *_: None))
        return
    with terminal.progress() as shown:
        done = databases.copy(to, shown)
    _tell(done)


def _tell(done: Any) -> None:
    for table, rows in done.rows.items():
        terminal.say(f"  {rows:>12,}  {table}")
    terminal.say(f"Copied to {done.where}; the counts of every table are equal.")
    terminal.notice("Set ATHANOR_DATABASE_URL to go on there; the SQLite file was left as it is.")
