"""What the catalog lists."""

import pytest
from catalog_givens import TRAIN, broken, function, names

from athanor.definition.listing import ExperimentEntry
from athanor.errors import (
    ExperimentBroken,
)


def test_experiments_are_found_without_registration_and_sorted_by_name(project, catalog):
    """DSC-01, DSC-02, EXP-10"""
    project.write("experiments/z.py", function("alpha"))
    project.write("experiments/pack/__init__.py", "")
    project.write("experiments/pack/one.py", function("gamma") + function("beta"))
    project.write("experiments/alone/__init__.py", function("delta"))
    listing = catalog.list()
    assert [(entry.name, entry.module) for entry in listing.experiments] == [
        ("alpha", "experiments.z:alpha"),
        ("beta", "experiments.pack.one:beta"),
        ("delta", "experiments.alone:delta"),
        ("gamma", "experiments.pack.one:gamma"),
    ]
    assert listing.broken == ()
    assert catalog.options()[0] == ("alpha", "experiments.z:alpha")


def test_an_entry_says_what_a_list_needs(project, catalog):
    """DSC-03, EXP-02, EXP-03"""
    file = project.write("experiments/a.py", TRAIN, function("bare"))
    bare, train = catalog.list().experiments
    assert train == ExperimentEntry(
        module="experiments.a:Train",
        name="train",
        description="Trains.",
        has_config_schema=True,
        file=file,
    )
    assert (bare.description, bare.has_config_schema) == (None, False)


def test_a_project_without_experiments_has_an_empty_list(project):
    listing = project.listing()
    assert (listing.experiments, listing.broken) == ((), ())


def test_two_experiments_of_one_name_are_both_broken_naming_each_other(project, catalog):
    """EXP-04"""
    first = project.write("experiments/a.py", function("same") + function("fine"))
    second = project.write("experiments/b.py", "@experiment('same')\ndef other(ctx): ...\n")
    listing = catalog.list()
    assert names(listing) == ["fine"]
    found = broken(listing)
    assert str(second) in found["experiments.a:same"].reason
    assert str(first) in found["experiments.b:other"].reason
    for ask in (lambda: catalog.schema("experiments.a:same"), lambda: catalog.resolve("same")):
        with pytest.raises(ExperimentBroken, match="must be unique"):
            ask()


def test_an_import_of_an_experiment_is_no_second_one(project):
    project.write("experiments/a.py", function("one"))
    project.write("experiments/b.py", "from experiments.a import one\n" + function("two"))
    listing = project.listing()
    assert [entry.module for entry in listing.experiments] == [
        "experiments.a:one",
        "experiments.b:two",
    ]
    assert listing.broken == ()


def test_one_experiment_under_two_modules_is_no_second_one(project, catalog):
    (project.root / "pyproject.toml").write_text(
        "[tool.athanor]\nexperiments = ['experiments', 'shop.api:one']\n"
    )
    project.write("experiments/a.py", function("one"))
    project.write("shop/api.py", "from experiments.a import one\n")
    listing = catalog.list()
    assert [entry.module for entry in listing.experiments] == ["experiments.a:one"]
    assert listing.broken == ()


def test_modules_keep_their_real_names_and_run_from_the_project(project, catalog):
    project.write(
        "experiments/a.py",
        """
        import os, multiprocessing, pickle
        @experiment(description=f"{__name__} {os.getcwd()} {os.environ['CUDA_VISIBLE_DEVICES']!r}")
        def where(ctx): ...
        assert pickle.loads(pickle.dumps(where)) is where
        """,
    )
    assert catalog.list().broken == ()
    (entry,) = catalog.list().experiments
    assert entry.description == f"experiments.a {project.root} ''"


def test_the_variables_of_dotenv_are_there_at_import(project, catalog):
    (project.root / ".env").write_text("LAB_KEY=from dotenv\n")
    project.write(
        "experiments/a.py",
        "import os\n@experiment(description=os.environ['LAB_KEY'])\ndef f(ctx): ...\n",
    )
    assert catalog.list().experiments[0].description == "from dotenv"
