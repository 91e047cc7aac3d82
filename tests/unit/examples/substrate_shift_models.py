"""Two models for tests: one without latency, and one that fails when it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from examples.substrate_shift.chat import Message, ModelError, Reply
from examples.substrate_shift.simulated import SimulatedModel

PAIRS = [{"model_a": "old", "model_b": "new"}, {"model_a": "left", "model_b": "right"}]


def configuration(**changes: Any) -> dict[str, Any]:
    """A whole configuration of either experiment, with two pairs and two runs of each."""
    return {
        "runs_per_pair": 2,
        "parallel": 3,
        "max_tokens": 64,
        "require_api_key": False,
        "model_pairs": PAIRS,
        **changes,
    }


class ScriptedModel:
    """Answers what its script gives for (name, messages); None stands for a failure."""

    simulated = True

    def __init__(self, script: Callable[[str, list[Message]], str | None]) -> None:
        self.script = script
        self.asked = 0
        self.at_work = 0
        self.most_at_work = 0

    async def reply(
        self, name: str, messages: list[Message], *, max_tokens: int, seed: int
    ) -> Reply:
        self.asked += 1
        self.at_work += 1
        self.most_at_work = max(self.most_at_work, self.at_work)
        await asyncio.sleep(0)  # let the other conversations in, as a network would
        self.at_work -= 1
        text = self.script(name, messages)
        if text is None:
            raise ModelError(f"{name} is down")
        return Reply(text, 5, 2, 0.0)


def instant() -> SimulatedModel:
    """The simulated model of the examples, without its latency."""
    return SimulatedModel(latency_s=0)
