"""The README's code, run as it stands."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).parents[2] / "README.md"
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
    printed = python(
        project, f"run_id = {run_id!r}\n{FRAME}\nprint(frame.to_json(orient='values'))"
    )
    assert '["iteration_1","{\\"value\\":1}"]' in printed
    assert printed.count("iteration_") == 5
