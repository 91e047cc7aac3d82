"""How long it takes to read what is there, in a process that has everything open."""

from __future__ import annotations

from benchmarks.peers.question import FLOOR, OURS, Question, Row
from benchmarks.peers.questions.reasons import CLOUD, NO_READER, WORKS_ONLY, absent

_SIZES = {"runs": 1000, "logs": 1_000_000, "results": 10_000}
_NO_READERS = (*absent(NO_READER, "Sacred"), *absent(CLOUD, "W&B"), *absent(WORKS_ONLY, "Ray"))
_LIST = Question(
    "list",
    "1,000 runs listed",
    "ms",
    (
        Row("Athanor", OURS, note="`list_runs(limit=1000)`"),
        Row("MLflow", "mlflow", note="`search_runs`, as a list; SQLite store, no server"),
        Row("Aim", "aim", note="`Repo.iter_runs`, with name and time of each"),
        Row("Trackio", "trackio", note="`Api().runs`, with the configuration of each"),
        Row("Inspect AI", "inspect", note="`list_eval_logs`, and the header of each log"),
        *absent("1,000 flows take too long to run here", "Prefect"),
        *_NO_READERS,
        Row("floor", FLOOR, note="one SELECT on SQLite"),
    ),
    "list",
    _SIZES,
)
_TAIL = Question(
    "tail",
    "The last 1,000 of 1,000,000 log lines",
    "ms",
    (
        Row("Athanor", OURS, note="`list_logs(limit=1000)`"),
        Row(
            "Trackio", "trackio", note="the SQL of `trackio query`; the rest of it reads whole runs"
        ),
        *absent("reads whole histories only, oldest first", "MLflow"),
        *absent("takes minutes to store so many", "Aim"),
        *absent("reads whole samples only", "Inspect AI"),
        *absent("at most 200 lines a page, and half an hour to store so many", "Prefect"),
        *_NO_READERS,
        Row("floor", FLOOR, note="one SELECT on SQLite"),
    ),
    "tail",
    _SIZES,
)
_FRAME = Question(
    "frame",
    "10,000 results of a run as a frame of pandas",
    "ms",
    (
        Row("Athanor", OURS, note="`results_frame`"),
        Row("MLflow", "mlflow", note="`get_metric_history`, made a frame by hand"),
        Row("Aim", "aim", note="`Metric.dataframe()`"),
        Row("Inspect AI", "inspect", note="`events_df`"),
        *absent("makes no frames", "Trackio", "Prefect"),
        *_NO_READERS,
        Row("floor", FLOOR, note="one SELECT on SQLite, values decoded, no frame yet"),
    ),
    "frame",
    _SIZES,
)
READING = (_LIST, _TAIL, _FRAME)
