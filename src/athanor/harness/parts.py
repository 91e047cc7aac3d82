"""A large value piece by piece: what is at a path, and what is below it.

A path is the keys from the outermost inward with dots between them, positions as numbers:
``layers.0.weights``. A backslash keeps a dot, or another backslash, from being one.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Literal

import msgspec

from athanor.errors import InvalidInput, ResultNotFound

Kind = Literal["object", "array", "string", "number", "boolean", "null"]

WHOLE_CHARS = 16_384
"""JSON text up to so many characters is given whole unless something else is asked for."""
PREVIEW_CHARS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What is at a path of a value.

    ``length`` counts the entries of an object or array and the characters of a string.
    ``size_chars`` is that of the JSON text. When ``truncated``, ``value`` is None, or the begin of
    a string; then ``children`` are some of what is inside, and ``next_child`` where the others
    begin, None when these are the last.
    """

    path: str
    type: Kind
    length: int | None
    size_chars: int
    preview: str
    truncated: bool
    value: Any = None
    children: list[Part] = field(default_factory=list)
    next_child: int | None = None


def part_of(
    value: Any, path: str = "", *, max_chars: int = WHOLE_CHARS, first: int = 0, limit: int = 100
) -> Part:
    """What is at ``path``; of an object or array too large, ``limit`` children from ``first`` on.

    ResultNotFound when there is nothing at that path.
    """
    keys = _keys(path)
    for position, key in enumerate(keys):
        value = _inside(value, key, _path(keys[:position]))
    found = _alone(value, _path(keys), max_chars)
    if not (found.truncated and isinstance(value, dict | list)):
        return found
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    children = [
        _alone(child, _path([*keys, str(key)]), PREVIEW_CHARS)
        for key, child in islice(entries, first, first + limit)
    ]
    more = first + limit < len(value)
    return Part(
        **{name: getattr(found, name) for name in _ALONE},
        children=children,
        next_child=first + limit if more else None,
    )


_ALONE = ("path", "type", "length", "size_chars", "preview", "truncated", "value")


def _alone(value: Any, path: str, max_chars: int) -> Part:
    encoded = _json_text(value)
    whole = _fits(value, len(encoded), max_chars)
    cut = value[:max_chars] if isinstance(value, str) else None
    return Part(
        path=path,
        type=_kind(value),
        length=len(value) if isinstance(value, dict | list | str) else None,
        size_chars=len(encoded),
        preview=encoded[:PREVIEW_CHARS],
        truncated=not whole,
        value=value if whole else cut,
    )


def _json_text(value: Any) -> str:
    try:
        return msgspec.json.encode(value).decode()
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON can say and UTF-8 cannot
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _fits(value: Any, encoded_chars: int, max_chars: int) -> bool:
    """A text is as long as it is; what holds other values as its JSON; the rest is never cut."""
    if isinstance(value, str):
        return len(value) <= max_chars
    return not isinstance(value, dict | list) or encoded_chars <= max_chars


def _kind(value: Any) -> Kind:
    kinds: dict[type, Kind] = {dict: "object", list: "array", str: "string", bool: "boolean"}
    return "null" if value is None else kinds.get(type(value), "number")


def _inside(value: Any, key: str, path: str) -> Any:
    if isinstance(value, dict) and key in value:
        return value[key]
    if isinstance(value, list) and re.fullmatch(r"[0-9]{1,15}", key) and int(key) < len(value):
        return value[int(key)]
    holds = f"has {len(value)} entries" if isinstance(value, dict | list) else "holds nothing"
    raise ResultNotFound(
        f"There is no {key[:80]!r} in {path[:80]!r} of the result: it is of the type "
        f"{_kind(value)} and {holds}. The children of a part say their paths."
    )


def _keys(path: str) -> list[str]:
    if not path:
        return []
    if not re.fullmatch(r"(?:[^\\]|\\[\\.])*", path, re.DOTALL):
        raise InvalidInput(
            f"Expected a path in which a backslash stands before a dot or a backslash, "
            f"got {path[:80]!r}."
        )
    found = re.findall(r"(?:^|\.)((?:[^.\\]|\\.)*)", path, re.DOTALL)
    return [re.sub(r"\\(.)", r"\1", key, flags=re.DOTALL) for key in found]


def _path(keys: list[str]) -> str:
    return ".".join(re.sub(r"([.\\])", r"\\\1", key) for key in keys)
