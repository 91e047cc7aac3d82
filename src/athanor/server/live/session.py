"""One socket: what its client listens to, and the one task that sends."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from starlette.websockets import WebSocketDisconnect

from athanor.errors import AthanorError, InvalidInput
from athanor.server.live import frames
from athanor.server.live.request import Subscribe, Unsubscribe, request_of
from athanor.server.problems import problem_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.websockets import WebSocket

    from athanor.server.live.live import Live
    from athanor.server.live.request import Request
    from athanor.server.live.topics import Subscription

BEAT_S = 10.0
PATIENCE_S = 30.0
"""How long a client may take nothing of what is sent."""
MOST_TOPICS = 100
_MOST_ANSWERS = 100
"""Who asks without reading the answers is not read any more until he does."""


class Session:
    """What a client has subscribed to. It is sent what it can take, and never keeps a queue."""

    def __init__(self, socket: WebSocket, live: Live) -> None:
        self._socket = socket
        self._live = live
        self._subscriptions: dict[str, Subscription] = {}
        self._answers: list[str] = []
        self._ready: dict[str, None] = {}
        self._woken = asyncio.Event()
        self._drained = asyncio.Event()
        self._sending_since_s: float | None = None

    async def run(self) -> None:
        """Until the client goes, or is given up."""
        await self._socket.accept()
        self._answer(self._live.hello())
        tasks = [asyncio.create_task(part()) for part in (self._receive, self._send, self._beat)]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        except (WebSocketDisconnect, RuntimeError, OSError):  # gone, whoever noticed first
            pass
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for subscription in self._subscriptions.values():
                subscription.close()

    # --- receiving ---

    async def _receive(self) -> None:
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            topic = None
            try:
                asked = request_of(message.get("text"))
                topic = asked.topic
                await self._obey(asked)
            except AthanorError as error:
                self._answer(_error(error, topic))
            while len(self._answers) > _MOST_ANSWERS:
                self._drained.clear()
                await self._drained.wait()

    async def _obey(self, asked: Request) -> None:
        before = self._subscriptions.pop(asked.topic, None)
        if before is not None:
            before.close()
            self._ready.pop(asked.topic, None)
        if isinstance(asked, Unsubscribe):
            self._answer(frames.frame("unsubscribed", frames.inside(asked.topic)))
            return
        if len(self._subscriptions) >= MOST_TOPICS:
            raise InvalidInput(
                f"A client may listen to {MOST_TOPICS} topics at a time; unsubscribe from one."
            )
        await self._subscribe(asked)

    async def _subscribe(self, asked: Subscribe) -> None:
        topic = asked.topic
        subscription = self._live.subscription(topic, asked.after, self._waker(topic))
        told = await subscription.begin()
        self._subscriptions[topic] = subscription
        self._answer(*told)
        self._wake(topic)  # for what has come since the snapshot was taken

    def _waker(self, topic: str) -> Callable[[], None]:
        def woken() -> None:
            self._wake(topic)

        return woken

    def _wake(self, topic: str) -> None:
        self._ready[topic] = None
        self._woken.set()

    def _answer(self, *texts: str) -> None:
        self._answers += texts
        self._woken.set()

    # --- sending ---

    async def _send(self) -> None:
        while True:
            await self._woken.wait()
            self._woken.clear()
            await self._send_answers()
            for topic in tuple(self._ready):
                self._ready.pop(topic, None)
                await self._send_news(topic)

    async def _send_answers(self) -> None:
        while self._answers:
            answers, self._answers = self._answers, []
            self._drained.set()
            for text in answers:
                await self._send_text(text)

    async def _send_news(self, topic: str) -> None:
        await self._send_answers()  # of a topic begun meanwhile, before its news
        subscription = self._subscriptions.get(topic)
        if subscription is None:
            return
        told = subscription.take()
        if told is None:
            told = await self._begun_again(subscription)
        for text in told:
            if self._subscriptions.get(topic) is not subscription:
                return  # unsubscribed meanwhile
            await self._send_text(text)

    async def _begun_again(self, subscription: Subscription) -> list[str]:
        try:
            return await subscription.begin()
        except AthanorError as error:
            return [_error(error, subscription.topic)]

    async def _send_text(self, text: str) -> None:
        self._sending_since_s = time.monotonic()
        await self._socket.send_text(text)
        self._sending_since_s = None

    async def _beat(self) -> None:
        """Say that the connection lives; return when the client has taken nothing for long."""
        while True:
            await asyncio.sleep(BEAT_S)
            since_s = self._sending_since_s
            if since_s is not None and time.monotonic() - since_s > PATIENCE_S:
                return
            if since_s is None:
                self._answer('{"event":"beat"}')


def _error(error: AthanorError, topic: str | None) -> str:
    problem = frames.text(problem_of(error))
    if topic is None:
        return f'{{"event":"error","problem":{problem}}}'
    return frames.frame("error", frames.inside(topic), problem=problem)
