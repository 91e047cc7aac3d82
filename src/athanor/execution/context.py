"""The run context: how an experiment speaks.

Each method that records returns once the kernel has the line, so nothing that returned can be
lost. The context works from threads, from forked and from spawned processes, and from asyncio.
"""

from __future__ import annotations

import operator
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from athanor.errors import Cancelled
from athanor.journal import format as kinds
from athanor.journal.slot import Slot
from athanor.journal.values import is_flat, plain, text
from athanor.journal.writer import JournalWriter

if TYPE_CHECKING:
    from athanor.domain.home import AttemptDirectory
    from athanor.domain.instance import Instance
    from athanor.domain.run import Run

LEVELS = ("debug", "info", "warn", "error")
_LEVELS = frozenset(LEVELS)
_now = time.time_ns


class RunContext:
    """What ``run(ctx)`` receives: the run's records, its configuration, and ways to report."""

    def __init__(
        self,
        run: Run,
        instance: Instance,
        configuration: dict[str, Any],
        directory: AttemptDirectory,
    ) -> None:
        self.run = run
        self.instance = instance
        self.configuration = configuration
        self.experiment_module = instance.experiment_module
        self._directory = directory
        self._journal = JournalWriter(directory.journal)
        self._slot = Slot(directory.progress)
        self._write = self._journal.write

    @property
    def config(self) -> dict[str, Any]:
        """The same as ``configuration``: a plain dict with text keys."""
        return self.configuration

    def log(self, level: str, message: str, metadata: Any = None) -> None:
        """Record a log entry. ``level`` is debug, info, warn or error.

        ``metadata`` is a mapping of anything with a JSON form, or None. ValueError for another
        level, TypeError for a message or metadata of another kind.
        """
        if level not in _LEVELS or type(level) is not str or type(message) is not str:
            level, message = _checked(level, message)
        if metadata is not None and not is_flat(metadata):
            metadata = _metadata(metadata)
        try:
            self._write(kinds.Log(_now() // 1000, level, message, metadata))  # type: ignore[arg-type]
        except UnicodeEncodeError:
            self._write(
                kinds.Log(_now() // 1000, level, text(message), plain(metadata))  # type: ignore[arg-type]
            )

    def log_batch(self, entries: Iterable[tuple[str, str, Any] | tuple[str, str]]) -> None:
        """Record several ``(level, message, metadata)`` entries in one write, in their order."""
        lines = []
        for index, entry in enumerate(entries):
            level, message, metadata = _entry(entry, index)
            level, message = _checked(level, message)
            value = None if metadata is None else _metadata(metadata)
            lines.append(kinds.Log(_now() // 1000, level, text(message), value))  # type: ignore[arg-type]
        self._journal.write_many(lines)

    def result(self, key: str, value: Any) -> None:
        """Record a result under ``key``; the same key may come again.

        ``value`` is anything with a JSON form; TypeError, naming the place, for anything else.
        """
        if not isinstance(key, str):
            raise TypeError(f"A result's key must be text, got {key!r} ({type(key).__name__})")
        try:
            value = plain(value)
        except TypeError as error:
            raise TypeError(f"result {key!r}: {error}") from None
        self._write(kinds.Result(_now() // 1000, text(key), value))

    def progress(self, current: int, total: int, message: str | None = None) -> None:
        """Say how far the work is: ``current`` of ``total``, both whole numbers.

        Only the newest is kept. TypeError for a float, ValueError beyond 64 bits.
        """
        if message is not None and not isinstance(message, str):
            raise TypeError(f"progress takes a text as message, got {type(message).__name__}")
        try:
            self._slot.write(operator.index(current), operator.index(total), message)
        except TypeError:
            raise TypeError(
                f"progress takes whole numbers, got {current!r} of {total!r}; "
                "round them first, for example with int()"
            ) from None

    def complete(self) -> None:
        """Say that the run has done its work. The first final word decides.

        Like ``fail`` it waits while the disk is full: no run fails at its last word.
        """
        self._journal.insist(kinds.Completed(_now() // 1000))

    def fail(self, error: str) -> None:
        """Say that the run has failed, and why. The first final word decides."""
        self._journal.insist(kinds.Failed(_now() // 1000, text(str(error))))

    def cancelled(self) -> bool:
        """Whether the run was asked to stop."""
        return self._slot.cancelled

    def raise_if_cancelled(self) -> None:
        """Raise ``Cancelled`` if the run was asked to stop."""
        if self._slot.cancelled:
            raise Cancelled

    def close(self) -> None:
        """Let go of the journal and the shared page; nothing can be said afterwards."""
        self._journal.close()
        self._slot.close()

    def __reduce__(self) -> tuple[type[RunContext], tuple[Any, ...]]:
        """A worker process opens the journal again instead of inheriting it."""
        return (
            RunContext,
            (self.run, self.instance, self.configuration, self._directory),
        )

    def __repr__(self) -> str:
        return f"<RunContext of run {self.run.id} of {self.experiment_module}>"


def _checked(level: str, message: str) -> tuple[Any, str]:
    if level not in _LEVELS:
        raise ValueError(_unknown_level(level))
    if not isinstance(message, str):
        raise TypeError(
            f"A log message must be text, got {type(message).__name__}; "
            "pass structured data as metadata"
        )
    return LEVELS[LEVELS.index(level)], str.__str__(message)


def _unknown_level(level: object) -> str:
    from difflib import get_close_matches  # only for the mistake: a run starts sooner without

    near = get_close_matches(str(level).lower(), LEVELS, n=1)
    hint = f". Did you mean {near[0]!r}?" if near else ""
    return f"Unknown log level {level!r}; expected one of {', '.join(LEVELS)}{hint}"


def _metadata(metadata: Any) -> Any:
    value = plain(metadata, "metadata")
    if type(value) is not dict:
        raise TypeError(f"Log metadata must be a mapping, got {type(metadata).__name__}")
    return value


def _entry(entry: Any, index: int) -> tuple[Any, Any, Any]:
    if isinstance(entry, (tuple, list)) and len(entry) in (2, 3):
        level, message, *metadata = entry
        return level, message, metadata[0] if metadata else None
    raise TypeError(
        f"log_batch takes (level, message, metadata) tuples; entry {index} is {entry!r}"
    )
