"""One suite for every database; today there is one."""

from __future__ import annotations

import pytest

from athanor.settings import Settings
from athanor.store.database import Database


@pytest.fixture(params=["sqlite"])
def settings(request, tmp_path):
    return Settings(project=tmp_path, home=tmp_path / ".athanor")


@pytest.fixture
def database(settings):
    opened = Database.open(settings)
    yield opened
    opened.close()
