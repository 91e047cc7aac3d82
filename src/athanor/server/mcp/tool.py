"""What a tool is, and calling it. No protocol is known here."""

from __future__ import annotations

import inspect
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool

from athanor.errors import AthanorError
from athanor.harness.records import to_json
from athanor.server.mcp import arguments, failures

if TYPE_CHECKING:
    from athanor.server.mcp.desk import Desk
    from athanor.server.mcp.models.base import Answer, Asked

log = logging.getLogger(__name__)

Report = Callable[[float, float, str], Awaitable[None]]
"""Tells whoever waits how far it is: seconds, of how many, and what the run says."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What a client may rely on when it decides whether to ask its user first."""

    reads: bool = False
    destroys: bool = False
    repeatable: bool = False
    open_world: bool = False


READS = Hints(reads=True, repeatable=True)
ADDS = Hints()
CHANGES = Hints(destroys=True, repeatable=True)


class Waits(StrEnum):
    """What else than the database a tool may wait for."""

    NOTHING = "nothing"
    CODE = "an author's code"
    START = "the start of a run"
    NEWS = "news of a run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A use case as agents see it; the docstring of ``work`` describes it to them.

    ``work`` takes the desk and what was asked. One that waits for news is a coroutine function,
    and takes a ``Report`` besides.
    """

    title: str
    work: Callable[..., Any]
    asked: type[Asked]
    answer: type[Answer]
    hints: Hints
    waits: Waits = Waits.NOTHING

    @property
    def name(self) -> str:
        """Under which it is called."""
        return self.work.__name__

    @property
    def description(self) -> str:
        """What it does, and what to do with the answer."""
        paragraphs = (inspect.getdoc(self.work) or "").split("\n\n")
        return "\n\n".join(" ".join(lines.split()) for lines in paragraphs)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a call; without ``structured`` the text says why it failed."""

    text: str
    structured: dict[str, Any] | None = None


async def call(desk: Desk, tool: Tool, given: Mapping[str, Any], report: Report) -> Outcome:
    """Do what is asked; whatever goes wrong becomes words."""
    try:
        asked = arguments.read(tool.asked, tool.name, given)
        answer = await _worked(desk, tool, asked, report)
    except AthanorError as error:
        return Outcome(failures.told(error))
    except Exception:
        log.exception("The tool %s failed", tool.name)
        return Outcome(failures.UNEXPECTED)
    structured = to_json(answer.model_dump(exclude_defaults=True))
    return Outcome(json.dumps(structured, ensure_ascii=False), structured)


async def _worked(desk: Desk, tool: Tool, asked: Asked, report: Report) -> Answer:
    if tool.waits is Waits.NEWS:
        answer: Answer = await tool.work(desk, asked, report)
        return answer
    turns = {Waits.CODE: desk.reading_code, Waits.START: desk.starting_runs}.get(tool.waits)
    if turns is None:
        return await run_in_threadpool(tool.work, desk, asked)
    async with asynccontextmanager(turns.one)():
        return await run_in_threadpool(tool.work, desk, asked)
