"""Which modules are looked at; nothing here imports them."""

import sys

import pytest

from athanor.definition.discovery import find, locate

DEFINES = "def f(): ...\n"


@pytest.fixture
def project(tmp_path):
    (tmp_path / "pyproject.toml").write_text("")
    return tmp_path


def write(project, *names, text=DEFINES):
    for name in names:
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def configure(project, *entries):
    (project / "pyproject.toml").write_text(f"[tool.athanor]\nexperiments = {list(entries)}\n")


def modules(project):
    return [target.key for target in find(project) if not target.problem]


def problems(project):
    return {target.key: target.problem for target in find(project) if target.problem}


def install(project, monkeypatch, *values):
    """Put a distribution with entry points on the path, as pip would."""
    site = project.parent / "site"
    lines = [f"point{number} = {value}\n" for number, value in enumerate(values)]
    write(site, "lab-1.0.dist-info/METADATA", text="Metadata-Version: 2.1\nName: lab\n")
    write(
        site, "lab-1.0.dist-info/entry_points.txt", text="[athanor.experiments]\n" + "".join(lines)
    )
    monkeypatch.setattr(sys, "path", [str(site), *sys.path])
    return site


def test_the_folder_experiments_is_searched_without_any_configuration(project):
    """DSC-01"""
    write(project, "experiments/a.py", "experiments/b.py", "other/c.py")
    assert modules(project) == ["experiments.a", "experiments.b"]


def test_a_project_without_that_folder_has_nothing(project):
    assert find(project) == ()


def test_packages_are_searched_one_or_several_files_each(project):
    """EXP-10"""
    write(
        project,
        "experiments/pack/__init__.py",
        "experiments/pack/one.py",
        "experiments/pack/deeper/__init__.py",
        "experiments/pack/deeper/two.py",
        "experiments/plain/three.py",
    )
    assert modules(project) == [
        "experiments.pack",
        "experiments.pack.deeper",
        "experiments.pack.deeper.two",
        "experiments.pack.one",
        "experiments.plain.three",
    ]


def test_private_files_tests_and_folders_of_data_are_left_out(project):
    write(
        project,
        "experiments/_private.py",
        "experiments/.hidden.py",
        "experiments/test_a.py",
        "experiments/a_test.py",
        "experiments/conftest.py",
        "experiments/tests/a.py",
        "experiments/__pycache__/a.py",
        "experiments/_lib/a.py",
        "experiments/pack/data/a.py",
        "experiments/not-a-name/a.py",
    )
    write(project, "experiments/empty/__init__.py", text="")
    assert find(project) == ()


def test_configured_folders_replace_the_usual_one(project):
    write(project, "experiments/a.py", "examples/digits.py", "lab/work/b.py")
    configure(project, "examples", "lab/work")
    assert modules(project) == ["examples.digits", "lab.work.b"]


def test_a_folder_inside_src_is_imported_from_there(project):
    write(project, "src/lab/a.py", "src/lab/__init__.py")
    configure(project, "src/lab")
    assert modules(project) == ["lab", "lab.a"]


def test_dotted_modules_may_be_configured_and_packages_stand_for_what_is_in_them(project):
    write(project, "lab/__init__.py", "lab/a.py", "single.py")
    configure(project, "lab.a", "single")
    assert modules(project) == ["lab.a", "single"]
    write(project, "src/inner/__init__.py", "src/inner/b.py", text="raise SystemExit\ndef f(): ...")
    configure(project, "inner")
    assert modules(project) == ["inner", "inner.b"]


def test_a_configured_place_that_is_not_there_is_reported(project):
    write(project, "lab/a.py")
    configure(project, "nowhere", "lab", "no.such.module", "gone.py")
    assert modules(project) == ["lab.a"]
    found = problems(project)
    assert set(found) == {"nowhere", "no.such.module", "gone.py"}
    assert "no folder and no module 'nowhere'" in found["nowhere"]
    assert str(project) in found["nowhere"]


def test_a_folder_outside_the_project_is_reported(project, tmp_path_factory):
    configure(project, str(tmp_path_factory.mktemp("elsewhere")))
    (problem,) = problems(project).values()
    assert "outside the project" in problem


def test_a_file_whose_name_cannot_be_imported_is_reported(project):
    write(project, "experiments/my-exp.py", text="import athanor\n")
    write(project, "experiments/some-script.py")
    (problem,) = problems(project).values()
    assert "cannot be imported" in problem


@pytest.mark.parametrize("value", ["3", '"examples"', "[1]"])
def test_a_wrong_configuration_is_reported_and_raises_nothing(project, value):
    (project / "pyproject.toml").write_text(f"[tool.athanor]\nexperiments = {value}\n")
    assert "must be a list" in problems(project)["pyproject"]


def test_a_pyproject_that_is_no_toml_is_reported_and_raises_nothing(project):
    (project / "pyproject.toml").write_text("[tool.athanor\n")
    assert "not valid TOML" in problems(project)["pyproject"]


def test_installed_packages_offer_experiments_by_entry_point(project, monkeypatch):
    """DSC-01"""
    site = install(project, monkeypatch, "installed_lab.one", "installed_lab.two:Name", "gone.x")
    write(site, "installed_lab/__init__.py", "installed_lab/one.py", "installed_lab/two.py")
    assert modules(project) == ["installed_lab.one", "installed_lab.two:Name"]
    assert "entry point 'point2'" in problems(project)["gone.x"]


def test_a_link_that_leads_back_ends_the_search(project):
    write(project, "experiments/pack/__init__.py")
    (project / "experiments/pack/again").symlink_to(project / "experiments/pack")
    assert modules(project) == ["experiments.pack"]


def test_a_module_is_located_without_running_it(project):
    write(project, "experiments/pack/__init__.py", text="raise SystemExit")
    write(project, "experiments/pack/a.py")
    assert locate(project, "experiments.pack.a") == project / "experiments/pack/a.py"
    assert locate(project, "experiments") == project / "experiments"
    assert locate(project, "experiments.pack.b") is None
    assert locate(project, "json.decoder") is not None
