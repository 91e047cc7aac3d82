"""``athanor export``."""

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from athanor.cli import session, terminal
from athanor.cli.options import RunId
from athanor.errors import InvalidInput


def export(
    *,
    run: RunId,
    format: Annotated[  # noqa: A002 - the name of the option
        Literal["json", "ndjson", "csv", "parquet"] | None,
        typer.Option("--format", "-f", help="Told by the ending of --output, else json."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where to; else stdout.")
    ] = None,
    logs: Annotated[
        bool, typer.Option("--logs/--no-logs", help="With the log lines (json and ndjson).")
    ] = False,
) -> None:
    """Write a run to a file.

    json holds run, instance and results in one document; ndjson one record a line with its kind;
    csv and parquet the results as a table, a column for each value inside.
    """
    chosen = format or _format_of(output)
    if chosen == "parquet" and output is None and sys.stdout.isatty():
        raise InvalidInput("Parquet is not text; name a file with --output FILE.")
    with session.existing() as harness:
        found = harness.get_run(run)
        if output is None:
            harness.export(found.id, chosen, sys.stdout.buffer, with_logs=logs)
            sys.stdout.buffer.flush()
            return
        _to_file(harness, found.id, chosen, output, logs=logs)
    terminal.notice(f"Written to {output}.")


def _format_of(output: Path | None) -> str:
    ending = output.suffix.lower().lstrip(".") if output else ""
    known = {"jsonl": "ndjson", "pq": "parquet"}
    ending = known.get(ending, ending)
    return ending if ending in ("ndjson", "csv", "parquet") else "json"


def _to_file(harness: object, run_id: str, chosen: str, output: Path, *, logs: bool) -> None:
    """Whole or not at all: a file that stops half-way looks like one that is complete."""
    draft = output.with_name(f"{output.name}.part")
    try:
        with draft.open("wb") as file:
            harness.export(run_id, chosen, file, with_logs=logs)  # type: ignore[attr-defined]
        draft.replace(output)
    except OSError as error:
        raise InvalidInput(f"{output} cannot be written: {error.strerror}.") from None
    finally:
        draft.unlink(missing_ok=True)
