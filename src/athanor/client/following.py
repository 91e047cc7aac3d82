"""Following a run over HTTP: whoever is cut off goes on where they were."""

from __future__ import annotations

import json
import math
import time
from typing import TYPE_CHECKING, Any

from athanor.domain.events import LogsAdded, ProgressUpdated, ResultsAdded, RunUpdated, standing
from athanor.errors import RunNotFound, Unavailable
from athanor.harness.records import event_from_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from athanor.client.connection import Connection
    from athanor.domain.events import Event
    from athanor.harness.workbench import Away

SILENCE_S = 30.0
"""A connection on which nothing comes for so long is made anew: its other end may be gone."""

BEYOND = "999999999999999999:0"
"""A cursor after all that a run can say, for those who only wait for its end."""

_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 2.0
_SHORTEST_WAIT_S = 0.01


class Following:
    """Where one who follows a run stands. Each event is told once, whatever the connection does.

    A server that is away is waited for, ``patience_s`` long; its error is raised then.
    """

    def __init__(
        self,
        connection: Connection,
        run_id: str,
        after: str | None,
        *,
        patience_s: float,
        deadline_s: float = math.inf,
        away: Away | None = None,
    ) -> None:
        self._connection = connection
        self._path = f"/runs/{run_id}/events"
        self._after = after
        self._patience_s = patience_s
        self._deadline_s = deadline_s
        self._told: dict[type, Any] = {}
        self._away = away
        self._there = True
        self._ended = False
        self._heard_s = time.monotonic()
        self._pause_s = _FIRST_PAUSE_S

    def events(self) -> Iterator[Event]:
        """Events until the run has ended, was deleted, or the deadline has come."""
        while not self._ended and self._left_s() > 0:
            try:
                yield from self._stretch()
            except RunNotFound:
                return
            except Unavailable as error:
                self._tell_away(error)
                if time.monotonic() - self._heard_s > self._patience_s and self._left_s() > 0:
                    raise
            if not self._ended:
                self._rest()

    def _stretch(self) -> Iterator[Event]:
        """The events of one connection that are new."""
        silence_s = max(_SHORTEST_WAIT_S, min(SILENCE_S, self._left_s()))
        with self._connection.lines(self._path, silence_s=silence_s, after=self._after) as lines:
            self._hear()
            for line in lines:
                event = event_from_json(json.loads(line))
                self._hear()
                if self._is_new(event):
                    yield event
                if self._ended or self._left_s() <= 0:
                    return

    def _is_new(self, event: Event) -> bool:
        """Whether it was not told before; who comes back is told how the run stands once more."""
        if isinstance(event, LogsAdded | ResultsAdded):
            self._after = event.cursor
            return True
        now = event.progress if isinstance(event, ProgressUpdated) else standing(event.run)
        if isinstance(event, RunUpdated):
            self._ended = event.run.status.final
        before = self._told.get(type(event))
        self._told[type(event)] = now
        return before != now

    def _tell_away(self, error: Unavailable) -> None:
        if self._there and self._away is not None:
            self._away(error)
        self._there = False

    def _hear(self) -> None:
        self._there = True
        self._heard_s = time.monotonic()
        self._pause_s = _FIRST_PAUSE_S

    def _left_s(self) -> float:
        return self._deadline_s - time.monotonic()

    def _rest(self) -> None:
        time.sleep(max(0.0, min(self._pause_s, self._left_s())))
        self._pause_s = min(2 * self._pause_s, _LONGEST_PAUSE_S)
