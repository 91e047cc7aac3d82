"""``athanor doctor``."""

import typer

from athanor.cli import terminal
from athanor.cli.options import AsJson


def doctor(json: AsJson = False) -> None:
    """Look whether everything is in order here, and say what to do if not."""
    from athanor.harness.checkup import examine

    found = list(examine())
    if json:
        terminal.say_json(found)
    else:
        from athanor.cli.render.checkup import checkup_table

        terminal.show(checkup_table(found))
    if any(check.state == "fail" for check in found):
        raise typer.Exit(1)
