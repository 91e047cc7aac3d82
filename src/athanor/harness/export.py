"""Writing a run to a file, a record at a time: a run of any size needs little memory.

``json`` is one document with run, instance, results and, if wanted, logs. ``ndjson`` is one record
a line, each with its ``kind``. ``csv`` and ``parquet`` are tables of the results: what ``value``
holds becomes a column for each leaf (``value.accuracy``; lists as JSON text), and ``value_json`` is
the whole value as it is stored.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Literal, get_args

from athanor.errors import InvalidInput
from athanor.harness import columns
from athanor.harness.records import to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from athanor.domain.instance import Instance
    from athanor.domain.output import LogLine, Result
    from athanor.domain.run import Run

Format = Literal["json", "ndjson", "csv", "parquet"]
FORMATS: tuple[str, ...] = get_args(Format)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What is exported; ``results`` and ``logs`` begin from the first each time they are called."""

    run: Run
    instance: Instance | None
    results: Callable[[], Iterable[Result]]
    logs: Callable[[], Iterable[LogLine]] | None = None


def write(exported: Exported, format: str, file: IO[bytes]) -> None:  # noqa: A002 - the users' word
    """Write to a binary file; errors as for ``check``."""
    check(format, with_logs=exported.logs is not None)
    writers = {"json": _json, "ndjson": _ndjson, "csv": _csv, "parquet": _parquet}
    writers[format](exported, file)


def check(format: str, *, with_logs: bool) -> None:  # noqa: A002 - the users' word
    """InvalidInput for a format not known or that holds no logs; MissingExtra without pyarrow."""
    if format not in FORMATS:
        raise InvalidInput(f"Unknown format {format!r}; expected one of {', '.join(FORMATS)}.")
    if with_logs and format in ("csv", "parquet"):
        raise InvalidInput(f"{format} holds results only; export logs as json or ndjson.")
    if format == "parquet":
        from athanor.harness import parquet

        parquet.require()


def _json(exported: Exported, file: IO[bytes]) -> None:
    file.write(b'{"run": ' + _encoded(exported.run))
    file.write(b',\n"instance": ' + _encoded(exported.instance))
    file.write(b',\n"results": [')
    _write_items(exported.results(), file)
    if exported.logs is not None:
        file.write(b'],\n"logs": [')
        _write_items(exported.logs(), file)
    file.write(b"]}\n")


def _write_items(records: Iterable[Any], file: IO[bytes]) -> None:
    separator = b"\n"
    for record in records:
        file.write(separator + _encoded(record))
        separator = b",\n"


def _ndjson(exported: Exported, file: IO[bytes]) -> None:
    for kind, record in _kinds(exported):
        file.write(_encoded({"kind": kind, **to_json(record)}) + b"\n")


def _kinds(exported: Exported) -> Iterator[tuple[str, Any]]:
    yield "run", exported.run
    if exported.instance is not None:
        yield "instance", exported.instance
    yield from (("result", result) for result in exported.results())
    if exported.logs is not None:
        yield from (("log", line) for line in exported.logs())


def _encoded(record: Any) -> bytes:
    # Unpaired surrogates cannot be written as UTF-8; as an escape they survive.
    return json.dumps(to_json(record), ensure_ascii=False).encode("utf-8", "backslashreplace")


def _csv(exported: Exported, file: IO[bytes]) -> None:
    import csv

    table = columns.found_in(exported.results())
    text = io.TextIOWrapper(file, encoding="utf-8", errors="backslashreplace", newline="")
    writer = csv.writer(text)
    writer.writerow(table.names)
    for result in exported.results():
        writer.writerow([columns.as_text(cell) for cell in table.row(result)])
    text.flush()
    text.detach()


def _parquet(exported: Exported, file: IO[bytes]) -> None:
    from athanor.harness import parquet

    parquet.write(exported.results, file)
