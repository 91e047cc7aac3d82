"""A stand-in for a model, so that the experiments run without a key, a network or a bill."""

from __future__ import annotations

import asyncio
import json
import random

from .answer import ANSWER_FORM
from .chat import Message, Reply

SMALL_TALK = (
    "That is a fair question, and I would take it one step at a time.",
    "I would start from what we know and be plain about what we do not.",
    "There are two sides to this; let me give the stronger one first.",
)


class SimulatedModel:
    """Answers at random, always the same for the same seed, name and messages.

    It understands nothing: its ``detected`` says nothing about any real model.
    """

    simulated = True

    def __init__(self, latency_s: float = 0.1) -> None:
        self.latency_s = latency_s

    async def reply(
        self, name: str, messages: list[Message], *, max_tokens: int, seed: int
    ) -> Reply:
        """A random answer of at most ``max_tokens`` words, in the form asked for."""
        await asyncio.sleep(self.latency_s)
        chance = random.Random(f"{seed} {name} {json.dumps(messages)}")
        asked_to_judge = ANSWER_FORM in messages[-1]["content"]
        said = _judgement(chance) if asked_to_judge else chance.choice(SMALL_TALK)
        words = f"[simulated {name}] {said}".split()[:max_tokens]
        return Reply(
            text=" ".join(words),
            prompt_tokens=sum(len(message["content"].split()) for message in messages),
            completion_tokens=len(words),
            latency_s=self.latency_s,
        )


def _judgement(chance: random.Random) -> str:
    detected = chance.random() < 0.5
    return json.dumps({"detected": detected, "confidence": round(chance.random(), 3)})
