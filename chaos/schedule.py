"""What a seed decides: whom to hit, in which order, after which pause, and what each run does."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

ROLES = {
    "task": 26,
    "runner": 18,
    "nursery": 12,
    "owner": 14,
    "command": 6,
    "window": 6,
    "worker": 14,
    "spare": 8,
}
"""Whom to hit, and how often beside the others. A window is closed, all others are killed."""

OUTAGES = 2
HELD_S = 12.0
"""For how long the embedded database is held: longer than anyone waits for it."""
STOPPED_S = 30.0
"""For how long PostgreSQL is stopped."""

_WRITERS = ("thread", "fork", "nested", "spawn")


@dataclass(frozen=True)
class Blow:
    """One or several processes hit at once, in this order; ``share`` picks among those there are.

    ``at`` is when, as a share of the whole storm.
    """

    at: float
    targets: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Part:
    """What one run does."""

    writers: tuple[str, ...]
    events: int
    pause_s: float
    word: str


def blows(seed: int, kills: int) -> list[Blow]:
    """The whole storm: exactly ``kills`` targets."""
    chance = random.Random(f"blows {seed}")
    several = []
    left = kills
    while left:
        size = min(left, chance.choices((1, 2, 3, 4), (65, 18, 10, 7))[0])
        roles = chance.choices(list(ROLES), list(ROLES.values()), k=size)
        several.append(tuple((role, chance.random()) for role in roles))
        left -= size
    moments = sorted(chance.random() for _ in several)
    return [Blow(at, targets) for at, targets in zip(moments, several, strict=True)]


def outages(seed: int, number: int) -> list[float]:
    """When the database is away, as shares of the storm."""
    chance = random.Random(f"locks {seed}")
    return sorted(chance.uniform(0.1, 0.9) for _ in range(number))


def parts(seed: int) -> Iterator[Part]:
    """What the first run does, the second, and so on without end."""
    for number in count():
        chance = random.Random(f"part {seed} {number}")
        yield Part(
            writers=("task", *(kind for kind in _WRITERS if chance.random() < 0.4)),
            events=chance.randint(40, 400),
            pause_s=chance.uniform(0.02, 0.09),
            word=chance.choice(("complete", "return")),
        )
