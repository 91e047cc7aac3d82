"""A run on a terminal: its lines scroll, below them a line that says how far it is."""

from __future__ import annotations

import threading
import time
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from athanor.cli import terminal
from athanor.cli.render import summary
from athanor.cli.render.line import block, log_line, result_line
from athanor.cli.render.style import STATUS, status_word
from athanor.cli.render.words import awaited, clean, clock, number, one_line, rate
from athanor.domain.events import LogsAdded, ProgressUpdated, ResultsAdded, RunUpdated
from athanor.domain.identifier import short_id
from athanor.domain.moment import now
from athanor.domain.run import RunStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

    from athanor.domain.events import Event
    from athanor.domain.instance import Instance
    from athanor.domain.run import Progress, Run

_SHOWN_AT_ONCE = 200
_RATE_WINDOW_S = 15.0
_NARROW = 72
_ASK_AGAIN_S = 0.5
_DRAW_EVERY_S = 0.04


class LiveView:
    """Draws on the terminal until closed; ``place`` tells where a waiting run stands.

    Lines are drawn together, some times a second: drawing costs more than anything that is drawn.
    """

    def __init__(
        self, figures: Callable[[Run], dict[str, Any]], place: Callable[[str], int]
    ) -> None:
        self._figures = figures
        self._console = terminal.console()
        self._status = StatusLine(place)
        self._live = Live(
            self._status, console=self._console, refresh_per_second=10, transient=True
        )
        self._waiting: deque[Text] = deque(maxlen=_SHOWN_AT_ONCE)
        self._left_out = 0
        self._turn = threading.Lock()
        self._stop = threading.Event()
        self._drawer = threading.Thread(target=self._draw, name="athanor-draw", daemon=True)

    def begin(self, run: Run, instance: Instance) -> None:
        """Say which run it is and begin to draw."""
        self._status.name = one_line(instance.name, 40)
        self._status.run = run
        title = Text.assemble("Run ", (short_id(run.id), "bold"), " of ", clean(instance.name))
        self._console.print(title)
        self._live.start(refresh=True)
        self._drawer.start()

    def tell(self, event: Event) -> None:
        """Scroll what was said; note what changed."""
        if isinstance(event, LogsAdded):
            self._scroll(log_line, event.logs)
        elif isinstance(event, ResultsAdded):
            self._scroll(result_line, event.results)
        elif isinstance(event, ProgressUpdated):
            self._status.pace.note(event.progress)
        elif isinstance(event, RunUpdated):
            self._status.run = event.run

    def notice(self, text: str) -> None:
        """A dim line among the others."""
        self._flush()
        self._console.print(Text(text, style="dim"))

    def end(self, run: Run) -> None:
        """The summary."""
        self._console.print(summary.panel(run, self._status.name, self._figures(run)))

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """Within it the line that moves is away and the cursor back."""
        moving = self._live.is_started
        if moving:
            self._live.stop()
        yield
        if moving:
            self._live.start(refresh=True)

    def close(self) -> None:
        """Draw the last lines, take the moving one away and give the cursor back."""
        self._stop.set()
        if self._drawer.is_alive():
            self._drawer.join()
        self._flush()
        self._live.stop()

    def _scroll(self, drawn: Callable[[Any], Text], entries: Sequence[Any]) -> None:
        """A flood is shown by its newest part; all of it is in the database."""
        newest = [drawn(entry) for entry in entries[-_SHOWN_AT_ONCE:]]
        with self._turn:
            before = len(self._waiting) + len(entries)
            self._waiting.extend(newest)
            self._left_out += before - len(self._waiting)

    def _draw(self) -> None:
        while not self._stop.wait(_DRAW_EVERY_S):
            self._flush()

    def _flush(self) -> None:
        with self._turn:
            lines, left_out = list(self._waiting), self._left_out
            self._waiting.clear()
            self._left_out = 0
        if left_out:
            words = f"… {number(left_out, 'line')} not shown here"
            lines.insert(0, Text(words, style="dim"))
        if lines:
            self._console.print(block(lines), soft_wrap=True)


class Pace:
    """How fast progress is made, over the last seconds."""

    def __init__(self) -> None:
        self.progress: Progress | None = None
        self._seen: deque[tuple[float, int]] = deque()

    def note(self, progress: Progress) -> None:
        """New progress; what is older than the window is forgotten."""
        at_s = time.monotonic()
        if self.progress and progress.current < self.progress.current:
            self._seen.clear()
        self.progress = progress
        self._seen.append((at_s, progress.current))
        while len(self._seen) > 2 and at_s - self._seen[0][0] > _RATE_WINDOW_S:
            self._seen.popleft()

    @property
    def per_second(self) -> float | None:
        """Steps a second; None as long as it is not known."""
        if len(self._seen) < 2:
            return None
        (first_s, first), (last_s, last) = self._seen[0], self._seen[-1]
        return (last - first) / (last_s - first_s) if last_s > first_s and last > first else None

    @property
    def left_s(self) -> float | None:
        """Seconds until the end at this pace; None as long as it is not known."""
        if self.progress is None or self.per_second is None:
            return None
        return max(0, self.progress.total - self.progress.current) / self.per_second


class StatusLine:
    """The moving line: a bar or a spinner, figures, and below them the newest message."""

    def __init__(self, place: Callable[[str], int]) -> None:
        self.name = ""
        self.run: Run | None = None
        self.pace = Pace()
        self._place = place
        self._asked_s = float("-inf")
        self._known_place = 0
        self._spinner = Spinner("dots", style="bright_blue")

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Drawn anew ten times a second."""
        if self.run is None:
            return
        cells = self._cells(self.run, options.max_width)
        row = Table.grid(padding=(0, 2, 0, 0))
        for _ in cells:
            row.add_column(no_wrap=True)
        row.add_row(*cells)
        yield row
        if self.pace.progress and self.pace.progress.message:
            message = one_line(self.pace.progress.message, options.max_width - 2)
            yield Text("  " + message, style="dim")

    def _cells(self, run: Run, width: int) -> list[RenderableType]:
        cells: list[RenderableType] = [self._spinner, self._state(run)]
        progress = self.pace.progress
        if progress is not None:
            cells += self._progress_cells(progress, width)
        begun = run.started_at or run.queued_at or run.inserted_at
        cells.append(Text(clock((now() - begun).total_seconds())))
        goes_on = status_word(run) == RunStatus.RUNNING
        if self.pace.left_s is not None and goes_on and width >= _NARROW:
            cells.append(Text(f"{clock(self.pace.left_s)} left", style="dim"))
        return cells

    def _progress_cells(self, progress: Progress, width: int) -> list[RenderableType]:
        if progress.total <= 0:
            return [Text(f"{progress.current:,}")]
        bar = ProgressBar(
            total=progress.total,
            completed=progress.current,
            width=max(8, min(40, width - 64)),
            complete_style="bright_blue",
            finished_style="green",
        )
        cells: list[RenderableType] = [bar, Text(f"{progress.current:,}/{progress.total:,}")]
        cells.append(Text(f"{progress.percent}%"))
        if self.pace.per_second is not None and width >= _NARROW:
            cells.append(Text(rate(self.pace.per_second), style="dim"))
        return cells

    def _state(self, run: Run) -> Text:
        word = status_word(run)
        if word == "waiting":
            place = self._queue_place(run.id)
            waiting = f"waiting, place {place} in the queue{awaited(run.waits_for)}"
            return Text(waiting if place else "starting…")
        if word in ("cancelling", "finishing"):
            return Text(word + "…", style="yellow" if word == "cancelling" else "")
        return Text(word, style=STATUS[run.status][1])

    def _queue_place(self, run_id: str) -> int:
        if time.monotonic() - self._asked_s > _ASK_AGAIN_S:
            self._known_place = self._place(run_id)
            self._asked_s = time.monotonic()
        return self._known_place
