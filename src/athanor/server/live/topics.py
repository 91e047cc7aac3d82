"""What one can subscribe to."""

from __future__ import annotations

import re
from typing import Protocol

INSTANCES = "experiments:instances"
ACTIVE = "experiments:runs:active"
MODULES = "experiments:modules"
INSTANCE = "experiments:instance:"
RUN = "experiments:run:"

_ID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_TOPIC = re.compile(f"{INSTANCES}|{ACTIVE}|{MODULES}|({INSTANCE}|{RUN}){_ID}")


def is_topic(text: str) -> bool:
    """Whether there is such a topic."""
    return _TOPIC.fullmatch(text) is not None


class Subscription(Protocol):
    """One topic of one client, and where that client stands in it."""

    topic: str

    async def begin(self) -> list[str]:
        """Listen, and the frames that tell the state. Also called again, when ``take`` says so."""
        ...

    def take(self) -> list[str] | None:
        """Frames of what is new; None when too much was missed, and it must begin again."""
        ...

    def close(self) -> None:
        """Listen no more."""
        ...
