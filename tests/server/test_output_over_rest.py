"""What a run said, over REST: logs from either end, searching, results, parts, events, exports."""

from __future__ import annotations

import io
import json

import pandas as pd
import pytest

LINES = 250


@pytest.fixture(scope="module")
def flooded(served):
    """A run with 251 lines, the last one printed."""
    return served.ended("flood", lines=LINES)["id"]


@pytest.fixture(scope="module")
def valued(served):
    """A run with values of every kind."""
    return served.ended("values")["id"]


def messages(page):
    return [line["message"] for line in page["items"]]


def test_logs_are_read_from_the_oldest_page_by_page(served, flooded):
    page = served.get(f"/runs/{flooded}/logs", limit=2)
    assert messages(page) == ["line 0", "line 1"]
    assert page["total"] == LINES + 1
    page = served.get(f"/runs/{flooded}/logs", limit=2, after_line=page["next_line"])
    assert messages(page) == ["line 2", "line 3"]


def test_logs_are_read_from_the_newest_page_by_page(served, flooded):
    page = served.get(f"/runs/{flooded}/logs", limit=2, order="newest")
    assert messages(page) == ["printed at the end", "line 249"]
    page = served.get(
        f"/runs/{flooded}/logs", limit=2, order="newest", before_line=page["next_line"]
    )
    assert messages(page) == ["line 248", "line 247"]
    page = served.get(f"/runs/{flooded}/logs", order="newest", before_line=3)
    assert messages(page) == ["line 1", "line 0"]
    assert page["next_line"] is None


def test_logs_of_a_level_are_counted_and_listed(served):
    run = served.ended("hostile")
    page = served.get(f"/runs/{run['id']}/logs", level=["warn", "error"])
    assert page["total"] == 1
    assert page["items"][0]["message"].startswith("[red]markup[/red]")
    assert served.get(f"/runs/{run['id']}/logs", level="debug")["items"] == []


def test_a_search_finds_and_says_how_far_it_looked(served, flooded):
    path = f"/runs/{flooded}/logs/search"
    found = served.get(path, text="LINE 24", limit=3)
    assert messages(found) == ["line 24", "line 240", "line 241"]
    assert (found["searched_to_line"], found["complete"]) == (242, False)
    found = served.get(path, text="line 24", after_line=found["searched_to_line"])
    assert messages(found) == [f"line {number}" for number in range(242, 250)]
    assert (found["searched_to_line"], found["complete"]) == (LINES + 1, True)
    found = served.get(path, text="line 24", order="newest", limit=1)
    assert (messages(found), found["complete"]) == (["line 249"], False)
    found = served.get(path, text="line 24", order="newest", before_line=26)
    assert (messages(found), found["complete"]) == (["line 24"], True)
    assert messages(served.get(path, text="%")) == []


def test_results_are_listed_by_time_and_by_key(served, completed):
    path = f"/runs/{completed['id']}/results"
    assert [result["key"] for result in served.get(path)["items"]] == [
        *["loss"] * 3,
        "summary",
        "return_value",
    ]
    page = served.get(path, order="key", limit=2)
    assert [result["key"] for result in page["items"]] == ["loss", "loss"]
    page = served.get(path, order="key", limit=2, cursor=page["next"])
    assert [result["key"] for result in page["items"]] == ["loss", "return_value"]
    page = served.get(path, key_prefix="lo", descending=True)
    assert [result["preview"] for result in page["items"]][-1] == '{"value":1.0}'


def test_results_are_listed_with_their_small_values(served, valued, completed):
    path = f"/runs/{completed['id']}/results"
    listed = served.get(path, values=True, key_prefix="loss")["items"]
    assert (listed[0]["value"], listed[0]["whole"]) == ({"value": 1.0}, True)
    (nothing,) = served.get(f"/runs/{valued}/results", values=True, key_prefix="nothing")["items"]
    assert (nothing["value"], nothing["whole"]) == (None, True)
    assert [result["whole"] for result in served.get(path)["items"]] == [False] * 5


def test_a_large_value_is_not_listed(served):
    run = served.ended("long")["id"]
    (listed,) = served.get(f"/runs/{run}/results", values=True)["items"]
    assert (listed["value"], listed["whole"]) == (None, False)


def test_a_value_is_given_whole_and_never_sent_twice(served, valued, completed):
    (listed,) = served.get(f"/runs/{valued}/results", key_prefix="words")["items"]
    path = f"/runs/{valued}/results/{listed['id']}"
    answer = served.call("GET", path)
    assert answer.json()["part"]["value"] == "hello"
    tag = {"If-None-Match": answer.headers["etag"]}
    served.call("GET", path, 304, headers=tag)
    elsewhere = f"/runs/{completed['id']}/results/{listed['id']}"
    served.problem("GET", elsewhere, 404, headers=tag)
    assert served.call("GET", path, headers={"If-None-Match": '"another"'}).status_code == 200


def test_a_large_value_is_given_part_by_part(served, valued):
    third = [r for r in served.get(f"/runs/{valued}/results")["items"] if r["key"] == "a"][2]
    path = f"/runs/{valued}/results/{third['id']}"
    root = served.get(path, max_chars=10, limit=2)["part"]
    assert (root["type"], root["length"], root["truncated"]) == ("object", 3, True)
    assert [(part["path"], part["value"]) for part in root["children"]] == [("n", 2**70), ("x", 3)]
    (last,) = served.get(path, max_chars=10, first=root["next_child"])["part"]["children"]
    assert last["path"] == "a\\.b"
    assert served.get(path, path=last["path"] + ".c")["part"]["value"] == "dotted"
    found = served.problem("GET", path, 404, params={"path": "n.deeper"})
    assert "type number" in found["detail"]


def test_a_number_that_is_none_is_given_as_it_is_stored(served, valued):
    (listed,) = served.get(f"/runs/{valued}/results", key_prefix="endless")["items"]
    assert served.get(f"/runs/{valued}/results/{listed['id']}")["part"]["value"] == "Infinity"


def test_events_tell_everything_once_and_go_on_from_a_cursor(served, flooded):
    told = list(served.events(flooded))
    lines = [line for event in told for line in event.get("logs", ())]
    assert [line["line"] for line in lines] == list(range(1, LINES + 2))
    assert told[-1]["event"] == "run_updated"
    assert told[-1]["run"]["status"] == "completed"
    middle = lines[99]
    after = f"{middle['attempt']}:{middle['seq']}"
    rest = [line for e in served.events(flooded, after=after) for line in e.get("logs", ())]
    assert [line["line"] for line in rest] == list(range(101, LINES + 2))


def test_events_come_while_a_run_works_and_do_not_wait_when_not_told_to(served):
    run = served.start("gate")
    served.await_log(run["id"], "ready")
    now = [event["event"] for event in served.events(run["id"], follow=False)]
    assert now == ["logs_added", "run_updated"]
    told = served.events(run["id"])
    assert next(told)["logs"][0]["message"] == "ready"
    served.gate.touch()
    assert [event["run"]["status"] for event in told if "run" in event][-1] == "completed"
    served.gate.unlink()


def test_a_cursor_that_was_made_up_is_refused(served, flooded):
    found = served.problem("GET", f"/runs/{flooded}/events", 422, params={"after": "x"})
    assert found["errors"][0]["path"] == "after"


def test_a_run_is_exported_in_every_format(served, completed):

    path = f"/runs/{completed['id']}/export"
    whole = served.get(path, format="json", logs=True)
    assert [result["key"] for result in whole["results"]][-1] == "return_value"
    assert len(whole["logs"]) == 3
    answer = served.call("GET", path, params={"format": "ndjson"})
    assert [json.loads(line)["kind"] for line in answer.text.splitlines()][:2] == [
        "run",
        "instance",
    ]
    answer = served.call("GET", path, params={"format": "csv"})
    assert answer.headers["content-disposition"].endswith('.csv"')
    table = pd.read_csv(io.BytesIO(answer.content))
    answer = served.call("GET", path, params={"format": "parquet"})
    assert list(pd.read_parquet(io.BytesIO(answer.content))["key"]) == list(table["key"])
    assert (
        "export logs as json"
        in served.problem("GET", path, 400, params={"format": "csv", "logs": True})["detail"]
    )
