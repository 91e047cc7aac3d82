"""Column types: what a value looks like in each database."""

from __future__ import annotations

import hashlib
import json
import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    Integer,
    Row,
    Select,
    Text,
    TypeDecorator,
    literal,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import BindParameter, ColumnElement
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import UserDefinedType

from athanor.domain.moment import from_us, to_us

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import SQLCompiler
    from sqlalchemy.types import TypeEngine

Record = Row[*tuple[Any, ...]]
Query = Select[*tuple[Any, ...]]

POSTGRESQL = "postgresql"
_LONGEST_KEY_BYTES = 1000


class Words(TypeDecorator[str]):
    """Any text, in the order of its code points in both databases.

    PostgreSQL takes no NUL: it is stored there as the six characters of its JSON escape.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text; in PostgreSQL with the collation that compares bytes, as SQLite does."""
        return Text(collation="C") if dialect.name == POSTGRESQL else Text()

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """What the database takes."""
        return value if value is None or dialect.name != POSTGRESQL else self.in_postgresql(value)

    @staticmethod
    def in_postgresql(value: str) -> str:
        """The text as PostgreSQL takes it."""
        return without_nul(value)


class Id(Words):
    """A UUID as text: a part of it can be searched for, and plain SQL is the same everywhere."""

    cache_ok = True


class Key(Words):
    """Text by which rows are found and sorted.

    An entry of PostgreSQL's indices has room for 2,700 bytes, so that what is longer than 1,000 is
    cut there and ends in its hash: it is still found by the whole, and told from others.
    """

    cache_ok = True

    @staticmethod
    def in_postgresql(value: str) -> str:
        """The text, cut where it is too long for an index."""
        value = without_nul(value)
        encoded = value.encode()
        if len(encoded) <= _LONGEST_KEY_BYTES:
            return value
        end = "…" + hashlib.sha256(encoded).hexdigest()[:32]
        return encoded[: _LONGEST_KEY_BYTES - len(end.encode())].decode(errors="ignore") + end


def without_nul(value: str) -> str:
    r"""The text with each NUL written as ``\u0000``, which is right inside of JSON too."""
    return value.replace("\x00", "\\u0000") if "\x00" in value else value


class Moment(TypeDecorator[datetime]):
    """An aware moment in UTC; in SQLite text of one width, so that its order is that of time."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """``timestamptz`` in PostgreSQL."""
        return DateTime(timezone=True) if dialect.name == POSTGRESQL else Text()

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """What the database takes for a moment; ValueError for one without a time zone."""
        text = None if value is None else moment_text(value)
        return value if dialect.name == POSTGRESQL else text

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """A moment for what the database has."""
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        return None if value is None else datetime.fromisoformat(value)


class Instant(TypeDecorator[datetime]):
    """A moment as microseconds since the epoch: for what is stored millions of times."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """What the database takes for a moment."""
        return None if value is None else to_us(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """A moment for what the database has."""
        return None if value is None else from_us(value)


class RunKey(TypeDecorator[Any]):
    """What stands for its run in each of a million lines: in SQLite a number, else the run's id.

    PostgreSQL would sort all lines of a run that it finds through its number, however few are
    asked for; SQLite sees that there is one such number.
    """

    impl = Integer
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The number of ``run_numbers``, or a text as of ``Id``."""
        return Text(collation="C") if dialect.name == POSTGRESQL else Integer()


class KeyOf(FunctionElement[Any]):
    """SQL for the ``RunKey`` of a run, by its id."""

    inherit_cache = True
    type = RunKey()

    def __init__(self, run_id: str | BindParameter[str]) -> None:
        super().__init__(literal(run_id, Id) if isinstance(run_id, str) else run_id)


@compiles(KeyOf, "sqlite")
def _key_of_sqlite(element: KeyOf, compiler: SQLCompiler, **options: Any) -> str:
    run_id = compiler.process(element.clauses, **options)
    return f"(SELECT number FROM run_numbers WHERE run_id = {run_id})"  # noqa: S608 - a parameter


@compiles(KeyOf, POSTGRESQL)
def _key_of_postgresql(element: KeyOf, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


class _Json(UserDefinedType[str]):
    """PostgreSQL's ``json``: text that was checked, kept as it came."""

    cache_ok = True

    def get_col_spec(self, **options: Any) -> str:
        """Its name in SQL."""
        return "JSON"


class JsonText(TypeDecorator[Any]):
    """A value as JSON text; None is NULL, and ``msgspec.Raw`` is stored as it is."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """``json`` in PostgreSQL: ``value ->> 'key'`` is the same SQL on both."""
        return _Json() if dialect.name == POSTGRESQL else Text()

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """JSON for a value."""
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """A value for JSON; the driver of PostgreSQL has decoded it by then."""
        return value if value is None or dialect.name == POSTGRESQL else decoded(value)


def decoded(text: str | bytes) -> Any:
    """A value for JSON text; infinity as a word for a number beyond any float."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:  # valid JSON all the same: a number beyond any float
        return json.loads(text, parse_float=_float)


def _float(text: str) -> float | str:
    number = float(text)
    return number if math.isfinite(number) else "Infinity" if number > 0 else "-Infinity"


class OutputId(ColumnElement[str]):
    """SQL for ``domain.output.output_id`` of the row: it costs a computation, not an index."""

    inherit_cache = True
    type = Id()


@compiles(OutputId, "sqlite")
def _output_id_sqlite(element: OutputId, compiler: SQLCompiler, **options: Any) -> str:
    position = "seq >> 16, seq & 65535, attempt"
    return f"printf('%08x-%04x-8%03x-%s', {position}, substr(run_id, 20))"


@compiles(OutputId, POSTGRESQL)
def _output_id_postgresql(element: OutputId, compiler: SQLCompiler, **options: Any) -> str:
    # A generated column must not depend on settings of the session, as ``format`` may.
    high, low = "lpad(to_hex(seq >> 16), 8, '0')", "lpad(to_hex(seq & 65535), 4, '0')"
    attempt = "lpad(to_hex(attempt), 3, '0')"
    return f"{high} || '-' || {low} || '-8' || {attempt} || '-' || substr(run_id, 20)"


def moment_text(moment: datetime) -> str:
    """``YYYY-MM-DD HH:MM:SS.ffffff+00:00``; ValueError for a moment without a time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"expected a moment with a time zone, got {moment!r}")
    return moment.astimezone(UTC).isoformat(sep=" ", timespec="microseconds")
