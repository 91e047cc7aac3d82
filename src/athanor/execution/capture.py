"""What a task says without the context: logging, warnings, threads that raise, standard output.

Standard output and error are pipes to the runner; here they are only made to hold nothing back.
"""

from __future__ import annotations

import io
import logging
import select
import sys
import threading
import traceback
from typing import TYPE_CHECKING, Any

from athanor.errors import JournalError
from athanor.execution import machine

if TYPE_CHECKING:
    from athanor.execution.context import RunContext


class JournalHandler(logging.Handler):
    """Turns records of the standard ``logging`` into log entries of the run."""

    def __init__(self, context: RunContext) -> None:
        super().__init__()
        self._context = context

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record; a record that cannot be formatted is reported by logging itself."""
        try:
            self._context.log(_level(record.levelno), self.format(record), _origin(record))
        except (JournalError, RecursionError):
            raise
        except Exception:  # noqa: BLE001 - logging's own rule: a bad record never stops the work
            self.handleError(record)


def logging_and_warnings(context: RunContext) -> None:
    """Send ``logging`` from INFO up, and ``warnings``, to the run's log."""
    handler = JournalHandler(context)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    logging.basicConfig = _basic_config(handler)
    logging.captureWarnings(capture=True)


def threads(context: RunContext) -> None:
    """Log what a thread raises; like Python itself, the run goes on."""

    def report(args: threading.ExceptHookArgs) -> None:
        if args.exc_type is SystemExit:
            return
        lines = traceback.format_exception(args.exc_type, args.exc_value, args.exc_traceback)
        name = args.thread.name if args.thread else "?"
        context.log("error", f"Thread {name} raised:\n{''.join(lines)}", {"thread": name})

    threading.excepthook = report


def standard_streams() -> None:
    """Make Python's and C's output reach the runner as it is written."""
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - lives as long as the task
    sys.stdout = _unbuffered(1)
    sys.stderr = _unbuffered(2)
    sys.__stdout__, sys.__stderr__ = sys.stdout, sys.stderr  # type: ignore[misc]
    machine.unbuffer_c_streams()


class _Pipe(io.FileIO):
    """A descriptor that takes all of what is written: a signal may cut a write to a pipe short."""

    def write(self, data: Any) -> int:
        view = memoryview(data).cast("B")
        written = 0
        while written < len(view):
            more = super().write(view[written:])
            if more is None:  # someone made the pipe non-blocking
                select.select([], [self], [])
            written += more or 0
        return written


def _unbuffered(descriptor: int) -> io.TextIOWrapper:
    pipe = _Pipe(descriptor, "wb", closefd=False)
    return io.TextIOWrapper(pipe, "utf-8", errors="backslashreplace", write_through=True)


def _basic_config(handler: logging.Handler) -> Any:
    """``basicConfig`` that still sets the level, and adds handlers only when told which.

    A script's ``basicConfig(level=DEBUG)`` would otherwise do nothing, since the root has a
    handler already.
    """
    original = logging.basicConfig

    def configure(**options: Any) -> None:
        chosen = {"handlers", "filename", "stream"} & options.keys()
        if chosen:
            options["force"] = True
            original(**options)
            logging.getLogger().addHandler(handler)
        elif options.get("level") is not None:
            logging.getLogger().setLevel(options["level"])

    return configure


def _level(number: int) -> str:
    if number >= logging.ERROR:
        return "error"
    if number >= logging.WARNING:
        return "warn"
    return "info" if number >= logging.INFO else "debug"


def _origin(record: logging.LogRecord) -> dict[str, Any]:
    return {"logger": record.name, "file": record.filename, "line": record.lineno}
