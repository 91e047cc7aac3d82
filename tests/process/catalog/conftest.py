"""A project with real files, and a catalog with real worker processes."""

import pytest
from catalog_givens import Project


@pytest.fixture
def project(tmp_path):
    (tmp_path / "pyproject.toml").write_text("")
    return Project(tmp_path)


@pytest.fixture
def catalog(project):
    with project.catalog() as catalog:
        yield catalog
