from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from supervision_givens import Project


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What is marked so runs on PostgreSQL too."""
    if metafunc.definition.get_closest_marker("both_databases"):
        metafunc.parametrize("project", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def project(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Project]:
    if getattr(request, "param", "") == "postgresql" or os.environ.get("ATHANOR_DATABASE_URL"):
        monkeypatch.setenv("ATHANOR_DATABASE_URL", request.getfixturevalue("database_url"))
    made = Project(tmp_path / "project")
    yield made
    made.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 MB. Needs root, as `mount` does."""
    folder = tmp_path / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "small", str(folder)], check=True)
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)
