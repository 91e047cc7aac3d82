"""The terminal: where text goes, and whether it may move and be coloured."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from athanor.cli.hints import typed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console, RenderableType

_UNLIMITED_COLUMNS = 10_000


def interactive() -> bool:
    """Whether a person watches stdout, on a terminal that can move its cursor."""
    return sys.stdout.isatty() and os.environ.get("TERM", "") not in ("dumb", "unknown")


def can_ask() -> bool:
    """Whether a question would be read and answered by a person."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def console(*, stderr: bool = False) -> Console:
    """A console that takes every text as it is: no markup, no emoji codes, no highlighting.

    Into a pipe or a file nothing is coloured, wrapped or cut.
    """
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else _UNLIMITED_COLUMNS
    return Console(stderr=stderr, markup=False, emoji=False, highlight=False, width=width)


def show(*renderables: RenderableType) -> None:
    """Print to stdout; into a pipe or a file without the blanks that align the last column."""
    out = console()
    with out.capture() as captured:
        for renderable in renderables:
            out.print(renderable)
    text = captured.get()
    if not sys.stdout.isatty():
        text = "".join(line.rstrip() + "\n" for line in text.splitlines())
    sys.stdout.write(text)


def say(text: str) -> None:
    """One plain line to stdout."""
    sys.stdout.write(text + "\n")


def notice(text: str) -> None:
    """One plain line to stderr: not part of the answer."""
    sys.stderr.write(typed(text) + "\n")
    sys.stderr.flush()


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """Bars on stderr for ``(what, done, total)``; nothing where nobody watches."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console(stderr=True), disable=not sys.stderr.isatty()) as bars:
        known: dict[str, Any] = {}

        def told(what: str, done: int, total: int) -> None:
            if what not in known:
                known[what] = bars.add_task(what, total=total)
            bars.update(known[what], completed=done)

        yield told


def say_json(value: Any, *, indent: int | None = 2) -> None:
    """One JSON document to stdout; records become plain objects."""
    import json

    from athanor.harness.records import to_json

    say(json.dumps(to_json(value), ensure_ascii=False, indent=indent))
