"""``athanor export``."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from athanor.cli import session, terminal
from athanor.cli.options import FLAG, RunId
from athanor.cli.question import confirm
from athanor.errors import InvalidInput

if TYPE_CHECKING:
    from athanor.harness.workbench import Workbench


def export(
    *,
    run: RunId,
    format: Annotated[  # noqa: A002 - the name of the option
        Literal["json", "ndjson", "csv", "parquet"] | None,
        typer.Option(
            "--format",
            "-f",
            metavar="FORMAT",
            help="json, ndjson, csv or parquet; told by the ending of --output.",
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where to; else stdout.")
    ] = None,
    logs: Annotated[
        bool, typer.Option("--logs/--no-logs", help="With the log lines (json and ndjson).")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", metavar=FLAG, help="Overwrite FILE without asking.")
    ] = False,
) -> None:
    """Write a run to a file.

    json holds run, instance and results in one document; ndjson one record a line with its kind;
    csv and parquet the results as a table, a column for each value inside.
    """
    chosen = format or _format_of(output)
    if chosen == "parquet" and output is None and sys.stdout.isatty():
        raise InvalidInput("Parquet is not text; name a file with --output FILE.")
    if output is not None and not output.parent.is_dir():
        raise InvalidInput(f"There is no folder {output.parent}. Make it, or name another FILE.")
    with session.existing() as harness:
        found = harness.get_run(run)
        if output is None:
            harness.export(found.id, chosen, sys.stdout.buffer, with_logs=logs)
            sys.stdout.buffer.flush()
            return
        if output.exists():
            confirm(f"{output} is there already. Overwrite it?", yes=force, flag="--force")
        _to_file(harness, found.id, chosen, output, logs=logs)
    terminal.notice(f"Written to {output}.")


_ENDINGS = {
    ".json": "json",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".csv": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
}


def _format_of(output: Path | None) -> str:
    if output is None:
        return "json"
    found = _ENDINGS.get(output.suffix.lower())
    if found is None:
        raise InvalidInput(
            f"The format is told by the ending of FILE: .json, .ndjson, .csv or .parquet; "
            f"got {output}. Name it so, or add --format."
        )
    return found


def _to_file(harness: "Workbench", run_id: str, chosen: str, output: Path, *, logs: bool) -> None:
    """Whole or not at all: a file that stops half-way looks like one that is complete."""
    draft = output.with_name(f"{output.name}.part")
    try:
        with draft.open("wb") as file:
            harness.export(run_id, chosen, file, with_logs=logs)
        draft.replace(output)
    except OSError as error:
        raise InvalidInput(f"{output} cannot be written: {error.strerror}.") from None
    finally:
        draft.unlink(missing_ok=True)
