"""Listening and serving: from a free port to a clean end."""

from __future__ import annotations

import asyncio
import errno
import gc
import resource
import signal
import socket
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import uvicorn

from athanor.errors import InvalidSetting, PortTaken
from athanor.harness import Harness
from athanor.harness.announcement import announced
from athanor.harness.pausing import Pauses
from athanor.server.app import make_app
from athanor.server.build import Build
from athanor.server.connection import Connection, Socket
from athanor.server.hosts import is_loopback
from athanor.server.safety import LARGEST_HEAD_BYTES, Rules
from athanor.server.token_file import Token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from fastapi import FastAPI

    from athanor.settings import Settings

_LAST_PORT = 65535

LARGEST_FRAME_BYTES = 16 * 1024
"""Of what a client sends over a socket."""
MOST_DESCRIPTORS = 8192
_DATE_S = 1
_COLLECT_EVERY = (700, 10, 10)
"""New objects before a pass among them, and passes before one among older ones: Python's own."""
DRAIN_S = 3
"""How long answers under way may take once the server was asked to end."""


def serve(settings: Settings, say: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT; runs live on. ``say`` is told where, line by line.

    PortTaken, InvalidSetting, and what opening the data directory may raise.
    """
    _allow_many_sockets()
    with listening(settings) as listener, Harness.open(settings=settings) as harness:
        port: int = listener.getsockname()[1]
        token = Token.of(settings)
        rules = Rules.of(settings, token, port)
        app = make_app(harness, rules)
        built = bool(Build().files())
        told = "\n".join(welcome(settings, rules, port, built=built))
        server = _Server(app, lambda: say(told))
        with Pauses(harness), announced(harness.home, url(settings.host, port)):
            server.run(sockets=[listener])


def _allow_many_sockets() -> None:
    """As many descriptors as this process may have without asking anybody, within reason."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, MOST_DESCRIPTORS)
    if soft < wanted and soft != resource.RLIM_INFINITY:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


@contextmanager
def listening(settings: Settings) -> Iterator[socket.socket]:
    """A socket bound to the address of the settings; port 0 takes a free one."""
    listener = _bound(settings.host, settings.port)
    try:
        yield listener
    finally:
        listener.close()


def _bound(host: str, port: int) -> socket.socket:
    if not 0 <= port <= _LAST_PORT:  # a larger one would silently become another
        raise InvalidSetting(f"A port is a number from 0 to {_LAST_PORT}, got {port}.")
    if not host.strip():  # it would silently become every address
        raise InvalidSetting(
            "An address to listen on (ATHANOR_HOST, --host) must not be empty: "
            "127.0.0.1 for this machine alone, 0.0.0.0 for all."
        )
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (socket.gaierror, UnicodeError) as error:
        raise InvalidSetting(
            f"Expected an address to listen on (ATHANOR_HOST, --host), got {host!r}: {error}."
        ) from None
    # With the protocol named, asyncio turns Nagle's algorithm off, which costs each answer 40 ms.
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen()  # now: bound alone, a second one could be bound as well
    except OSError as error:
        listener.close()
        raise _refused(host, port, error) from None
    return listener


def _refused(host: str, port: int, error: Exception) -> Exception:
    if getattr(error, "errno", None) == errno.EADDRINUSE:
        return PortTaken(
            f"Port {port} on {host} is taken{_by_whom(port)}. "
            f"Give another: `athanor serve --port {port + 1 if port < _LAST_PORT else 4000}`."
        )
    return InvalidSetting(
        f"Cannot listen on {host}:{port}: {error}. Give another --host or --port."
    )


def _by_whom(port: int) -> str:
    """Who listens there, as far as this user may know."""
    import psutil

    try:
        pid = next(
            found.pid
            for found in psutil.net_connections("tcp")
            if found.status == psutil.CONN_LISTEN and found.laddr[1:] == (port,) and found.pid
        )
        return f" by process {pid} ({' '.join(psutil.Process(pid).cmdline())[:200]})"
    except (psutil.Error, StopIteration):
        return " by another process"


def welcome(settings: Settings, rules: Rules, port: int, *, built: bool) -> Iterator[str]:
    """What is said once the server answers; ``built`` if it has pages to show."""
    address = url(settings.host, port)
    yield f"Athanor serves {settings.project} at {address} (Ctrl-C ends it; runs go on)"
    if not built:
        yield "This checkout has no web interface yet: `make web` builds it. The API answers."
    if rules.token is not None:
        yield f"Open {link(address, rules.token)}"
    if not is_loopback(settings.host):
        yield "Anyone who has that link can run the code of this project. Nothing is encrypted."


def url(host: str, port: int) -> str:
    """Where a browser finds a server that listens on ``host``."""
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        host = socket.gethostname()
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def link(address: str, token: Token) -> str:
    """The address with the token in it, to be opened once."""
    return f"{address}/?token={token.text()}"


def collect_little() -> None:
    """Look for garbage among few objects at a time, never among those that are here by now.

    A pass through all that is loaded takes 100 ms, one through the many new objects that the
    command line allows itself while it loads 70: meanwhile nobody is answered, and whoever waits
    for the database's writer, should this process be it, goes on waiting.
    """
    gc.freeze()
    gc.set_threshold(*_COLLECT_EVERY)


class _Server(uvicorn.Server):
    """Says where it is once it is; a signal is noted, streams end, answers under way go out."""

    def __init__(self, app: FastAPI, ready: Callable[[], None]) -> None:
        super().__init__(_config(app))
        self._pulse = app.state.pulse
        self._ready = ready
        self._ending = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, then say so."""
        await super().startup(sockets)
        if self.started:
            collect_little()
            self._ready()

    async def main_loop(self) -> None:
        """Renew the date of answers each second until told to end.

        uvicorn's own looks ten times a second if it was, which is what an idle server mostly does.
        """
        self._loop = asyncio.get_running_loop()
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), _DATE_S)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End in order at SIGTERM and SIGINT, without raising them again afterwards."""
        noted = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self.handle_exit) for number in noted}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Note that it is time to end."""
        self._pulse.stopping = True
        super().handle_exit(sig, frame)
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._ending.set)


def _config(app: FastAPI) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=Connection,
        ws=Socket,
        ws_max_size=LARGEST_FRAME_BYTES,
        ws_per_message_deflate=False,  # each frame is encoded once for all, not once a client
        loop="asyncio",
        lifespan="on",
        log_level="error",  # with warnings, any stranger could fill the log by malformed requests
        access_log=False,
        server_header=False,
        proxy_headers=False,  # nobody is believed about who he is
        h11_max_incomplete_event_size=LARGEST_HEAD_BYTES,
        timeout_graceful_shutdown=DRAIN_S,
    )
