"""Traces that begin with the author's own code: what stands before it is machinery."""

from __future__ import annotations

import asyncio
import importlib
import re
import traceback
from pathlib import Path

_OWN = f"{Path(__file__).parents[1]}/"
_MACHINERY = (
    _OWN,
    f"{Path(asyncio.__file__).parent}/",
    f"{Path(importlib.__file__).parent}/",
    "<frozen ",
)
_OWN_LINE = re.compile(
    rf'^  File "(?:{re.escape(_OWN)}|<frozen runpy>)[^\n]*, line \d+ in [^\n]*\n?', re.MULTILINE
)


def lines(error: BaseException) -> list[str]:
    """An exception as Python prints it, from the author's first frame to the last.

    Frames of this package behind the author's own call say nothing to the author. Without a frame
    of the author's nothing is left out, but for a syntax error, which names its place.
    """
    found = traceback.TracebackException.from_exception(error)
    frames = list(found.stack)
    leading = next((i for i, frame in enumerate(frames) if not _machinery(frame)), len(frames))
    if leading == len(frames) and isinstance(error, SyntaxError):
        return list(found.format_exception_only())
    if leading < len(frames):
        while frames[-1].filename.startswith(_OWN):
            frames.pop()
        found.stack = traceback.StackSummary.from_list(frames[leading:])
    return list(found.format())


def summary(error: BaseException) -> str:
    """Type and message of an exception, without the notes that were added to it."""
    found = traceback.TracebackException.from_exception(error, limit=0)
    found.__notes__ = None
    return list(found.format_exception_only())[-1].strip()


def without_own_lines(printed: str) -> str:
    """What ``faulthandler`` printed at a death by a signal, without the frames of this package."""
    return _OWN_LINE.sub("", printed)


def _machinery(frame: traceback.FrameSummary) -> bool:
    return frame.filename.startswith(_MACHINERY)
