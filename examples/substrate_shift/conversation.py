"""A conversation whose model may change from one question to the next."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .chat import ChatModel, Message, Reply

INTRODUCTION: Message = {
    "role": "system",
    "content": (
        "You take part in a study of conversations. The model that answers may be replaced by "
        "another one at any time, without notice; the messages so far stay the same."
    ),
}


@dataclass(frozen=True, slots=True)
class Turn:
    """A question, and the reply of the model that was asked."""

    model: str
    question: str
    reply: Reply


@dataclass(slots=True)
class Conversation:
    """Whoever is asked next sees everything said so far as its own words."""

    chat: ChatModel
    max_tokens: int
    seed: int
    turns: list[Turn] = field(default_factory=list)

    async def ask(self, model: str, question: str) -> str:
        """Put ``question`` to ``model`` and remember the reply; raises as ``ChatModel.reply``."""
        messages = [*self._messages(), {"role": "user", "content": question}]
        reply = await self.chat.reply(model, messages, max_tokens=self.max_tokens, seed=self.seed)
        self.turns.append(Turn(model, question, reply))
        return reply.text

    def _messages(self) -> list[Message]:
        messages = [INTRODUCTION]
        for turn in self.turns:
            messages.append({"role": "user", "content": turn.question})
            messages.append({"role": "assistant", "content": turn.reply.text})
        return messages

    def record(self) -> dict[str, Any]:
        """What to keep of the conversation in a result."""
        replies = [turn.reply for turn in self.turns]
        return {
            "simulated": self.chat.simulated,
            "prompt_tokens": sum(reply.prompt_tokens for reply in replies),
            "completion_tokens": sum(reply.completion_tokens for reply in replies),
            "latency_s": round(sum(reply.latency_s for reply in replies), 3),
            "transcript": [
                {"model": turn.model, "question": turn.question, "answer": turn.reply.text}
                for turn in self.turns
            ],
        }
