"""The project that the commands are tried in."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from command_project import Project

HERE = Path(__file__).parent


def _project(tmp_path: Path) -> Project:
    folder = tmp_path / "project"
    (folder / "experiments").mkdir(parents=True)
    (folder / "pyproject.toml").touch()
    source = (HERE / "acting_experiment.txt").read_text(encoding="utf-8")
    (folder / "experiments" / "acting.py").write_text(source, encoding="utf-8")
    kept = {k: v for k, v in os.environ.items() if not k.startswith("ATHANOR_")}
    kept |= {"TERM": "xterm-256color", "GATE": str(tmp_path / "gate"), "TZ": "UTC"}
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES"):
        kept.pop(name, None)
    return Project(folder, kept)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """One to change."""
    return _project(tmp_path)


@pytest.fixture(scope="module")
def looked_at(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """One for all tests of a file, which only look at what it has."""
    return _project(tmp_path_factory.mktemp("looked_at"))


@pytest.fixture
def gate(project: Project) -> Path:
    """What the action ``gate`` waits for."""
    return Path(project.environment["GATE"])
