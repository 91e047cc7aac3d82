"""What goes over a socket, as text: each piece is encoded once, however many are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from athanor.domain.output import LogLine
from athanor.harness.records import to_json
from athanor.server.answers import encoded

if TYPE_CHECKING:
    from athanor.harness.tail import Said

CUT_CHARS = 16_384
"""Of a line's message, and of its metadata, a socket is told so much at most."""

_encoder = msgspec.json.Encoder()


def text(value: Any) -> str:
    """A value as JSON text that UTF-8 can carry."""
    return encoded(to_json(value)).decode()


def frame(event: str, topic: str, **fields: str) -> str:
    """A frame; ``fields`` are JSON texts already. Topics need no escapes."""
    rest = "".join([f',"{name}":{value}' for name, value in fields.items()])
    return f'{{"event":"{event}","topic":"{topic}"{rest}}}'


def inside(words: str) -> str:
    """Any text as it stands between quotes."""
    return text(words)[1:-1]


def entry(said: Said) -> str:
    """A log line or a result as the streams tell it."""
    try:
        return _encoder.encode(said).decode()
    except (ValueError, OverflowError):  # a lone surrogate, a number beyond 64 bits
        return text(said)


def brief(said: Said, whole: str) -> str:
    """The same as a socket tells it: what is too long is cut."""
    if not isinstance(said, LogLine):
        return whole
    if len(whole) <= CUT_CHARS:
        return f'{whole[:-1]},"cut":false}}'
    metadata = said.metadata
    long = metadata is not None and len(text(metadata)) > CUT_CHARS
    cut = long or len(said.message) > CUT_CHARS
    fields = to_json(said) | {"message": said.message[:CUT_CHARS], "cut": cut}
    return text(fields | {"metadata": None} if long else fields)
