"""The tables, as the code sees them; the migrations make them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Computed,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    false,
    func,
    literal_column,
)

from athanor.domain.output import Level
from athanor.domain.run import RunStatus
from athanor.store.columns import Id, Instant, JsonText, Key, Moment, OutputId, RunKey, Words

metadata = MetaData()
embedded = MetaData()
"""What only the embedded database has, beside the rest."""
of_some_rows: list[Index] = []
"""``postgres`` says the same for PostgreSQL: to name it here would load its dialect for all."""


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
    # What a list is sorted by; kept by whoever adds or removes a run, or changes its status.
    _count("run_count"),
    Column("last_run_at", Moment),
    Column("last_run_id", Id),
    Column("last_run_status", Words),
)


def id_end(table: Table) -> ColumnElement[str]:
    """The last four characters of the ids: by them an id is found of which the end is known."""
    return func.substr(table.c.id, literal_column("33"), literal_column("4"))


def _deleting(table: Table, *columns: str) -> None:
    """An index of the rows that are being deleted: few, or none."""
    where = table.c.deleting_at.is_not(None)
    name = f"ix_{table.name}_deleting"
    of_some_rows.append(Index(name, *columns, sqlite_where=where, _table=table))


_listing = (experiment_instances.c.last_run_at.desc(), "name", "id")
for _name, _columns in (
    ("listing", _listing),
    ("module_listing", ("experiment_module", *_listing)),
    ("module_status_listing", ("experiment_module", "last_run_status", *_listing)),
    ("status_listing", ("last_run_status", *_listing)),
    ("name", ("name", "id")),
    ("module_name", ("experiment_module", "name", "id")),
    ("status_name", ("last_run_status", "name", "id")),
    ("module_created", ("experiment_module", "id")),
    ("status_created", ("last_run_status", "id")),
    ("id_end", (id_end(experiment_instances),)),
):
    Index(f"ix_experiment_instances_{_name}", *_columns, _table=experiment_instances)
_deleting(experiment_instances, "id")

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
    # That of its instance, which never changes: a list of one experiment's runs is an index.
    Column("experiment_module", Key, nullable=False, server_default=""),
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
    Index("ix_experiment_runs_module", "experiment_module", "id"),
    Index("ix_experiment_runs_module_status", "experiment_module", "status", "id"),
    Index("ix_experiment_runs_queue", "status", "home", "machine_id", "queued_at", "id"),
)
# Written out, since an index of some rows is used only by a query that says the same without a
# parameter; and holding all that such a query asks for, or the index of all rows were as good.
asks_for_gpus = experiment_runs.c.gpus_asked > literal_column("0")
_gpu_queue = Index(
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
    _table=experiment_runs,
)
of_some_rows.append(_gpu_queue)
Index("ix_experiment_runs_id_end", id_end(experiment_runs), _table=experiment_runs)
_deleting(experiment_runs, "home", "id")

# What a run said, as narrow as it goes; people read the view ``run_logs`` over it. No foreign key:
# asked for each of a million rows it costs, and whoever writes or removes lines locks their run.
log_lines = Table(
    "log_lines",
    metadata,
    Column("run", RunKey, nullable=False),
    Column("line", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("level", Words, nullable=False),
    Column("message", Words, nullable=False),
    Column("metadata", JsonText),
    Column("timestamp", Instant, nullable=False),
    Column("inserted_at", Instant, nullable=False),
    PrimaryKeyConstraint("run", "line"),
    Index("ix_log_lines_level", "run", "level", "line"),
    sqlite_with_rowid=False,
)

# In SQLite alone: what ``log_lines.run`` means there. A number is never given twice.
run_numbers = Table(
    "run_numbers",
    embedded,
    Column("number", Integer, primary_key=True),
    Column(
        "run_id",
        Id,
        ForeignKey(experiment_runs.c.id, ondelete="CASCADE"),
        nullable=False,
        unique=True,
    ),
    sqlite_autoincrement=True,
)

# How many lines of each level a run has up to a line, every few thousand lines.
log_marks = Table(
    "run_log_marks",
    metadata,
    _run_id(),
    Column("line", Integer, nullable=False),
    *(Column(str(level), Integer, nullable=False) for level in Level),
    PrimaryKeyConstraint("run_id", "line"),
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
