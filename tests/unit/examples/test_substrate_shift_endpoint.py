"""The real client against a real server: what is tried again, and what is given up."""

from __future__ import annotations

import asyncio
import threading

import pytest

from examples.substrate_shift.chat import ModelError, Reply
from examples.substrate_shift.endpoint import Backoff, connect
from examples.substrate_shift.study import study
from tests.unit.examples.chat_server import VERDICT, ChatServer, serving
from tests.unit.examples.recording import RecordingContext, perform
from tests.unit.examples.substrate_shift_models import configuration

QUICK = Backoff(attempts=3, first_delay_s=0.001)


async def ask(server: ChatServer, recording: RecordingContext, timeout_s: float = 10) -> Reply:
    ctx = recording.context
    async with connect(ctx, "a-key", server.base_url, QUICK, timeout_s) as endpoint:
        hello = [{"role": "user", "content": "Hello"}]
        return await endpoint.reply("some-model", hello, max_tokens=9, seed=3)


def test_a_reply_brings_its_text_tokens_and_latency() -> None:
    with serving(lambda number, request: (200, "Hello yourself")) as server:
        reply = asyncio.run(ask(server, RecordingContext({})))
    assert (reply.text, reply.prompt_tokens, reply.completion_tokens) == ("Hello yourself", 7, 3)
    assert reply.latency_s > 0
    assert server.requests == [
        {
            "model": "some-model",
            "messages": [{"role": "user", "content": "Hello"}],
            "max_tokens": 9,
            "seed": 3,
        }
    ]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_passing_fault_is_tried_again_and_logged_as_a_warning(status: int) -> None:
    recording = RecordingContext({})
    with serving(lambda number, request: (status if number == 1 else 200, "text")) as server:
        reply = asyncio.run(ask(server, recording))
    assert reply.text == "text"
    [(level, message, metadata)] = recording.logs
    assert level == "warn"
    assert "some-model did not answer" in message
    assert metadata["attempt"] == 1
    assert str(status) in metadata["error"]


def test_an_answer_that_takes_too_long_is_tried_again() -> None:
    released = threading.Event()

    def script(number: int, request: object) -> tuple[int, str]:
        if number == 1:
            released.wait(10)
        return 200, "text"

    recording = RecordingContext({})
    with serving(script) as server:
        reply = asyncio.run(ask(server, recording, timeout_s=0.3))
        released.set()
    assert reply.text == "text"
    assert len(recording.messages("warn")) == 1


def test_a_lasting_fault_is_given_up_after_the_last_attempt() -> None:
    recording = RecordingContext({})
    with (
        serving(lambda number, request: (500, "out of order")) as server,
        pytest.raises(ModelError, match=r"in 3 attempts.*out of order"),
    ):
        asyncio.run(ask(server, recording))
    assert len(server.requests) == 3
    assert len(recording.messages("warn")) == 2


def test_a_request_that_the_endpoint_rejects_is_not_repeated() -> None:
    with (
        serving(lambda number, request: (404, "no such model")) as server,
        pytest.raises(ModelError, match="no such model"),
    ):
        asyncio.run(ask(server, RecordingContext({})))
    assert len(server.requests) == 1


def test_a_reply_without_text_is_an_error() -> None:
    with (
        serving(lambda number, request: (200, "")) as server,
        pytest.raises(ModelError, match="without text"),
    ):
        asyncio.run(ask(server, RecordingContext({})))


def test_a_web_page_in_place_of_a_reply_is_an_error_that_names_the_setting() -> None:
    with (
        serving(lambda number, request: (200, "<html>Welcome</html>")) as server,
        pytest.raises(ModelError, match="OPENAI_BASE_URL"),
    ):
        asyncio.run(ask(server, RecordingContext({})))


def test_a_server_that_is_not_there_is_given_up_too() -> None:
    with serving(lambda number, request: (200, "")) as server:
        pass
    with pytest.raises(ModelError, match="in 3 attempts"):
        asyncio.run(ask(server, RecordingContext({})))


def test_each_wait_is_twice_as_long_up_to_the_longest() -> None:
    backoff = Backoff(first_delay_s=1, longest_delay_s=5)
    for attempt, expected in enumerate([1, 2, 4, 5, 5], start=1):
        assert backoff.delay_s(attempt) == pytest.approx(expected, rel=0.2)


def test_items_that_a_real_endpoint_fails_are_recorded_and_the_run_goes_on() -> None:
    """EXA-06."""

    async def study_with(recording: RecordingContext, server: ChatServer) -> None:
        ctx = recording.context
        async with connect(ctx, "a-key", server.base_url, QUICK) as endpoint:
            await study(ctx, endpoint)

    recording = RecordingContext(configuration())
    with serving(
        lambda number, request: (500 if request["model"] == "new" else 200, VERDICT)
    ) as server:
        perform(lambda ctx: study_with(recording, server), recording)
    assert [value["status"] for value in recording.values()] == ["failed"] * 2 + ["completed"] * 2
