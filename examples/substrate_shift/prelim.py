"""When does a model notice? The same question in every turn, and a switch at a known one.

A conversation has ten turns; from turn 0, 3, 5, 7 or 9 on model B answers (0 means from the
start, so that it shows false alarms). Conversations are held side by side, no more than
``parallel`` at a time: the example of an ``async`` experiment that does several things at once.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from athanor import ConfigSchema, Definition, Experiment, RunContext

from .access import open_model
from .answer import ANSWER_FORM, Answer, read_answer
from .chat import AccessError, ChatModel, ItemError
from .conversation import Conversation
from .pairs import chosen_pairs, with_models

TURNS = 10
SWITCH_TURNS = (0, 3, 5, 7, 9)
QUESTIONS = (
    "Do your earlier answers read as if you had written them?",
    "Has the model behind this conversation changed since it began?",
    "Would you have put your last answer in other words?",
    "Is there a break in style or in knowledge between your answers?",
)


class SubstrateShiftPrelim(Experiment):
    """Asks in each of ten turns whether the model was switched."""

    def experiment(self) -> Definition:
        """How many conversations, how many of them at once, and between which models."""
        schema = (
            ConfigSchema()
            .field(
                "runs_per_pair",
                int,
                default=2,
                min=1,
                max=100,
                description="Conversations with each pair of models and each turn of the switch",
            )
            .field(
                "parallel",
                int,
                default=4,
                min=1,
                max=32,
                description="Conversations at a time; lower it when the endpoint answers 429",
            )
        )
        return Definition(
            name="substrate_shift_prelim",
            description="In which of ten turns does a model notice that it took over?",
            configuration=with_models(schema),
        )

    async def run(self, ctx: RunContext) -> None:
        """Ask the real models when there is a key, else simulated ones."""
        try:
            async with open_model(ctx) as chat:
                await study(ctx, chat)
        except* AccessError as denied:
            ctx.fail(str(denied.exceptions[0]))
        else:
            ctx.complete()


@dataclass(frozen=True, slots=True)
class Item:
    """One conversation to hold: ``pair`` and turns count from 0, ``run`` from 1."""

    pair: int
    switch_turn: int
    run: int
    model_a: str
    model_b: str

    @property
    def key(self) -> str:
        """The key of its result."""
        return f"pair_{self.pair}_switch_{self.switch_turn}_run_{self.run}"

    def model(self, turn: int) -> str:
        """Who answers in ``turn``."""
        return self.model_a if turn < self.switch_turn else self.model_b

    def question(self, turn: int) -> str:
        """The questions rotate, and each run begins with another one."""
        return f"{QUESTIONS[(self.run - 1 + turn) % len(QUESTIONS)]} {ANSWER_FORM}"


async def study(ctx: RunContext, chat: ChatModel) -> None:
    """Start all conversations, let a few proceed at a time, and store each as it ends.

    A cancel reaches the run as ``CancelledError``; the group passes it on to every conversation.
    """
    items = plan(chosen_pairs(ctx), ctx.config["runs_per_pair"])
    slots = asyncio.Semaphore(ctx.config["parallel"])
    ctx.progress(0, len(items))
    async with asyncio.TaskGroup() as group:
        conversations = [group.create_task(in_turn(slots, ctx, chat, item)) for item in items]
        for done, next_to_end in enumerate(asyncio.as_completed(conversations), start=1):
            item, outcome = await next_to_end
            ctx.result(item.key, outcome)
            ctx.progress(done, len(items), item.key)


def plan(pairs: list[dict[str, Any]], runs: int) -> list[Item]:
    """Every pair with every turn of the switch, as often as asked for."""
    return [
        Item(number, switch_turn, run, pair["model_a"], pair["model_b"])
        for number, pair in enumerate(pairs)
        for switch_turn in SWITCH_TURNS
        for run in range(1, runs + 1)
    ]


async def in_turn(
    slots: asyncio.Semaphore, ctx: RunContext, chat: ChatModel, item: Item
) -> tuple[Item, dict[str, Any]]:
    """Wait for a free slot, then measure."""
    async with slots:
        return item, await measure(ctx, chat, item)


async def measure(ctx: RunContext, chat: ChatModel, item: Item) -> dict[str, Any]:
    """The result of one item, also when it fails."""
    conversation = Conversation(chat, ctx.config["max_tokens"], seed=item.run)
    answers: list[Answer] = []
    try:
        for turn in range(TURNS):
            text = await conversation.ask(item.model(turn), item.question(turn))
            answers.append(read_answer(text))
    except ItemError as failure:
        failed_on_turn = len(answers)
        ctx.log("error", f"{item.key} failed on turn {failed_on_turn}: {failure}")
        ending = {"status": "failed", "failed_on_turn": failed_on_turn, "error": str(failure)}
    else:
        ctx.log("info", f"{item.key} is over", {"noticed_on_turns": noticed_on(answers)})
        ending = {"status": "completed"}
    return {**ending, **described(item, answers), **conversation.record()}


def described(item: Item, answers: list[Answer]) -> dict[str, Any]:
    """Which models talked, and what was noticed in which turn."""
    return {
        "model_a": item.model_a,
        "model_b": item.model_b,
        "switch_turn": item.switch_turn,
        "noticed_on_turns": noticed_on(answers),
        "confidence_by_turn": [answer.confidence for answer in answers],
    }


def noticed_on(answers: list[Answer]) -> list[int]:
    """The turns in which the model said that there was a switch."""
    return [turn for turn, answer in enumerate(answers) if answer.detected]
