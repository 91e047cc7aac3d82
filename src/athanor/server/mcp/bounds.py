"""Answers made for a context window: what is too long is cut, and says so."""

from __future__ import annotations

import json
from typing import Any

from athanor.harness.parts import Part as PartOfValue
from athanor.server.mcp.models.base import Part

LONGEST_ERROR = 4_000
LONGEST_TEXT = 500
MOST_ENTRIES = 60
CHILD_CHARS = 80


def size_of(value: Any) -> int:
    """Characters of the JSON text."""
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str))


def cut(text: str, most: int) -> str:
    """The begin of a text that is too long, and how much is missing."""
    if len(text) <= most:
        return text
    return f"{text[:most]}… (+{len(text) - most:,} characters)"


def cut_middle(text: str | None, most: int = LONGEST_ERROR) -> str | None:
    """A text without its middle: of an error with its trace, the end says most."""
    if text is None or len(text) <= most:
        return text
    head = most // 4
    missing = len(text) - most
    return f"{text[:head]}\n… ({missing:,} characters left out) …\n{text[head - most :]}"


def shortened(value: dict[str, Any], name: str, most: int) -> tuple[dict[str, Any], bool]:
    """An object with what is large in it told instead of given, and whether that was needed."""
    if size_of(value) <= most:
        return value, False
    each = min(LONGEST_TEXT, most // 4)
    entries = list(value.items())
    short = {
        cut(key, 200): _told(part, f"{name}.{key}", each) for key, part in entries[:MOST_ENTRIES]
    }
    if len(entries) > MOST_ENTRIES:
        short["…"] = f"{len(entries) - MOST_ENTRIES:,} more entries"
    return short, True


def _told(value: Any, path: str, most: int) -> Any:
    size = size_of(value)
    if size <= most:
        return value
    what = "text" if isinstance(value, str) else "list" if isinstance(value, list) else "object"
    entries = "" if isinstance(value, str) else f" of {len(value):,} entries"
    return f"<{what}{entries}, {size:,} characters; path {cut(path, 200)!r} shows it>"


def part_answer(part: PartOfValue) -> Part:
    """A part of a value, without what says nothing."""
    return Part(
        path=part.path,
        type=part.type,
        size_chars=part.size_chars,
        length=part.length,
        value=part.value,
        truncated=part.truncated,
        preview=cut(part.preview, CHILD_CHARS) if part.truncated else None,
        children=[part_answer(child) for child in part.children],
        next_child=part.next_child,
    )
