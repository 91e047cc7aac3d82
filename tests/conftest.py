"""What every room of tests may ask for: a PostgreSQL server of its own, and databases on it."""

from __future__ import annotations

import gc

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as of_hypothesis
from postgresql_server import Server, upgrade

# How long an example takes says more of what else the machine does than of the code.
of_hypothesis.register_profile(
    "crowded",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
of_hypothesis.load_profile("crowded")


def pytest_addoption(parser):
    parser.addoption("--long", action="store_true", help="try also what is marked as long")


def pytest_collection_modifyitems(config, items):
    """What is marked `long` is for `make test-long`."""
    if config.getoption("--long"):
        return
    left_out = [item for item in items if _is_long(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if not _is_long(item)]


def pytest_collection_finish():
    """Thousands of tests need not be looked through each time that garbage is looked for."""
    gc.collect()
    gc.freeze()


def _is_long(item):
    """Whether the test is marked so, or its parameters are those that the mark names."""
    mark = item.get_closest_marker("long")
    if mark is None:
        return False
    given = item.callspec.params.values() if mark.args else ()
    return not mark.args or any(one in given for one in mark.args)


@pytest.fixture(scope="session")
def postgresql():
    """One server for all tests of a session, started when first asked for."""
    server = Server()
    yield server
    server.close()


@pytest.fixture(scope="session")
def migrated(postgresql):
    """The URL of a database at the newest revision."""
    url = postgresql.url(postgresql.new_database())
    upgrade(url)
    return url


@pytest.fixture
def database_url(postgresql, migrated):
    """The URL of a database at the newest revision, empty for each test."""
    yield migrated
    postgresql.empty(migrated)


@pytest.fixture
def empty_database_url(postgresql):
    """The URL of a database of this test alone, without any table."""
    name = postgresql.new_database()
    yield postgresql.url(name)
    postgresql.drop(name)
