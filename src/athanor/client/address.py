"""Where a server is, and the token that it is sent."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import SplitResult, parse_qs, urlsplit

from athanor.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Address:
    """A server's URL without what may be secret, and its token."""

    url: str
    token: str | None = field(default=None, repr=False)
    loopback: bool = False

    @classmethod
    def of(cls, text: str, token: str | None = None) -> Self:
        """From a URL, or the link with the token in it that a server shows; InvalidInput."""
        try:
            found = urlsplit(text.strip() if "://" in text else f"http://{text.strip()}")
            _ = found.port
        except ValueError:
            raise _no_url(text) from None
        if found.scheme not in ("http", "https") or not found.hostname or "@" in found.netloc:
            raise _no_url(text)
        linked = parse_qs(found.query).get("token", [None])[0]
        given = token or linked
        if given is not None and not (given.isascii() and given.isprintable()):
            raise InvalidInput("The token is none: expected what `athanor token` shows.")
        return cls(_plain(found), given, _is_loopback(found.hostname))


def _plain(found: SplitResult) -> str:
    path = found.path.rstrip("/").removesuffix("/api")
    return f"{found.scheme}://{found.netloc}{path}"


def _no_url(text: str) -> InvalidInput:
    shown = text.partition("?")[0]
    return InvalidInput(
        f"Expected the URL of a server, such as http://127.0.0.1:4000, got {shown!r}. "
        "`athanor serve` says its own when it starts."
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
