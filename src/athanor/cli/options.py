"""Arguments and options that several verbs share."""

from pathlib import Path
from typing import Annotated

import typer

from athanor.cli import completion

FLAG = ""
"""The metavar of an option that takes no value."""

AsJson = Annotated[
    bool, typer.Option("--json", metavar=FLAG, help="Write JSON to stdout and nothing else.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", metavar=FLAG, help="Do it without asking.")]
RunId = Annotated[
    str,
    typer.Argument(
        metavar="RUN", help="A run's id, whole or short.", autocompletion=completion.runs
    ),
]
InstanceId = Annotated[
    str,
    typer.Argument(
        metavar="INSTANCE",
        help="An instance's id (whole or short) or its name.",
        autocompletion=completion.instances,
    ),
]
Assignments = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        "-c",
        metavar="KEY=VALUE",
        help="Set one value; reach inside with dots and positions: model.depth=3, pairs[0].name=x.",
    ),
]
ConfigFile = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="A configuration in JSON, TOML or YAML."),
]
Gpus = Annotated[
    int | None,
    typer.Option("--gpus", metavar="N", min=0, help="Give the run this many GPUs of its own."),
]
MemoryLimit = Annotated[
    str | None,
    typer.Option(
        "--memory-limit",
        metavar="SIZE",
        help="End the run when it uses more: 512MB, 4GiB; none: no limit.",
    ),
]
TimeLimit = Annotated[
    str | None,
    typer.Option(
        "--time-limit",
        metavar="TIME",
        help="End the run when it takes longer: 90 (seconds), 15m, 2h30m; none: no limit.",
    ),
]
