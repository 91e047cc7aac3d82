"""What a client asks of its socket."""

from __future__ import annotations

from typing import Annotated

import msgspec

from athanor.errors import InvalidInput
from athanor.server.live.topics import RUN


class Subscribe(msgspec.Struct, tag="subscribe", tag_field="op", forbid_unknown_fields=True):
    """Begin to listen to a topic, on that of a run from a cursor on."""

    topic: Annotated[str, msgspec.Meta(max_length=200)]
    after: str | None = None


class Unsubscribe(msgspec.Struct, tag="unsubscribe", tag_field="op", forbid_unknown_fields=True):
    """Listen no more."""

    topic: Annotated[str, msgspec.Meta(max_length=200)]


Request = Subscribe | Unsubscribe

_decoder: msgspec.json.Decoder[Request] = msgspec.json.Decoder(Request)
_EXAMPLE = '{"op": "subscribe", "topic": "experiments:instances"}'


def request_of(text: str | None) -> Request:
    """What a frame asks; InvalidInput for one that is none."""
    if text is None:
        raise InvalidInput(f"Expected a text frame such as {_EXAMPLE}, got a binary one.")
    try:
        asked = _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise InvalidInput(f"Expected a frame such as {_EXAMPLE}: {error}.") from None
    if isinstance(asked, Subscribe) and asked.after is not None and not asked.topic.startswith(RUN):
        raise InvalidInput(
            f"Only the topic of a run goes on from a cursor, not "
            f"{asked.topic!r}; leave out `after`."
        )
    return asked
