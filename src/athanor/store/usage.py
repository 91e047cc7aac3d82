"""What runs have used over time: a series of at most a thousand samples, however long a run is.

Once there are more, every second one is dropped, and of the coming ones only every second is kept;
then every fourth, and so on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, delete, select

from athanor.domain.usage import Usage
from athanor.store.fold import USAGE_COLUMNS, USAGE_FIGURES
from athanor.store.tables import run_usage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from athanor.store.flavour import Flavour

KEPT = 1000
_NUMBER = USAGE_COLUMNS.index("number")


def add(flavour: Flavour, c: Connection, samples: Sequence[tuple[Any, ...]]) -> None:
    """Keep what is to be kept of an attempt's next samples, rows of ``USAGE_COLUMNS``."""
    if not samples:
        return
    before, after = stride(samples[0][_NUMBER] - 1), stride(samples[-1][_NUMBER])
    run_id, attempt = samples[0][:2]
    of_attempt = (run_usage.c.run_id == run_id, run_usage.c.attempt == attempt)
    kept = {sample[_NUMBER]: sample for sample in samples if sample[_NUMBER] % after == 0}
    # A number said twice, as only a damaged journal does, must not stop the ingest for ever.
    said_before = select(run_usage.c.number).where(*of_attempt, run_usage.c.number.in_(kept))
    for number in c.scalars(said_before).all():
        del kept[number]
    flavour.bulk_insert(c, run_usage, USAGE_COLUMNS, list(kept.values()))
    if before != after:
        c.execute(delete(run_usage).where(*of_attempt, run_usage.c.number % after != 0))


def stride(number: int) -> int:
    """Which samples are kept once there were ``number``: every one, every second, every fourth."""
    step = 1
    while number > KEPT * step:
        step *= 2
    return step


def series(c: Connection, run_id: str) -> list[Usage]:
    """All that is kept of a run, in order of time."""
    order = (run_usage.c.attempt, run_usage.c.number)
    rows = c.execute(select(run_usage).where(run_usage.c.run_id == run_id).order_by(*order))
    return [
        msgspec.convert(
            {name: getattr(row, name) for name in USAGE_FIGURES}
            | {"sampled_at": row.timestamp, "gpus": row.gpus or ()},
            Usage,
        )
        for row in rows
    ]
