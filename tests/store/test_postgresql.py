"""What only PostgreSQL has: asked-for migrations, other writers at the same time, going away."""

from __future__ import annotations

import subprocess
import sys
import threading
from dataclasses import replace

import pytest
from postgresql_server import PASSWORD, Server
from store_givens import (
    HOME,
    NOON,
    a_log,
    a_result,
    an_attempt,
    ask,
    chunk,
    claimed,
    fetched_run,
    minutes,
    stored_instance,
    stored_run,
)

from athanor.domain.run import RunStatus
from athanor.errors import (
    DatabaseAway,
    DatabaseNewer,
    DatabaseNotReady,
    DatabaseUnusable,
    InvalidSetting,
    MissingExtra,
)
from athanor.journal import format as said
from athanor.settings import Settings
from athanor.store import attempts, instances, results, runs, schema, waiting
from athanor.store.database import Database
from athanor.store.ingest import ingest
from athanor.store.postgres import parsed, shown


@pytest.fixture
def settings(tmp_path, database_url):
    return Settings(project=tmp_path, home=tmp_path / ".athanor", database_url=database_url)


@pytest.fixture
def other(settings):
    opened = Database.open(settings)
    yield opened
    opened.close()


def opened_as_it_is(url, tmp_path):
    return Database.as_it_is(Settings(project=tmp_path, home=tmp_path, database_url=url))


# --- opening and migrating ---


def test_an_empty_database_is_left_alone_until_it_is_upgraded(empty_database_url, tmp_path):
    settings = Settings(project=tmp_path, home=tmp_path, database_url=empty_database_url)
    with pytest.raises(DatabaseNotReady, match=r"is empty.*athanor db upgrade") as refused:
        Database.open(settings)
    assert PASSWORD not in str(refused.value)
    database = Database.as_it_is(settings)
    assert schema.current(database) is None
    schema.upgrade(database)
    database.close()
    Database.open(settings).close()


def test_an_older_revision_names_itself_and_the_way_out(database, settings):
    with database.write() as c:
        c.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    known = schema.revisions
    try:
        schema.revisions = lambda: (*known(), "9998")
        with pytest.raises(DatabaseNotReady, match=r"revision 0001 of 9998.*athanor db upgrade"):
            Database.open(settings)
    finally:
        schema.revisions = known
        restore_revision(database)


def test_a_newer_revision_is_refused(database, settings):
    with database.write() as c:
        c.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    try:
        with pytest.raises(DatabaseNewer, match=r"9999.*Install the newer one"):
            Database.open(settings)
    finally:
        restore_revision(database)


def restore_revision(database):
    with database.write() as c:
        c.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{schema.head()}'")


def test_processes_that_upgrade_at_once_all_get_it(empty_database_url, tmp_path):
    code = (
        "import pathlib, sys; from athanor.settings import Settings;"
        "from athanor.store import schema; from athanor.store.database import Database;"
        "home = pathlib.Path(sys.argv[1]); url = input();"
        "schema.upgrade(Database.as_it_is(Settings(project=home, home=home, database_url=url)))"
    )
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", code, str(tmp_path)]
    racers = [subprocess.Popen(command, stdin=pipe, stderr=pipe, text=True) for _ in range(3)]
    for racer in racers:
        racer.stdin.write(empty_database_url + "\n")
        racer.stdin.flush()
    errors = [racer.communicate()[1] for racer in racers]
    assert [racer.returncode for racer in racers] == [0, 0, 0], errors


def test_a_database_of_another_encoding_is_refused(postgresql, tmp_path):
    postgresql.execute("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")
    database = opened_as_it_is(postgresql.url("latin"), tmp_path)
    with pytest.raises(DatabaseUnusable, match=r"LATIN1.*UTF8"):
        schema.upgrade(database)
    database.close()
    postgresql.drop("latin")


# --- what the URL may be, and what is never shown ---


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("postgresql//me:hush@host/name", "is not a database URL"),
        ("hush", "is not a database URL"),
        ("postgresql://me:hush@host:port/name", "is not a database URL"),
        ("mysql://me:hush@host/name", "'mysql'"),
        ("postgresql+asyncpg://me:hush@host/name", r"asyncpg"),
        ("postgresql://me:hush@host", "names no database"),
    ],
)
def test_a_url_that_is_none_is_refused_without_being_repeated(url, reason):
    with pytest.raises(InvalidSetting, match=reason) as refused:
        parsed(url)
    assert "hush" not in str(refused.value)
    assert "hush" not in shown(url)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:hush@host:5433/name?sslmode=require",
        "postgres://me:hush@host:5433/name?password=hush",
        "postgresql+psycopg://me:hush%40@host:5433/name",
    ],
)
def test_a_url_is_shown_without_what_may_be_a_secret(url):
    assert shown(url) == "postgresql://me@host:5433/name"


def test_a_setting_is_printed_without_the_url(settings):
    assert PASSWORD not in repr(settings)


def test_a_wrong_password_is_explained_and_not_repeated(postgresql, tmp_path):
    database = opened_as_it_is(postgresql.url(password="hush"), tmp_path)
    with pytest.raises(DatabaseUnusable, match="password authentication failed") as refused:
        schema.current(database)
    assert not isinstance(refused.value, DatabaseAway)  # waiting for it would not help
    assert "hush" not in str(refused.value)
    database.close()


def test_a_server_that_is_not_there_is_said_to_be_away(tmp_path):
    database = opened_as_it_is("postgresql://me:hush@127.0.0.1:1/name", tmp_path)
    with pytest.raises(DatabaseAway, match=r"me@127\.0\.0\.1:1/name does not answer.*refused"):
        schema.current(database)
    assert isinstance(database.data_version(), int)  # asking for news never raises
    database.close()


def test_a_driver_that_is_missing_is_named_with_its_extra(settings, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingExtra, match=r"pip install 'athanor\[postgres\]'"):
        Database.open(settings)


# --- what it refuses ---


def test_what_postgresql_refuses_in_text_is_stored_escaped(database):
    attempt = claimed(database)
    lines = chunk(
        a_log("a\x00b", metadata={"k\x00": "v\x00"}),
        a_result("key\x00", {"k\x00": "v\x00"}),
        said.Failed(1, "error \x00"),
    )
    assert ingest(database, attempt, lines).moved
    with database.read() as c:
        assert ask(c, "SELECT message FROM run_logs").scalars().first() == "a\\u0000b"
        assert results.newest(c, attempt.run_id, 5)[0].key == "key\\u0000"
        stored = ask(c, "SELECT value::text FROM run_results").scalar_one()
    assert stored == '{"k\\u0000":"v\\u0000"}'


def msgspec_raw(encoded):
    return said.decode(b'{"t":"result","ts":1,"key":"k","value":' + encoded + b"}").value


def test_the_order_of_keys_and_every_digit_are_kept(database):
    attempt = claimed(database)
    text = '{"z":1,"a":{"y":1.10,"b":1e999},"z":123456789012345678901234567890.5}'
    ingest(database, attempt, chunk(said.Result(1, "k", msgspec_raw(text.encode()))))
    with database.read() as c:
        assert ask(c, "SELECT value::text FROM run_results").scalar_one() == text


def test_keys_too_long_for_an_index_are_told_apart_and_found_by_the_whole(database):
    attempt = claimed(database)
    one, two = "é" * 5000 + "1", "é" * 5000 + "2"
    ingest(database, attempt, chunk(a_result(one, 1), a_result(two, 2)))
    with database.read() as c:
        assert [result.value for result in results.by_key(c, attempt.run_id, two)] == [2]
        lengths = ask(c, "SELECT octet_length(key) FROM run_results").scalars().all()
    assert max(lengths) <= 1000


def test_values_inside_are_reached_by_the_same_sql_as_in_sqlite(database):
    attempt = claimed(database)
    ingest(database, attempt, chunk(a_result("k", {"accuracy": 0.5})))
    with database.read() as c:
        query = "SELECT value ->> 'accuracy' FROM run_results WHERE run_id = :run"
        assert float(ask(c, query, run=attempt.run_id).scalar_one()) == 0.5


# --- several who write at once ---


def waiting_for_a_lock(database):
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    while True:
        with database.read() as c:
            if ask(c, query).scalar_one():
                return


def meanwhile(database, first, second):
    """``second`` begins while ``first`` has not committed, and has to wait for it."""
    found = []
    thread = threading.Thread(target=lambda: found.append(second()))
    with database.write() as c:
        first(c)
        thread.start()
        waiting_for_a_lock(database)
    thread.join()
    return found[0]


def test_a_cancel_that_meets_a_claim_is_noted_and_ends_nothing(database, other):
    run = stored_run(database)

    def cancel():
        with other.write() as c:
            return runs.request_cancel(c, run.id, force=False, at=NOON)

    asked = meanwhile(database, lambda c: attempts.claim(c, an_attempt(run)), cancel)
    assert (asked.status, asked.cancel_requested_at) == (RunStatus.PENDING, NOON)


def test_a_claim_that_meets_a_cancel_comes_to_nothing(database, other):
    run = stored_run(database)

    def claim():
        with other.write() as c:
            return attempts.claim(c, an_attempt(run))

    cancel = meanwhile(
        database, lambda c: runs.request_cancel(c, run.id, force=False, at=NOON), claim
    )
    assert cancel is False
    assert fetched_run(database, run.id).status is RunStatus.CANCELLED


def test_of_two_claims_at_once_one_is_granted(database, other):
    run = stored_run(database)

    def claim():
        with other.write() as c:
            return attempts.claim(c, an_attempt(run))

    assert meanwhile(database, lambda c: attempts.claim(c, an_attempt(run)), claim) is False


def test_a_release_that_meets_an_ingest_keeps_the_claim(database, other):
    attempt = claimed(database)

    def release():
        with other.write() as c:
            return attempts.release(c, attempt.run_id, 1)

    def ingesting(c):
        runs.lock(c, attempt.run_id)
        ask(c, "UPDATE run_attempts SET journal_offset = 100")

    assert meanwhile(database, ingesting, release) is False


def test_a_run_made_while_another_is_deleted_is_its_instances_last(database, other):
    instance = stored_instance(database)
    gone = stored_run(database, instance, status=RunStatus.COMPLETED, inserted_at=minutes(1))
    new = replace(gone, id=gone.id[:-1] + ("0" if gone.id[-1] != "0" else "1"))
    new = replace(new, inserted_at=minutes(9))

    def delete():
        with other.write() as c:
            runs.mark_deleting(c, gone.id)

    meanwhile(database, lambda c: runs.insert(c, new, project="/p", home="/h"), delete)
    with database.read() as c:
        stats = instances.stats(c, instance.id)
    assert (stats.run_count, stats.last_run_at) == (1, minutes(9))


def test_an_instance_is_not_deleted_under_a_run_that_is_just_made(database, other):
    instance = stored_instance(database)
    ready = stored_run(database, instance, status=RunStatus.COMPLETED)
    new = replace(ready, id=ready.id[::-1], status=RunStatus.PENDING)

    def delete():
        try:
            with other.write() as c:
                instances.mark_deleting(c, instance.id)
        except Exception as error:
            return type(error).__name__

    found = meanwhile(database, lambda c: runs.insert(c, new, project="/p", home="/h"), delete)
    assert found == "InstanceBusy"


def test_what_another_connection_commits_is_noticed_and_nothing_else(database, other):
    before = database.data_version()
    assert database.data_version() == before
    stored_instance(other)
    until_changed(database, before)


def until_changed(database, before):
    while database.data_version() == before:
        pass


# --- two data directories ---


def test_opening_takes_over_no_row_of_another_data_directory(database, settings, tmp_path):
    theirs = stored_run(database)
    other = Database.open(replace(settings, home=tmp_path / "other"))
    with other.read() as c:
        assert waiting.startable(c, home=other.home, limit=9) == []
        assert [run.id for run, _ in waiting.startable(c, home=HOME, limit=9)] == [theirs.id]
    other.close()


# --- going away ---


def test_a_dropped_connection_is_renewed_before_it_is_used(database, postgresql, settings):
    stored_instance(database)
    version = database.data_version()
    postgresql.end_connections(settings.database_url)
    stored_instance(database)
    with database.read() as c:
        assert instances.count(c) == 2
    until_changed(database, version)


def test_a_connection_dropped_in_the_middle_leaves_nothing_and_is_said_to_be_away(
    database, postgresql, settings
):
    attempt = claimed(database)

    def dropped(*_):
        postgresql.end_connections(settings.database_url)

    given = chunk(a_log())
    insert = database.flavour.bulk_insert
    database.flavour.bulk_insert = lambda *told: (dropped(), insert(*told))
    with pytest.raises(DatabaseAway, match="does not answer"):
        ingest(database, attempt, given)
    del database.flavour.bulk_insert
    assert ingest(database, attempt, given).moved
    assert fetched_run(database, attempt.run_id).log_counts.info == 1


def test_a_server_that_stops_and_starts_is_away_and_back(tmp_path):
    server = Server()
    database = opened_as_it_is(server.url(server.new_database()), tmp_path)
    schema.upgrade(database)
    before = database.data_version()
    server.stop()
    with pytest.raises(DatabaseAway), database.read():
        pass
    assert database.data_version() == before
    server.start()
    stored_instance(database)
    until_changed(database, before)
    database.close()
    server.close()
