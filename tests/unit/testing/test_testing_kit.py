"""The kit for authors: an experiment inside a test, with the runtime that a run has."""

from __future__ import annotations

import asyncio
import multiprocessing
import threading

import pytest
from pydantic import BaseModel, Field

import athanor
from athanor import ConfigSchema, Definition, Experiment, RunContext, ValidationFailed, testing


class Config(BaseModel):
    steps: int = Field(3, ge=1)
    ending: str = "return"


@athanor.experiment
def acting(ctx: RunContext, config: Config) -> object:
    for step in range(1, config.steps + 1):
        ctx.raise_if_cancelled()
        ctx.progress(step, config.steps, f"step {step}")
        ctx.result("loss", {"step": step, "loss": 1 / step})
        ctx.log("warn" if step == 2 else "info", f"step {step}", {"step": step})
    match config.ending:
        case "raise":
            raise ZeroDivisionError("no more steps")
        case "fail":
            ctx.fail("not good enough")
        case "complete":
            ctx.complete()
            raise ZeroDivisionError("too late")
    return {"steps": config.steps}


def test_three_lines_tell_all_that_was_said() -> None:
    outcome = testing.run(acting, {"steps": 2})
    assert outcome.status == "completed"
    assert outcome.values("loss") == [{"step": 1, "loss": 1.0}, {"step": 2, "loss": 0.5}]
    assert outcome.return_value == {"steps": 2}
    assert outcome.messages() == ["step 1", "step 2"]
    assert outcome.messages("warn") == ["step 2"]
    assert [(line.line, line.metadata) for line in outcome.logs] == [
        (1, {"step": 1}),
        (2, {"step": 2}),
    ]
    assert [progress.percent for progress in outcome.progresses] == [50, 100]
    assert outcome.progress == outcome.progresses[-1]


def test_defaults_are_filled_in_and_what_does_not_fit_is_refused() -> None:
    assert testing.run(acting).configuration == {"steps": 3, "ending": "return"}
    with pytest.raises(ValidationFailed, match="steps"):
        testing.run(acting, {"steps": 0})


def test_what_is_raised_fails_the_run_and_is_there_as_it_was() -> None:
    outcome = testing.run(acting, {"ending": "raise"})
    assert outcome.status == "failed"
    assert isinstance(outcome.exception, ZeroDivisionError)
    assert outcome.error.startswith("ZeroDivisionError: no more steps")
    assert len(outcome.values("loss")) == 3
    with pytest.raises(ZeroDivisionError, match="no more steps"):
        outcome.raise_for_status()


def test_the_first_final_word_decides_as_in_a_real_run() -> None:
    failed = testing.run(acting, {"ending": "fail"})
    assert (failed.status, failed.error) == ("failed", "not good enough")
    with pytest.raises(AssertionError, match="not good enough"):
        failed.raise_for_status()
    completed = testing.run(acting, {"ending": "complete"})
    assert completed.status == "completed"
    assert completed.raise_for_status() is completed


@pytest.mark.parametrize(("reports", "steps"), [(0, 0), (1, 1), (3, 1), (4, 2)])
def test_a_cancel_is_asked_for_after_so_many_reports(reports: int, steps: int) -> None:
    outcome = testing.run(acting, {"steps": 5}, cancel_after=reports)
    assert outcome.status == "cancelled"
    assert len(outcome.values("loss")) == steps


def test_an_asynchronous_experiment_is_cancelled_at_its_next_await() -> None:
    @athanor.experiment
    async def waiting(ctx: RunContext) -> None:
        ctx.log("info", "waits")
        await asyncio.Event().wait()

    outcome = testing.run(waiting, cancel_after=1)
    assert outcome.status == "cancelled"
    assert isinstance(outcome.exception, asyncio.CancelledError)
    assert outcome.messages() == ["waits"]


def test_a_class_and_a_name_will_do_as_well() -> None:
    class Adding(Experiment):
        def experiment(self) -> Definition:
            return Definition("adding", configuration=ConfigSchema().field("by", int, default=2))

        def run(self, ctx: RunContext) -> int:
            return ctx.config["by"] + 1

    assert testing.run(Adding, {"by": 5}).return_value == 6
    assert testing.run(f"{__name__}:acting", {"steps": 1}).return_value == {"steps": 1}
    with pytest.raises(TypeError, match="under @experiment"):
        testing.run(print)


def speak(ctx: RunContext, name: str) -> None:
    for number in range(20):
        ctx.log("info", f"{name} {number}")


def test_threads_and_worker_processes_report_as_ever() -> None:
    """API-27."""

    @athanor.experiment
    def crowd(ctx: RunContext) -> None:
        context = multiprocessing.get_context("spawn")
        workers = [
            threading.Thread(target=speak, args=(ctx, "thread")),
            context.Process(target=speak, args=(ctx, "process")),
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    messages = testing.run(crowd).messages()
    assert sorted(messages) == sorted(
        f"{name} {number}" for name in ("thread", "process") for number in range(20)
    )
    assert [m for m in messages if m.startswith("process")] == [f"process {n}" for n in range(20)]


def test_a_value_that_is_missing_or_there_twice_is_said_with_the_keys_there_are() -> None:
    outcome = testing.run(acting, {"steps": 2})
    for key in ("loss", "lost"):
        with pytest.raises(KeyError, match="Expected one result") as told:
            outcome.value(key)
        assert "'loss', 'return_value'" in str(told.value)
    assert testing.run(acting, {"steps": 1}).value("loss")["step"] == 1


def test_nothing_is_left_behind(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    testing.run(acting)
    assert list(tmp_path.iterdir()) == []
