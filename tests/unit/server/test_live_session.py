"""One socket's end: who takes nothing is given up, who is quiet is not."""

from __future__ import annotations

import asyncio
import json

import pytest

from athanor.server.connection import Connection
from athanor.server.live import session
from athanor.server.live.session import Session


class Wire:
    """A client that says nothing, and reads so many frames before it stops."""

    def __init__(self, reads):
        self.told = []
        self._reads = reads

    async def accept(self):
        pass

    async def receive(self):
        await asyncio.Event().wait()

    async def send_text(self, text):
        self.told.append(json.loads(text)["event"])
        if len(self.told) > self._reads:
            await asyncio.Event().wait()


class Greeting:
    """The live half, as far as a session greets with it."""

    def hello(self):
        return '{"event":"hello"}'


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(session, "BEAT_S", 0.01)
    monkeypatch.setattr(session, "PATIENCE_S", 0.02)


def test_who_takes_nothing_is_given_up():
    wire = Wire(reads=0)
    asyncio.run(asyncio.wait_for(Session(wire, Greeting()).run(), 20))
    assert wire.told == ["hello"]


def test_who_is_quiet_hears_the_beat_and_stays():
    wire = Wire(reads=5)
    asyncio.run(asyncio.wait_for(Session(wire, Greeting()).run(), 20))
    assert wire.told == ["hello"] + ["beat"] * 5


class Line:
    """A transport that has become another protocol's."""

    def __init__(self, protocol):
        self._protocol = protocol
        self.closed = False

    def get_protocol(self):
        return self._protocol

    def is_closing(self):
        return self.closed

    def close(self):
        self.closed = True


def test_a_socket_is_not_taken_for_somebody_who_does_not_ask():
    connection = Connection.__new__(Connection)
    connection.cycle = None
    for protocol, closed in ((object(), False), (connection, True)):
        connection.transport = Line(protocol)
        connection._give_up()
        assert connection.transport.closed is closed
