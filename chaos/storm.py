"""The storm: blows as the seed has them, then calm, then the oracle."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from athanor.errors import Unavailable
from athanor.store import run_lists
from chaos import oracle, processes, schedule
from chaos.oracle import Fault, Hit
from chaos.stage import OnServer, Stage

SETTLE_S = 180.0
REPORT_S = 30.0
_TEND_S = 0.1


@dataclass
class Verdict:
    """What a storm has shown; ``folder`` holds everything it left."""

    seed: int
    folder: Path
    seconds: float = 0.0
    hits: Counter[str] = field(default_factory=Counter)
    findings: oracle.Findings = field(default_factory=oracle.Findings)

    @property
    def faults(self) -> list[Fault]:
        """What is not as promised."""
        return self.findings.faults


def storm(
    seed: int,
    kills: int,
    runs: int,
    minutes: float,
    *,
    outages: int = schedule.OUTAGES,
    database: OnServer | None = None,
    parent: Path | None = None,
    tell: Callable[[str], None] = print,
) -> Verdict:
    """``kills`` kills spread over ``minutes`` while ``runs`` runs work, the database away at times.

    On the embedded database, or on that of a server.
    """
    folder = Path(tempfile.mkdtemp(prefix=f"athanor-chaos-{seed}-", dir=parent))
    begun_s = time.monotonic()
    verdict = Verdict(seed, folder)
    with Stage(folder, seed, runs, database) as stage:
        blows, away = schedule.blows(seed, kills), schedule.outages(seed, outages)
        hits = _strike(stage, blows, away, minutes * 60, tell)
        settled = stage.settle(SETTLE_S)
        verdict.hits = Counter(hit.role for hit in hits)
        verdict.findings = oracle.examine(stage, hits)
        if not settled:
            verdict.faults.insert(0, _unsettled(stage))
    verdict.seconds = time.monotonic() - begun_s
    return verdict


def _strike(
    stage: Stage,
    blows: list[schedule.Blow],
    outages: list[float],
    seconds: float,
    tell: Callable[[str], None],
) -> list[Hit]:
    _until_begun(stage)
    hits: list[Hit] = []
    begun_s = told_s = time.monotonic()
    for blow in blows:
        while time.monotonic() < begun_s + blow.at * seconds:
            stage.tend()
            time.sleep(_TEND_S)
        if outages and blow.at >= outages[0] and not stage.outage.lasts:
            _interrupt(stage, tell)
            outages = outages[1:]
        stage.tend()
        hits += _hit(stage, blow)
        if time.monotonic() - told_s > REPORT_S:
            told_s = time.monotonic()
            tell(f"{told_s - begun_s:5.0f} s  {_so_far(stage, hits)}")
    for _ in outages:  # that no blow came after
        while stage.outage.lasts:
            stage.tend()
            time.sleep(_TEND_S)
        _interrupt(stage, tell)
    tell(f"calm after {_so_far(stage, hits)}: everything comes to its end")
    return hits


def _interrupt(stage: Stage, tell: Callable[[str], None]) -> None:
    stage.outage.begin()
    tell(f"         {stage.outage.told}")


def _so_far(stage: Stage, hits: list[Hit]) -> str:
    with suppress(Unavailable):
        return f"{len(hits)} kills, {_ended(stage)} runs have ended"
    return f"{len(hits)} kills, the database is away"


def _until_begun(stage: Stage) -> None:
    """Wait for the first task, so that a short storm does not hit an empty stage."""
    while "task" not in stage.victims():
        stage.tend()
        time.sleep(_TEND_S)


def _hit(stage: Stage, blow: schedule.Blow) -> list[Hit]:
    """Everybody whom the blow is meant for; in place of a role that nobody has, the next."""
    hits = []
    victims = stage.victims()
    for role, share in blow.targets:
        hit = None
        while hit is None:
            hit = _one(stage, victims, role, share)
            if hit is None:
                stage.tend()
                victims = stage.victims()
        hits.append(hit)
    return hits


def _one(
    stage: Stage, victims: dict[str, list[processes.Found]], role: str, share: float
) -> Hit | None:
    names = list(schedule.ROLES)
    start = names.index(role)
    for name in names[start:] + names[:start]:
        there = victims.get(name, [])
        if there:
            found = there.pop(int(share * len(there)))
            hit = Hit(name, found, time.time())
            gone = stage.close_window(found) if name == "window" else _kill(stage, found)
            return hit if gone else None
    return None


def _kill(stage: Stage, found: processes.Found) -> bool:
    return processes.kill(found, stage.mark)


def _ended(stage: Stage) -> int:
    with stage.harness._database.read() as c:
        counted = run_lists.counts(c)
    return sum(number for status, number in counted.items() if status.final)


def _unsettled(stage: Stage) -> Fault:
    left = [f"{run.id} is {run.status}" for run in stage.live()]
    left += [f"{found.pid} {found.command}" for found in processes.marked(stage.mark)]
    return Fault("-", f"everything over {SETTLE_S:.0f} s after the last blow", "; ".join(left))
