"""The smallest whole experiment: a definition, a loop, a final word."""

from __future__ import annotations

import random

from athanor import ConfigSchema, Definition, Experiment, RunContext


class Minimal(Experiment):
    """Runs a number of iterations and keeps one result of each."""

    def experiment(self) -> Definition:
        """Name the experiment, and say what can be configured."""
        return Definition(
            name="minimal",
            description="A minimal experiment: it logs, stores results, and shows its progress.",
            configuration=ConfigSchema().field(
                "iterations",
                int,
                default=10,
                min=1,
                max=100,
                label="Iterations",
                description="Number of iterations to run",
            ),
        )

    def run(self, ctx: RunContext) -> None:
        """Work until the iterations are done, or until someone cancels the run."""
        iterations = ctx.config["iterations"]
        for i in range(1, iterations + 1):
            ctx.raise_if_cancelled()
            ctx.progress(i, iterations)
            ctx.log("info", f"Running iteration {i}")
            ctx.result(f"iteration_{i}", work(i))
        ctx.complete()


def work(iteration: int) -> dict[str, float]:
    """Your own logic goes here; what it returns is anything that JSON can say."""
    return {"iteration": iteration, "value": random.random()}
