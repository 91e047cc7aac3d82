"""The write-ahead log of SQLite is carried over beside those who write, and stays bounded."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing, nullcontext

import pytest
from store_givens import a_log, chunk, claimed

from athanor.settings import Settings
from athanor.store import checkpoints
from athanor.store.database import Database
from athanor.store.ingest import ingest


@pytest.fixture
def database(tmp_path):
    opened = Database.open(Settings(project=tmp_path, home=tmp_path))
    yield opened
    opened.close()


def say_much(database):
    attempt = claimed(database)
    ingest(database, attempt, chunk(*(a_log("x" * 1000) for _ in range(2000))))


def test_a_commit_carries_nothing_over_by_itself_until_the_log_is_long(database):
    say_much(database)
    with database.write() as c:
        (bound,) = c.exec_driver_sql("PRAGMA wal_autocheckpoint").one()
    assert bound == checkpoints.LOG_PAGES
    assert database.flavour.path.with_name("athanor.db-wal").stat().st_size > 2_000_000


def test_what_was_written_is_carried_over_and_stays_readable(database):
    say_much(database)
    with closing(checkpoints._opened(database.flavour.path)) as connection:
        checkpoints.carry_over(connection, nullcontext())
        busy, pages, carried = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    assert (busy, carried) == (0, pages)
    alone = database.flavour.path.with_name("alone.db")
    alone.write_bytes(database.flavour.path.read_bytes())  # the file without its log
    with closing(sqlite3.connect(alone)) as copy:
        assert copy.execute("SELECT count(*) FROM run_logs").fetchone() == (2000,)


def test_a_long_log_is_finished_while_nobody_writes_and_begins_anew(database, monkeypatch):
    monkeypatch.setattr(checkpoints, "LONG_PAGES", 10)
    say_much(database)
    log = database.flavour.path.with_name("athanor.db-wal")
    length = log.stat().st_size
    with closing(checkpoints._opened(database.flavour.path)) as connection:
        checkpoints.carry_over(connection, database._turn)
    say_much(database)
    assert log.stat().st_size <= length + 200_000


def test_the_thread_works_while_it_is_open_and_ends_with_it(database, monkeypatch):
    monkeypatch.setattr(checkpoints, "EVERY_S", 0.001)
    done = threading.Event()
    monkeypatch.setattr(checkpoints, "carry_over", lambda *_: done.set())
    before = set(threading.enumerate())
    with database.upkeep():
        assert done.wait(10)
    assert set(threading.enumerate()) <= before


def test_a_file_that_is_gone_is_not_made_again(tmp_path):
    with pytest.raises(sqlite3.OperationalError):
        checkpoints._opened(tmp_path / "gone.db")
    assert not (tmp_path / "gone.db").exists()
