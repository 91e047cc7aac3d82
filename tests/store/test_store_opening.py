"""Opening a database: made, migrated, refused with the next step."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from store_givens import NOON, an_instance, on_sqlite, stored_instance

from athanor.errors import DatabaseNewer, DatabaseUnusable, HomeUnusable
from athanor.settings import Settings
from athanor.store import instances, schema
from athanor.store.database import Database
from athanor.store.mounts import network_file_system


@on_sqlite
def test_a_database_is_made_for_its_owner_only(database, settings):
    assert stat.S_IMODE(settings.home.stat().st_mode) == 0o700
    assert stat.S_IMODE(settings.database_path.stat().st_mode) == 0o600


def test_a_new_database_is_at_the_newest_revision(database):
    assert schema.current(database) == schema.head()


def test_what_was_stored_is_there_after_opening_again(database, settings):
    instance = stored_instance(database)
    database.close()
    again = Database.open(settings)
    with again.read() as c:
        assert instances.get(c, instance.id) == instance
    again.close()


@on_sqlite
def test_opening_what_is_up_to_date_does_not_import_alembic(database, settings):
    code = (
        "import sys, pathlib; from athanor.settings import Settings;"
        "from athanor.store.database import Database;"
        f"home = pathlib.Path({str(settings.home)!r});"
        "Database.open(Settings(project=home, home=home)).close();"
        "print('alembic' in sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "False"


@on_sqlite
def test_processes_that_open_a_new_database_at_once_all_get_it(settings):
    code = (
        "import pathlib; from athanor.settings import Settings;"
        "from athanor.store.database import Database;"
        f"home = pathlib.Path({str(settings.home)!r}); input();"
        "Database.open(Settings(project=home, home=home)).close()"
    )
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", code]
    racers = [subprocess.Popen(command, stdin=pipe, stderr=pipe, text=True) for _ in range(3)]
    for racer in racers:
        racer.stdin.write("\n")
        racer.stdin.flush()
    errors = [racer.communicate()[1] for racer in racers]
    assert [racer.returncode for racer in racers] == [0, 0, 0], errors


@on_sqlite
def test_a_revision_that_is_not_known_is_refused_and_left_alone(database, settings):
    with database.write() as c:
        c.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    before = settings.database_path.read_bytes()
    with pytest.raises(DatabaseNewer, match=rf"9999.*{schema.head()}"):
        Database.open(settings)
    assert settings.database_path.read_bytes() == before


def test_a_file_where_the_data_directory_should_be_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    home = tmp_path / "file" / "home"
    with pytest.raises(HomeUnusable, match=r"file/home.*Not a directory.*ATHANOR_HOME"):
        Database.open(Settings(project=tmp_path, home=home))


def test_a_data_directory_whose_path_is_no_text_is_refused(tmp_path):
    home = tmp_path / os.fsdecode(b"caf\xe9")
    with pytest.raises(HomeUnusable, match=r"caf\\xe9.*UTF-8.*ATHANOR_HOME"):
        Database.open(Settings(project=tmp_path, home=home))


@pytest.fixture
def nobody():
    """Root may write everywhere, so it is nobody for the while of a test."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    yield
    os.seteuid(user)


def test_a_directory_that_cannot_be_written_is_named(nobody):
    home = Path("/athanor-of-a-test")  # only root may make it
    with pytest.raises(HomeUnusable, match=r"Permission denied.*ATHANOR_HOME"):
        Database.open(Settings(project=home, home=home))


def test_one_that_is_there_and_cannot_be_written_is_read_in_a_copy(settings, monkeypatch):
    settings.home.mkdir(parents=True, exist_ok=True)
    monkeypatch.setattr(os, "access", lambda path, mode: not mode & os.W_OK)
    with pytest.raises(
        HomeUnusable, match=r"cannot be written. Set ATHANOR_HOME .* such as a copy"
    ):
        Database.open(settings)


def test_a_data_directory_that_the_kernel_refuses_is_named(tmp_path):
    with pytest.raises(HomeUnusable, match=r"/proc/athanor.*ATHANOR_HOME"):
        Database.open(Settings(project=tmp_path, home=type(tmp_path)("/proc/athanor")))


@on_sqlite
def test_a_file_that_is_no_database_is_refused_and_left_alone(settings):
    settings.home.mkdir()
    settings.database_path.write_text("not a database, but long enough to be looked at " * 10)
    before = settings.database_path.read_bytes()
    with pytest.raises(DatabaseUnusable, match=r"athanor\.db.*not a database"):
        Database.open(settings)
    assert settings.database_path.read_bytes() == before


def test_characters_that_urls_and_alembic_treat_specially_may_be_in_the_path(tmp_path):
    home = tmp_path / "a b?c#d%e"
    opened = Database.open(Settings(project=tmp_path, home=home))
    opened.close()
    assert (home / "athanor.db").is_file()


MOUNTS = """\
22 1 254:0 / / rw - ext4 /dev/vda rw
30 22 0:50 / /home rw - nfs4 server:/home rw
31 30 0:51 / /home/me/with\\040space rw - ext4 /dev/vdb rw
32 22 0:52 / /shared rw - nfs4 server:/shared rw
33 22 0:53 / /shared rw - tmpfs tmpfs rw
"""


@pytest.mark.parametrize(
    ("directory", "kind"),
    [
        ("/var/data", None),
        ("/home/me/project", "nfs4"),
        ("/home/me/with space/project", None),
        ("/homestead", None),
        ("/shared/x", None),
    ],
)
def test_the_innermost_newest_mount_decides_the_file_system(tmp_path, directory, kind):
    table = tmp_path / "mountinfo"
    table.write_text(MOUNTS)
    assert network_file_system(type(tmp_path)(directory), table) == kind


def test_without_a_table_of_mounts_nothing_is_held_against_a_directory(tmp_path):
    assert network_file_system(tmp_path, tmp_path / "none") is None


@on_sqlite
def test_a_network_file_system_is_refused_naming_both_ways_out(settings, tmp_path, monkeypatch):
    table = tmp_path / "mountinfo"
    table.write_text("22 1 254:0 / / rw - nfs4 server:/ rw\n")
    monkeypatch.setattr(network_file_system, "__defaults__", (table,))
    with pytest.raises(HomeUnusable, match=r"nfs4.*ATHANOR_HOME.*ATHANOR_DATABASE_URL"):
        Database.open(settings)


def test_a_block_that_raises_leaves_nothing_behind(database):
    instance = an_instance()

    def half_done():
        with database.write() as c:
            instances.insert(c, instance)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half_done()
    with database.read() as c:
        assert instances.get(c, instance.id) is None


def test_a_read_sees_one_moment_throughout(database):
    with database.read() as c:
        assert instances.count(c) == 0
        stored_instance(database)
        assert instances.count(c) == 0
    with database.read() as c:
        assert instances.count(c) == 1


def test_the_version_changes_with_every_commit_and_only_then(database):
    before = database.data_version()
    assert database.data_version() == before
    stored_instance(database)
    while (after := database.data_version()) == before:
        pass  # a server tells it a moment after the commit
    assert database.data_version() == after


def test_threads_that_write_at_once_wait_for_each_other(database):
    def work():
        for _ in range(20):
            stored_instance(database)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as c:
        assert instances.count(c) == 80


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_child_works_with_connections_of_its_own(database):
    stored_instance(database)
    parents = database._engine
    child = os.fork()
    if child == 0:
        stored_instance(database)
        os._exit(1 if database._engine is parents else 0)
    assert os.waitpid(child, 0)[1] == 0
    stored_instance(database)
    with database.read() as c:
        assert instances.count(c) == 3


@on_sqlite
def test_a_lock_held_too_long_is_explained(database, settings, monkeypatch):
    monkeypatch.setattr("athanor.store.sqlite.BUSY_TIMEOUT_S", 0.05)
    quick = Database.open(settings)
    other = sqlite3.connect(settings.database_path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseUnusable, match="busy"), quick.write():
        pass
    other.close()
    quick.close()


@pytest.mark.filterwarnings("ignore:.*expression-based index")  # compared by the test below
def test_the_tables_and_the_migrations_agree(database):
    """OPS-04."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from athanor.store.tables import embedded, metadata

    def of_every_database(thing, name, kind, *_):
        return kind != "table" or name not in embedded.tables

    options = {"compare_type": True, "include_object": of_every_database}
    with database.read() as c:
        context = MigrationContext.configure(c, opts=options)
        assert compare_metadata(context, metadata) == []


@on_sqlite
def test_the_migrations_make_exactly_what_the_tables_say(database, tmp_path):
    """What Alembic cannot compare: checks, generated columns, tables without row ids.

    Triggers and views are the migrations' alone.
    """
    from athanor.store.sqlite import Sqlite
    from athanor.store.tables import embedded, metadata

    direct = Sqlite(tmp_path / "direct.db").engine()
    metadata.create_all(direct)
    embedded.create_all(direct)
    query = (
        "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE '%alembic%' "
        "AND name NOT LIKE 'sqlite_stat%' AND type NOT IN ('trigger', 'view') ORDER BY name"
    )
    with direct.connect() as c, database.read() as migrated:
        expected = _normal(c.exec_driver_sql(query))
        assert _normal(migrated.exec_driver_sql(query)) == expected
    direct.dispose()


def _normal(rows):
    return {name: None if sql is None else sorted(_parts(sql)) for name, sql in rows}


def _parts(sql):
    """The columns and constraints: a column that was added later stands on the last line."""
    depth, parts = 0, [""]
    for character in " ".join(sql.split()):
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 1:
            parts.append("")
        elif (character, depth) not in {("(", 1), (")", 0)}:
            parts[-1] += character
    return [part.strip() for part in parts]


@on_sqlite
def test_plain_sql_sees_the_documented_tables_and_utc_text(database):
    """OPS-04, INS-10."""
    instance = stored_instance(database)
    with database.read() as c:
        row = c.exec_driver_sql("SELECT id, inserted_at FROM experiment_instances").one()
    assert tuple(row) == (instance.id, "2026-02-18 12:00:00.123456+00:00")
    assert instance.inserted_at == NOON
