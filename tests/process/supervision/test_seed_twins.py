"""The examples of the pages that describe the system, line for line, in Python."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from athanor import experiments, runtime
from athanor.domain.output import LogLine
from athanor.domain.run import Run
from athanor.errors import InstanceNotFound, RunAlreadyStarted, RunNotFound, ValidationFailed
from athanor.harness import default

MINIMAL = """
import random

import athanor
from athanor import ConfigSchema, Definition, Experiment, runtime


class MyExperiment(Experiment):
    def experiment(self):
        return Definition(
            name="my_experiment",
            description="A minimal experiment example",
            configuration=self.config_schema(),
        )

    def run(self, ctx):
        config = runtime.config(ctx)
        iterations = config["iterations"]

        for i in range(1, iterations + 1):
            runtime.progress(ctx, i, iterations)
            runtime.log(ctx, "info", f"Running iteration {i}")
            result = self.do_work(i)
            runtime.result(ctx, f"iteration_{i}", result)

        runtime.complete(ctx)

    def config_schema(self):
        return ConfigSchema().field(
            "iterations",
            "integer",
            default=10,
            min=1,
            max=100,
            label="Iterations",
            description="Number of iterations to run",
        )

    def do_work(self, iteration):
        # Your experiment logic here
        return {"iteration": iteration, "value": random.random()}
"""

RUNTIME = """
import time

import athanor
from athanor import ConfigSchema, Definition, Experiment, runtime


def _schema():
    return (
        ConfigSchema()
        .field("iterations", "integer", default=100)
        .field("model", "string", default="gpt-4")
        .group("api", ConfigSchema().field("base_url", "string", default="http://localhost"))
    )


class Reference(Experiment):
    def experiment(self):
        return Definition(name="reference", configuration=_schema())

    def run(self, ctx):
        config = runtime.config(ctx)
        iterations = config["iterations"]
        model = config["model"]

        # Without metadata
        assert runtime.log(ctx, "info", "Processing started") is None

        # With metadata
        runtime.log(ctx, "warn", "Retrying request", {"attempt": 2, "delay": 1000})

        assert runtime.log_batch(ctx, [
            ("info", "Step 1 complete", None),
            ("info", "Step 2 complete", {"duration": 150}),
            ("warn", "Step 3 slow", {"duration": 2500}),
        ]) is None

        assert runtime.result(ctx, "trial_1", {
            "input": "prompt",
            "output": "response",
            "tokens": 150,
            "latency_ms": 340,
        }) is None

        # Basic progress
        runtime.progress(ctx, 50, 100)

        # With message
        assert runtime.progress(ctx, 50, 100, "Halfway through processing") is None

        for value in ([1, 2], "text", 3, 1.5, True, None, {"a": {"b": []}}):
            runtime.result(ctx, "any", value)

        run_id = ctx.run.id
        instance_name = ctx.instance.name
        module = ctx.experiment_module
        runtime.result(ctx, "context", {
            "run_id": run_id,
            "status": ctx.run.status,
            "instance_name": instance_name,
            "module": module,
            "iterations": iterations,
            "model": model,
            "base_url": config["api"]["base_url"],
            "same": ctx.configuration == config == ctx.config,
        })
        assert runtime.complete(ctx) is None


class Quota(Experiment):
    def experiment(self):
        return Definition(name="quota")

    def run(self, ctx):
        assert runtime.fail(ctx, "API quota exceeded") is None


class Loop(Experiment):
    def experiment(self):
        return Definition(name="loop")

    def run(self, ctx):
        runtime.log(ctx, "info", f"cancelled: {runtime.cancelled(ctx)}")
        while True:
            if runtime.cancelled(ctx):
                raise athanor.Cancelled
            time.sleep(0.005)


class Items(Experiment):
    def experiment(self):
        return Definition(name="items")

    def run(self, ctx):
        for item in range(1_000_000):
            runtime.raise_if_cancelled(ctx)
            time.sleep(0.005)
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A project in which the working directory is; its harness is closed at the end."""
    root = tmp_path_factory.mktemp("seed")
    (root / "pyproject.toml").write_text("[project]\nname = 'seed'\n")
    (root / "experiments").mkdir()
    (root / "experiments" / "minimal.py").write_text(textwrap.dedent(MINIMAL))
    (root / "experiments" / "reference.py").write_text(textwrap.dedent(RUNTIME))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        patch.delenv("ATHANOR_HOME", raising=False)
        yield root
        default.harness().close()
        default._open.clear()


pytestmark = pytest.mark.usefixtures("project")
MY_EXPERIMENT = "experiments.minimal:MyExperiment"


def _ran(name: str) -> Run:
    instance = experiments.create_instance(experiment_module=name, name=f"{name} run")
    return experiments.wait_for_run(runtime.start_run(instance), timeout_s=20)


def test_the_minimal_example_ends_completed_with_ten_of_everything() -> None:
    """EXP-06."""
    ended = _ran("my_experiment")

    assert ended.status == "completed"
    results = experiments.list_results(ended)
    assert [x.key for x in results] == [f"iteration_{i}" for i in range(1, 11)]
    assert [x.value["iteration"] for x in results] == list(range(1, 11))
    lines = experiments.list_logs(ended)
    assert [x.message for x in lines] == [f"Running iteration {i}" for i in range(1, 11)]
    assert ended.progress is not None
    assert (ended.progress.current, ended.progress.total, ended.progress.percent) == (10, 10, 100)


def test_the_definition_is_read_for_lists_forms_and_checks() -> None:
    listing = experiments.list_experiments()

    names = [entry.name for entry in listing.experiments]
    assert names == sorted(names) == ["items", "loop", "my_experiment", "quota", "reference"]
    entry = next(x for x in listing.experiments if x.name == "my_experiment")
    assert entry.description == "A minimal experiment example"
    iterations = experiments.get_config_schema("my_experiment")["properties"]["iterations"]
    assert iterations["title"] == "Iterations"
    assert iterations["description"] == "Number of iterations to run"
    assert (iterations["default"], iterations["minimum"], iterations["maximum"]) == (10, 1, 100)
    assert experiments.validate_config("my_experiment", {}) == {"iterations": 10}


def test_an_instance_is_created_and_a_run_started_and_its_status_checked() -> None:
    """RUN-10, RUN-02, RUN-03."""
    # Create an instance
    instance = experiments.create_instance(
        {
            "experiment_module": MY_EXPERIMENT,
            "name": "Baseline Config",
            "configuration": {"iterations": 100},
        }
    )
    assert instance.experiment_module == MY_EXPERIMENT
    assert instance.configuration == {"iterations": 100}

    # Start a run
    run = experiments.create_run(instance)
    assert run.status == "pending"
    assert run.started_at is None
    started = runtime.start(run)
    assert started.status in {"running", "completed"}

    # Check status
    run = experiments.get_run(run.id)
    assert run.status in {"running", "completed"}
    assert run.started_at is not None

    ended = experiments.wait_for_run(run)
    assert ended.status == "completed"
    assert ended.completed_at is not None
    assert ended.configuration == instance.configuration
    with pytest.raises(RunAlreadyStarted):
        runtime.start(run)


def test_one_configuration_is_run_many_times_and_edited_without_losing_history() -> None:
    instance = experiments.create_instance(
        experiment_module="my_experiment", name="v1 Config", configuration={"iterations": 1}
    )
    made = [runtime.start_run(instance) for _ in range(3)]
    ended = [experiments.wait_for_run(run, timeout_s=20) for run in made]
    assert {run.status for run in ended} == {"completed"}

    edited = experiments.update_instance(instance, {"configuration": {"iterations": 2}})

    assert edited.configuration == {"iterations": 2}
    assert experiments.get_instance(instance.id) == edited
    assert experiments.list_runs(instance) == ended[::-1]
    newest = experiments.wait_for_run(runtime.start_run(instance), timeout_s=20)
    assert len(experiments.list_results(newest)) == 2
    assert len(experiments.list_results(ended[0])) == 1
    listed = next(stats for known, stats in experiments.list_instances() if known == edited)
    assert (listed.run_count, listed.last_run_status) == (4, "completed")


def test_every_call_of_the_reference_works() -> None:
    ended = _ran("reference")

    assert ended.status == "completed", ended.error
    lines = experiments.list_logs(ended)
    assert [(str(x.level), x.message, x.metadata) for x in lines] == [
        ("info", "Processing started", None),
        ("warn", "Retrying request", {"attempt": 2, "delay": 1000}),
        ("info", "Step 1 complete", None),
        ("info", "Step 2 complete", {"duration": 150}),
        ("warn", "Step 3 slow", {"duration": 2500}),
    ]
    (trial,) = experiments.get_results_by_key(ended, "trial_1")
    assert trial.value == {
        "input": "prompt",
        "output": "response",
        "tokens": 150,
        "latency_ms": 340,
    }
    values = [x.value for x in experiments.get_results_by_key(ended, "any")]
    assert values == [[1, 2], "text", 3, 1.5, True, None, {"a": {"b": []}}]
    assert values[4] is True
    assert experiments.get_results_by_key(ended, "no such key") == []
    assert ended.progress is not None
    assert (ended.progress.percent, ended.progress.message) == (50, "Halfway through processing")
    instance = experiments.get_instance(ended.instance_id)
    (context,) = experiments.get_results_by_key(ended, "context")
    assert context.value == {
        "run_id": ended.id,
        "status": "running",
        "instance_name": instance.name,
        "module": instance.experiment_module,
        "iterations": 100,
        "model": "gpt-4",
        "base_url": "http://localhost",
        "same": True,
    }


def test_a_limit_gives_the_newest_in_order_of_time_and_levels_filter() -> None:
    """API-28, API-29."""
    ended = _ran("my_experiment")

    newest = [x.message for x in experiments.list_logs(ended, limit=3)]
    assert newest == [f"Running iteration {i}" for i in (8, 9, 10)]
    assert [x.key for x in experiments.list_results(ended, limit=3)] == [
        f"iteration_{i}" for i in (8, 9, 10)
    ]
    assert experiments.list_logs(_ran("reference"), levels=["warn"], limit=1)[0].message == (
        "Step 3 slow"
    )


def test_fail_marks_the_run_as_failed_with_its_message() -> None:
    ended = _ran("quota")

    assert ended.status == "failed"
    assert ended.error == "API quota exceeded"


@pytest.mark.parametrize("name", ["loop", "items"])
def test_a_loop_that_checks_for_cancellation_ends_cancelled(name: str) -> None:
    instance = experiments.create_instance(experiment_module=name, name=name)
    run = experiments.create_run(instance)
    assert not runtime.active(run.id)
    assert runtime.whereis(run.id) is None
    runtime.start(run)
    assert runtime.active(run.id)
    handle = runtime.whereis(run.id)
    assert handle is not None
    assert handle["pid"] > 0

    if name == "loop":
        next(event for event in experiments.subscribe_to_run(run) if hasattr(event, "logs"))

    asked = runtime.cancel_run(run)

    assert asked.cancel_requested_at is not None
    ended = experiments.wait_for_run(run, timeout_s=10)
    assert ended.status == "cancelled"
    assert ended.error is None
    assert not runtime.active(run.id)
    messages = [x.message for x in experiments.list_logs(run)]
    assert (["cancelled: False"] if name == "loop" else []) == messages[:-1]
    assert messages[-1] == "Cancel requested"


def test_a_subscription_tells_everything_until_the_end() -> None:
    """EVT-08."""
    instance = experiments.create_instance(experiment_module="my_experiment", name="followed")
    run = runtime.start_run(instance)

    events = list(experiments.subscribe_to_run(run))

    lines: list[LogLine] = [line for event in events for line in getattr(event, "logs", [])]
    assert [x.line for x in lines] == list(range(1, 11))
    keys = [x.key for event in events for x in getattr(event, "results", [])]
    assert keys == [f"iteration_{i}" for i in range(1, 11)]
    assert events[-1].run.status == "completed"  # type: ignore[union-attr]


@pytest.mark.parametrize("kept", [1, 2, 3, 5, 8, 13])
def test_a_subscription_that_broke_off_goes_on_without_gap_or_repeat(kept: int) -> None:
    ended = _ran("reference")
    everything = _told(experiments.subscribe_to_run(ended))

    first = []
    for position, event in enumerate(experiments.subscribe_to_run(ended)):
        if position == kept:
            break
        first.append(event)
    cursors = [event.cursor for event in first if hasattr(event, "cursor")]
    rest = experiments.subscribe_to_run(ended, cursors[-1] if cursors else None)

    assert _told(first) + _told(rest) == everything
    assert len(everything) == 5 + 9


def _told(events) -> list[int]:
    """The places in the journal of what events tell, in order."""
    return [
        entry.seq
        for event in events
        for entry in (*getattr(event, "logs", ()), *getattr(event, "results", ()))
    ]


def test_delete_instance_takes_its_runs_with_it() -> None:
    ended = _ran("quota")

    experiments.delete_instance(ended.instance_id)

    with pytest.raises(InstanceNotFound):
        experiments.get_instance(ended.instance_id)
    with pytest.raises(RunNotFound):
        experiments.get_run(ended.id)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "x"}, "experiment_module"),
        ({"experiment_module": "loop"}, "name"),
        ({"experiment_module": "loop", "name": "x", "configuraton": {}}, "configuraton"),
    ],
)
def test_an_instance_that_lacks_or_misspells_an_attribute_is_refused(
    given: dict[str, str], field: str
) -> None:
    with pytest.raises(ValidationFailed) as caught:
        experiments.create_instance(given)

    assert list(caught.value.by_field()) == [field]


def test_delete_run_takes_only_that_run() -> None:
    ended = _ran("quota")

    experiments.delete_run(ended)

    with pytest.raises(RunNotFound):
        experiments.get_run(ended.id)
    assert experiments.get_instance(ended.instance_id).id == ended.instance_id
