"""A data directory that is removed under a living run."""

from __future__ import annotations

import shutil

import psutil
import pytest
from laboratory import Laboratory


@pytest.fixture
def lonely(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[tool.athanor]\nexperiments = ["every_ending"]\n')
    source = __file__.replace("test_a_vanished_directory", "every_ending")
    shutil.copy(source, tmp_path / "every_ending.py")
    return Laboratory(tmp_path)


def test_a_run_that_nobody_can_see_any_more_ends_by_itself(lonely):
    run = lonely.start("sleep_long")
    lonely.await_log(run, "ready")
    runner = psutil.Process(lonely.harness.whereis(run.id)["pid"])
    everything = [runner, *runner.children(recursive=True)]
    lonely.harness.close()  # nobody is there to end it
    shutil.rmtree(lonely.harness.home.path)
    _, alive = psutil.wait_procs(everything, timeout=20)
    assert alive == []
