"""What an implementation of the database answers for: only what differs between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection, Engine, Table
    from sqlalchemy.exc import DBAPIError

    from athanor.errors import DatabaseUnusable
    from athanor.store.removal import Pace


class Watcher(Protocol):
    """A connection that only asks whether others have committed."""

    def version(self) -> int:
        """A number that changes when somebody has committed. Does not raise."""
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...


class Flavour(Protocol):
    """One kind of database, and where this one is."""

    shown: str
    """Where it is, for messages: never with a password."""
    embedded: bool
    """Whether it belongs to one data directory, which may change its tables and rows at will."""
    reading: ClassVar[Mapping[str, Any]]
    """Options of a connection that reads: one consistent look."""
    writing: ClassVar[Mapping[str, Any]]
    """Options of a connection that writes."""

    removing: ClassVar[Pace]
    """How much a transaction that removes may do."""

    def prepare(self) -> None:
        """Whatever must be there before the first connection."""
        ...

    def engine(self) -> Engine:
        """A new engine with connections of its own."""
        ...

    def watch(self, engine: Engine) -> Watcher:
        """A new watcher."""
        ...

    def turn(self) -> AbstractContextManager[object]:
        """What the writing threads of one process queue on; a new one a process."""
        ...

    def preparing(self, engine: Engine) -> AbstractContextManager[None]:
        """Nobody else makes or migrates this database meanwhile; it is fit for its tables."""
        ...

    def upkeep(self, turn: AbstractContextManager[object]) -> AbstractContextManager[None]:
        """While it is open, what writers would have to wait for is done beside them."""
        ...

    def announce(self, c: Connection) -> None:
        """Let every watcher know, once this transaction has committed."""
        ...

    def relax(self, c: Connection) -> None:
        """Do not wait for the disk at this commit: what it stores can be had again, all or none."""
        ...

    def bulk_insert(self, c: Connection, table: Table, names: Sequence[str], rows: Any) -> None:
        """Insert rows, tuples in the order of ``names``, as ``fold`` makes them."""
        ...

    def run_key(self, c: Connection, run_id: str) -> int | str:
        """What stands for a run in its log lines (``columns.RunKey``), made when there is none."""
        ...

    def explained(self, error: DBAPIError) -> DatabaseUnusable | None:
        """What a user can do about an error of the driver; None for a mistake of ours."""
        ...
