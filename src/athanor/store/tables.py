"""The tables, as the code sees them; the migrations make them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    false,
    literal_column,
)

from athanor.domain.run import RunStatus
from athanor.store.columns import Id, JsonText, Key, Moment, OutputId, Words

metadata = MetaData()


# SQLite counts by itself only what is called INTEGER, which holds as much.
_Number = BigInteger().with_variant(Integer(), "sqlite")


def _run_id() -> Column[str]:
    return Column("run_id", Id, ForeignKey("experiment_runs.id", ondelete="CASCADE"))


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0")


experiment_instances = Table(
    "experiment_instances",
    metadata,
    Column("id", Id, primary_key=True),
    Column("experiment_module", Key, nullable=False),
    Column("name", Key, nullable=False),
    Column("description", Words),
    Column("configuration", JsonText, nullable=False),
    Column("inserted_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("time_limit_s", Float),
    _count("gpus"),
    Column("memory_limit_bytes", BigInteger),
    Column("deleting_at", Moment),
    # What a list is sorted by; kept by whoever adds or removes a run.
    _count("run_count"),
    Column("last_run_at", Moment),
)

_listing = (experiment_instances.c.last_run_at.desc(), "name", "id")
Index("ix_experiment_instances_listing", *_listing, _table=experiment_instances)
Index(
    "ix_experiment_instances_module_listing",
    "experiment_module",
    *_listing,
    _table=experiment_instances,
)
Index("ix_experiment_instances_name", "name", _table=experiment_instances)

experiment_runs = Table(
    "experiment_runs",
    metadata,
    Column("id", Id, primary_key=True),
    Column(
        "instance_id",
        Id,
        ForeignKey("experiment_instances.id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("status", Words, nullable=False),
    Column("queued_at", Moment),
    Column("started_at", Moment),
    Column("completed_at", Moment),
    Column("error", Words),
    Column("metadata", JsonText, nullable=False),
    Column("inserted_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("configuration", JsonText, nullable=False),
    Column("attempt", Integer, nullable=False, server_default="1"),
    Column("progress", JsonText),
    Column("usage", JsonText),
    _count("gpus_asked"),
    Column("waits_for", Words),
    _count("debug_count"),
    _count("info_count"),
    _count("warn_count"),
    _count("error_count"),
    _count("result_count"),
    _count("skipped_lines"),
    Column("cancel_requested_at", Moment),
    Column("force_requested_at", Moment),
    Column("finishing", Boolean, nullable=False, server_default=false()),
    Column("project", Words, nullable=False),
    Column("home", Words, nullable=False),
    Column("machine_id", Words, nullable=False, server_default=""),
    Column("deleting_at", Moment),
    CheckConstraint(
        "status IN ({})".format(", ".join(f"'{status}'" for status in RunStatus)),
        name="ck_experiment_runs_status",
    ),
    Index("ix_experiment_runs_instance", "instance_id", "id"),
    Index("ix_experiment_runs_instance_status", "instance_id", "status", "id"),
    Index("ix_experiment_runs_status", "status", "id"),
    Index("ix_experiment_runs_queue", "status", "home", "machine_id", "queued_at", "id"),
)
# Written out, since an index of some rows is used only by a query that says the same without a
# parameter; and holding all that such a query asks for, or the index of all rows were as good.
asks_for_gpus = experiment_runs.c.gpus_asked > literal_column("0")
Index(
    "ix_experiment_runs_gpu_queue",
    "status",
    "home",
    "machine_id",
    "queued_at",
    "id",
    "attempt",
    "cancel_requested_at",
    "gpus_asked",
    "waits_for",
    sqlite_where=asks_for_gpus,
    postgresql_where=asks_for_gpus,
    _table=experiment_runs,
)

run_logs = Table(
    "run_logs",
    metadata,
    _run_id(),
    Column("line", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("level", Words, nullable=False),
    Column("message", Words, nullable=False),
    Column("metadata", JsonText),
    Column("timestamp", Moment, nullable=False),
    Column("inserted_at", Moment, nullable=False),
    Column("id", Id, Computed(OutputId())),
    PrimaryKeyConstraint("run_id", "line"),
    Index("ix_run_logs_level", "run_id", "level", "line"),
    sqlite_with_rowid=False,
)

# ``value`` comes last: SQLite keeps what is large in overflow pages, which a list never reads.
run_results = Table(
    "run_results",
    metadata,
    _run_id(),
    Column("attempt", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("key", Key, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("preview", Words, nullable=False),
    Column("timestamp", Moment, nullable=False),
    Column("inserted_at", Moment, nullable=False),
    Column("value", JsonText, nullable=False),
    Column("id", Id, Computed(OutputId())),
    PrimaryKeyConstraint("run_id", "attempt", "seq"),
    Index("ix_run_results_key", "run_id", "key", "attempt", "seq"),
)

run_attempts = Table(
    "run_attempts",
    metadata,
    _run_id(),
    Column("attempt", Integer, nullable=False),
    Column("executor", Words, nullable=False),
    Column("handle", JsonText),
    Column("machine_id", Words, nullable=False, server_default=""),
    Column("home", Words, nullable=False),
    Column("claimed_at", Moment, nullable=False),
    Column("journal_offset", BigInteger, nullable=False, server_default="0"),
    Column("ending", JsonText, nullable=False),
    Column("gpus", JsonText),
    PrimaryKeyConstraint("run_id", "attempt"),
)

run_usage = Table(
    "run_usage",
    metadata,
    _run_id(),
    Column("attempt", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("timestamp", Moment, nullable=False),
    Column("cpu_percent", Float, nullable=False),
    Column("cpu_s", Float, nullable=False),
    Column("memory_bytes", BigInteger, nullable=False),
    Column("peak_memory_bytes", BigInteger, nullable=False),
    Column("processes", Integer, nullable=False),
    Column("gpus", JsonText),
    PrimaryKeyConstraint("run_id", "attempt", "number"),
)

# Filled by triggers of the database alone (migration 0005), so that no process can forget to.
changes = Table(
    "changes",
    metadata,
    Column("number", _Number, primary_key=True, autoincrement=True),
    Column("kind", Words, nullable=False),
    Column("what", Words, nullable=False),
    Column("instance_id", Id, nullable=False),
    Column("run_id", Id),
    sqlite_autoincrement=True,
)
