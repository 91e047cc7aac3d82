"""A data directory is known by an id that a rename keeps and a copy loses."""

from __future__ import annotations

import shutil

import pytest
from store_givens import NOON, a_run, an_attempt, an_instance, fetched_run

from athanor.domain.home import Home
from athanor.settings import Settings
from athanor.store import attempts, identity, instances, runs, waiting
from athanor.store.database import Database
from athanor.supervision.ownership import Ownership


@pytest.fixture
def home(tmp_path):
    (tmp_path / "original").mkdir()
    return Home(tmp_path / "original")


def opened(home):
    return Database.open(Settings(project=home.path.parent, home=home.path))


def queued(database):
    instance = an_instance()
    run = a_run(instance, queued_at=NOON)
    with database.write() as c:
        instances.insert(c, instance)
        runs.insert(c, run, project="/p", home=database.home)
    return run


def startable(database):
    with database.read() as c:
        return [run.id for run, _ in waiting.startable(c, home=database.home, limit=10)]


def test_the_id_is_kept_when_the_directory_is_renamed(home, tmp_path):
    given = identity.identify(home)
    moved = Home(home.path.rename(tmp_path / "renamed"))
    assert identity.identify(moved) == given
    assert identity.is_here(moved, given)
    assert not identity.is_here(home, given)


def test_a_copy_gets_an_id_of_its_own_and_keeps_it(home, tmp_path):
    given = identity.identify(home)
    copy = Home(shutil.copytree(home.path, tmp_path / "copy"))
    own = identity.identify(copy)
    assert own != given
    assert identity.identify(copy) == own
    assert identity.identify(home) == given


def test_the_id_stays_while_somebody_supervises_the_directory(home):
    """As on file systems that number their files anew."""
    given = identity.identify(home)
    content = home.identity.read_bytes()
    home.identity.rename(home.path / "old")
    home.identity.write_bytes(content)
    with Ownership(home) as owner:
        assert owner.acquire()
        assert identity.identify(home) == given


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"id": 7}'])
def test_a_damaged_file_is_replaced(home, content):
    home.identity.write_bytes(content)
    given = identity.identify(home)
    assert identity.identify(home) == given


def test_what_waited_in_the_original_does_not_wait_in_a_copy(home, tmp_path):
    original = opened(home)
    run = queued(original)
    original.close()
    copy = opened(Home(shutil.copytree(home.path, tmp_path / "copy")))
    assert startable(copy) == []
    assert fetched_run(copy, run.id).queued_at is None
    with copy.write() as c:  # here it is prepared, and may be asked for
        waiting.enqueue(c, run.id, NOON)
    assert startable(copy) == [run.id]
    copy.close()
    original = opened(home)
    assert startable(original) == [run.id]
    original.close()


def test_a_claim_stays_that_of_the_original(home, tmp_path):
    original = opened(home)
    run = queued(original)
    with original.write() as c:
        assert attempts.claim(c, an_attempt(run, home=original.home))
    original.close()
    copy = opened(Home(shutil.copytree(home.path, tmp_path / "copy")))
    with copy.read() as c:
        [found] = attempts.open_attempts(c, home=copy.home)
    assert found.home == original.home != copy.home
    copy.close()


def test_a_renamed_directory_keeps_its_queue(home, tmp_path):
    before = opened(home)
    run = queued(before)
    before.close()
    after = opened(Home(home.path.rename(tmp_path / "renamed")))
    assert startable(after) == [run.id]
    after.close()
