"""Log lines in a narrow table, and the view ``run_logs`` over it as people know it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from athanor.store.columns import Id, Instant, JsonText, RunKey, Words

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Apply the step; the lines there are go along."""
    if op.get_bind().dialect.name == "postgresql":
        _in_postgresql()
    else:
        _in_sqlite()


# --- SQLite --------------------------------------------------------------------------------------


def _in_sqlite() -> None:
    _make_run_numbers()
    _make_log_lines()
    _tell_the_planner()
    op.execute(
        "INSERT INTO run_numbers (run_id) "
        "SELECT id FROM experiment_runs AS r "
        "WHERE EXISTS (SELECT * FROM run_logs WHERE run_id = r.id) ORDER BY id"
    )
    op.execute(_CARRY_OVER)
    op.drop_table("run_logs")
    op.execute(_SQLITE_VIEW)


def _make_run_numbers() -> None:
    key = sa.ForeignKey("experiment_runs.id", ondelete="CASCADE")
    op.create_table(
        "run_numbers",
        sa.Column("number", sa.Integer, primary_key=True, nullable=False),
        sa.Column("run_id", Id, key, nullable=False, unique=True),
        sqlite_autoincrement=True,
    )


def _make_log_lines() -> None:
    op.create_table(
        "log_lines",
        sa.Column("run", RunKey, nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("level", Words, nullable=False),
        sa.Column("message", Words, nullable=False),
        sa.Column("metadata", JsonText),
        sa.Column("timestamp", Instant, nullable=False),
        sa.Column("inserted_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("run", "line"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_log_lines_level", "log_lines", ["run", "level", "line"])


def _tell_the_planner() -> None:
    """Say what a large table will look like: 100 runs of 10,000 lines, a few of some levels.

    Of an empty one SQLite believes that a run has ten lines, and that its level needs no index.
    """
    op.execute("ANALYZE log_lines")
    op.execute("DELETE FROM sqlite_stat1 WHERE tbl = 'log_lines'")
    op.execute(
        "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES "
        "('log_lines', 'log_lines', '1000000 10000 1'), "
        "('log_lines', 'ix_log_lines_level', '1000000 10000 2500 1')"
    )
    op.execute("ANALYZE sqlite_schema")


def _from_text(column: str) -> str:
    """Microseconds since the epoch of a text such as 2026-02-18 12:00:00.123456+00:00."""
    seconds = f"CAST(strftime('%s', substr(l.{column}, 1, 19)) AS INTEGER)"
    return f"{seconds} * 1000000 + CAST(substr(l.{column}, 21, 6) AS INTEGER)"


_CARRY_OVER = f"""
INSERT INTO log_lines
SELECT n.number, line, attempt, seq, level, message, metadata,
  {_from_text("timestamp")}, {_from_text("inserted_at")}
FROM run_numbers AS n JOIN run_logs AS l ON l.run_id = n.run_id
ORDER BY n.number, l.line
"""  # noqa: S608 - names of our own


def _as_text(column: str) -> str:
    seconds = f"strftime('%Y-%m-%d %H:%M:%S', l.{column} / 1000000, 'unixepoch')"
    return f"{seconds} || printf('.%06d+00:00', l.{column} % 1000000) AS {column}"


_SQLITE_VIEW = f"""
CREATE VIEW run_logs AS
SELECT n.run_id AS run_id, l.line AS line, l.attempt AS attempt, l.seq AS seq, l.level AS level,
  l.message AS message, l.metadata AS metadata, {_as_text("timestamp")}, {_as_text("inserted_at")},
  printf('%08x-%04x-8%03x-%s', l.seq >> 16, l.seq & 65535, l.attempt, substr(n.run_id, 20)) AS id
FROM run_numbers AS n JOIN log_lines AS l ON l.run = n.number
"""  # noqa: S608 - names of our own


# --- PostgreSQL ----------------------------------------------------------------------------------


def _in_postgresql() -> None:
    op.rename_table("run_logs", "log_lines")
    op.execute("ALTER TABLE log_lines RENAME COLUMN run_id TO run")
    op.execute("ALTER TABLE log_lines RENAME CONSTRAINT run_logs_pkey TO log_lines_pkey")
    op.execute("ALTER INDEX ix_run_logs_level RENAME TO ix_log_lines_level")
    op.execute(
        "ALTER TABLE log_lines DROP CONSTRAINT run_logs_run_id_fkey, DROP COLUMN id, "
        + ", ".join(
            f"ALTER COLUMN {column} TYPE BIGINT USING {_from_timestamptz(column)}"
            for column in ("timestamp", "inserted_at")
        )
    )
    op.execute(_POSTGRESQL_VIEW)


def _from_timestamptz(column: str) -> str:
    """In whole numbers: before version 14 the seconds of the epoch come as a float."""
    seconds = f"extract(epoch FROM date_trunc('second', {column}))::bigint"
    return f"{seconds} * 1000000 + extract(microseconds FROM {column})::bigint % 1000000"


def _as_timestamptz(column: str) -> str:
    seconds = f"to_timestamp({column} / 1000000)"
    return f"{seconds} + {column} % 1000000 * interval '1 microsecond' AS {column}"


_HIGH, _LOW = "lpad(to_hex(seq >> 16), 8, '0')", "lpad(to_hex(seq & 65535), 4, '0')"
_ATTEMPT = "lpad(to_hex(attempt), 3, '0')"
_POSTGRESQL_VIEW = f"""
CREATE VIEW run_logs AS
SELECT run AS run_id, line, attempt, seq, level, message, metadata,
  {_as_timestamptz("timestamp")}, {_as_timestamptz("inserted_at")},
  {_HIGH} || '-' || {_LOW} || '-8' || {_ATTEMPT} || '-' || substr(run, 20) AS id
FROM log_lines
"""  # noqa: S608 - names of our own
