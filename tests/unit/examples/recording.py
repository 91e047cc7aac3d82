"""Stands for the runtime: a context that keeps what an experiment says in plain lists."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, cast

from athanor import Cancelled, RunContext


class RecordingContext:
    """Asks the experiment to stop once it has stored ``cancel_after_results`` results."""

    def __init__(
        self, configuration: dict[str, Any], *, cancel_after_results: int | None = None
    ) -> None:
        self.configuration = self.config = configuration
        self.cancel_after_results = cancel_after_results
        self.logs: list[tuple[str, str, Any]] = []
        self.results: list[tuple[str, Any]] = []
        self.progresses: list[tuple[int, int, str | None]] = []
        self.words: list[tuple[str, str | None]] = []

    @property
    def context(self) -> RunContext:
        """This recording, as what an experiment takes it for."""
        return cast("RunContext", self)

    def log(self, level: str, message: str, metadata: dict[str, Any] | None = None) -> None:
        self.logs.append((level, message, json.loads(json.dumps(metadata))))

    def result(self, key: str, value: Any) -> None:
        self.results.append((key, json.loads(json.dumps(value, allow_nan=False))))

    def progress(self, current: int, total: int, message: str | None = None) -> None:
        self.progresses.append((current, total, message))

    def complete(self) -> None:
        self.words.append(("completed", None))

    def fail(self, error: str) -> None:
        self.words.append(("failed", error))

    def cancelled(self) -> bool:
        limit = self.cancel_after_results
        return limit is not None and len(self.results) >= limit

    def raise_if_cancelled(self) -> None:
        if self.cancelled():
            raise Cancelled

    def messages(self, level: str) -> list[str]:
        """The messages of one level, in order."""
        return [message for of, message, _ in self.logs if of == level]

    def keys(self) -> list[str]:
        """The keys of the results, in order."""
        return [key for key, _ in self.results]

    def values(self) -> list[Any]:
        """The values of the results, in order."""
        return [value for _, value in self.results]


def perform(
    run: Callable[[RunContext], Awaitable[None] | None], recording: RecordingContext
) -> RecordingContext:
    """Run to the end, synchronous or not; what is raised passes through."""
    outcome = run(recording.context)
    if outcome is not None:
        asyncio.run(_awaited(outcome))
    return recording


async def _awaited(outcome: Awaitable[None]) -> None:
    await outcome
