"""Devices: who holds which is known to every owner of a machine, and given away once."""

from __future__ import annotations

from store_givens import HOME, an_attempt, set_status, stored_run

from athanor.domain.run import RunStatus
from athanor.store import attempts, runs, waiting


def claim(database, **fields):
    run = stored_run(database, gpus_asked=1)
    with database.write() as c:
        return attempts.claim(c, an_attempt(run, **fields)), run


def held(database, machine_id="machine"):
    with database.read() as c:
        return attempts.held_gpus(c, machine_id)


def test_what_a_claim_was_given_is_held_until_its_run_has_ended(database):
    _, run = claim(database, gpus=("0", "2"))
    assert held(database) == {"0", "2"}
    with database.read() as c:
        assert attempts.get(c, run.id, 1).gpus == ("0", "2")
        assert runs.get(c, run.id).gpus == ("0", "2")

    for status, expected in ((RunStatus.RUNNING, {"0", "2"}), (RunStatus.FAILED, set())):
        set_status(database, run, status)
        assert held(database) == expected


def test_a_device_is_not_given_twice_whatever_the_data_directory(database):
    assert claim(database, gpus=("0",))[0]
    assert not claim(database, gpus=("1", "0"), home="/elsewhere/.athanor")[0]
    assert claim(database, gpus=("1",), home="/elsewhere/.athanor")[0]
    assert held(database) == {"0", "1"}


def test_another_machine_has_devices_of_its_own(database):
    assert claim(database, gpus=("0",))[0]
    assert claim(database, gpus=("0",), machine_id="other")[0]
    assert held(database, "other") == {"0"}


def test_a_claim_that_came_to_nothing_holds_no_device(database):
    _, run = claim(database, gpus=("0",))
    with database.write() as c:
        assert attempts.release(c, run.id, 1)
    assert held(database) == set()


def test_why_a_run_waits_is_forgotten_when_it_is_claimed(database):
    run = stored_run(database, gpus_asked=1)
    with database.write() as c:
        waiting.set_waits_for(c, [run.id], "1 GPU (0 free)")
    with database.read() as c:
        (asking,) = waiting.asking_for_gpus(c, home=HOME, limit=10)
    assert (asking.run_id, asking.gpus, asking.waits_for) == (run.id, 1, "1 GPU (0 free)")

    with database.write() as c:
        attempts.claim(c, an_attempt(run, gpus=("0",)))
        waiting.set_waits_for(c, [run.id], "too late")
    with database.read() as c:
        assert runs.get(c, run.id).waits_for is None
        assert waiting.asking_for_gpus(c, home=HOME, limit=10) == []
