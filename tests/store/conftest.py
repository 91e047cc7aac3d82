"""One suite for every database."""

from __future__ import annotations

import pytest

from athanor.settings import Settings
from athanor.store.database import Database


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request, tmp_path):
    url = "" if request.param == "sqlite" else request.getfixturevalue("database_url")
    return Settings(project=tmp_path, home=tmp_path / ".athanor", database_url=url)


@pytest.fixture
def database(settings):
    opened = Database.open(settings)
    yield opened
    opened.close()
