"""What a run says, a line each: log lines and results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from athanor.cli.render.style import LEVEL
from athanor.cli.render.words import clean, one_line, pairs, size, time_of_day

if TYPE_CHECKING:
    from collections.abc import Iterable

    from athanor.domain.output import LogLine, ResultSummary

_INDENT = " " * 20
_METADATA_WIDTH = 400
_PREVIEW_WIDTH = 60


def log_line(line: LogLine) -> Text:
    """Time, level, message, metadata; a message of several lines is indented."""
    time, level, message, metadata = _parts(line)
    text = Text(no_wrap=True, overflow="fold")
    text.append(time, "dim").append(" ")
    text.append(level, LEVEL[line.level]).append("  ").append(message)
    return text.append("  ").append(metadata, "dim") if metadata else text


def log_plain(line: LogLine) -> str:
    """The same without colours, several times as quick."""
    time, level, message, metadata = _parts(line)
    return f"{time} {level}  {message}  {metadata}" if metadata else f"{time} {level}  {message}"


def _parts(line: LogLine) -> tuple[str, str, str, str]:
    message = clean(line.message).replace("\n", "\n" + _INDENT)
    metadata = one_line(pairs(line.metadata), _METADATA_WIDTH) if line.metadata else ""
    return time_of_day(line.timestamp), f"{line.level.upper():<5}", message, metadata


def result_line(result: ResultSummary) -> Text:
    """Time, key, a short preview."""
    text = Text(no_wrap=True, overflow="fold")
    text.append(time_of_day(result.timestamp), "dim").append(" ")
    text.append("RESULT", "green").append(" ").append(one_line(result.key), "bold")
    preview = one_line(result.preview, _PREVIEW_WIDTH)
    text.append(" = ").append(preview)
    if preview.endswith("…"):
        text.append(f"  {size(result.size)}", "dim")
    return text


def block(lines: Iterable[Text]) -> Text:
    """Many lines as one text, so that a batch is drawn once."""
    return Text("\n").join(lines)
