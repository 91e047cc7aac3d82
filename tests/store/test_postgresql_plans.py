"""The same lists on PostgreSQL, which chooses by what it knows of the rows: there are many here."""

from __future__ import annotations

import contextlib

import psycopg
import pytest
from sqlalchemy import event, make_url
from store_givens import HOME
from test_query_plans import LISTS, RUN, SOME

from athanor import settings
from athanor.store import run_lists
from athanor.store.database import Database

on_postgresql = pytest.mark.parametrize("settings", ["postgresql"], indirect=True)

INSTANCES, RUNS, SAID = 2_000, 20_000, 10_000
_ID = "'01a1fa1e-12a3-7a03-aec2-' || lpad(to_hex({n}), 12, '0')"
_FILL = f"""
INSERT INTO experiment_instances
    (id, experiment_module, name, configuration, inserted_at, updated_at, last_run_at,
     last_run_id, last_run_status)
SELECT {_ID.format(n="n")}, 'module ' || n % 20, 'name ' || n, '{{}}', now(), now(),
    now() - n * interval '1 minute', 'run', CASE WHEN n % 50 = 0 THEN 'failed' ELSE 'completed' END
FROM generate_series(1, {INSTANCES}) AS n;
INSERT INTO experiment_runs
    (id, instance_id, experiment_module, status, metadata, inserted_at, updated_at,
     configuration, project, home)
SELECT CASE n WHEN 1 THEN '{RUN}' ELSE {_ID.format(n="n * 1000")} END,
    {_ID.format(n="n % 2000 + 1")}, 'module ' || (n % 2000 + 1) % 20,
    CASE WHEN n % 50 = 0 THEN 'failed' ELSE 'completed' END,
    '{{}}', now(), now(), '{{}}', '/project', '{HOME}'
FROM generate_series(1, {RUNS}) AS n;
INSERT INTO run_results
    (run_id, attempt, seq, key, size, preview, timestamp, inserted_at, value)
SELECT '{RUN}', 1, n, 'key ' || n % 100, 1, '1', now(), now(), '1'
FROM generate_series(1, {SAID}) AS n;
ANALYZE;
"""
_LARGE = ("experiment_instances", "experiment_runs", "run_results")


def steps_of(plan):
    """Every step of a plan, the outermost first."""
    yield plan
    for part in plan.get("Plans", ()):
        yield from steps_of(part)


@on_postgresql
def test_no_list_reads_a_whole_table_or_sorts_many_rows(database):
    seen = []
    with database.write() as c:
        c.connection.driver_connection.execute(_FILL)
    with database.read() as c:
        event.listen(c, "before_cursor_execute", lambda *told: seen.append(told[2:4]))
        for name, read in LISTS.items():
            seen.clear()
            read(c)
            for statement, parameters in [s for s in seen if s[0].startswith("SELECT")]:
                plan = c.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar()
                check(name, statement, plan[0]["Plan"])


@on_postgresql
def test_the_runs_of_a_common_experiment_are_counted_in_an_index(database):
    """Though they are nearly all: the rows of the table are many times as wide as its index."""
    seen = []
    with database.write() as c:
        c.connection.driver_connection.execute(f"""{_FILL}
            UPDATE experiment_runs SET experiment_module = 'common', metadata = (
                SELECT jsonb_agg(md5(id || part)) FROM generate_series(1, 12) AS part);
        """)
    _vacuum(database)
    with database.read() as c:
        event.listen(c, "before_cursor_execute", lambda *told: seen.append(told[2:4]))
        counted = run_lists.counts(c, run_lists.Wanted(module="common"))
        for statement, parameters in seen[:]:
            plan = c.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar()
            check("counts", statement, plan[0]["Plan"])
    assert sum(counted.values()) == RUNS


def test_what_somebody_set_for_the_server_is_kept(empty_database_url, tmp_path):
    name = make_url(empty_database_url).database
    assert page_cost(empty_database_url, tmp_path) == "1.1"
    execute(empty_database_url, f'ALTER DATABASE "{name}" SET random_page_cost = 3')
    assert page_cost(empty_database_url, tmp_path) == "3"


def test_who_may_not_see_the_servers_settings_is_connected_all_the_same(
    empty_database_url, tmp_path
):
    url = make_url(empty_database_url)
    execute(empty_database_url, "REVOKE SELECT ON pg_settings FROM PUBLIC")
    execute(empty_database_url, "CREATE ROLE plain LOGIN PASSWORD 'plain'")
    try:
        plain = url.set(username="plain", password="plain").render_as_string(hide_password=False)
        assert page_cost(plain, tmp_path) == "4"
    finally:
        execute(empty_database_url, "DROP ROLE plain")


def page_cost(url, project):
    """What a connection of ours plans with."""
    given = settings.load(project, {"ATHANOR_DATABASE_URL": url})
    with contextlib.closing(Database.as_it_is(given)) as opened, opened.read() as c:
        return c.exec_driver_sql("SHOW random_page_cost").scalar()


def execute(url, statement):
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as c:
        c.execute(statement)


def _vacuum(database):
    with database._engine.connect() as c:
        c.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM ANALYZE")


def check(name, statement, plan):
    by_name = any(words in name for words in SOME)
    for step in steps_of(plan):
        whole = step["Node Type"] == "Seq Scan" and step["Relation Name"] in _LARGE
        assert by_name or not whole, (name, statement, plan)
        many = step["Node Type"] == "Sort" and step["Plan Rows"] > RUNS / 10
        assert by_name or not many, (name, statement, plan)
