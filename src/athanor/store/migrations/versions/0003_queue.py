"""The queue is read by whether a run is claimed.

Revision 0003.
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_NAME = "ix_experiment_runs_queue"


def upgrade() -> None:
    """An index in which those that wait, and those that are claimed, each stand together."""
    op.drop_index(_NAME, "experiment_runs")
    op.create_index(_NAME, "experiment_runs", ["status", "home", "machine_id", "queued_at", "id"])
