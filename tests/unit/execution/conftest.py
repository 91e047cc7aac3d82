"""An attempt's directory, a context on it, and what was said there."""

from __future__ import annotations

import msgspec
import pytest

from athanor.domain.home import Home
from athanor.domain.identifier import new_id
from athanor.domain.instance import Instance
from athanor.domain.moment import now
from athanor.domain.run import Run, RunStatus
from athanor.execution.context import RunContext
from athanor.journal.reader import JournalReader


class Attempt:
    """One attempt at a run that nobody supervises."""

    def __init__(self, home, configuration):
        moment = now()
        self.instance = Instance(
            id=new_id(),
            experiment_module="lab:Trial",
            name="Trial",
            configuration=configuration,
            inserted_at=moment,
            updated_at=moment,
        )
        self.run = Run(
            id=new_id(),
            instance_id=self.instance.id,
            status=RunStatus.RUNNING,
            configuration=configuration,
            inserted_at=moment,
            updated_at=moment,
        )
        self.directory = home.attempt(self.run.id, 1)
        self.directory.path.mkdir(parents=True)
        self.context = RunContext(self.run, self.instance, configuration, self.directory)

    def lines(self, kind=None):
        """The journal's lines as plain dicts, in order; only those of ``kind`` when given."""
        with JournalReader(self.directory.journal) as reader:
            chunk = reader.read(0, 1 << 30, to_end=True)
        assert chunk.skipped == 0
        found = [msgspec.json.decode(msgspec.json.encode(line)) for _, line in chunk.lines]
        return [line for line in found if kind in (None, line["t"])]


@pytest.fixture
def attempt(tmp_path):
    return Attempt(Home(tmp_path), {"depth": 3, "inner": {"name": "x"}})


@pytest.fixture
def ctx(attempt):
    return attempt.context
