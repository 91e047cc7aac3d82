"""The README's code, run as it stands."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
HOW_TO = ROOT / "docs/howto/write-an-experiment.md"
EXPERIMENT, FRAME, FUNCTIONS = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)


@pytest.fixture
def project(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "readme"\nversion = "0"\n')
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments" / "mine.py").write_text(EXPERIMENT)
    return tmp_path


def python(project, code):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=project,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_functions_make_an_instance_run_it_and_read_its_results(project):
    """RUN-10, RUN-11"""
    printed = python(project, FUNCTIONS)
    assert printed.splitlines() == [f"iteration_{i} {{'value': {i * i}}}" for i in range(1, 6)]


def test_plain_sql_gives_a_frame_of_the_results(project):
    """OPS-03"""
    run_id = python(project, FUNCTIONS + "\nprint(run.id)").splitlines()[-1]
    for asked in (run_id, run_id[-8:]):
        code = f"run_id = {asked!r}\n{FRAME}\nprint(frame.to_json(orient='values'))"
        printed = python(project, code)
        assert '["iteration_1",{"value":1}]' in printed
        assert printed.count("iteration_") == 5


@pytest.mark.parametrize(("number", "name"), [(0, "train"), (1, "survey")])
def test_the_experiments_of_the_how_to_run(project, number, name):
    block = re.findall(r"```python\n(.*?)```", HOW_TO.read_text(), re.DOTALL)[number]
    (project / "experiments" / "mine.py").write_text(block)
    printed = python(
        project,
        "from athanor import experiments, runtime\n"
        f"made = experiments.create_instance(experiment_module={name!r}, name='it')\n"
        "run = experiments.wait_for_run(runtime.start_run(made))\n"
        "print(run.status, run.result_count)",
    )
    assert printed.split() == ["completed", {"train": "3", "survey": "1"}[name]]
