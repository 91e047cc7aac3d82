"""The SubstrateShift example, against a simulated model and against a real server."""

from __future__ import annotations

import pytest

from athanor import Cancelled
from examples.substrate_shift.chat import Message
from examples.substrate_shift.study import SubstrateShift, study
from tests.unit.examples.chat_server import VERDICT, serving
from tests.unit.examples.recording import RecordingContext, perform
from tests.unit.examples.substrate_shift_models import (
    ScriptedModel,
    configuration,
    instant,
)


def studied(recording: RecordingContext, model: ScriptedModel | None = None) -> RecordingContext:
    return perform(lambda ctx: study(ctx, model or instant()), recording)


def test_without_a_key_ten_runs_against_a_simulated_model_complete() -> None:
    """EXA-01."""
    recording = RecordingContext(configuration(runs_per_pair=10, model_pairs=[]))
    perform(SubstrateShift().run, recording)
    assert recording.keys() == [f"pair_0_run_{run}" for run in range(1, 11)]
    assert recording.words == [("completed", None)]
    assert all(value["simulated"] for value in recording.values())
    assert any("simulated" in message for message in recording.messages("warn"))


def test_an_empty_list_of_pairs_falls_back_to_the_default_with_a_warning() -> None:
    """EXA-03."""
    recording = studied(RecordingContext(configuration(runs_per_pair=10, model_pairs=[])))
    assert recording.messages("warn") == ["No model pairs configured: using the default"]
    assert len(recording.results) == 10
    assert {value["model_b"] for value in recording.values()} == {"gpt-4o-mini"}


def test_every_pair_is_run_as_often_as_asked_for() -> None:
    recording = studied(RecordingContext(configuration()))
    assert recording.keys() == ["pair_0_run_1", "pair_0_run_2", "pair_1_run_1", "pair_1_run_2"]
    assert [value["model_a"] for value in recording.values()] == ["old", "old", "left", "left"]
    assert [current for current, _, _ in recording.progresses] == [0, 1, 2, 3, 4]


def test_a_result_says_whether_the_switch_was_noticed_and_how_surely() -> None:
    """EXA-04."""
    for value in studied(RecordingContext(configuration(runs_per_pair=5))).values():
        assert isinstance(value["detected"], bool)
        assert 0 <= value["confidence"] <= 1
        assert round(value["confidence"], 3) == value["confidence"]


def test_model_a_answers_first_and_model_b_is_asked_last() -> None:
    for value in studied(RecordingContext(configuration())).values():
        models = [turn["model"] for turn in value["transcript"]]
        assert models == [value["model_a"]] * 3 + [value["model_b"]]


def test_simulated_answers_say_so_and_are_the_same_each_time_but_not_in_each_run() -> None:
    first, again = (studied(RecordingContext(configuration())).results for _ in range(2))
    assert first == again
    assert first[0][1]["transcript"] != first[1][1]["transcript"]
    assert all(
        turn["answer"].startswith(f"[simulated {turn['model']}]")
        for _, value in first
        for turn in value["transcript"]
    )


def test_an_item_that_fails_is_recorded_and_the_others_go_on() -> None:
    """EXA-06."""

    def script(name: str, messages: list[Message]) -> str | None:
        return None if name == "new" else VERDICT

    recording = studied(RecordingContext(configuration()), ScriptedModel(script))
    assert [value["status"] for value in recording.values()] == ["failed"] * 2 + ["completed"] * 2
    assert recording.values()[0]["error"] == "new is down"
    assert len(recording.values()[0]["transcript"]) == 3
    assert "2 conversations failed" in recording.messages("error")[-1]


def test_an_answer_that_cannot_be_read_fails_its_item_only() -> None:
    def script(name: str, messages: list[Message]) -> str | None:
        return "No idea." if name == "new" else VERDICT

    recording = studied(RecordingContext(configuration()), ScriptedModel(script))
    assert [value["status"] for value in recording.values()] == ["failed"] * 2 + ["completed"] * 2
    assert "No idea." in recording.values()[0]["error"]


def test_a_missing_key_fails_the_run_when_one_is_required() -> None:
    """EXA-07."""
    recording = RecordingContext(configuration(require_api_key=True))
    perform(SubstrateShift().run, recording)
    [(status, error)] = recording.words
    assert status == "failed"
    assert error is not None
    assert "OPENAI_API_KEY is not set" in error
    assert recording.results == []


def test_a_cancel_stops_it_before_the_next_conversation() -> None:
    """CAN-01, CAN-02."""
    recording = RecordingContext(configuration(), cancel_after_results=2)
    with pytest.raises(Cancelled):
        studied(recording)
    assert recording.keys() == ["pair_0_run_1", "pair_0_run_2"]
    assert recording.words == []


def test_with_a_key_the_endpoint_of_the_environment_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """EXA-01."""
    with serving(lambda number, request: (200, VERDICT)) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "a-key")
        recording = perform(SubstrateShift().run, RecordingContext(configuration()))
    assert recording.words == [("completed", None)]
    assert len(server.requests) == 16
    assert set(server.keys) == {"Bearer a-key"}
    assert [request["model"] for request in server.requests[:4]] == ["old", "old", "old", "new"]
    assert [len(request["messages"]) for request in server.requests[:4]] == [2, 4, 6, 8]
    first = recording.values()[0]
    assert (first["detected"], first["confidence"], first["simulated"]) == (True, 0.912, False)
    assert (first["prompt_tokens"], first["completion_tokens"]) == (28, 12)


def test_a_key_that_is_refused_fails_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(lambda number, request: (401, "wrong key")) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "a-key")
        recording = perform(SubstrateShift().run, RecordingContext(configuration()))
    [(status, error)] = recording.words
    assert status == "failed"
    assert error is not None
    assert "OPENAI_API_KEY was refused" in error
    assert len(server.requests) == 1
