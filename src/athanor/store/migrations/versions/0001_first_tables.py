"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from athanor.store.columns import Id, JsonText, Key, Moment, OutputId, Words

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Apply the step."""
    _instances()
    _runs()
    _logs()
    _results()
    _attempts()


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


def _run_id() -> sa.Column[str]:
    key = sa.ForeignKey("experiment_runs.id", ondelete="CASCADE")
    return sa.Column("run_id", Id, key, nullable=False)


def _instances() -> None:
    op.create_table(
        "experiment_instances",
        sa.Column("id", Id, primary_key=True, nullable=False),
        sa.Column("experiment_module", Key, nullable=False),
        sa.Column("name", Key, nullable=False),
        sa.Column("description", Words),
        sa.Column("configuration", JsonText, nullable=False),
        sa.Column("inserted_at", Moment, nullable=False),
        sa.Column("updated_at", Moment, nullable=False),
        sa.Column("time_limit_s", sa.Float),
        _count("gpus"),
        sa.Column("deleting_at", Moment),
        _count("run_count"),
        sa.Column("last_run_at", Moment),
    )
    listing: tuple[str | sa.TextClause, ...] = (sa.text("last_run_at DESC"), "name", "id")
    op.create_index("ix_experiment_instances_listing", "experiment_instances", list(listing))
    op.create_index(
        "ix_experiment_instances_module_listing",
        "experiment_instances",
        ["experiment_module", *listing],
    )
    op.create_index("ix_experiment_instances_name", "experiment_instances", ["name"])


def _runs() -> None:
    instance = sa.ForeignKey("experiment_instances.id", ondelete="CASCADE")
    op.create_table(
        "experiment_runs",
        sa.Column("id", Id, primary_key=True, nullable=False),
        sa.Column("instance_id", Id, instance, nullable=False),
        sa.Column("status", Words, nullable=False),
        sa.Column("queued_at", Moment),
        sa.Column("started_at", Moment),
        sa.Column("completed_at", Moment),
        sa.Column("error", Words),
        sa.Column("metadata", JsonText, nullable=False),
        sa.Column("inserted_at", Moment, nullable=False),
        sa.Column("updated_at", Moment, nullable=False),
        sa.Column("configuration", JsonText, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False, server_default="1"),
        sa.Column("progress", JsonText),
        _count("debug_count"),
        _count("info_count"),
        _count("warn_count"),
        _count("error_count"),
        _count("result_count"),
        _count("skipped_lines"),
        sa.Column("cancel_requested_at", Moment),
        sa.Column("force_requested_at", Moment),
        sa.Column("finishing", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("project", Words, nullable=False),
        sa.Column("home", Words, nullable=False),
        sa.Column("machine_id", Words, nullable=False, server_default=""),
        sa.Column("deleting_at", Moment),
        sa.CheckConstraint(
            "status IN ('pending', 'running', 'completed', 'failed', 'cancelled')",
            name="ck_experiment_runs_status",
        ),
    )
    for name, columns in (
        ("instance", ["instance_id", "id"]),
        ("instance_status", ["instance_id", "status", "id"]),
        ("status", ["status", "id"]),
        ("queue", ["status", "home", "queued_at", "id"]),
    ):
        op.create_index(f"ix_experiment_runs_{name}", "experiment_runs", columns)


def _logs() -> None:
    op.create_table(
        "run_logs",
        _run_id(),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("level", Words, nullable=False),
        sa.Column("message", Words, nullable=False),
        sa.Column("metadata", JsonText),
        sa.Column("timestamp", Moment, nullable=False),
        sa.Column("inserted_at", Moment, nullable=False),
        sa.Column("id", Id, sa.Computed(OutputId())),
        sa.PrimaryKeyConstraint("run_id", "line"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_run_logs_level", "run_logs", ["run_id", "level", "line"])


def _results() -> None:
    op.create_table(
        "run_results",
        _run_id(),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("key", Key, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("preview", Words, nullable=False),
        sa.Column("timestamp", Moment, nullable=False),
        sa.Column("inserted_at", Moment, nullable=False),
        sa.Column("value", JsonText, nullable=False),
        sa.Column("id", Id, sa.Computed(OutputId())),
        sa.PrimaryKeyConstraint("run_id", "attempt", "seq"),
    )
    op.create_index("ix_run_results_key", "run_results", ["run_id", "key", "attempt", "seq"])


def _attempts() -> None:
    op.create_table(
        "run_attempts",
        _run_id(),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("executor", Words, nullable=False),
        sa.Column("handle", JsonText),
        sa.Column("machine_id", Words, nullable=False, server_default=""),
        sa.Column("home", Words, nullable=False),
        sa.Column("claimed_at", Moment, nullable=False),
        sa.Column("journal_offset", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("ending", JsonText, nullable=False),
        sa.PrimaryKeyConstraint("run_id", "attempt"),
    )
