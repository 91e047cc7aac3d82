"""A short storm of kills; `make chaos` is the long one."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from supervision_givens import Project

from chaos import schedule
from chaos.stage import OnServer
from chaos.storm import storm


@pytest.mark.alone
@pytest.mark.long("postgresql")
@pytest.mark.both_databases
def test_after_a_short_storm_nothing_is_lost_doubled_untrue_or_left(
    project: Project,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(schedule, "HELD_S", 2.0)
    monkeypatch.setattr(schedule, "STOPPED_S", 2.0)
    told: list[str] = []
    url = os.environ.get("ATHANOR_DATABASE_URL")
    database = OnServer(request.getfixturevalue("postgresql"), url) if url else None

    verdict = storm(
        random.randrange(1_000_000),
        kills=50,
        runs=20,
        minutes=0.2,
        outages=1,
        database=database,
        parent=tmp_path,
        tell=told.append,
    )

    assert not verdict.faults, f"seed {verdict.seed}\n" + "\n".join(map(str, verdict.faults))
    assert [line for line in told if "for 2 s" in line], told
    assert verdict.findings.returned > 1000
    assert verdict.findings.statuses["completed"] > 0
    assert verdict.findings.statuses["failed"] > 0
