"""Whatever happens to instances and runs is noted by the database itself.

Revision 0005.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from athanor.store.columns import Id, Words

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None

# SQLite counts by itself only what is called INTEGER, which holds as much.
_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KEPT = 10_000
_EVERY = 1000
"""After so many notes the old ones are removed."""

_OF_RUN = (
    *("status", "error", "configuration", "attempt", "queued_at", "started_at", "completed_at"),
    *("cancel_requested_at", "force_requested_at", "finishing", "gpus_asked", "waits_for"),
    "deleting_at",
)
"""What of a run is told when it changes. What ingest writes at each turn is none of it."""
_OF_INSTANCE = (
    *("experiment_module", "name", "description", "configuration", "time_limit_s", "gpus"),
    *("memory_limit_bytes", "deleting_at"),
)

_INSTANCE_DELETED = "NEW.deleting_at IS NOT NULL AND OLD.deleting_at IS NULL"
_WHAT_OF_RUN = """
    CASE
        WHEN NEW.deleting_at IS NOT NULL AND OLD.deleting_at IS NULL THEN 'deleted'
        WHEN OLD.status = 'pending' AND NEW.status = 'running' THEN 'started'
        WHEN OLD.status IN ('pending', 'running') AND NEW.status NOT IN ('pending', 'running')
            THEN 'completed'
        ELSE 'updated'
    END
"""
_WHAT_OF_INSTANCE = f"CASE WHEN {_INSTANCE_DELETED} THEN 'deleted' ELSE 'updated' END"
# What was marked was told then; a run goes with its instance, and that is told once.
_RUN_NOT_TOLD = """
    OLD.deleting_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM experiment_instances
        WHERE id = OLD.instance_id AND deleting_at IS NOT NULL
    )
"""


def upgrade() -> None:
    """A table, and triggers that fill it, so that no door can forget to."""
    op.create_table(
        "changes",
        sa.Column("number", _Number, primary_key=True, autoincrement=True),
        sa.Column("kind", Words, nullable=False),
        sa.Column("what", Words, nullable=False),
        sa.Column("instance_id", Id, nullable=False),
        sa.Column("run_id", Id),
        sqlite_autoincrement=True,
    )
    if op.get_context().dialect.name == "postgresql":
        _on_postgresql()
    else:
        _on_sqlite()


def _note(kind: str, what: str, row: str) -> str:
    ids = f"{row}.instance_id, {row}.id" if kind == "run" else f"{row}.id, NULL"
    return f"INSERT INTO changes (kind, what, instance_id, run_id) VALUES ('{kind}', {what}, {ids})"  # noqa: S608


_EVENTS = (
    # kind, event, its columns, condition, what happened, of which row
    ("run", "insert", (), "", "'created'", "NEW"),
    ("run", "update", _OF_RUN, "", _WHAT_OF_RUN, "NEW"),
    ("run", "delete", (), _RUN_NOT_TOLD, "'deleted'", "OLD"),
    ("instance", "insert", (), "", "'created'", "NEW"),
    ("instance", "update", _OF_INSTANCE, "", _WHAT_OF_INSTANCE, "NEW"),
    ("instance", "delete", (), "OLD.deleting_at IS NULL", "'deleted'", "OLD"),
)


def _on_sqlite() -> None:
    for kind, event, columns, condition, what, row in _EVENTS:
        of = f" OF {', '.join(columns)}" if columns else ""
        differs = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in columns)
        when = f" WHEN {condition or differs}" if condition or differs else ""
        op.execute(
            f"CREATE TRIGGER changes_{kind}_{event} AFTER {event.upper()}{of} "
            f"ON experiment_{kind}s{when} BEGIN {_note(kind, what, row)}; END"
        )
    old = f"DELETE FROM changes WHERE number <= NEW.number - {_KEPT}"  # noqa: S608
    op.execute(
        "CREATE TRIGGER changes_kept AFTER INSERT ON changes "
        f"WHEN NEW.number % {_EVERY} = 0 BEGIN {old}; END"
    )


def _on_postgresql() -> None:
    for kind, event, columns, condition, what, row in _EVENTS:
        name = f"changes_{kind}_{event}"
        note = f"{_note(kind, what, row)};"
        _function(name, f"IF {condition} THEN {note} END IF;" if condition else note)
        of = f" OF {', '.join(columns)}" if columns else ""
        when = f" WHEN ({' OR '.join(map(_differs, columns))})" if columns else ""
        _trigger(name, f"{event.upper()}{of} ON experiment_{kind}s", when)
    # Two who do this at once do not wait for each other: they might, in the end, for ever.
    old = f"SELECT number FROM changes WHERE number <= NEW.number - {_KEPT} FOR UPDATE SKIP LOCKED"  # noqa: S608
    _function("changes_kept", f"DELETE FROM changes WHERE number IN ({old});")  # noqa: S608
    _trigger("changes_kept", "INSERT ON changes", f" WHEN (NEW.number % {_EVERY} = 0)")


def _differs(name: str) -> str:
    """JSON has no equality there; its text has."""
    cast = "::text" if name == "configuration" else ""
    return f"OLD.{name}{cast} IS DISTINCT FROM NEW.{name}{cast}"


def _function(name: str, body: str) -> None:
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$body$ BEGIN {body} RETURN NULL; END $body$"
    )


def _trigger(name: str, event: str, when: str) -> None:
    op.execute(f"CREATE TRIGGER {name} AFTER {event} FOR EACH ROW{when} EXECUTE FUNCTION {name}()")
