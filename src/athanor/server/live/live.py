"""The live half of the server: the sources of what is told, and who is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.websockets import WebSocket

from athanor.domain.identifier import new_id
from athanor.errors import InvalidInput
from athanor.server.live import frames
from athanor.server.live.aside import Aside
from athanor.server.live.board import Board
from athanor.server.live.feeds import Feeds
from athanor.server.live.of_board import OfBoard, snapshot_of
from athanor.server.live.of_modules import Modules, OfModules
from athanor.server.live.of_run import OfRun
from athanor.server.live.session import BEAT_S, Session
from athanor.server.live.topics import ACTIVE, INSTANCE, INSTANCES, MODULES, RUN, is_topic
from athanor.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

    from athanor.harness import Harness
    from athanor.server.live.topics import Subscription
    from athanor.server.pulse import Pulse


class Live:
    """Where sockets and streams find what they tell."""

    def __init__(self, harness: Harness, pulse: Pulse) -> None:
        self._harness = harness
        self._id = new_id()
        self._aside = Aside()
        self.feeds = Feeds(harness, pulse, self._aside)
        self._board = Board(harness, pulse, self._aside)
        self._modules = Modules(harness, self._aside)

    async def answer(self, socket: WebSocket) -> None:
        """Serve one socket."""
        await Session(socket, self).run()

    def hello(self) -> str:
        """What a socket is told first."""
        told = {"event": "hello", "server": self._id, "version": __version__, "beat_s": BEAT_S}
        return frames.text(told)

    def subscription(
        self, topic: str, after: str | None, woken: Callable[[], None]
    ) -> Subscription:
        """One client's part in a topic; InvalidInput for what is none."""
        if not is_topic(topic):
            raise InvalidInput(
                f"There is no topic {topic[:200]!r}; there are {INSTANCES}, {INSTANCE}<id>, "
                f"{RUN}<id>, {ACTIVE} and {MODULES}. Ids are whole."
            )
        if topic == MODULES:
            return OfModules(self._modules, woken)
        if topic.startswith(RUN):
            return OfRun(self._harness, self.feeds, topic.removeprefix(RUN), after, woken)
        return OfBoard(self._board, topic, snapshot_of(self._harness, topic), woken, self._aside)

    def close(self) -> None:
        """Look no more."""
        self._aside.close()
