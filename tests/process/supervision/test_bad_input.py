"""What does not fit is refused: what was expected, what came, what to do. Nothing is lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from athanor import errors
from athanor import settings as settings_module
from athanor.domain.run import RunStatus
from athanor.harness import Harness

EXPERIMENTS = {
    "tuning.py": """
import athanor
from typing import Literal
from pydantic import BaseModel, Field

class Inner(BaseModel):
    rate: float = Field(0.1, ge=0, le=1)

class Config(BaseModel):
    iterations: int = Field(10, ge=1, le=100)
    model: Literal["small", "large"] = "small"
    verbose: bool = False
    inner: Inner = Inner()

@athanor.experiment(description="tunes")
def tuning(ctx, config: Config):
    ctx.result("used", ctx.configuration)

@athanor.experiment()
def needy(ctx, config: type("Needy", (BaseModel,), {"__annotations__": {"path": str}})):
    pass
""",
    "broken.py": "import no_such_module_anywhere\n",
    "chatty.py": """
import athanor, os, sys
print("printed on import")
os.system("echo echoed on import; echo to stderr >&2")
sys.stdout.flush()

@athanor.experiment()
def chatty(ctx):
    ctx.log("info", "fine")
""",
    "plain.py": "answer = 42\n",
    "first.py": "import athanor\n@athanor.experiment(name='twin')\ndef a(ctx): pass\n",
    "second.py": "import athanor\n@athanor.experiment(name='twin')\ndef b(ctx): pass\n",
}

A_NUL = pytest.param("a\x00b", marks=pytest.mark.embedded)  # a server keeps it escaped


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("bad_input")
    (root / "pyproject.toml").write_text("[project]\nname = 'bad'\n")
    (root / "experiments").mkdir()
    for name, text in EXPERIMENTS.items():
        (root / "experiments" / name).write_text(text)
    return root


@pytest.fixture(scope="module")
def harness(root: Path) -> Iterator[Harness]:
    with Harness.open(root) as opened:
        opened.supervise()
        yield opened


def _create(harness: Harness, **given: Any) -> Any:
    return harness.create_instance(**{"experiment_module": "tuning", "name": "mine", **given})


def _counts(harness: Harness) -> tuple[int, int]:
    return len(harness.list_instances(limit=1000).items), len(harness.list_runs(limit=1000).items)


@pytest.mark.parametrize(
    ("configuration", "field", "words"),
    [
        ({"iterations": 5000}, "iterations", "less than or equal to 100"),
        ({"iterations": 0}, "iterations", "greater than or equal to 1"),
        ({"iterations": "10"}, "iterations", "integer"),
        ({"iterations": True}, "iterations", "integer"),
        ({"iterations": None}, "iterations", "is required"),
        ({"iterations": 2.5}, "iterations", "integer"),
        ({"model": "medium"}, "model", "small"),
        ({"verbose": "yes"}, "verbose", "true or false|boolean"),
        ({"inner": {"rate": 2}}, "inner.rate", "less than or equal to 1"),
        ({"inner": 3}, "inner", "object|3"),
        ({"iteratoins": 5}, "iteratoins", "iterations"),
        ({"inner": {"rat": 0.5}}, "inner.rat", "rate"),
        ([1, 2], "", "object"),
        ("iterations=3", "", "object"),
        (7, "", "object"),
        ({1: 2}, None, "1"),
        ({"iterations": object()}, None, "JSON"),
    ],
)
def test_a_configuration_that_does_not_fit_is_refused_by_field(
    harness: Harness, configuration: Any, field: str | None, words: str
) -> None:
    before = _counts(harness)

    with pytest.raises(errors.ValidationFailed, match=f"(?i){words}") as caught:
        _create(harness, configuration=configuration)

    if field is not None:
        assert field in caught.value.by_field()
    with pytest.raises(errors.ValidationFailed):
        harness.validate_config("tuning", configuration)
    assert _counts(harness) == before


def test_every_problem_of_a_configuration_is_named_at_once(harness: Harness) -> None:
    with pytest.raises(errors.ValidationFailed) as caught:
        _create(harness, configuration={"iterations": 0, "model": "x", "typo": 1})

    assert set(caught.value.by_field()) == {"iterations", "model", "typo"}


def test_a_missing_required_value_is_named(harness: Harness) -> None:
    with pytest.raises(errors.ValidationFailed, match="path"):
        _create(harness, experiment_module="needy")


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"name": ""}, "name", "can't be blank"),
        ({"name": "  \n"}, "name", "can't be blank"),
        ({"name": "n" * 501}, "name", "at most 500 characters, got 501"),
        ({"name": None}, "name", "can't be blank"),
        ({"name": 5}, "name", "can't be blank|must be text"),
        ({"experiment_module": ""}, "experiment_module", "can't be blank"),
        ({"experiment_module": None}, "experiment_module", "can't be blank"),
        ({"description": 5}, "description", "must be text"),
        ({"time_limit_s": 0}, "time_limit_s", "greater than 0, got 0"),
        ({"time_limit_s": "1h"}, "time_limit_s", "got '1h'"),
        ({"time_limit_s": float("nan")}, "time_limit_s", "got nan"),
        ({"time_limit_s": True}, "time_limit_s", "got True"),
        ({"memory_limit_bytes": 0}, "memory_limit_bytes", "greater than 0 .*, got 0"),
        ({"memory_limit_bytes": "4GiB"}, "memory_limit_bytes", "got '4GiB'"),
        ({"memory_limit_bytes": 1.5}, "memory_limit_bytes", "got 1.5"),
        ({"memory_limit_bytes": 1 << 63}, "memory_limit_bytes", "below .*8 EiB"),
        ({"gpus": -1}, "gpus", "got -1"),
        ({"gpus": 1.5}, "gpus", "got 1.5"),
        ({"gpus": None}, "gpus", "got None"),
    ],
)
def test_an_attribute_that_does_not_fit_is_refused_by_name(
    harness: Harness, given: dict[str, Any], field: str, words: str
) -> None:
    before = _counts(harness)

    with pytest.raises(errors.ValidationFailed, match=words) as caught:
        _create(harness, **given)

    assert list(caught.value.by_field()) == [field]
    assert _counts(harness) == before


def test_missing_name_and_module_are_both_named(harness: Harness) -> None:
    with pytest.raises(errors.ValidationFailed) as caught:
        harness.create_instance(experiment_module="", name="")

    assert set(caught.value.by_field()) == {"experiment_module", "name"}


@pytest.mark.parametrize("name", ["x" * 300, "Ünïcode ✓", A_NUL, "half \ud800 a pair", "%_'\""])
def test_any_other_name_is_stored_and_found_again(harness: Harness, name: str) -> None:
    instance = _create(harness, name=name, description=name)

    stored = harness.get_instance(instance.id)

    assert stored == instance
    assert harness.get_instance(stored.name).name == stored.name
    harness.delete_instance(instance.id)


def test_an_unknown_module_a_broken_one_and_no_experiment_are_three_errors(
    harness: Harness,
) -> None:
    with pytest.raises(errors.ModuleNotFound, match=r"tunin[^g].*Did you mean.*tuning"):
        _create(harness, experiment_module="tunin")
    with pytest.raises(errors.ExperimentBroken, match=r"broken\.py.*no_such_module_anywhere"):
        _create(harness, experiment_module="experiments.broken:anything")
    with pytest.raises(errors.NotAnExperiment, match="not an experiment"):
        _create(harness, experiment_module="experiments.plain:answer")
    with pytest.raises(errors.NotAnExperiment, match=r"needy|tuning"):
        _create(harness, experiment_module="experiments.tuning:tunning")


def test_two_experiments_of_one_name_are_refused_naming_both_files(harness: Harness) -> None:
    with pytest.raises(errors.ExperimentBroken, match=r"first\.py.*second\.py|second\.py.*first"):
        _create(harness, experiment_module="twin")


def test_what_is_printed_on_import_disturbs_nothing(harness: Harness) -> None:
    instance = _create(harness, experiment_module="chatty")

    ended = harness.wait(harness.start_run(instance.id).id, timeout_s=20)

    assert ended.status is RunStatus.COMPLETED
    said = [x.message.strip() for x in harness.list_logs(ended.id)]
    assert sorted(said) == ["echoed on import", "fine", "printed on import", "to stderr"]


def test_a_module_that_blocks_on_import_is_refused_in_time(tmp_path: Path) -> None:
    (tmp_path / "experiments").mkdir()
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "experiments" / "slow.py").write_text("import time\ntime.sleep(1000)\nslow = 1\n")
    (tmp_path / "experiments" / "good.py").write_text(
        "import athanor\n@athanor.experiment()\ndef good(ctx): pass\n"
    )
    settings = settings_module.load(tmp_path, {"ATHANOR_IMPORT_TIMEOUT": "1"})

    with Harness.open(settings=settings) as harness:
        with pytest.raises(errors.AthanorError, match=r"slow.*1 s"):
            harness.create_instance(experiment_module="experiments.slow:slow", name="x")
        assert harness.create_instance(experiment_module="good", name="x").name == "x"


@pytest.mark.parametrize(
    "text",
    ["", " ", "nonsense", "%", "0", "'; DROP TABLE experiment_runs; --", "x" * 10_000, "\x00"],
)
def test_a_malformed_id_is_not_found(harness: Harness, text: str) -> None:
    with pytest.raises(errors.RunNotFound, match="Run not found"):
        harness.get_run(text)
    with pytest.raises(errors.InstanceNotFound, match="not found"):
        harness.get_instance(text)
    for use in (harness.start, harness.cancel_run, harness.delete_run, harness.whereis):
        with pytest.raises(errors.RunNotFound):
            use(text)
    for use in (harness.start_run, harness.create_run, harness.delete_instance):
        with pytest.raises(errors.InstanceNotFound):
            use(text)


@pytest.mark.parametrize("cursor", ["", "1", "x:y", "1:2:3", ":", "9" * 50 + ":1"])
def test_a_malformed_cursor_is_refused(harness: Harness, cursor: str) -> None:
    run = harness.create_run(_create(harness).id)

    with pytest.raises(errors.InvalidInput, match="cursor"):
        next(iter(harness.follow(run.id, cursor)))

    harness.cancel_run(run.id)


def test_deleting_an_instance_with_a_live_run_is_refused_naming_it(harness: Harness) -> None:
    instance = _create(harness)
    run = harness.create_run(instance.id)

    with pytest.raises(errors.InstanceBusy, match=run.id):
        harness.delete_instance(instance.id)

    assert harness.get_run(run.id) == run
    harness.cancel_run(run.id)
    harness.delete_instance(instance.id)
    with pytest.raises(errors.RunNotFound):
        harness.get_run(run.id)


def test_an_edit_keeps_the_history_and_each_run_its_configuration(harness: Harness) -> None:
    instance = _create(harness, configuration={"iterations": 3})
    old = harness.wait(harness.start_run(instance.id).id, timeout_s=20)

    edited = harness.update_instance(
        instance.id, configuration={"iterations": 4}, name="renamed", description="why"
    )

    assert edited.updated_at > instance.updated_at
    assert edited.inserted_at == instance.inserted_at
    assert harness.get_run(old.id) == old
    assert old.configuration["iterations"] == 3
    assert [x.value["iterations"] for x in harness.list_results(old.id)] == [3]
    new = harness.wait(harness.start_run(instance.id).id, timeout_s=20)
    assert [x.value["iterations"] for x in harness.list_results(new.id)] == [4]
    assert [x.id for x in harness.list_runs(instance_id=instance.id).items] == [new.id, old.id]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"configuration": {"iterations": 0}}, "iterations"),
        ({"configuration": [1]}, ""),
        ({"experiment_module": "twin"}, "experiment_module"),
        ({"id": "x"}, "id"),
        ({"nmae": "x"}, "nmae"),
        ({"gpus": -1, "name": "fine"}, "gpus"),
        ({"description": 7}, "description"),
    ],
)
def test_an_edit_that_does_not_fit_changes_nothing(
    harness: Harness, changes: dict[str, Any], field: str
) -> None:
    instance = _create(harness)

    with pytest.raises(errors.ValidationFailed) as caught:
        harness.update_instance(instance.id, **changes)

    assert list(caught.value.by_field()) == [field]
    assert harness.get_instance(instance.id) == instance


def test_a_changed_default_leaves_old_instances_as_they_were(tmp_path: Path) -> None:
    (tmp_path / "experiments").mkdir()
    (tmp_path / "pyproject.toml").touch()
    code = tmp_path / "experiments" / "e.py"
    text = (
        "import athanor\nfrom pydantic import BaseModel\n"
        "class C(BaseModel):\n    n: int = {}\n"
        "@athanor.experiment()\ndef e(ctx, config: C): ctx.result('n', config.n)\n"
    )
    code.write_text(text.format(1))
    with Harness.open(tmp_path) as harness:
        harness.supervise()
        old = harness.create_instance(experiment_module="e", name="old")
        code.write_text(text.format(222))
        new = harness.create_instance(experiment_module="e", name="new")

        assert [x.configuration["n"] for x in (old, new)] == [1, 222]
        for instance, expected in ((old, 1), (new, 222)):
            run = harness.wait(harness.start_run(instance.id).id, timeout_s=20)
            assert [x.value for x in harness.list_results(run.id)] == [expected]


def test_a_run_whose_module_has_gone_fails_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "experiments").mkdir()
    (tmp_path / "pyproject.toml").touch()
    code = tmp_path / "experiments" / "e.py"
    code.write_text("import athanor\n@athanor.experiment()\ndef e(ctx): pass\n")
    with Harness.open(tmp_path) as harness:
        harness.supervise()
        instance = harness.create_instance(experiment_module="e", name="old")
        code.unlink()

        ended = harness.wait(harness.start_run(instance.id).id, timeout_s=20)

        assert ended.status is RunStatus.FAILED
        assert ended.error is not None
        assert "experiments.e" in ended.error


def test_a_file_in_place_of_the_data_directory_is_named(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / ".athanor").write_text("in the way")

    with pytest.raises(errors.HomeUnusable, match=r"\.athanor cannot be used.*ATHANOR_HOME"):
        Harness.open(tmp_path)

    assert (tmp_path / ".athanor").read_text() == "in the way"


@pytest.mark.embedded
def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".athanor").mkdir()
    (tmp_path / ".athanor" / "athanor.db").write_text("no database, and longer than a header" * 9)

    with pytest.raises(errors.DatabaseUnusable, match="not a database"):
        Harness.open(tmp_path)

    assert (tmp_path / ".athanor" / "athanor.db").read_text().startswith("no database")


@pytest.mark.embedded
def test_a_newer_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    Harness.open(tmp_path).close()
    path = tmp_path / ".athanor" / "athanor.db"
    with sqlite3.connect(path) as c:
        c.execute("UPDATE alembic_version SET version_num = '9999'")
    c.close()

    with pytest.raises(errors.DatabaseNewer, match=r"9999.*Install the newer one"):
        Harness.open(tmp_path)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ATHANOR_MAX_RUNNING", "many"),
        ("ATHANOR_MAX_RUNNING", "0"),
        ("ATHANOR_MAX_RUNNING", "2.5"),
        ("ATHANOR_IMPORT_TIMEOUT", "soon"),
        ("ATHANOR_IMPORT_TIMEOUT", "0"),
        ("ATHANOR_FORCE_GRACE", "-1"),
        ("ATHANOR_FINISH_GRACE", "nan"),
        ("ATHANOR_FORCE_GRACE", "inf"),
    ],
)
def test_a_setting_with_a_wrong_value_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)

    with pytest.raises(errors.InvalidSetting, match=rf"{variable} must be .*{value}"):
        Harness.open(tmp_path)

    assert not (tmp_path / ".athanor").exists()


def test_two_spellings_of_a_data_directory_are_one(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    homes = [
        settings_module.load(tmp_path, {"ATHANOR_HOME": text}).home
        for text in ("real", "link", "real/../link/", str(tmp_path / "link" / "." / "x" / ".."))
    ]

    assert set(homes) == {(tmp_path / "real").resolve()}
