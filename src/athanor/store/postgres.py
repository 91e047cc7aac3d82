"""What is particular to PostgreSQL: how it is reached, how it tells of commits, how rows go in."""

from __future__ import annotations

import re
import time
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError

from athanor.errors import DatabaseAway, DatabaseUnusable, InvalidSetting, MissingExtra
from athanor.store import removal
from athanor.store.columns import Key, decoded, without_nul
from athanor.store.tables import of_some_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    import psycopg

CONNECT_TIMEOUT_S = 5
_RECONNECT_S = 0.5
_CHANNEL = "athanor"
_ADVISORY_KEY = 0x6174_6861_6E6F_72  # "athanor"
_EXPECTED = "expected postgresql://USER:PASSWORD@HOST/DATABASE"
_DEFAULTS: dict[str, Any] = {
    "connect_timeout": CONNECT_TIMEOUT_S,
    "application_name": "athanor",
    # A server that vanished without a word is noticed in half a minute, not in two hours.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}
_FAST_DISK = """
DO $$ BEGIN
    PERFORM set_config(name, '1.1', false) FROM pg_settings
    WHERE name = 'random_page_cost' AND source = 'default';
EXCEPTION WHEN insufficient_privilege THEN -- a plan is not worth a connection
END $$
"""


for _index in of_some_rows:
    _index.dialect_kwargs["postgresql_where"] = _index.dialect_kwargs["sqlite_where"]


class Postgres:
    """A database of a PostgreSQL server."""

    embedded = False
    removing: ClassVar[removal.Pace] = removal.MANY_WRITERS
    reading: ClassVar[Mapping[str, Any]] = {
        "isolation_level": "REPEATABLE READ",
        "postgresql_readonly": True,
    }
    writing: ClassVar[Mapping[str, Any]] = {
        "isolation_level": "READ COMMITTED",
        "postgresql_readonly": False,
    }

    def __init__(self, url: str) -> None:
        self._url = parsed(url)
        self.shown = _shown(self._url)

    def prepare(self) -> None:
        """See that the driver is there."""
        try:
            import psycopg  # noqa: F401
        except ImportError as error:
            raise MissingExtra(
                f"PostgreSQL needs the driver psycopg ({error}): "
                "pip install 'athanor[postgres]', or unset ATHANOR_DATABASE_URL for SQLite."
            ) from None

    def engine(self) -> Engine:
        """An engine that looks whether a connection still works before it hands it out."""
        made = create_engine(
            self._url,
            connect_args=self._options(),
            pool_size=4,
            max_overflow=28,
            hide_parameters=True,
            json_deserializer=decoded,
        )
        event.listen(made, "connect", _expect_fast_disk)
        event.listen(made, "checkout", _still_there)
        return made

    def watch(self, engine: Engine) -> Watcher:
        """A connection that listens to what writers announce."""

        def connect() -> psycopg.Connection[Any]:
            arguments, options = engine.dialect.create_connect_args(self._url)
            given = {**options, **self._options(), "autocommit": True}
            made: Any = engine.dialect.connect(*arguments, **given)
            return made  # type: ignore[no-any-return]

        return Watcher(connect)

    def turn(self) -> AbstractContextManager[object]:
        """Nothing to queue on: the server lets writers of different rows work side by side."""
        return nullcontext()

    @contextmanager
    def preparing(self, engine: Engine) -> Iterator[None]:
        """Under a lock of the database, held by a transaction of its own."""
        with engine.begin() as c:
            c.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_KEY})")
            encoding = c.exec_driver_sql("SHOW server_encoding").scalar_one()
            if encoding != "UTF8":
                raise DatabaseUnusable(
                    f"The database {self.shown} has the encoding {encoding}, which cannot hold "
                    "every text. Make one with ENCODING 'UTF8' and name it in "
                    "ATHANOR_DATABASE_URL."
                )
            yield

    def upkeep(self, turn: AbstractContextManager[object]) -> AbstractContextManager[None]:
        """Nothing: the server has processes for that."""
        return nullcontext()

    def announce(self, c: Connection) -> None:
        """Notify those who listen; the server does so at the commit."""
        c.exec_driver_sql(f"NOTIFY {_CHANNEL}")

    def relax(self, c: Connection) -> None:
        """Let the server write its log a moment after the commit."""
        c.exec_driver_sql("SET LOCAL synchronous_commit = off")

    def bulk_insert(
        self, c: Connection, table: Table, names: Sequence[str], rows: list[Any]
    ) -> None:
        """Insert by COPY; what PostgreSQL takes in no text is escaped."""
        if not rows:
            return
        import psycopg

        statement = f"COPY {table.name} ({', '.join(names)}) FROM STDIN"
        keys = [index for index, name in enumerate(names) if isinstance(table.c[name].type, Key)]
        driver: Any = c.connection.driver_connection
        try:
            with driver.cursor() as cursor, cursor.copy(statement) as copy:
                for row in rows:
                    copy.write_row(_acceptable(row, keys))
        except psycopg.Error as error:
            gone = driver.closed
            if gone:
                c.invalidate(error)
            raise DBAPIError.instance(
                statement, None, error, psycopg.Error, connection_invalidated=gone
            ) from error

    def run_key(self, c: Connection, run_id: str) -> str:
        """The id itself: see ``columns.RunKey``."""
        return run_id

    def explained(self, error: DBAPIError) -> DatabaseUnusable | None:
        """By the SQLSTATE of the server, or by what the driver says of a connection."""
        state = getattr(error.orig, "sqlstate", None)
        diagnosis = getattr(error.orig, "diag", None)  # its main line quotes no row of ours
        told = getattr(diagnosis, "message_primary", None) or str(error.orig)
        said = self._without_password(_in_short(told))
        for prefix, advice in _ADVICE.items():
            if state is not None and state.startswith(prefix):
                return DatabaseUnusable(f"The database {self.shown} {advice} ({said}).")
        if state is None and _REFUSED.search(said):
            return DatabaseUnusable(
                f"The server refuses {self.shown}: {said}. "
                "Mend ATHANOR_DATABASE_URL, or ask whoever keeps the server."
            )
        if _is_away(error, state):
            return DatabaseAway(
                f"The database {self.shown} does not answer: {said}. "
                "See that the server runs and can be reached, and try again."
            )
        return None

    def _options(self) -> dict[str, Any]:
        """How to connect, where the URL does not say it."""
        return {name: value for name, value in _DEFAULTS.items() if name not in self._url.query}

    def _without_password(self, text: str) -> str:
        password = self._url.password
        return text.replace(str(password), "***") if password else text


_ADVICE = {
    "42501": "does not allow that; have its owner grant the rights",
    "53100": "cannot grow; free some space on its server",
    "25006": "only reads: it is a standby, or set to read only; name the primary",
    "3F000": "has no schema to make tables in; see the search_path of the user",
}
_REFUSED = re.compile(
    r"authentication failed|no password supplied|does not exist|no pg_hba\.conf entry|"
    r"permission denied|invalid connection option|(invalid|bad) .*value|SSL|certificate",
)
_COMES_BACK = ("08", "57P0", "53", "40", "55P03", "58")
"""No connection, shut down, no resources, collision with another, lock not available, system."""


def _in_short(message: str) -> str:
    """What the driver says, in a line, without the question that we answer ourselves."""
    line = " ".join(message.split())
    return re.sub(r"\s*Is the server running .*\?$", "", line).rstrip(".")


def _is_away(error: DBAPIError, state: str | None) -> bool:
    if state is not None:
        return state.startswith(_COMES_BACK)
    import psycopg

    return error.connection_invalidated or isinstance(error.orig, psycopg.OperationalError)


def _acceptable(row: tuple[Any, ...], keys: list[int]) -> tuple[Any, ...]:
    for cell in row:
        if type(cell) is str and "\x00" in cell:
            row = tuple(without_nul(cell) if type(cell) is str else cell for cell in row)
            break
    for index in keys:
        if len(row[index]) > 200:
            row = (*row[:index], Key.in_postgresql(row[index]), *row[index + 1 :])
    return row


def _expect_fast_disk(connection: psycopg.Connection[Any], record: Any) -> None:
    """Have the server plan for a disk without moving heads, unless somebody told it what it has.

    By itself it expects to wait four times as long for a page out of order, and reads the whole
    table of runs to count those of an experiment that most have: 43 ms for 14 through the index.
    """
    connection.autocommit = True  # one message instead of three
    connection.execute(_FAST_DISK)
    connection.autocommit = False


def _still_there(connection: psycopg.Connection[Any], record: Any, lent: Any) -> None:
    """Have the pool renew a connection that its server has closed.

    What the server said last and the end of the stream are here already, so that no question has
    to be sent: of the two looks the first takes in the words, the second meets the end.
    """
    import psycopg

    try:
        connection.pgconn.consume_input()
        connection.pgconn.consume_input()
    except psycopg.Error as error:
        raise DisconnectionError(str(error)) from error


class Watcher:
    """Listens; connects when first asked, and again when the server was away. Never raises."""

    def __init__(self, connect: Callable[[], psycopg.Connection[Any]]) -> None:
        self._connect = connect
        self._connection: psycopg.Connection[Any] | None = None
        self._heard = 0
        self._tried_s = float("-inf")

    def version(self) -> int:
        """One more for each notice, and for each connection: something may have been missed."""
        import psycopg

        try:
            self._listen()
        except psycopg.Error:
            self.close()  # whoever reads next will be told what is wrong
        return self._heard

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _listen(self) -> None:
        if self._connection is None:
            self._begin()
        else:
            self._connection.pgconn.consume_input()
            while self._connection.pgconn.notifies():
                self._heard += 1

    def _begin(self) -> None:
        now_s = time.monotonic()
        if now_s - self._tried_s > _RECONNECT_S:
            self._tried_s = now_s
            self._connection = self._connect()
            self._connection.execute(f"LISTEN {_CHANNEL}")
            self._heard += 1


def parsed(url: str) -> URL:
    """A URL of PostgreSQL, for our driver; InvalidSetting, which never repeats what was given."""
    try:
        found = make_url(url)
    except (ArgumentError, ValueError):
        raise InvalidSetting(
            f"ATHANOR_DATABASE_URL is not a database URL: {_EXPECTED} (special characters of the "
            "password written as %40 and the like)."
        ) from None
    kind, _, driver = found.drivername.partition("+")
    if kind not in ("postgresql", "postgres") or driver not in ("", "psycopg"):
        raise InvalidSetting(
            f"ATHANOR_DATABASE_URL names {found.drivername!r}, which is no database that Athanor "
            f"knows: {_EXPECTED}, or unset it for SQLite."
        )
    if not found.database:
        raise InvalidSetting(f"ATHANOR_DATABASE_URL names no database: {_EXPECTED}.")
    return found.set(drivername="postgresql+psycopg")


def shown(url: str) -> str:
    """A setting fit to be shown: where, as whom, and nothing that may be a secret."""
    try:
        return _shown(parsed(url))
    except InvalidSetting:
        return "(not shown: it is no URL of PostgreSQL)"


def _shown(url: URL) -> str:
    host = url.host or next(iter(url.normalized_query.get("host", ())), "")
    port = f":{url.port}" if url.port else ""
    user = f"{url.username}@" if url.username else ""
    return f"postgresql://{user}{host}{port}/{url.database}"
