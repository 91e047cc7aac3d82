"""What runs may use, hold and have used: GPUs, memory, samples."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from athanor.store.columns import Id, JsonText, Moment, Words

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Apply the step."""
    op.add_column("experiment_instances", sa.Column("memory_limit_bytes", sa.BigInteger))
    op.add_column(
        "experiment_runs",
        sa.Column("gpus_asked", sa.Integer, nullable=False, server_default="0"),
    )
    op.add_column("experiment_runs", sa.Column("waits_for", Words))
    op.add_column("experiment_runs", sa.Column("usage", JsonText))
    op.add_column("run_attempts", sa.Column("gpus", JsonText))
    _queue()
    _usage()


def _queue() -> None:
    """An index of the runs that ask for GPUs, with all that is asked of it."""
    op.create_index(
        "ix_experiment_runs_gpu_queue",
        "experiment_runs",
        [
            *("status", "home", "machine_id", "queued_at", "id"),
            *("attempt", "cancel_requested_at", "gpus_asked", "waits_for"),
        ],
        sqlite_where=sa.text("gpus_asked > 0"),
        postgresql_where=sa.text("gpus_asked > 0"),
    )


def _usage() -> None:
    key = sa.ForeignKey("experiment_runs.id", ondelete="CASCADE")
    op.create_table(
        "run_usage",
        sa.Column("run_id", Id, key, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("timestamp", Moment, nullable=False),
        sa.Column("cpu_percent", sa.Float, nullable=False),
        sa.Column("cpu_s", sa.Float, nullable=False),
        sa.Column("memory_bytes", sa.BigInteger, nullable=False),
        sa.Column("peak_memory_bytes", sa.BigInteger, nullable=False),
        sa.Column("processes", sa.Integer, nullable=False),
        sa.Column("gpus", JsonText),
        sa.PrimaryKeyConstraint("run_id", "attempt", "number"),
    )
