"""Servers for the tests."""

from __future__ import annotations

import pytest
from served import Served, make_project


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """One server for all tests of a file that only ask."""
    with Served(make_project(tmp_path_factory.mktemp("served") / "project")) as found:
        yield found


@pytest.fixture
def project(tmp_path):
    """A project for a server of one's own."""
    return make_project(tmp_path / "project")


@pytest.fixture(scope="module")
def completed(served):
    """A run that has completed: 3 lines, 5 results."""
    return served.ended("complete")
