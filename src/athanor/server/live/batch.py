"""What one look at a run has found, encoded once for all who are told."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

from athanor.domain.output import LogLine
from athanor.harness.following import cursor, place_of
from athanor.server.live import frames

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from athanor.harness.following import Place
    from athanor.harness.tail import Look, Said

MOST_LINES = 1000
"""How many log lines, and how many results, a window has at most."""
MOST_CHARS = 1 << 20
MOST_TURNS = 16
"""So often a window may change between lines and results before each is told in one piece."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing said: as streams tell it, and as sockets do."""

    place: Place
    is_line: bool
    whole: str
    brief: str


@dataclass(frozen=True, slots=True)
class Totals:
    """How much a run has said in all, as JSON texts."""

    log_counts: str
    result_count: str


@dataclass(frozen=True)
class Batch:
    """What was said between two places, and the totals then."""

    run_id: str
    start: Place
    end: Place
    entries: tuple[Entry, ...]
    totals: Totals

    @classmethod
    def of(cls, run_id: str, look: Look) -> Batch:
        """Encode what was found."""
        counts = frames.text(look.run and look.run.log_counts)
        results = str(look.run.result_count if look.run else 0)
        return cls(run_id, look.start, look.end, entries_of(look.said), Totals(counts, results))

    @cached_property
    def size(self) -> int:
        """About how many bytes it takes."""
        return sum(400 + 2 * len(entry.whole) for entry in self.entries)

    @cached_property
    def lines(self) -> bytes:
        """Lines of a stream."""
        return lines(self.run_id, self.entries)

    @cached_property
    def window(self) -> tuple[str, ...]:
        """Frames of a socket."""
        return tuple(window(self.run_id, self.start, self.entries, self.totals))

    def lines_after(self, place: Place) -> bytes:
        """Lines of a stream, without what was told."""
        if place <= self.start:
            return self.lines
        return lines(self.run_id, [e for e in self.entries if e.place > place])


def topic_of(run_id: str) -> str:
    """The topic of a run."""
    return f"experiments:run:{run_id}"


def entries_of(said: Iterable[Said]) -> tuple[Entry, ...]:
    """Each thing encoded once."""
    made = []
    for one in said:
        whole = frames.entry(one)
        brief = frames.brief(one, whole)
        made.append(Entry(place_of(one), isinstance(one, LogLine), whole, brief))
    return tuple(made)


def lines(run_id: str, entries: Sequence[Entry]) -> bytes:
    """Lines of a stream."""
    return b"".join(_lines(run_id, entries))


def _lines(run_id: str, entries: Sequence[Entry]) -> Iterator[bytes]:
    for is_line, group in groupby(entries, lambda entry: entry.is_line):
        told = list(group)
        event, name = ("logs_added", "logs") if is_line else ("results_added", "results")
        items = ",".join([entry.whole for entry in told])
        end = cursor(told[-1].place)
        yield (
            f'{{"event":"{event}","run_id":"{run_id}","{name}":[{items}],"cursor":"{end}"}}\n'
        ).encode()


def window(run_id: str, told: Place, entries: Sequence[Entry], totals: Totals) -> Iterator[str]:
    """Frames for what comes after the place ``told``; too much is told from its end."""
    topic = topic_of(run_id)
    shown = _newest(entries)
    if len(shown) < len(entries):
        yield lagged(run_id, told, entries[len(entries) - len(shown) - 1].place, totals)
        told = entries[len(entries) - len(shown) - 1].place
    for is_line, place, group in _turns(shown, told):
        items = f"[{','.join([entry.brief for entry in group])}]"
        at = f'"{cursor(place)}"'
        if is_line:
            yield frames.frame(
                "logs_added", topic, logs=items, log_counts=totals.log_counts, cursor=at
            )
        else:
            yield frames.frame(
                "results_added", topic, results=items, result_count=totals.result_count, cursor=at
            )


def lagged(run_id: str, start: Place, end: Place, totals: Totals) -> str:
    """The frame that says what is left out."""
    return frames.frame(
        "lagged",
        topic_of(run_id),
        **{"from": f'"{cursor(start)}"', "to": f'"{cursor(end)}"'},
        totals=f'{{"log_counts":{totals.log_counts},"result_count":{totals.result_count}}}',
    )


def _newest(entries: Sequence[Entry]) -> Sequence[Entry]:
    """The last of them, as many as a window holds."""
    lines = results = chars = 0
    for number, entry in enumerate(reversed(entries)):
        lines, results = lines + entry.is_line, results + (not entry.is_line)
        chars += len(entry.brief)
        if number and (max(lines, results) > MOST_LINES or chars > MOST_CHARS):
            return entries[len(entries) - number :]
    return entries


def _turns(entries: Sequence[Entry], told: Place) -> Iterator[tuple[bool, Place, Sequence[Entry]]]:
    """Groups of one kind in the order in which they were said, each with its cursor.

    Where that were very many, results come first with the cursor of what was told before: cut
    off in between, one hears them again, but misses nothing.
    """
    groups = [(kind, list(group)) for kind, group in groupby(entries, lambda e: e.is_line)]
    if len(groups) <= MOST_TURNS:
        yield from ((kind, group[-1].place, group) for kind, group in groups)
        return
    yield False, told, [entry for entry in entries if not entry.is_line]
    yield True, entries[-1].place, [entry for entry in entries if entry.is_line]
