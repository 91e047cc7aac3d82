"""Results and runs as data frames of pandas or polars.

What is nested becomes a column for each value inside, named by its path: ``metrics.accuracy``.
Lists and empty objects are JSON text. A column holds numbers when all that stands in it is one, the
words ``"NaN"``, ``"Infinity"`` and ``"-Infinity"`` included, which become what they stand for.
"""

from __future__ import annotations

from enum import Enum
from importlib.util import find_spec
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal

from athanor.errors import InvalidInput, MissingExtra
from athanor.harness import columns
from athanor.harness.columns import Kind, leaves
from athanor.harness.missing import no_result
from athanor.harness.records import to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from athanor.domain.output import Result
    from athanor.domain.run import NamedRun
    from athanor.harness.workbench import Workbench

FrameKind = Literal["pandas", "polars"]
KINDS = ("pandas", "polars")
"""In the order in which they are taken when nobody says which."""

Column = tuple[str, Kind | Literal["moment"], list[Any]]
"""Its name, what it holds, and its cells; None where there is nothing."""

RESULT = ("id", "key", "attempt", "seq", "size", "timestamp")
RUN = (
    "id",
    "instance_id",
    "status",
    "inserted_at",
    "queued_at",
    "started_at",
    "completed_at",
    "duration_s",
    "error",
    "attempt",
    "result_count",
)
_PARTS = ("configuration", "progress", "log_counts", "usage", "metadata")
_TOO_MANY = ("packages", "environment_names")
"""In the metadata of a run: hundreds of names that hardly anybody looks at in a table."""


class Frames:
    """Frames for whoever has the use cases of a workbench."""

    def results_frame(
        self: Workbench, run_id: str, *, key: str | None = None, kind: FrameKind | None = None
    ) -> Any:
        """A row a result, of all keys or of one, in order of time.

        ``kind`` is "pandas" or "polars"; else what is installed, pandas first. MissingExtra when it
        is not; ResultNotFound when the run has no result of ``key``.
        """
        chosen = chosen_kind(kind)
        results = self.iterate_results(run_id, key=key)
        if key is not None:
            first = next(results, None)
            if first is None:
                raise no_result(self, run_id, key)
            results = chain((first,), results)
        return made(result_columns(results), chosen)

    def runs_frame(self: Workbench, *, kind: FrameKind | None = None, **wanted: Any) -> Any:
        """A row a run, newest first; the filters of ``list_runs``. ``kind`` as above.

        With ``limit`` the newest so many, else all.
        """
        chosen = chosen_kind(kind)
        return made(run_columns(_named(self, **wanted)), chosen)


def _named(workbench: Workbench, *, limit: int | None = None, **wanted: Any) -> Iterator[NamedRun]:
    cursor = None
    left = limit
    while left is None or left > 0:
        room = _PAGE if left is None else min(_PAGE, left)
        page = workbench.list_named_runs(**wanted, limit=room, cursor=cursor)
        yield from page.items
        left = None if left is None else left - len(page.items)
        if (cursor := page.next) is None:
            return


_PAGE = 500


def chosen_kind(kind: str | None) -> str:
    """The kind of frame to make; InvalidInput for one not known, MissingExtra for one not there."""
    if kind is not None and kind not in KINDS:
        raise InvalidInput(f"Expected the kind of a frame, pandas or polars, got {kind!r}.")
    found = next((name for name in KINDS if kind in (None, name) and find_spec(name)), None)
    if found is None:
        wanted = kind or "pandas or polars"
        raise MissingExtra(
            f"A frame needs {wanted}, which is not installed: pip install "
            f"'athanor[{kind or 'pandas'}]'."
        )
    return found


# --- columns -------------------------------------------------------------------------------------


def result_columns(results: Iterable[Result]) -> list[Column]:
    """Those of results: what is known of every one, then the values inside."""
    fixed = attrgetter(*RESULT)
    kept = [(fixed(result), dict(leaves(result.value)), result.value) for result in results]
    table = columns.needed_by(found.items() for _, found, _ in kept)
    inside = _inside(table, [found for _, found, _ in kept])
    whole: list[Column] = []
    if any(found.keys() - table.kinds.keys() for _, found, _ in kept):
        cells = [columns.as_json(value) for *_, value in kept]
        whole = [(columns.WHOLE, Kind.TEXT, cells)]
    return [*_known(RESULT, [fixed for fixed, *_ in kept]), *_shortened(inside, RESULT), *whole]


def run_columns(runs: Iterable[NamedRun]) -> list[Column]:
    """Those of runs: what is known of every one, then configuration, progress and surroundings."""
    kept = list(runs)
    names = ("instance_name", "experiment_module")
    fixed = _known(RUN, [_fixed(named.run, RUN) for named in kept])
    fixed += _known(names, [_fixed(named, names) for named in kept])
    found = [dict(_leaves_of(named)) for named in kept]
    return [*fixed, *_inside(columns.needed_by(row.items() for row in found), found)]


def _leaves_of(named: NamedRun) -> Iterator[tuple[str, Any]]:
    for part in _PARTS:
        value = to_json(getattr(named.run, part))
        if part == "metadata":
            value = {name: inside for name, inside in value.items() if name not in _TOO_MANY}
        if value:
            yield from leaves(value, part)


def _fixed(record: Any, names: Iterable[str]) -> tuple[Any, ...]:
    found = (getattr(record, name) for name in names)
    return tuple(value.value if isinstance(value, Enum) else value for value in found)


_KINDS: dict[str, Kind | Literal["moment"]] = {
    "attempt": Kind.INTEGER,
    "seq": Kind.INTEGER,
    "size": Kind.INTEGER,
    "result_count": Kind.INTEGER,
    "duration_s": Kind.NUMBER,
    "timestamp": "moment",
}


def _known(names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> list[Column]:
    cells = zip(*rows, strict=True) if rows else ((),) * len(names)
    return [
        (name, "moment" if name.endswith("_at") else _KINDS.get(name, Kind.TEXT), list(column))
        for name, column in zip(names, cells, strict=True)
    ]


def _inside(table: columns.Columns, rows: list[dict[str, Any]]) -> list[Column]:
    return [
        (name, kind, [columns.cell(row.get(name), kind) for row in rows])
        for name, kind in table.kinds.items()
    ]


def _shortened(found: list[Column], taken: Iterable[str]) -> list[Column]:
    """Without the ``value.`` before each path, unless another column is called that."""
    used = {*taken, *(name for name, *_ in found), columns.WHOLE}
    short = {name: name.removeprefix("value.") for name, *_ in found}
    return [
        (name if short[name] in used else short[name], kind, cells) for name, kind, cells in found
    ]


# --- frames --------------------------------------------------------------------------------------


def made(found: list[Column], kind: str) -> Any:
    """A frame of a kind that is installed."""
    return _pandas(found) if kind == "pandas" else _polars(found)


def _pandas(found: list[Column]) -> Any:
    import pandas as pd

    kinds = {
        Kind.BOOLEAN: ("bool", "boolean"),
        Kind.INTEGER: ("int64", "Int64"),
        Kind.NUMBER: ("float64", "float64"),
        Kind.TEXT: ("str", "str"),
        "moment": ("datetime64[us, UTC]", "datetime64[us, UTC]"),
    }
    return pd.DataFrame(
        {name: pd.Series(cells, dtype=kinds[kind][None in cells]) for name, kind, cells in found}
    )


def _polars(found: list[Column]) -> Any:
    import polars as pl

    kinds = {
        Kind.BOOLEAN: pl.Boolean(),
        Kind.INTEGER: pl.Int64(),
        Kind.NUMBER: pl.Float64(),
        Kind.TEXT: pl.String(),
        "moment": pl.Datetime("us", "UTC"),
    }
    return pl.DataFrame([pl.Series(name, cells, dtype=kinds[kind]) for name, kind, cells in found])
