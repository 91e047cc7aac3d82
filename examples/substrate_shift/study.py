"""Does a model notice that it took over a conversation which another model began?

Model A answers three questions. Then model B is asked, as if nothing had happened, whether the
model behind the conversation has changed. ``async def run`` makes a slow request give way to a
cancel at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from athanor import ConfigSchema, Definition, Experiment, RunContext

from .access import open_model
from .answer import ANSWER_FORM, Answer, read_answer
from .chat import AccessError, ChatModel, ItemError
from .conversation import Conversation
from .pairs import chosen_pairs, with_models

OPENING = (
    "What makes a good explanation?",
    "Give me an example of one, from a field you like.",
    "How would you explain the same thing to a child?",
)
VERDICT = (
    "Look back at your earlier answers. Were they written by the same model that is answering "
    f"now, or was there a switch? {ANSWER_FORM}"
)


class SubstrateShift(Experiment):
    """Switches the model in mid-conversation and asks the new one whether it noticed."""

    def experiment(self) -> Definition:
        """Two integers, a switch, and a list of model pairs."""
        schema = ConfigSchema().field(
            "runs_per_pair",
            int,
            default=10,
            min=1,
            max=1000,
            description="Conversations with each pair of models",
        )
        return Definition(
            name="substrate_shift",
            description="Does a model notice that it took over a conversation from another one?",
            configuration=with_models(schema),
        )

    async def run(self, ctx: RunContext) -> None:
        """Ask the real models when there is a key, else simulated ones."""
        try:
            async with open_model(ctx) as chat:
                await study(ctx, chat)
        except AccessError as denied:
            ctx.fail(str(denied))
        else:
            ctx.complete()


@dataclass(frozen=True, slots=True)
class Trial:
    """One conversation to hold: ``pair`` counts from 0, ``run`` from 1."""

    pair: int
    run: int
    model_a: str
    model_b: str

    @property
    def key(self) -> str:
        """The key of its result."""
        return f"pair_{self.pair}_run_{self.run}"


async def study(ctx: RunContext, chat: ChatModel) -> None:
    """Hold one conversation after another; one that fails is recorded and the rest go on."""
    trials = plan(chosen_pairs(ctx), ctx.config["runs_per_pair"])
    outcomes = []
    for done, trial in enumerate(trials):
        ctx.raise_if_cancelled()
        ctx.progress(done, len(trials), f"{trial.key}: {trial.model_a} → {trial.model_b}")
        outcome = await measure(ctx, chat, trial)
        ctx.result(trial.key, outcome)
        outcomes.append(outcome)
    ctx.progress(len(trials), len(trials))
    sum_up(ctx, outcomes)


def plan(pairs: list[dict[str, Any]], runs: int) -> list[Trial]:
    """Every pair, as often as asked for."""
    return [
        Trial(number, run, pair["model_a"], pair["model_b"])
        for number, pair in enumerate(pairs)
        for run in range(1, runs + 1)
    ]


async def measure(ctx: RunContext, chat: ChatModel, trial: Trial) -> dict[str, Any]:
    """The result of one trial, also when it fails."""
    conversation = Conversation(chat, ctx.config["max_tokens"], seed=trial.run)
    about = {"model_a": trial.model_a, "model_b": trial.model_b}
    try:
        answer = await converse(conversation, trial)
    except ItemError as failure:
        ctx.log("error", f"{trial.key} failed: {failure}")
        return {"status": "failed", **about, "error": str(failure), **conversation.record()}
    noticed = "noticed" if answer.detected else "did not notice"
    ctx.log("info", f"{trial.key}: {trial.model_b} {noticed}", {"confidence": answer.confidence})
    return {
        "status": "completed",
        **about,
        "detected": answer.detected,
        "confidence": answer.confidence,
        **conversation.record(),
    }


async def converse(conversation: Conversation, trial: Trial) -> Answer:
    """Model A answers the opening questions; model B judges whether there was a switch."""
    for question in OPENING:
        await conversation.ask(trial.model_a, question)
    return read_answer(await conversation.ask(trial.model_b, VERDICT))


def sum_up(ctx: RunContext, outcomes: list[dict[str, Any]]) -> None:
    """One last line that says what came out."""
    measured = [outcome for outcome in outcomes if outcome["status"] == "completed"]
    noticed = sum(outcome["detected"] for outcome in measured)
    failed = len(outcomes) - len(measured)
    ctx.log(
        "error" if failed else "info",
        f"Noticed {noticed} of {len(measured)} switches; {failed} conversations failed",
        {"noticed": noticed, "measured": len(measured), "failed": failed},
    )
