"""From what the user's code does to the final word in the journal.

Whatever happens, one word is written; only the death of the process itself leaves none, and that
the runner sees.
"""

from __future__ import annotations

import asyncio
import inspect
import os
import sys
import traceback
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, NoReturn

from athanor.domain.moment import now_us
from athanor.errors import AthanorError, Cancelled, JournalError, ValidationFailed
from athanor.execution import backtrace
from athanor.execution.context import RunContext
from athanor.journal import format as kinds
from athanor.journal.values import text
from athanor.journal.writer import JournalWriter

RETURN_KEY = "return_value"


def perform(
    call: Callable[[], Any], context: RunContext, journal: JournalWriter, cancel_fd: int | None
) -> None:
    """Call the experiment and write how it ended. Never raises what the experiment raised.

    ``cancel_fd`` becomes readable when a cancel is asked for; an async experiment then gets
    ``CancelledError`` at its next await.
    """
    process = os.getpid()
    word = _word(call, context, journal, cancel_fd)
    if os.getpid() != process:
        _end_stray(word)
    journal.insist(word)


def _word(
    call: Callable[[], Any], context: RunContext, journal: JournalWriter, cancel_fd: int | None
) -> kinds.FinalWord:
    process = os.getpid()
    try:
        value = call()
        if inspect.isawaitable(value):
            value = asyncio.run(_drive(value, cancel_fd))
        if os.getpid() == process:  # what a forked child returns is not the run's
            _store(value, context, journal)
    except (Cancelled, asyncio.CancelledError) as error:
        return _stopped(error, context)
    except SystemExit as error:
        return _left(error)
    except BaseException as error:  # noqa: BLE001 - whatever it is, the run must not hang as running
        return kinds.Failed(now_us(), describe(error), explicit=False)
    return kinds.Completed(now_us(), explicit=False)


def _end_stray(word: kinds.FinalWord) -> NoReturn:
    """End a child that the author forked and let run out of the experiment: it has no say."""
    if isinstance(word, kinds.Failed):
        sys.stderr.write(f"A forked child of the experiment failed. {word.error}\n")
    os._exit(0 if isinstance(word, kinds.Completed) else 1)


def refused(error: BaseException) -> kinds.Failed:
    """The word for a run whose experiment could not even be begun."""
    if isinstance(error, ValidationFailed):
        what = f"The configuration does not fit the experiment any more. {error}"
    elif isinstance(error, AthanorError) and error.__cause__ is not None:
        what = f"{error}\n\n{describe(error.__cause__)}"
    elif isinstance(error, AthanorError):
        what = str(error)
    else:
        what = describe(error)
    return kinds.Failed(now_us(), text(what), explicit=False)


def describe(error: BaseException, said: str | None = None) -> str:
    """Type and message (or what is ``said`` instead) and trace of an exception.

    Even of one whose text cannot be made.
    """
    try:
        summary = said or backtrace.summary(error)
        lines = backtrace.lines(error)
    except Exception as broken:  # noqa: BLE001 - a broken __str__ must not hide the failure
        summary = f"{type(error).__name__}: <its text cannot be made: {type(broken).__name__}>"
        lines = traceback.format_tb(error.__traceback__)
    found = "".join(lines).strip()
    return text(f"{summary}\n\n{found}" if found else summary)


async def _drive(awaitable: Awaitable[Any], cancel_fd: int | None) -> Any:
    task = asyncio.ensure_future(awaitable)
    if cancel_fd is None:
        return await task
    loop = asyncio.get_running_loop()

    def cancel() -> None:
        loop.remove_reader(cancel_fd)
        task.cancel()

    loop.add_reader(cancel_fd, cancel)
    try:
        return await task
    finally:
        loop.remove_reader(cancel_fd)


def _store(value: Any, context: RunContext, journal: JournalWriter) -> None:
    """Keep a returned value as a result; one without a JSON form is worth a warning, no more."""
    if value is None:
        return
    if inspect.isgenerator(value) or inspect.isasyncgen(value):
        raise TypeError(
            "run() is a generator (it contains `yield`), so its body never ran; "
            "report with ctx.result() instead of yielding"
        )
    try:
        context.result(RETURN_KEY, value)
    except JournalError as error:  # the work is done: better late than lost
        journal.insist_on(error.rest)
    except Exception as error:  # noqa: BLE001 - whatever a value's own code raises
        why = error if isinstance(error, TypeError) else describe(error).partition("\n")[0]
        journal.insist(kinds.Log(now_us(), "warn", f"The returned value was not stored: {why}"))


def _stopped(error: BaseException, context: RunContext) -> kinds.FinalWord:
    if isinstance(error, Cancelled) or context.cancelled():
        return kinds.Cancelled(now_us())
    return kinds.Failed(now_us(), describe(error), explicit=False)


def _left(error: SystemExit) -> kinds.FinalWord:
    """``sys.exit``: no code or 0 is a return; anything else a failure."""
    if error.code is None or error.code == os.EX_OK:
        return kinds.Completed(now_us(), explicit=False)
    said = None
    if isinstance(error.code, int):
        with suppress(ValueError):  # more digits than Python makes a text of
            said = f"SystemExit: the experiment called sys.exit({error.code:d})"
    return kinds.Failed(now_us(), describe(error, said), explicit=False)
