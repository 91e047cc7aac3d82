"""A run in the process that asked for it."""

from __future__ import annotations

import pytest

from athanor.errors import RunAlreadyStarted
from athanor.execution import inline, lock
from athanor.execution.spec import Spec
from athanor.settings import Settings


def test_a_door_that_came_too_late_does_not_keep_the_lock(attempt, tmp_path):
    def refuse():
        raise RunAlreadyStarted

    spec = Spec.of(attempt.run, attempt.instance, Settings(project=tmp_path, home=tmp_path), "home")

    with pytest.raises(RunAlreadyStarted):
        inline.run(spec, attempt.directory, refuse)

    assert lock.is_free(attempt.directory.lock)
    assert attempt.lines() == []
