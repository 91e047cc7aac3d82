"""What a call costs, what it is worth, and how soon it can be queried."""

from __future__ import annotations

from benchmarks.peers.question import FLOOR, OURS, Question, Row
from benchmarks.peers.questions.reasons import CLOUD, NO_READER, WORKS_ONLY, absent

_METRIC = "one value of a metric a call"
_THREE = "three values a call"
_OURS = Row(
    "Athanor", OURS, note="`ctx.log` with three fields in a supervised run, stored meanwhile"
)
_READABLE = (
    Row("MLflow", "mlflow", "sync", f"{_METRIC}; SQLite store, no server"),
    Row("MLflow, asynchronous", "mlflow", "async", "the same with `synchronous=False`"),
    Row("MLflow, batches of 1,000", "mlflow", "batch", "`log_batch`; a batch is 1,000 events"),
    Row("Aim", "aim", note=f"{_METRIC}; local repository"),
    Row("Trackio", "trackio", note=f"{_THREE}; local store"),
    Row("Sacred, scalars", "sacred", "scalar", "`log_scalar`; `FileStorageObserver`"),
    Row("Sacred, log lines", "sacred", "log", "the run's logger; `FileStorageObserver`"),
    Row(
        "Inspect AI", "inspect", "on", "`transcript().info`, three fields; in real time by default"
    ),
    Row("Inspect AI, not in real time", "inspect", "off", "the same with `log_realtime=False`"),
    Row("Prefect", "prefect", note="the run's logger; a server that runs already"),
)
_WRITTEN = (
    Row("W&B offline", "wandb", note=f'{_THREE}; `mode="offline"`'),
    Row("logging", "stdlib_logging", note="the standard library's `FileHandler`"),
)
_RECORDERS = (
    _OURS,
    *_READABLE,
    *_WRITTEN,
    *absent(WORKS_ONLY, "Ray"),
    Row("floor", FLOOR, note="encode with msgspec, one `os.write`"),
)

CALL = Question(
    "call",
    "One call that records an event",
    "us",
    _RECORDERS,
    "call",
    {"calls": 20_000, "seconds": 2},
)
SURVIVAL = Question(
    "survival",
    "What is left when the process is killed (SIGKILL) as its last call has returned",
    "of",
    _RECORDERS,
    "kill",
    {"calls": 10_000, "seconds": 2},
    rounds=1,
)
RATE = Question(
    "rate",
    "Events a second, from the first call until all can be queried",
    "/s",
    (
        _OURS,
        *_READABLE,
        *absent(CLOUD, "W&B offline"),
        *absent(NO_READER, "logging"),
        *absent(WORKS_ONLY, "Ray"),
        Row("floor", FLOOR, note="`executemany` into SQLite, a thousand a transaction"),
    ),
    "rate",
    {"calls": 50_000, "seconds": 3},
    rounds=3,
)
