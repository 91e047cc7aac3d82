"""Beside the work: how soon it is seen, and what a system weighs."""

from __future__ import annotations

from benchmarks.peers.question import FLOOR, OURS, Question, Row
from benchmarks.peers.questions.reasons import absent

_LABELS = {
    OURS: "Athanor",
    "mlflow": "MLflow",
    "wandb": "W&B",
    "aim": "Aim",
    "trackio": "Trackio",
    "sacred": "Sacred",
    "inspect": "Inspect AI",
    "prefect": "Prefect",
    "ray": "Ray",
    FLOOR: "floor",
}
_IMPORTS = {
    OURS: "from athanor import Experiment, ConfigSchema, RunContext",
    "mlflow": "import mlflow; mlflow.log_metric",
    "wandb": "import wandb; wandb.init",
    "aim": "from aim import Run",
    "trackio": "import trackio; trackio.log",
    "sacred": "from sacred import Experiment; from sacred.observers import FileStorageObserver",
    "inspect": "from inspect_ai import Task, eval, task",
    "prefect": "from prefect import flow, task",
    "ray": "import ray; ray.remote",
    FLOOR: "pass",
}
DISTRIBUTIONS = {
    OURS: "athanor",
    "inspect": "inspect-ai",
    "ray": "ray[default]",
    **{name: name for name in ("mlflow", "wandb", "aim", "trackio", "sacred", "prefect")},
}
SERVERS = {
    OURS: "{bin}/athanor serve --port {port}",
    "mlflow": "{bin}/mlflow server --port {port} --backend-store-uri sqlite:///mlflow.db",
    "trackio": '{bin}/python -m benchmarks.peers.systems.trackio serve {{"port":{port}}} .',
    "inspect": "{bin}/inspect view start --port {port} --log-dir logs",
    "aim": "{bin}/aim up --port {port} --repo . --yes",
    "prefect": "{bin}/prefect server start --port {port}",
    "ray": "{bin}/ray start --head --block --port 0 --dashboard-port {port}",
    FLOOR: "{bin}/python -m http.server {port} --bind 127.0.0.1",
}
_NOTES = {FLOOR: "`python -m http.server`", "ray": "a head node with its dashboard"}

LIVE = Question(
    "live",
    "From the call to 10 clients on WebSockets, 1,000 lines a second",
    "ms",
    (
        Row("Athanor", OURS, note="stored before it is told"),
        *absent("its interface asks again and again", "MLflow", "Aim", "Trackio", "Inspect AI"),
        *absent("offline it has no server", "W&B"),
        *absent("sends lines to its server every two seconds; not measured", "Prefect"),
        Row("floor", FLOOR, note="as large frames every 20 ms from uvicorn alone, nothing stored"),
    ),
    "live",
    rounds=3,
)
IMPORT = Question(
    "import",
    "Importing what an author imports",
    "ms",
    tuple(
        Row(label, name, _IMPORTS[name], f"`{_IMPORTS[name]}`") for name, label in _LABELS.items()
    ),
    "import",
)
SIZE = Question(
    "size",
    "Installed, with all that it requires",
    "MiB",
    tuple(
        Row(label, name, note=f"`{DISTRIBUTIONS[name]}`")
        for name, label in _LABELS.items()
        if name in DISTRIBUTIONS
    ),
    "size",
    rounds=1,
)
IDLE = Question(
    "idle",
    "Memory of an idle server: proportional (PSS), all its processes",
    "MiB",
    (
        *(
            Row(_LABELS[name], name, note=_NOTES.get(name, "as it starts by default"))
            for name in SERVERS
        ),
        *absent("has no server", "Sacred"),
        *absent("its server is a service elsewhere", "W&B"),
    ),
    "idle",
    rounds=1,
)
LIVING = (LIVE, IMPORT, SIZE, IDLE)
