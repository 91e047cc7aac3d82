from __future__ import annotations

import os
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
