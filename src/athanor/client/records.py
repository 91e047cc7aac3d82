"""Records as a server sends them."""

from __future__ import annotations

from typing import Any

from athanor.errors import NotAnAthanorServer
from athanor.harness.records import from_json


def decoded(kind: Any, value: Any) -> Any:
    """The record that an answer holds; NotAnAthanorServer when it holds none."""
    try:
        return from_json(kind, value)
    except ValueError as error:
        raise NotAnAthanorServer(
            f"The server's answer is no {kind.__name__} that this version knows: {error}. "
            "Upgrade the older of the two."
        ) from None
