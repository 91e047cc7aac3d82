"""The first steps with the command, and what may be wrong with where they are taken."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from command_project import Project


def test_a_new_project_runs_at_once(project: Project, tmp_path: Path) -> None:
    folder = tmp_path / "fresh"
    done = project.call("init", str(folder), cwd=tmp_path)
    assert done.returncode == 0
    assert "athanor run hello" in done.stdout
    ran = project.call("run", "hello", "-c", "trials=20", "-c", "darts=10", cwd=folder)
    assert ran.returncode == 0, ran.stderr
    assert "hello trials=20 darts=10 completed" in ran.stdout


def test_a_new_project_asks_no_index_for_a_package_of_this_name(
    project: Project, tmp_path: Path
) -> None:
    project.call("init", cwd=tmp_path)
    text = (tmp_path / "pyproject.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text)["project"]["dependencies"] == []
    assert "somebody else's package" in text


def test_plain_pytest_finds_the_experiments_of_a_new_project(
    project: Project, tmp_path: Path
) -> None:
    project.call("init", cwd=tmp_path)
    test = tmp_path / "tests" / "test_hello.py"
    test.parent.mkdir()
    test.write_text("from experiments.hello import hello\n\n\ndef test_it():\n    assert hello\n")
    pytest = Path(sysconfig.get_path("scripts")) / "pytest"
    done = subprocess.run(
        [pytest, "-q", "tests"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_init_overwrites_nothing(project: Project, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("# mine\n", encoding="utf-8")
    done = project.call("init", cwd=tmp_path)
    assert "kept  pyproject.toml" in done.stdout
    assert (tmp_path / "pyproject.toml").read_text(encoding="utf-8") == "# mine\n"
    assert (tmp_path / "experiments" / "hello.py").exists()
    assert ".athanor/" in (tmp_path / ".gitignore").read_text(encoding="utf-8")


def test_a_mistake_outside_of_any_project_leaves_nothing_behind(
    project: Project, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for words in (("run", "digits"), ("instances", "create", "digits"), ("list",)):
        done = project.call(*words, cwd=empty)
        assert list(empty.iterdir()) == []
        assert "athanor init" in done.stderr + done.stdout


def test_a_wrong_configuration_makes_no_data_directory(project: Project) -> None:
    project.refused("run", "acting", "-c", "lines=0")
    project.refused("run", "acting", "--time-limit", "-1")
    assert not (project.folder / ".athanor").exists()


def test_a_data_directory_that_is_a_file_is_called_one(project: Project) -> None:
    project.environment["ATHANOR_HOME"] = "pyproject.toml"
    done = project.call("runs")
    assert done.returncode == 1
    assert "pyproject.toml is a file. Set ATHANOR_HOME to a folder" in done.stderr


def test_the_version_is_told_without_loading_the_verbs(project: Project) -> None:
    code = (
        "import sys; sys.argv = ['athanor', '--version']\n"
        "from athanor.cli.main import main; main()\n"
        "heavy = {'typer', 'rich', 'pydantic', 'sqlalchemy'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout[:8]) == (0, "athanor "), done.stderr


def test_looking_in_the_wrong_folder_says_so_and_makes_nothing(
    project: Project, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    done = project.call("runs", cwd=empty)
    assert done.returncode == 2
    assert "nothing was run or made there yet" in done.stderr
    assert list(empty.iterdir()) == []
