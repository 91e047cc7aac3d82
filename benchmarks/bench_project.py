"""A throw-away project with the experiments that the benchmarks run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from athanor import settings
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
    wait_s: float = 0


@athanor.experiment
def steady(ctx, config: Pace):
    """Log at a steady pace, once those who listen are there."""
    time.sleep(config.wait_s)
    begun = time.perf_counter()
    for number in range(config.lines):
        due = begun + number / config.per_second
        while (left := due - time.perf_counter()) > 0:
            time.sleep(left)
        ctx.log("info", "a message of thirty characters", {"number": number})
'''

TICKING = '''
"""Saying one line a beat, and sleeping."""

import time

import athanor
from pydantic import BaseModel


class Beat(BaseModel):
    """How often."""

    ticks: int = 10
    every_ms: int = 1000


@athanor.experiment
def ticking(ctx, config: Beat):
    """One line a beat."""
    begun = time.perf_counter()
    for number in range(config.ticks):
        time.sleep(max(0.0, begun + number * config.every_ms / 1000 - time.perf_counter()))
        ctx.log("info", "tick", {"number": number})
'''

FLOODING = '''
"""Logging as fast as it goes."""

import time

import athanor
from pydantic import BaseModel


class Flood(BaseModel):
    """How long."""

    seconds: int = 10


@athanor.experiment
def flooding(ctx, config: Flood):
    """Log without a pause; say in the end how much."""
    end = time.perf_counter() + config.seconds
    said = 0
    while time.perf_counter() < end:
        ctx.log("info", "a message of thirty characters", {"number": said})
        said += 1
    ctx.result("said", said)
'''
COUNTING = '''
"""Very much to say."""

import athanor
from pydantic import BaseModel


class Size(BaseModel):
    """How much."""

    events: int = 10


@athanor.experiment
def counting(ctx, config: Size):
    """Nine log lines to one result."""
    for number in range(config.events):
        if number % 10:
            ctx.log("info", "a message of thirty characters", {"number": number})
        else:
            ctx.result("value", {"number": number})
'''
_ALL = {
    "counting": COUNTING,
    "first_line": FIRST_LINE,
    "steady": STEADY,
    "ticking": TICKING,
    "flooding": FLOODING,
}


def make(project: Path) -> None:
    """The project in an empty folder."""
    (project / "pyproject.toml").write_text("[project]\nname = 'bench'\nversion = '0'\n")
    (project / "experiments").mkdir()
    for name, text in _ALL.items():
        (project / "experiments" / f"{name}.py").write_text(text)


@contextmanager
def harness(
    experiment: str,
    *,
    max_running: int | None = None,
    database_url: str = "",
    **configuration: int,
) -> Iterator[tuple[Harness, Instance]]:
    """A supervising harness on the project, and an instance of one of its experiments."""
    with TemporaryDirectory() as folder:
        project = Path(folder)
        make(project)
        found = settings.load(project, {"ATHANOR_DATABASE_URL": database_url})
        if max_running is not None:
            found = replace(found, max_running=max_running)
        with Harness.open(settings=found) as opened:
            opened.supervise()
            instance = opened.create_instance(
                experiment_module=experiment, name="bench", configuration=configuration
            )
            yield opened, instance
