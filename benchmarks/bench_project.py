"""A throw-away project with the experiments that the benchmarks run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from athanor.domain.instance import Instance
from athanor.harness import Harness

FIRST_LINE = '''
"""The least there is: what it costs to get here is ours alone."""

import athanor


@athanor.experiment
def first_line(ctx):
    """Say at once that the author's code runs."""
    ctx.log("info", "here")
'''

STEADY = '''
"""Logging at a pace."""

import time

import athanor
from pydantic import BaseModel


class Pace(BaseModel):
    """How much to say."""

    lines: int = 1000
    per_second: int = 1000


@athanor.experiment
def steady(ctx, config: Pace):
    """Log at a steady pace."""
    begun = time.perf_counter()
    for number in range(config.lines):
        due = begun + number / config.per_second
        while (left := due - time.perf_counter()) > 0:
            time.sleep(left)
        ctx.log("info", "a message of thirty characters", {"number": number})
'''


@contextmanager
def harness(experiment: str, **configuration: int) -> Iterator[tuple[Harness, Instance]]:
    """A supervising harness on the project, and an instance of one of its experiments."""
    with TemporaryDirectory() as folder:
        project = Path(folder)
        (project / "pyproject.toml").write_text("[project]\nname = 'bench'\nversion = '0'\n")
        (project / "experiments").mkdir()
        (project / "experiments" / "first_line.py").write_text(FIRST_LINE)
        (project / "experiments" / "steady.py").write_text(STEADY)
        with Harness.open(project) as opened:
            opened.supervise()
            instance = opened.create_instance(
                experiment_module=experiment, name="bench", configuration=configuration
            )
            yield opened, instance
