"""The narrow table of log lines: the view over it, and the step that makes it of the older one."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.config import Config
from store_givens import HOME, NOON, a_log, ask, chunk, claimed, fetched_run, minutes, stored_run

from athanor.domain.identifier import new_id
from athanor.domain.output import Level, output_id
from athanor.settings import Settings
from athanor.store import logs, runs, schema
from athanor.store.columns import moment_text
from athanor.store.database import Database
from athanor.store.ingest import ingest

COLUMNS = ["run_id", "line", "attempt", "seq", "level"]
COLUMNS += ["message", "metadata", "timestamp", "inserted_at", "id"]
AS_DOCUMENTED = f"SELECT {', '.join(COLUMNS)} FROM run_logs"
MANY = 3000


def in_utc(stamp):
    moment = stamp if isinstance(stamp, datetime) else datetime.fromisoformat(stamp)
    return moment.astimezone(UTC)


def as_dict(value):
    return json.loads(value) if isinstance(value, str) else value


def test_the_view_has_the_documented_columns_and_the_values_that_code_reads(database):
    """OPS-03, OPS-04."""
    attempt = claimed(database)
    ingest(database, attempt, chunk(a_log("a", metadata={"k": 1}), a_log("b", level="error")))
    with database.read() as c:
        assert list(ask(c, "SELECT * FROM run_logs").keys()) == COLUMNS
        rows = ask(c, f"{AS_DOCUMENTED} ORDER BY line").all()
        found = logs.page(c, attempt.run_id, limit=5)
    assert [row.id for row in rows] == [entry.id for entry in found]
    first, second = rows
    assert (first.run_id, first.line, first.attempt, first.seq) == (attempt.run_id, 1, 1, 0)
    assert (first.level, first.message, as_dict(first.metadata)) == ("info", "a", {"k": 1})
    assert (second.level, second.metadata) == ("error", None)
    assert in_utc(first.timestamp) == found[0].timestamp == NOON
    assert in_utc(first.inserted_at) == found[0].inserted_at


@pytest.mark.parametrize(
    "ts", [0, 7, 999_999, 1_771_416_000_000_000, 4_102_444_799_999_999, 253_402_300_799_999_999]
)
def test_the_view_tells_a_stamp_to_the_microsecond(database, ts):
    attempt = claimed(database)
    ingest(database, attempt, chunk(a_log(ts=ts)))
    with database.read() as c:
        stamp = ask(c, "SELECT timestamp FROM run_logs").scalar_one()
        [entry] = logs.page(c, attempt.run_id, limit=5)
    assert in_utc(stamp) == entry.timestamp


def test_lines_of_one_run_are_found_among_those_of_others(database):
    """OPS-03."""
    mine, other = (claimed(database, stored_run(database)) for _ in range(2))
    ingest(database, other, chunk(a_log("x", level="error")))
    ingest(database, mine, chunk(*(a_log(f"{n}", level="error") for n in range(9))))
    query = (
        "SELECT message FROM run_logs WHERE run_id = :run AND level = 'error' AND line > 3 "
        "ORDER BY line LIMIT 2"
    )
    with database.read() as c:
        assert ask(c, query, run=mine.run_id).scalars().all() == ["3", "4"]
        per_run = ask(c, "SELECT run_id, count(*) FROM run_logs GROUP BY run_id").all()
    assert {tuple(row) for row in per_run} == {(mine.run_id, 9), (other.run_id, 1)}


def test_a_run_that_said_nothing_has_no_lines(database):
    run = stored_run(database)
    with database.read() as c:
        assert logs.page(c, run.id, limit=5) == []
        assert logs.total(c, run.id) == 0


# --- the older table -----------------------------------------------------------------------------


@pytest.fixture(params=["sqlite", "postgresql"])
def older(request, tmp_path):
    """A database whose log lines are still in a table ``run_logs``."""
    url = "" if request.param == "sqlite" else request.getfixturevalue("empty_database_url")
    opened = Database.as_it_is(Settings(project=tmp_path, home=tmp_path, database_url=url))
    with opened.preparing(), opened.write() as c:
        config = Config(attributes={"connection": c})
        config.set_main_option("script_location", str(schema.MIGRATIONS))
        command.upgrade(config, "0003")
    yield opened
    opened.close()


def said_before(database):
    """Two runs with lines and one without, as they used to be stored; what code shall read."""
    mine, other, silent = _older_runs(database, 3)
    rows = [
        {
            "run": run,
            "line": number,
            "seq": number * 100 + 0x10_0000_0000,
            "level": level,
            "message": f"line {number}",
            "metadata": '{"n": 1}' if number % 2 else None,
            "at": stamp,
        }
        for run, many in ((other, 3), (mine, MANY))
        for number, level, stamp in _numbered(many, database.flavour.embedded)
    ]
    with database.write() as c:
        for row in rows:
            ask(
                c,
                "INSERT INTO run_logs (run_id, line, attempt, seq, level, message, metadata, "
                "timestamp, inserted_at) "
                "VALUES (:run, :line, 1, :seq, :level, :message, :metadata, :at, :at)",
                **row,
            )
    return mine, other, silent


_AN_INSTANCE = """
INSERT INTO experiment_instances
  (id, experiment_module, name, configuration, inserted_at, updated_at)
VALUES (:instance, 'a:B', 'older', '{}', :at, :at)
"""
_A_RUN = """
INSERT INTO experiment_runs
  (id, instance_id, status, metadata, inserted_at, updated_at, configuration, project, home)
VALUES (:run, :instance, 'pending', '{}', :at, :at, '{}', '/data', :home)
"""


def _older_runs(database, many):
    """In plain SQL, since the code knows today's tables only."""
    given = {"instance": new_id(), "home": HOME}
    given["at"] = moment_text(NOON) if database.flavour.embedded else NOON
    found = [new_id() for _ in range(many)]
    with database.write() as c:
        ask(c, _AN_INSTANCE, instance=given["instance"], at=given["at"])
        for run_id in found:
            ask(c, _A_RUN, run=run_id, **given)
    return found


def _numbered(many, embedded):
    for number in range(1, many + 1):
        at = minutes(number)
        level = "error" if number % 100 == 0 else "info"
        yield number, level, moment_text(at) if embedded else at


def everything(database):
    with database.read() as c:
        rows = ask(c, f"{AS_DOCUMENTED} ORDER BY run_id, line").all()
    return [
        {**row._mapping, "metadata": as_dict(row.metadata), "timestamp": in_utc(row.timestamp)}
        | {"inserted_at": in_utc(row.inserted_at)}
        for row in rows
    ]


def test_lines_that_are_there_go_along_unchanged(older):
    """OPS-04."""
    mine, other, silent = said_before(older)
    before = everything(older)
    schema.upgrade(older)
    assert everything(older) == before
    assert len(before) == MANY + 3
    with older.read() as c:
        entry = logs.page(c, mine, limit=1, after_line=41)[0]
        assert (entry.line, entry.message, entry.timestamp) == (42, "line 42", minutes(42))
        assert entry.id == output_id(mine, 1, 4200 + 0x10_0000_0000)
        errors = logs.page(c, mine, limit=100, levels=[Level.ERROR])
        assert [entry.line for entry in errors] == list(range(100, MANY + 1, 100))
        assert (logs.total(c, other), logs.total(c, silent)) == (3, 0)


def test_a_run_says_more_after_the_step_and_a_deleted_one_is_gone(older):
    mine, other, _ = said_before(older)
    schema.upgrade(older)
    attempt = claimed(older, fetched_run(older, other))
    with older.write() as c:
        c.exec_driver_sql("UPDATE experiment_runs SET info_count = 3")
    assert ingest(older, attempt, chunk(a_log("more"))).last_line == 4
    with older.write() as c:
        ask(c, "UPDATE experiment_runs SET status = 'failed'")
        runs.mark_deleting(c, mine)
    removed = False
    while not removed:
        with older.write() as c:
            removed = runs.remove_batch(c, mine, older.flavour.removing)
    with older.read() as c:
        assert ask(c, "SELECT count(*) FROM log_lines").scalar_one() == 4
        assert [entry.line for entry in logs.page(c, other, limit=9)] == [1, 2, 3, 4]


def test_a_number_is_never_given_twice(tmp_path):
    """Else what was left of one run could turn up in another."""
    database = Database.open(Settings(project=tmp_path, home=tmp_path))
    given = []
    for _ in range(2):
        run_id = stored_run(database).id
        with database.write() as c:
            given.append(database.flavour.run_key(c, run_id))
            assert database.flavour.run_key(c, run_id) == given[-1]
            ask(c, "DELETE FROM experiment_runs WHERE id = :run", run=run_id)
            assert ask(c, "SELECT count(*) FROM run_numbers").scalar_one() == 0
    assert given == [1, 2]
    database.close()


def test_a_run_that_nobody_knows_is_given_no_number(tmp_path):
    database = Database.open(Settings(project=tmp_path, home=tmp_path))
    with pytest.raises(Exception, match="FOREIGN KEY"), database.write() as c:
        database.flavour.run_key(c, new_id())
    database.close()
