"""The tool that makes a file of a run."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from athanor.domain.identifier import short_id
from athanor.server.mcp.models.output import Export, ExportAsked
from athanor.server.mcp.tool import Hints, Tool

if TYPE_CHECKING:
    from pathlib import Path

    from athanor.domain.run import Run
    from athanor.server.mcp.desk import Desk

SMALL_BYTES = 8_000


def export_results(desk: Desk, asked: ExportAsked) -> Export:
    """Make a file of a run: its record, its results and, if wanted, its logs.

    A small file is given in `content`. Of a large one you get the `path` on this machine, or the
    `url` at this server to fetch it from: read it with a program of yours instead of in full.
    """
    run = desk.harness.get_run(asked.run_id)
    desk.harness.check_export(asked.format, with_logs=asked.logs)
    content = None if asked.format == "parquet" else _small(desk, run, asked)
    if content is not None:
        size = len(content)
        text = content.decode("utf-8", "replace")
        note = "This is the whole file."
        return Export(format=asked.format, content=text, size_bytes=size, note=note)
    if desk.serves_files:
        query = urlencode({"format": asked.format} | ({"logs": "true"} if asked.logs else {}))
        url = f"/api/runs/{run.id}/export?{query}"
        note = "GET this path at the host and port of this server, with the same token if any."
        return Export(format=asked.format, url=url, note=note)
    path = _written(desk, run, asked)
    size = path.stat().st_size
    note = "It stays there until you delete it."
    return Export(format=asked.format, path=str(path), size_bytes=size, note=note)


class _TooLarge(Exception):
    """There is more than an answer takes."""


class _Small(io.BytesIO):
    """Takes as much as an answer does."""

    def write(self, data: object) -> int:
        written = super().write(data)  # type: ignore[arg-type]
        if self.tell() > SMALL_BYTES:
            raise _TooLarge
        return written


def _small(desk: Desk, run: Run, asked: ExportAsked) -> bytes | None:
    """The file, unless it is large."""
    file = _Small()
    try:
        desk.harness.export(run.id, asked.format, file, with_logs=asked.logs)
    except _TooLarge:
        return None
    return file.getvalue()


def _written(desk: Desk, run: Run, asked: ExportAsked) -> Path:
    """Where the file was written: whole, or not at all."""
    folder = desk.harness.home.exports
    folder.mkdir(mode=0o700, exist_ok=True)
    name = f"run-{short_id(run.id)}{'-logs' if asked.logs else ''}.{asked.format}"
    unfinished = folder / f".{name}.{os.getpid()}"
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            desk.harness.export(run.id, asked.format, file, with_logs=asked.logs)
        unfinished.replace(folder / name)
    finally:
        unfinished.unlink(missing_ok=True)
    return folder / name


TOOLS = (
    Tool(
        title="Export a run",
        work=export_results,
        asked=ExportAsked,
        answer=Export,
        hints=Hints(repeatable=True),
    ),
)
