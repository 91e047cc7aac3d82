"""What all that is asked of a server goes through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from athanor.client.address import Address
from athanor.client.connection import Connection
from athanor.domain.page import Page

if TYPE_CHECKING:
    from collections.abc import Callable

_LARGEST_PAGE = 1000


class Session:
    """An open connection; a context manager."""

    def __init__(self, address: Address, *, timeout_s: float, patience_s: float) -> None:
        self._connection = Connection(address, timeout_s)
        self._patience_s = patience_s

    @property
    def url(self) -> str:
        """Where the server is."""
        return self._connection.url

    def close(self) -> None:
        """Let go of the server; its runs go on."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _page(
        self,
        path: str,
        record: Callable[[Any], Any],
        *,
        limit: int,
        cursor: str | None,
        **query: Any,
    ) -> Page[Any]:
        """``limit`` of a list, from as many answers as that takes."""
        items: list[Any] = []
        while True:
            room = min(limit - len(items), _LARGEST_PAGE)
            found = self._connection.get(path, limit=room, cursor=cursor, **query)
            items += map(record, found["items"])
            cursor = found["next"]
            if cursor is None or len(items) >= limit:
                return Page(items, cursor)
