"""Turns: whoever waits long is told so, and a turn comes back whatever happens in it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest

from athanor.errors import TooBusy
from athanor.server import turns


def test_a_turn_is_waited_for_and_then_refused(monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE_S", 0.01)

    async def scene():
        one = asynccontextmanager(turns.Turns(at_once=1).one)
        async with one():
            with pytest.raises(TooBusy):
                await one().__aenter__()
        with pytest.raises(KeyError):
            async with one():
                raise KeyError
        async with one():
            return "had its turn"

    assert asyncio.run(scene()) == "had its turn"
