"""``athanor mcp``: the tools of agents on stdin and stdout."""

from pathlib import Path
from typing import Annotated

import typer

from athanor import settings as settings_module
from athanor.errors import NotFound


def mcp(
    project: Annotated[
        Path | None,
        typer.Option(
            "--project",
            metavar="FOLDER",
            help="The project's folder; else the one this is started in.",
        ),
    ] = None,
) -> None:
    """Let an agent work with this project: MCP on stdin and stdout, until stdin closes.

    Needs no server, and looks after the runs it starts; they go on when it ends.
    """
    settings = settings_module.load(project)
    there = (settings.project / "pyproject.toml").is_file() or settings.home.is_dir()
    if not there:  # clients start this anywhere, and nothing is to be made there
        raise NotFound(
            f"There is no project in {settings.project}: neither a pyproject.toml nor data of "
            "Athanor. Give its folder: `athanor mcp --project FOLDER`."
        )
    from athanor.server.mcp.stdio import serve

    serve(settings)
