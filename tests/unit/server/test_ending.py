"""How a server learns that it is to end: told, not by looking now and then."""

from __future__ import annotations

import asyncio
import signal
from types import SimpleNamespace
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI

from athanor.server import serving
from athanor.server.serving import _Server


def server() -> tuple[_Server, SimpleNamespace]:
    app, pulse = FastAPI(), SimpleNamespace(stopping=False)
    app.state.pulse = pulse
    made = _Server(app, lambda: None)
    made.config.load()
    return made, pulse


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_at_once(number: signal.Signals, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "_DATE_S", 3600)
    ours, pulse = server()

    async def tick(counter: int) -> bool:
        over = await type(ours).on_tick(ours, counter)
        asyncio.get_running_loop().call_soon(ours.handle_exit, number, None)  # while it rests
        return over

    monkeypatch.setattr(ours, "on_tick", tick)
    asyncio.run(asyncio.wait_for(ours.main_loop(), 60))
    assert pulse.stopping


def test_a_signal_before_it_works_ends_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "_DATE_S", 3600)
    ours, _ = server()
    ours.handle_exit(signal.SIGTERM, None)
    asyncio.run(asyncio.wait_for(ours.main_loop(), 60))


def test_the_date_of_answers_is_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "_DATE_S", 0)
    ours, _ = server()
    seen: list[Any] = []

    async def tick(counter: int) -> bool:
        await type(ours).on_tick(ours, counter)
        seen.append(dict(ours.server_state.default_headers)[b"date"])
        return len(seen) == 3

    monkeypatch.setattr(ours, "on_tick", tick)
    asyncio.run(asyncio.wait_for(ours.main_loop(), 60))
    assert all(date.endswith(b"GMT") for date in seen)


def test_it_collects_garbage_a_little_at_a_time_from_when_it_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ours, _ = server()
    done: list[str] = []

    async def startup(self: uvicorn.Server, sockets: Any = None) -> None:
        self.started = True

    monkeypatch.setattr(uvicorn.Server, "startup", startup)
    monkeypatch.setattr(serving, "collect_little", lambda: done.append("collect"))
    monkeypatch.setattr(ours, "_ready", lambda: done.append("ready"))
    asyncio.run(ours.startup())
    assert done == ["collect", "ready"]
