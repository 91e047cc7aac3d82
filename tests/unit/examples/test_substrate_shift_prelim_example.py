"""The preliminary study: ten turns, a switch at a known one, several conversations at a time."""

from __future__ import annotations

import asyncio

import pytest

from examples.substrate_shift.chat import Message, Reply
from examples.substrate_shift.prelim import QUESTIONS, SWITCH_TURNS, SubstrateShiftPrelim, study
from tests.unit.examples.chat_server import VERDICT, serving
from tests.unit.examples.recording import RecordingContext, perform
from tests.unit.examples.substrate_shift_models import ScriptedModel, configuration


def always_sure(name: str, messages: list[Message]) -> str | None:
    return VERDICT


class SilentModel:
    """Never answers; says when it is first asked, and how many wait for it."""

    simulated = True

    def __init__(self, asked: asyncio.Event) -> None:
        self.asked = asked
        self.waiting = 0

    async def reply(
        self, name: str, messages: list[Message], *, max_tokens: int, seed: int
    ) -> Reply:
        self.waiting += 1
        self.asked.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.waiting -= 1
        raise AssertionError("waits for ever")


def studied(model: ScriptedModel) -> RecordingContext:
    return perform(lambda ctx: study(ctx, model), RecordingContext(configuration()))


def test_every_pair_has_each_switch_as_often_as_asked_for() -> None:
    """EXA-05."""
    recording = studied(ScriptedModel(always_sure))
    assert SWITCH_TURNS == (0, 3, 5, 7, 9)
    assert sorted(recording.keys()) == sorted(
        f"pair_{pair}_switch_{switch}_run_{run}"
        for pair in (0, 1)
        for switch in SWITCH_TURNS
        for run in (1, 2)
    )
    assert recording.progresses[-1][:2] == (20, 20)


def test_the_model_switches_at_the_right_one_of_ten_turns() -> None:
    """EXA-05."""
    for value in studied(ScriptedModel(always_sure)).values():
        switch = value["switch_turn"]
        models = [turn["model"] for turn in value["transcript"]]
        assert models == [value["model_a"]] * switch + [value["model_b"]] * (10 - switch)


def test_the_questions_rotate_and_each_run_begins_with_another_one() -> None:
    """EXA-05."""
    results = dict(studied(ScriptedModel(always_sure)).results)
    for run in (1, 2):
        asked = [turn["question"] for turn in results[f"pair_0_switch_3_run_{run}"]["transcript"]]
        expected = [QUESTIONS[(turn + run - 1) % len(QUESTIONS)] for turn in range(10)]
        assert all(map(str.startswith, asked, expected))


def test_a_result_says_in_which_turns_the_switch_was_noticed() -> None:
    def notices_late(name: str, messages: list[Message]) -> str:
        late = len(messages) >= 2 + 2 * 8
        return f'{{"detected": {str(late).lower()}, "confidence": 0.25}}'

    for value in studied(ScriptedModel(notices_late)).values():
        assert value["status"] == "completed"
        assert value["noticed_on_turns"] == [8, 9]
        assert value["confidence_by_turn"] == [0.25] * 10


def test_a_failed_item_names_its_turn_and_the_others_go_on() -> None:
    """EXA-06."""

    def script(name: str, messages: list[Message]) -> str | None:
        return None if name == "new" else VERDICT

    recording = studied(ScriptedModel(script))
    failed = [value for value in recording.values() if value["status"] == "failed"]
    assert len(recording.results) == 20
    assert len(failed) == 10
    for value in failed:
        assert value["failed_on_turn"] == value["switch_turn"]
        assert value["error"] == "new is down"
    assert len(recording.messages("error")) == 10


def test_no_more_conversations_are_held_at_a_time_than_allowed() -> None:
    model = ScriptedModel(always_sure)
    studied(model)
    assert model.asked == 200
    assert model.most_at_work == 3


def test_it_completes_against_the_simulated_model() -> None:
    recording = RecordingContext(configuration(model_pairs=[], runs_per_pair=1, parallel=32))
    perform(SubstrateShiftPrelim().run, recording)
    assert len(recording.results) == 5
    assert all(value["simulated"] for value in recording.values())
    assert recording.words == [("completed", None)]


def test_a_missing_key_fails_the_run_when_one_is_required() -> None:
    """EXA-07."""
    recording = RecordingContext(configuration(require_api_key=True))
    perform(SubstrateShiftPrelim().run, recording)
    [(status, error)] = recording.words
    assert status == "failed"
    assert "OPENAI_API_KEY is not set" in str(error)


def test_a_key_that_is_refused_in_the_middle_of_several_fails_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serving(lambda number, request: (401, "wrong key")) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "a-key")
        recording = perform(SubstrateShiftPrelim().run, RecordingContext(configuration()))
    [(status, error)] = recording.words
    assert status == "failed"
    assert "OPENAI_API_KEY was refused" in str(error)


def test_a_cancel_reaches_every_conversation_at_its_next_await() -> None:
    """CAN-01."""

    async def cancelled_while_asking() -> RecordingContext:
        recording = RecordingContext(configuration())
        asking = asyncio.Event()

        model = SilentModel(asking)
        running = asyncio.create_task(study(recording.context, model))
        await asking.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert model.waiting == 0
        return recording

    assert asyncio.run(cancelled_while_asking()).results == []
