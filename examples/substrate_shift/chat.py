"""What the experiments need of a model: one method, whoever answers behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

Message = dict[str, str]
"""``role`` (system, user or assistant) and ``content``."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model said, and what it cost."""

    text: str
    prompt_tokens: int
    completion_tokens: int
    latency_s: float


class ChatModel(Protocol):
    """Answers as the model that is named; ``simulated`` says whether there is a real one."""

    simulated: bool

    async def reply(
        self, name: str, messages: list[Message], *, max_tokens: int, seed: int
    ) -> Reply:
        """The next message of the conversation; raises ``ModelError``, ``AccessError``."""
        ...


class ItemError(Exception):
    """One item could not be measured; the others may well be."""


class ModelError(ItemError):
    """The model gave no answer, after all attempts."""


class AnswerError(ItemError):
    """The model answered, but not in the form that was asked for."""


class AccessError(Exception):
    """There is no API key, or the endpoint refuses it: no item can be measured."""
