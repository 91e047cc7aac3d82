"""Runs with real processes, and a look at what is left of them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from laboratory import SECRET, Laboratory

ON_POSTGRESQL = bool(os.environ.get("ATHANOR_TEST_POSTGRESQL"))
"""Whether all tests of processes shall run on PostgreSQL, as `make test-postgres` asks."""


@pytest.fixture(scope="session", autouse=True)
def _database(request):
    """Which database every process uses that a test does not say it of."""
    with pytest.MonkeyPatch.context() as patch:
        url = request.getfixturevalue("migrated") if ON_POSTGRESQL else ""
        patch.setenv("ATHANOR_DATABASE_URL", url)
        yield


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory):
    """One project and one supervising harness for all tests of a file."""
    project = tmp_path_factory.mktemp("laboratory")
    (project / "pyproject.toml").write_text(
        '[tool.athanor]\nexperiments = ["every_ending", "changing"]\n'
    )
    (project / "changing").mkdir()
    (project / ".env").write_text(f"LAB_SECRET={SECRET}\n")
    shutil.copy(Path(__file__).with_name("every_ending.py"), project)
    found = Laboratory(project)
    yield found
    found.harness.close()


@pytest.fixture
def lab(laboratory):
    """The laboratory; after the test, nothing of the runs it started may be left."""
    laboratory.started.clear()
    yield laboratory
    for run in laboratory.started:
        ended = laboratory.end(run)
        assert laboratory.left_behind(run) == []
        assert not laboratory.alive(run)
        assert ended.completed_at is not None
        assert not ended.finishing
        runner_log = laboratory.directory(run).runner_log
        assert not runner_log.exists() or runner_log.read_text() == ""
