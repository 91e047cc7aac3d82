"""By which names an experiment is meant."""

import pytest
from catalog_givens import TRAIN, function

from athanor.errors import (
    AmbiguousName,
    ExperimentBroken,
    ModuleNotFound,
)


def test_an_experiment_is_meant_by_name_module_or_the_end_of_it(project, catalog):
    project.write("experiments/deep/one.py", TRAIN)
    project.write("experiments/two.py", function("other"))
    for text in ("train", "experiments.deep.one:Train", "one:Train", "Train", "one", "deep.one"):
        assert catalog.resolve(text).module == "experiments.deep.one:Train"


def test_an_ambiguous_end_names_the_choices(project, catalog):
    project.write("experiments/a/one.py", "@experiment('x')\ndef f(ctx): ...\n")
    project.write("experiments/b/one.py", "@experiment('y')\ndef f(ctx): ...\n")
    with pytest.raises(AmbiguousName, match=r"experiments\.a\.one:f, experiments\.b\.one:f"):
        catalog.resolve("one:f")


def test_an_unknown_name_suggests_the_nearest_and_the_command(project, catalog):
    project.write("experiments/a.py", TRAIN)
    with pytest.raises(ModuleNotFound, match=r"not found: trian\..*mean train\?.*`athanor list`"):
        catalog.resolve("trian")


def test_a_name_that_its_file_does_not_spell_out_is_found_all_the_same(project, catalog):
    project.write("experiments/a.py", "@experiment('com' + 'puted')\ndef f(ctx): ...\n")
    assert catalog.resolve("computed").module == "experiments.a:f"


def test_finding_one_name_imports_no_other_file(project, catalog):
    project.write("experiments/a.py", TRAIN)
    project.write("experiments/b.py", f"open({str(project.root / 'imported')!r}, 'w').close()\n")
    assert catalog.resolve("train").name == "train"
    assert not (project.root / "imported").exists()
    catalog.list()
    assert (project.root / "imported").exists()


def test_the_name_of_a_broken_file_gives_its_reason(project, catalog):
    project.write("experiments/a.py", "1/0\n")
    with pytest.raises(ExperimentBroken, match="ZeroDivisionError"):
        catalog.resolve("experiments.a:X")
    with pytest.raises(ExperimentBroken, match="ZeroDivisionError"):
        catalog.resolve("a")


def test_a_name_that_is_not_there_may_be_in_a_file_that_cannot_be_imported(project, catalog):
    project.write("experiments/a.py", function("one"))
    project.write("experiments/b.py", "import athanor, no_such_package\n")
    with pytest.raises(ModuleNotFound) as caught:
        catalog.resolve("two")
    assert str(caught.value).endswith(
        "Did you mean one? 1 file could not be imported (experiments/b.py); it may be there: "
        "`athanor list --verbose` shows why."
    )
    for name in "cde":
        project.write(f"experiments/{name}.py", "import athanor, no_such_package\n")
    with pytest.raises(ModuleNotFound) as caught:
        catalog.resolve("two")
    assert (
        "4 files could not be imported (experiments/b.py, experiments/c.py, experiments/d.py, …)"
        in str(caught.value)
    )
