"""What the catalog answers about an experiment."""

import threading
import time

import pytest
from catalog_givens import TRAIN, function, names, workers

from athanor.definition import workshop
from athanor.errors import (
    CatalogUnavailable,
    ExperimentBroken,
    ModuleNotFound,
    NotAnExperiment,
    ValidationFailed,
)


def test_schema_defaults_and_checks_come_from_the_worker(project, catalog):
    """DSC-07, CFG-19"""
    project.write("experiments/a.py", TRAIN)
    module = "experiments.a:Train"
    assert catalog.entry(module).name == "train"
    assert catalog.schema(module)["properties"]["n"]["maximum"] == 99
    assert catalog.defaults(module) == catalog.validate(module, {}) == {"n": 10}
    with pytest.raises(ValidationFailed) as caught:
        catalog.validate(module, {"n": 5000, "m": 1})
    assert [str(problem) for problem in caught.value.problems] == [
        "m: is not a known key; known keys are: n",
        "n: must be less than or equal to 99",
    ]


def test_unknown_modules_and_other_things_are_different_errors(project, catalog):
    """DSC-04, DSC-07"""
    project.write("experiments/a.py", TRAIN)
    with pytest.raises(ModuleNotFound, match=r"Module not found: experiments\.b:X"):
        catalog.schema("experiments.b:X")
    with pytest.raises(NotAnExperiment, match=r"is not an experiment: .*:Tran.*a:Train"):
        catalog.schema("experiments.a:Tran")
    with pytest.raises(NotAnExperiment, match=r"is not an experiment: json\.decoder"):
        catalog.schema("json.decoder:JSONDecoder")


def test_an_authors_validators_run_in_the_worker(project):
    project.write(
        "experiments/a.py",
        """
        import os, time
        class Config(BaseModel):
            action: str
            @field_validator("action")
            @classmethod
            def act(cls, value):
                if value == "refuse": raise ValueError("no, thank you")
                if value == "raise": raise KeyError("oops")
                if value == "die": os._exit(9)
                if value == "hang": time.sleep(600)
                return value.upper()
        @experiment
        def f(ctx, config: Config): ...
        """,
    )
    module = "experiments.a:f"
    with project.catalog(answer_timeout_s=1.5) as catalog:
        assert catalog.validate(module, {"action": "go"}) == {"action": "GO"}
        with pytest.raises(ValidationFailed, match="action: no, thank you"):
            catalog.validate(module, {"action": "refuse"})
        with pytest.raises(ExperimentBroken, match="KeyError: 'oops'"):
            catalog.validate(module, {"action": "raise"})
        with pytest.raises(CatalogUnavailable, match="exit code 9"):
            catalog.validate(module, {"action": "die"})
        with pytest.raises(CatalogUnavailable, match=r"longer than 1\.5 s"):
            catalog.validate(module, {"action": "hang"})
        assert catalog.validate(module, {"action": "again"}) == {"action": "AGAIN"}


def test_a_configuration_that_cannot_travel_is_refused(project, catalog):
    project.write("experiments/a.py", TRAIN)
    circle = {}
    circle["n"] = circle
    deep = []
    for _ in range(100_000):
        deep = [deep]
    for value in (lambda: 3, circle, deep):
        with pytest.raises(ValidationFailed):
            catalog.validate("experiments.a:Train", {"n": value})
    assert catalog.validate("experiments.a:Train", {"n": 3}) == {"n": 3}


def test_a_worker_killed_while_idle_is_replaced_unseen(project, catalog):
    project.write("experiments/a.py", TRAIN)
    catalog.list()
    (worker,) = workers()
    worker.kill()
    assert catalog.validate("experiments.a:Train", {"n": 3}) == {"n": 3}


def test_more_files_than_workers_are_kept_still_answer(project, catalog, monkeypatch):
    monkeypatch.setattr(workshop, "KEPT_WORKERS", 1)
    modules = [f"experiments.m{number}:f{number}" for number in range(3)]
    for number in range(3):
        project.write(f"experiments/m{number}.py", function(f"f{number}"))
    assert len(catalog.list().experiments) == 3
    assert len(workers()) == 1
    assert [catalog.validate(module, {}) for module in modules] == [{}, {}, {}]
    assert len(workers()) == 1


def test_many_threads_may_ask_at_once(project, catalog):
    project.write("experiments/a.py", TRAIN)
    project.write("experiments/b.py", function("other"))
    wrong = []

    def ask(number):
        for n in range(number, number + 20):
            if catalog.validate("experiments.a:Train", {"n": n}) != {"n": n}:
                wrong.append(n)
            if names(catalog.list()) != ["other", "train"]:
                wrong.append("list")

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(workers()) == 2


def test_a_warm_check_is_quick(project, catalog):
    project.write("experiments/a.py", TRAIN)
    catalog.validate("experiments.a:Train", {})
    taken = []
    for _ in range(100):
        started = time.perf_counter()
        catalog.validate("experiments.a:Train", {"n": 3})
        taken.append(time.perf_counter() - started)
    assert sorted(taken)[-10] < 0.010
