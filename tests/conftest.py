"""What every room of tests may ask for: a PostgreSQL server of its own, and databases on it."""

from __future__ import annotations

import pytest
from postgresql_server import Server, upgrade


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
