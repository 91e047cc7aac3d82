"""From the request to the first line of the author's code."""

from __future__ import annotations

from benchmarks.peers.question import FLOOR, OURS, Question, Row
from benchmarks.peers.questions.reasons import TRACKS_ONLY, absent

_NO_STARTERS = absent(TRACKS_ONLY, "MLflow", "W&B", "Aim", "Trackio")

WARM = Question(
    "warm",
    "From the request to the first line of the author's code, with all that is needed running",
    "ms",
    (
        Row("Athanor", OURS, "warm", "`start_run`: a process of its own, forked ahead"),
        Row("Sacred", "sacred", "warm", "`ex.run()` in the calling process"),
        Row("Inspect AI", "inspect", "warm", "`eval()` in the calling process"),
        Row("Prefect", "prefect", "warm", "the flow called in this process, its server beside"),
        Row("Ray, actor", "ray", "warm", "a new actor: a process of its own, the first made ahead"),
        Row("Ray, job", "ray", "job", "`submit_job` to the cluster's dashboard"),
        *_NO_STARTERS,
        Row("floor", FLOOR, "warm", "a fork"),
    ),
    "start",
    {"n": 20},
    rounds=3,
)
COLD = Question(
    "cold",
    "The same from a terminal where nothing runs yet",
    "ms",
    (
        Row("Athanor", OURS, "cold", "`athanor run`: supervised, in a process of its own"),
        Row("Sacred", "sacred", "cold", "`python experiment.py`"),
        Row("Inspect AI", "inspect", "cold", "`inspect eval task.py`"),
        Row("Prefect", "prefect", "cold", "`python flow.py`, which starts a server for itself"),
        Row("Ray, actor", "ray", "cold", "a script that calls `ray.init()` and makes an actor"),
        *_NO_STARTERS,
        Row("floor", FLOOR, "cold", "`python -c pass`, until it has ended"),
    ),
    "start",
    {"n": 2},
    rounds=3,
)
