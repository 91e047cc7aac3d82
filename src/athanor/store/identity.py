"""Which data directory this is: still the same when it was renamed, another one when copied.

Rows and the cookies of processes name a data directory by its id, never by its path. A copy has
the rows of the original and none of its processes: it must neither start nor end anything of them.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import select, update

from athanor.domain.identifier import new_id
from athanor.domain.run import RunStatus
from athanor.execution import lock
from athanor.store.tables import experiment_runs as runs

if TYPE_CHECKING:
    from pathlib import Path

    from athanor.domain.home import Home
    from athanor.store.database import Database


class _Identity(msgspec.Struct, frozen=True):
    """What the file says. A copy of it has another inode."""

    id: str
    inode: int


def identify(home: Home) -> str:
    """The id of a data directory; one without, or with that of another, is given its own."""
    known = _read(home.identity)
    if known is not None and known.inode == _inode(home.identity):
        return known.id
    with lock.turn(home.path):
        return _settled(home)


def is_here(home: Home, identity: str) -> bool:
    """Whether the data directory of that id is still where it was."""
    known = _read(home.identity)
    return known is not None and known.id == identity


def take_over(database: Database) -> None:
    """Make the rows of an embedded database those of its data directory, if they are another's.

    They are after a copy. What waits there waits for the original to start it: here it is prepared
    and no more. A claim stays that of the original, so nobody takes its processes for ours.
    """
    with database.read() as c:
        newest = c.scalar(select(runs.c.home).order_by(runs.c.id.desc()).limit(1))
    if newest in {None, database.home}:
        return
    others = runs.c.home != database.home
    with database.write() as c:
        waiting = runs.c.status == str(RunStatus.PENDING)
        c.execute(update(runs).where(others, waiting).values(queued_at=None))
        c.execute(update(runs).where(others).values(home=database.home))


def _settled(home: Home) -> str:
    """As ``identify``, while nobody else does the same."""
    known = _read(home.identity)
    if known is not None and known.inode == _inode(home.identity):
        return known.id
    if known is not None and not lock.is_free(home.supervisor_lock):
        # Somebody supervises this very directory: the file system renumbers its files.
        return _write(home.identity, known.id)
    return _write(home.identity, new_id())


def _write(path: Path, identity: str) -> str:
    draft = path.with_name(f"{path.name}.new")
    fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(fd, "wb") as file:
        file.write(msgspec.json.encode(_Identity(identity, os.fstat(fd).st_ino)) + b"\n")
    draft.replace(path)
    return identity


def _read(path: Path) -> _Identity | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Identity)
    except (OSError, msgspec.DecodeError):
        return None


def _inode(path: Path) -> int:
    try:
        return path.stat().st_ino
    except OSError:
        return -1
