"""Column types: what a value looks like in each database."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Dialect, Row, Select, Text, TypeDecorator
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import ColumnElement

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import SQLCompiler

Record = Row[*tuple[Any, ...]]
Query = Select[*tuple[Any, ...]]


class Id(TypeDecorator[str]):
    """A UUID as text."""

    impl = Text
    cache_ok = True


class Moment(TypeDecorator[datetime]):
    """An aware moment in UTC; in SQLite text of one width, so that its order is that of time."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Text for a moment; ValueError for one without a time zone."""
        return None if value is None else moment_text(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """A moment for text."""
        return None if value is None else datetime.fromisoformat(value)


class JsonText(TypeDecorator[Any]):
    """A value as JSON text; None is NULL, and ``msgspec.Raw`` is stored as it is."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """JSON for a value."""
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """A value for JSON."""
        return None if value is None else _value(value)


def _value(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:  # valid JSON all the same: a number beyond any float
        return json.loads(text, parse_float=_float)


def _float(text: str) -> float | str:
    number = float(text)
    return number if math.isfinite(number) else "Infinity" if number > 0 else "-Infinity"


class OutputId(ColumnElement[str]):
    """SQL for ``domain.output.output_id`` of the row: it costs a computation, not a column."""

    inherit_cache = True
    type = Id()


@compiles(OutputId, "sqlite")
def _output_id_sqlite(element: OutputId, compiler: SQLCompiler, **options: Any) -> str:
    position = "seq >> 16, seq & 65535, attempt"
    return f"printf('%08x-%04x-8%03x-%s', {position}, substr(run_id, 20))"


def moment_text(moment: datetime) -> str:
    """``YYYY-MM-DD HH:MM:SS.ffffff+00:00``; ValueError for a moment without a time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"expected a moment with a time zone, got {moment!r}")
    return moment.astimezone(UTC).isoformat(sep=" ", timespec="microseconds")
