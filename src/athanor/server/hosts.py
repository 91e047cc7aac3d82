"""Which names this server answers to, and which pages may ask it."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from athanor.settings import Settings

_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Hosts:
    """The names in a ``Host`` header that are this server's; ports do not count (tunnels).

    A page whose own name was made to point here (DNS rebinding) sends that name, so names are
    checked; an address is no name, and one that reaches a server which listens on every address
    is one of its own.
    """

    names: frozenset[str]
    every_address: bool

    @classmethod
    def of(cls, settings: Settings) -> Hosts:
        """Those of a server with these settings."""
        given = (name.strip().lower() for name in settings.allowed_hosts.split(","))
        names = {"localhost", "127.0.0.1", "::1", settings.host.lower(), *given} - {""}
        wildcard = settings.host in ("0.0.0.0", "::")  # noqa: S104 - compared, not bound
        if not is_loopback(settings.host):
            names.add(socket.gethostname().lower())
        return cls(frozenset(names), wildcard)

    def allow(self, header: str) -> bool:
        """Whether a ``Host`` header names this server."""
        name = _name(header)
        if name in self.names:
            return True
        address = _address(name)
        if address is None:
            return False
        return address.is_loopback or self.every_address


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    address = _address(host)
    return host.lower() == "localhost" if address is None else address.is_loopback


def same_origin(origin: str, host: str) -> bool:
    """Whether an ``Origin`` header is that of the server which the ``Host`` header names."""
    try:
        asked = urlsplit(origin)
        default = _DEFAULT_PORTS[asked.scheme]
        here = urlsplit(f"//{host}")
        return (asked.hostname, asked.port or default) == (here.hostname, here.port or default)
    except (KeyError, ValueError):
        return False


def _name(header: str) -> str:
    """A host without its port; empty when it is none."""
    try:
        parts = urlsplit(f"//{header}")
        plain = parts.netloc == header and "@" not in header and (parts.port or 0) >= 0
        return (parts.hostname or "").removesuffix(".") if plain else ""
    except ValueError:
        return ""


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None
