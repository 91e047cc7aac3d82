"""Listings fitted to a terminal: what is cut, what leaves, what never does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.console import Console

from athanor.cli.render.comparison import comparison_tables
from athanor.cli.render.listing import results_table, runs_table
from athanor.cli.render.table import Column, Rows, fitted
from athanor.domain.identifier import short_id
from athanor.domain.moment import now
from athanor.domain.output import ResultSummary
from athanor.domain.run import Progress, Run, RunStatus
from athanor.harness.comparison import comparison_of

ID = Column(name="ID")
NAME = Column(name="NAME", gives="cut", least=5)
LOGS = Column(name="LOGS", leaves=2)
TIME = Column(name="TIME", leaves=1)


def drawn(*renderables, width):
    console = Console(width=width, force_terminal=False, markup=False)
    with console.capture() as captured:
        for renderable in renderables:
            console.print(renderable)
    return captured.get()


def a_run(number):
    return Run(
        id=f"01a1fa26-1bf5-7942-b537-f4a46900{number:04x}",
        instance_id="i",
        status=RunStatus.COMPLETED,
        configuration={"rate": number},
        inserted_at=now(),
        updated_at=now(),
        started_at=now(),
        completed_at=now(),
        progress=Progress(current=123456, total=999999),
    )


def a_result(key):
    return ResultSummary(
        id="r", run_id="i", attempt=1, seq=1, key=key, size=5000, preview="v" * 300,
        timestamp=now(), inserted_at=now(),
    )  # fmt: skip


def test_where_there_is_room_every_column_is_whole():
    assert fitted((ID, NAME, LOGS), (8, 30, 4), 100) == {0: 8, 1: 30, 2: 4}


def test_columns_leave_in_their_order_before_one_that_gives_is_too_narrow():
    columns, natural = (ID, NAME, LOGS, TIME), (8, 30, 4, 6)
    assert fitted(columns, natural, 30) == {0: 8, 1: 6, 2: 4, 3: 6}
    assert fitted(columns, natural, 27) == {0: 8, 1: 9, 3: 6}
    assert fitted(columns, natural, 20) == {0: 8, 1: 10}


def test_the_widest_of_several_that_give_is_narrowed_first():
    other = Column(name="B", gives="cut", least=5)
    assert fitted((NAME, other), (30, 10), 30) == {0: 18, 1: 10}
    assert fitted((NAME, other), (30, 10), 18) == {0: 8, 1: 8}


def test_what_must_be_whole_is_folded_when_nothing_else_helps():
    assert fitted((ID, NAME), (100, 30), 40) == {0: 33, 1: 5}
    table = Rows((ID, NAME))
    table.add_row("a" * 100, "n" * 30)
    lines = drawn(table, width=40).splitlines()
    assert "".join(line.split()[0] for line in lines[1:]) == "a" * 100


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_ids_and_statuses_of_runs_are_never_cut(width):
    runs = [a_run(number) for number in range(3)]
    lines = drawn(runs_table(runs, {}), width=width).splitlines()
    assert [line.split()[:3] for line in lines[1:]] == [
        [short_id(run.id), "✓", "completed"] for run in runs
    ]
    assert all(len(line) <= width for line in lines)


@pytest.mark.parametrize("width", [60, 80])
def test_keys_of_results_are_never_cut(width):
    key = "a/key/of/some/length/as/they/come/from/loops"
    text = drawn(results_table([a_result(key)]), width=width)
    assert f"{key} " in text
    assert "…" in text


def test_runs_that_do_not_fit_beside_each_other_are_compared_below():
    runs = [a_run(number) for number in range(7)]
    found = comparison_of(runs, {}, {run.id: {"loss": 0.25} for run in runs})
    text = drawn(*comparison_tables(found, 80), width=80)
    assert all(text.count(short_id(run.id)) == 3 for run in runs)
    assert text.count("Figures") == 2
    assert all(len(line) <= 80 for line in text.splitlines())


def test_what_is_equal_is_told_below_the_configuration():
    runs = [replace(a_run(number), configuration={"a": 1, "b": number}) for number in (1, 2)]
    found = comparison_of(runs, {}, {run.id: {"loss": 1} for run in runs})
    text = drawn(*comparison_tables(found, 80), width=80)
    assert text.index("1 equal value not shown.") < text.index("Figures")
