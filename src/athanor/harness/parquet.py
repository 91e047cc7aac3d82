"""A table of results as a Parquet file, written in batches."""

from __future__ import annotations

from importlib.util import find_spec
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

from athanor.errors import MissingExtra
from athanor.harness import columns
from athanor.harness.columns import FIXED, Columns, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from athanor.domain.output import Result

_BATCH = 500


def require() -> None:
    """MissingExtra without pyarrow."""
    if find_spec("pyarrow") is None:
        raise MissingExtra("Parquet needs the package pyarrow: pip install 'athanor[parquet]'.")


def write(results: Callable[[], Iterable[Result]], file: IO[bytes]) -> None:
    """Write the table; MissingExtra without pyarrow."""
    require()
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter

    table = columns.found_in(results())
    schema = _schema(pa, table)
    rows = map(table.row, results())
    with ParquetWriter(file, schema) as writer:
        while batch := list(islice(rows, _BATCH)):
            arrays = [
                pa.array(cells, kind)
                for cells, kind in zip(zip(*batch, strict=True), schema.types, strict=True)
            ]
            writer.write_batch(pa.record_batch(arrays, schema=schema))


def _schema(pa: Any, table: Columns) -> Any:
    fixed = {
        "attempt": pa.int64(),
        "seq": pa.int64(),
        "timestamp": pa.timestamp("us", tz="UTC"),
    }
    kinds = {
        Kind.BOOLEAN: pa.bool_(),
        Kind.INTEGER: pa.int64(),
        Kind.NUMBER: pa.float64(),
        Kind.TEXT: pa.string(),
    }
    fields = [(name, fixed.get(name, pa.string())) for name in FIXED]
    fields += [(name, kinds[kind]) for name, kind in table.kinds.items()]
    return pa.schema([*fields, (columns.WHOLE, pa.string())])
