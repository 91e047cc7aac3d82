"""Lists of runs by experiment, of instances by name, age and last status; ids by their end.

Revision 0006.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from athanor.store.columns import Id, Key, Words

revision = "0006"
down_revision = "0005"

_LATEST = """
UPDATE experiment_instances SET {column} = (
    SELECT run.{source} FROM experiment_runs AS run
    WHERE run.instance_id = experiment_instances.id AND run.deleting_at IS NULL
    ORDER BY run.id DESC LIMIT 1
)
"""
_MODULES = """
UPDATE experiment_runs SET experiment_module = (
    SELECT instance.experiment_module FROM experiment_instances AS instance
    WHERE instance.id = experiment_runs.instance_id
)
"""


def upgrade() -> None:
    """Apply the step."""
    _columns()
    _indexes_of_instances()
    _indexes_of_runs()
    _marks()


def _columns() -> None:
    op.add_column("experiment_instances", sa.Column("last_run_id", Id))
    op.add_column("experiment_instances", sa.Column("last_run_status", Words))
    op.add_column(
        "experiment_runs",
        sa.Column("experiment_module", Key, nullable=False, server_default=""),
    )
    for column, source in (("last_run_id", "id"), ("last_run_status", "status")):
        op.execute(_LATEST.format(column=column, source=source))
    op.execute(_MODULES)


def _indexes_of_instances() -> None:
    table = "experiment_instances"
    listing = (sa.text("last_run_at DESC"), "name", "id")
    op.drop_index("ix_experiment_instances_name", table)
    indexes: dict[str, list[str | sa.TextClause]] = {
        "name": ["name", "id"],
        "module_name": ["experiment_module", "name", "id"],
        "module_created": ["experiment_module", "id"],
        "status_listing": ["last_run_status", *listing],
        "status_name": ["last_run_status", "name", "id"],
        "status_created": ["last_run_status", "id"],
        "module_status_listing": ["experiment_module", "last_run_status", *listing],
        "id_end": [sa.text("substr(id, 33, 4)")],
    }
    for name, columns in indexes.items():
        op.create_index(f"ix_{table}_{name}", table, columns)
    _going(table, ["id"])


def _indexes_of_runs() -> None:
    table = "experiment_runs"
    indexes: dict[str, list[str | sa.TextClause]] = {
        "module": ["experiment_module", "id"],
        "module_status": ["experiment_module", "status", "id"],
        "id_end": [sa.text("substr(id, 33, 4)")],
    }
    for name, columns in indexes.items():
        op.create_index(f"ix_{table}_{name}", table, columns)
    _going(table, ["home", "id"])


def _marks() -> None:
    """Runs that were stored before have none: their rows are counted from the first line on."""
    key = sa.ForeignKey("experiment_runs.id", ondelete="CASCADE")
    op.create_table(
        "run_log_marks",
        sa.Column("run_id", Id, key, nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        *(
            sa.Column(level, sa.Integer, nullable=False)
            for level in ("debug", "info", "warn", "error")
        ),
        sa.PrimaryKeyConstraint("run_id", "line"),
    )


def _going(table: str, columns: list[str]) -> None:
    """An index of the rows that are being deleted: few, or none."""
    where = sa.text("deleting_at IS NOT NULL")
    op.create_index(
        f"ix_{table}_deleting", table, columns, sqlite_where=where, postgresql_where=where
    )
