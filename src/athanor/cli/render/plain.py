"""A run as plain lines, for pipes and files: nothing moves, nothing is coloured."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from athanor.cli.render import summary
from athanor.cli.render.line import log_plain, result_line
from athanor.cli.render.style import status_word
from athanor.cli.render.words import awaited, clean
from athanor.domain.events import LogsAdded, ResultsAdded, RunUpdated
from athanor.domain.identifier import short_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from athanor.domain.events import Event
    from athanor.domain.instance import Instance
    from athanor.domain.run import Run


class PlainView:
    """Writes what the run says to stdout, a line each; notices to stderr."""

    def __init__(
        self, figures: Callable[[Run], dict[str, Any]], place: Callable[[str], int]
    ) -> None:
        self._figures = figures
        self._place = place
        self._name = ""
        self._told: tuple[str, str | None] = ("", None)

    def begin(self, run: Run, instance: Instance) -> None:
        """Say which run it is."""
        self._name = instance.name
        self.notice(f"Run {short_id(run.id)} of {clean(instance.name)}")

    def tell(self, event: Event) -> None:
        """Log lines and results as they come; changes of status as notices."""
        if isinstance(event, LogsAdded):
            self._write([log_plain(line) for line in event.logs])
        elif isinstance(event, ResultsAdded):
            self._write([result_line(result).plain for result in event.results])
        elif isinstance(event, RunUpdated):
            self._status(event.run)

    def notice(self, text: str) -> None:
        """To stderr: stdout holds only what the run says and how it ended."""
        sys.stderr.write(text + "\n")
        sys.stderr.flush()

    def end(self, run: Run) -> None:
        """How it ended."""
        self._write(summary.lines(run, self._name, self._figures(run)))

    def at_rest(self) -> AbstractContextManager[None]:
        """Nothing moves that would have to stop."""
        return nullcontext()

    def close(self) -> None:
        """Nothing to put back."""

    def _status(self, run: Run) -> None:
        word = status_word(run)
        if (word, run.waits_for) == self._told:
            return
        self._told = (word, run.waits_for)
        if word == "cancelling":
            self.notice("cancelling…")
        elif word == "waiting" and (place := self._place(run.id)):
            self.notice(f"waiting, place {place} in the queue{awaited(run.waits_for)}")

    def _write(self, lines: list[str]) -> None:
        sys.stdout.write("".join(line + "\n" for line in lines))
        sys.stdout.flush()
