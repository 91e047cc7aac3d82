"""Lines from a stream of bytes: what a task writes to standard output and error.

A carriage return overwrites the line, as progress bars do: such updates collapse to one a second.
A line is cut at 64 KiB. Bytes that are no UTF-8 are kept as escapes.
"""

from __future__ import annotations

import codecs
import re
from collections import deque
from collections.abc import Iterator

LINE_LIMIT = 64 * 1024
UPDATE_INTERVAL_S = 1.0
TAIL_LINES = 40
_TAIL_CHARACTERS = 4000
_BREAK = re.compile(r"\r\n|\n|\r")


class LineSplitter:
    """Cuts one stream into lines and remembers the last few."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("backslashreplace")
        self._line = ""
        self._overwritten = ""
        self._last_update_s = float("-inf")
        self._held = ""
        self._tail: deque[str] = deque(maxlen=TAIL_LINES)

    def feed(self, data: bytes, now_s: float) -> list[str]:
        """The lines that ``data`` completes; ``now_s`` is a monotonic clock."""
        text = self._held + self._decoder.decode(data)
        self._held = "\r" if text.endswith("\r") else ""  # perhaps the first half of \r\n
        return self._remember(self._lines(text.removesuffix("\r"), now_s))

    def flush(self) -> list[str]:
        """What is left when the stream has ended."""
        rest = self._line + self._decoder.decode(b"", final=True)
        self._line = self._held = ""
        visible = rest or self._overwritten
        return self._remember(_cut(visible) if visible else [])

    def tail(self) -> str:
        """The last lines, for the error of a process that died without a word."""
        return "\n".join(self._tail)[-_TAIL_CHARACTERS:]

    def _remember(self, lines: Iterator[str] | list[str]) -> list[str]:
        found = list(lines)
        self._tail.extend(found)
        return found

    def _lines(self, text: str, now_s: float) -> Iterator[str]:
        start = 0
        for match in _BREAK.finditer(text):
            yield from self._extend(text[start : match.start()])
            start = match.end()
            yield from self._return(now_s) if match[0] == "\r" else self._newline()
        yield from self._extend(text[start:])

    def _extend(self, text: str) -> list[str]:
        """Go on with the line; what is cut off a long one, so that memory stays bounded."""
        self._line += text
        if len(self._line) <= LINE_LIMIT:
            return []
        *full, self._line = _cut(self._line)
        return full

    def _newline(self) -> Iterator[str]:
        """The last visible state of the line counts; one that was already sent is not repeated."""
        if self._line or self._overwritten or self._last_update_s == float("-inf"):
            yield from _cut(self._line or self._overwritten)
        self._line = self._overwritten = ""
        self._last_update_s = float("-inf")

    def _return(self, now_s: float) -> Iterator[str]:
        self._overwritten = self._line or self._overwritten
        self._line = ""
        if self._overwritten and now_s - self._last_update_s >= UPDATE_INTERVAL_S:
            yield from _cut(self._overwritten)
            self._overwritten = ""
            self._last_update_s = now_s


def _cut(line: str) -> list[str]:
    return [line[i : i + LINE_LIMIT] for i in range(0, len(line), LINE_LIMIT)] or [""]
