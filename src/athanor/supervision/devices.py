"""GPUs: which ones this machine has for runs, and which run is given which.

Runs that ask for none pass those that wait. Among those that ask, order is strict: a run that needs
many is not starved by a stream of runs that need few.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import takewhile
from typing import TYPE_CHECKING

from athanor.execution import machine, nvml
from athanor.store import attempts, waiting
from athanor.store.waiting import Asking

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from athanor.store.database import Database

VARIABLE = "CUDA_VISIBLE_DEVICES"


QUEUE = 200
"""How many waiting runs are looked at; those behind them wait anyway."""


@dataclass(frozen=True, slots=True)
class Turns:
    """What a look at the queue has decided; ``given`` and ``waits_for`` are by run id."""

    asking: Sequence[Asking] = ()
    given: dict[str, tuple[str, ...]] = field(default_factory=dict)
    waits_for: dict[str, str] = field(default_factory=dict)
    refused: list[tuple[Asking, str]] = field(default_factory=list)


def look(c: Connection, home: str, setting: str) -> Turns:
    """Decide about every run that waits and asks for GPUs."""
    asking = waiting.asking_for_gpus(c, home=home, limit=QUEUE)
    if not asking:
        return Turns()
    return turns(asking, present(setting), attempts.held_gpus(c, machine.machine_id()))


def note(database: Database, decided: Turns) -> None:
    """Let every run say what it waits for now."""
    changed: dict[str | None, list[str]] = {}
    for run in decided.asking:
        reason = decided.waits_for.get(run.run_id)
        if reason != run.waits_for:
            changed.setdefault(reason, []).append(run.run_id)
    if changed:
        with database.write() as c:
            for reason, run_ids in changed.items():
                waiting.set_waits_for(c, run_ids, reason)


def turns(asking: Sequence[Asking], there: Sequence[str], held: Collection[str]) -> Turns:
    """Who is given which devices, who must wait for what, who can never be served here."""
    decided = Turns(asking)
    free = [device for device in there if device not in held]
    blocked = False
    for run in asking:
        if run.gpus > len(there):
            decided.refused.append((run, _too_many(run.gpus, there)))
        elif blocked:
            decided.waits_for[run.run_id] = "a run ahead of it that waits for GPUs"
        elif run.gpus <= len(free):
            decided.given[run.run_id] = tuple(free[: run.gpus])
            del free[: run.gpus]
        else:
            blocked = True
            decided.waits_for[run.run_id] = f"{_gpus(run.gpus)} ({len(free)} free)"
    return decided


def _too_many(asked: int, there: Sequence[str]) -> str:
    names = f"{len(there)} ({', '.join(there)})" if there else "none"
    return (
        f"Asks for {_gpus(asked)}, and there are {names} for runs on this machine. Change the "
        "instance (athanor instances edit INSTANCE --gpus N), or say which there are: ATHANOR_GPUS "
        "in the environment of whoever supervises (`athanor doctor` says who)."
    )


def _gpus(count: int) -> str:
    return f"{count} GPU" + ("" if count == 1 else "s")


# --- which there are -----------------------------------------------------------------------------


def present(setting: str, environ: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """The devices for runs: as set, else those this process may use, else what NVML finds.

    A setting never brings in a device that this process was not given itself.
    """
    allowed = environ.get(VARIABLE)
    mine = None if allowed is None else _usable(allowed)
    if not setting.strip():
        return _found() if mine is None else mine
    if setting.strip().isdecimal():
        count = int(setting)
        return tuple(map(str, range(count))) if mine is None else mine[:count]
    names = _names(setting)
    return tuple(name for name in names if mine is None or name in mine)


@cache
def _found() -> tuple[str, ...]:
    """Asked once: opening the library takes a while, and devices do not come and go."""
    return nvml.devices()


def _usable(visible: str) -> tuple[str, ...]:
    """As CUDA reads it: what comes after a name that is none, -1 above all, does not count."""
    return tuple(takewhile(lambda name: not name.startswith("-"), _names(visible)))


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
