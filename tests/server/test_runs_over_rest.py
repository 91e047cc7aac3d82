"""Runs over REST: making, starting, following, stopping, deleting."""

from __future__ import annotations

import pytest
from served import ACTING, until

NEVER = "00000000-0000-7000-8000-000000000000"


def test_an_instance_is_made_with_its_defaults_and_found_again(served):
    made = served.call(
        "POST",
        "/instances",
        201,
        json={"experiment_module": "acting", "name": "mine", "configuration": {"lines": 5}},
    )
    instance = made.json()
    assert instance["experiment_module"] == ACTING
    assert instance["configuration"]["action"] == "complete"
    found = served.client.get(made.headers["location"]).json()
    assert found["stats"] == {"run_count": 0, "last_run_at": None, "last_run_status": None}
    assert {key: found[key] for key in instance} == instance


def test_a_run_is_running_when_its_start_is_answered_and_ends_completed(served):
    run = served.start("gate")
    assert run["status"] == "running"
    assert run["started_at"] is not None
    served.gate.touch()
    ended = served.end(run["id"])
    served.gate.unlink()
    assert ended["status"] == "completed"
    assert ended["duration_s"] > 0
    assert ended["log_counts"]["info"] == 2
    assert ended["metadata"]["exit_code"] == 0
    assert served.get("/runs")["items"][0]["instance_name"] == "gate"


def test_a_failed_run_says_why(served):
    ended = served.ended("raise")
    assert ended["status"] == "failed"
    assert "LookupError: no such thing" in ended["error"]


def test_a_run_that_is_asked_to_stop_is_cancelled(served):
    run = served.start("obey")
    served.await_log(run["id"], "ready")
    asked = served.post(f"/runs/{run['id']}/cancel")
    assert asked["cancelling"] or asked["status"] == "cancelled"
    ended = served.end(run["id"])
    assert (ended["status"], ended["error"]) == ("cancelled", None)
    assert ended["progress"] == {**ended["progress"], "percent": 50, "message": "looking round"}
    again = served.problem("POST", f"/runs/{run['id']}/cancel", 409)
    assert again["type"] == "urn:athanor:run-not-running"


def test_a_run_that_does_not_look_is_ended_by_force(served):
    run = served.start("ignore")
    served.await_log(run["id"], "ready")
    asked = served.post(f"/runs/{run['id']}/cancel", {"force": True})
    assert asked["force_requested_at"] is not None
    assert served.end(run["id"])["status"] == "cancelled"


def test_a_prepared_run_is_started_once(served):
    instance = served.instance()
    made = served.cli("instances", "list", "--json")
    assert instance["id"] in made
    run = served.post(f"/instances/{instance['id']}/runs", {"start": False}, status=201)
    assert (run["status"], run["queued_at"]) == ("pending", None)
    assert served.post(f"/runs/{run['id']}/start")["status"] in ("running", "completed")
    assert served.end(run["id"])["status"] == "completed"
    assert served.problem("POST", f"/runs/{run['id']}/start", 409)["detail"].startswith("The run")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/health"),
        ("GET", "/experiments"),
        ("GET", "/runs/{id}"),
        ("POST", "/runs/{id}/start"),
        ("POST", "/runs/{id}/cancel"),
        ("POST", "/instances/{instance_id}/runs"),
        ("DELETE", "/runs/{id}"),
    ],
)
def test_a_query_where_none_is_taken_is_refused_and_does_nothing(served, completed, method, path):
    before = served.get("/runs")["items"]
    found = served.problem(method, path.format(**completed), 422, params={"force": "true"})
    assert found["errors"] == [{"path": "force", "message": "is not a known key"}]
    assert served.get("/runs")["items"] == before


@pytest.mark.parametrize(
    ("method", "path"),
    [("DELETE", "/runs/{id}"), ("GET", "/runs"), ("GET", "/runs/{id}/usage")],
)
def test_a_body_where_none_is_taken_is_refused(served, completed, method, path):
    found = served.problem(method, path.format(**completed), 422, json={"start": False})
    assert found["errors"][0]["message"].startswith("takes no body")


def test_a_start_with_a_key_that_is_not_known_is_refused(served, completed):
    path = f"/instances/{completed['instance_id']}/runs"
    found = served.problem("POST", path, 422, json={"strat": False})
    assert [error["path"] for error in found["errors"]] == ["strat"]


def test_what_is_live_is_not_deleted_and_what_has_ended_goes_with_all_it_said(served):
    run = served.start("obey")
    path, of_instance = f"/runs/{run['id']}", f"/instances/{run['instance_id']}"
    assert served.problem("DELETE", path, 409)["type"] == "urn:athanor:run-busy"
    assert served.problem("DELETE", of_instance, 409)["type"] == "urn:athanor:instance-busy"
    served.post(f"{path}/cancel")
    served.end(run["id"])
    served.call("DELETE", path, 204)
    served.problem("GET", path, 404)
    directory = served.project / ".athanor" / "runs" / run["id"]
    until(lambda: not directory.exists())  # files go beside the answer
    served.call("DELETE", of_instance, 204)
    served.problem("GET", of_instance, 404)


def test_an_instance_changes_only_where_it_is_said(served):
    made = served.instance(name="before", lines=7)
    path = f"/instances/{made['id']}"
    changed = served.call("PATCH", path, json={"name": "after", "time_limit_s": 60}).json()
    assert changed == {
        **made,
        "name": "after",
        "time_limit_s": 60.0,
        "updated_at": changed["updated_at"],
    }
    assert served.call("PATCH", path, json={"time_limit_s": None}).json()["time_limit_s"] is None


def test_a_configuration_that_does_not_fit_is_refused_value_by_value(served):
    body = {"experiment_module": ACTING, "name": "x", "configuration": {"lines": 0, "lnes": 1}}
    found = served.problem("POST", "/instances", 422, json=body)
    assert {error["path"]: error["message"] for error in found["errors"]} == {
        "configuration.lnes": "is not a known key; did you mean 'lines'?",
        "configuration.lines": "must be greater than or equal to 1",
    }


def test_a_body_that_does_not_fit_is_refused_value_by_value(served):
    body = {"experiment_module": ACTING, "name": "", "tme_limit_s": 3, "gpus": "two"}
    found = served.problem("POST", "/instances", 422, json=body)
    assert {error["path"]: error["message"] for error in found["errors"]} == {
        "name": "must have at least 1 character",
        "gpus": "must be an integer",
        "tme_limit_s": "is not a known key",
    }


@pytest.mark.parametrize("path", ["/runs/{}", "/instances/{}", "/runs/{}/logs", "/runs/{}/results"])
def test_what_is_not_there_is_a_404_with_the_next_step(served, path):
    found = served.problem("GET", path.format(NEVER), 404)
    assert "not found" in found["detail"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/runs/123", "run_id: must be a run's id, whole or its end, such as 46810082, got '123'"),
        ("/instances/mine", "instance_id: must be an instance's id, whole or its end, such as"),
        (f"/runs/{NEVER}/results/12%0A", r"result_id: must be a result's id such as"),
        ("/runs?instance_id=mine", "instance_id: must be an instance's id, whole or its end"),
        (f"/runs/{NEVER}/events?after=2", "after: must be a cursor such as 1:4096, got '2'"),
        ("/compare?runs=mine", "runs: must be ids of runs, commas between them, got 'mine'"),
        (f"/runs/{'0' * 200}", f"got '{'0' * 79}…'"),
    ],
)
def test_what_is_no_id_is_told_what_one_is_like(served, path, expected):
    assert expected in served.problem("GET", path, 422)["detail"]


def test_runs_are_listed_by_status_experiment_name_and_time(served):
    failed = served.ended("fail")
    later = served.ended("complete", label="later")

    def ids(**query):
        return [run["id"] for run in served.get("/runs", **query)["items"]]

    assert failed["id"] in ids(status="failed")
    assert later["id"] not in ids(status=["failed", "cancelled"])
    assert ids(instance_id=later["instance_id"]) == [later["id"]]
    assert failed["id"] in ids(name="FAI", experiment=ACTING)
    assert failed["id"] not in ids(name="complete")
    assert ids(experiment="experiments.other:other") == []
    assert failed["id"] not in ids(since=later["inserted_at"])
    assert later["id"] in ids(since=later["inserted_at"])
    assert later["id"] not in ids(until=later["inserted_at"])
    assert failed["id"] in ids(until=later["inserted_at"])


def test_a_moment_without_a_time_zone_is_utc_and_a_plain_number_is_none(served):
    run = served.ended("complete", label="timed")
    made_at = run["inserted_at"].removesuffix("Z")

    def ids(**query):
        return [found["id"] for found in served.get("/runs", **query)["items"]]

    assert run["id"] in ids(since=made_at)
    assert run["id"] not in ids(until=made_at)
    assert run["id"] in ids(since=made_at[:10])
    assert run["id"] not in ids(until=made_at[:10])
    for number in ("1763700000", "1.5", "-3"):
        found = served.problem("GET", "/runs", 422, params={"since": number})
        assert "2026-01-31T13:45:00Z" in found["errors"][0]["message"]


def test_names_and_descriptions_have_a_bound(served):
    longest = {"name": "n" * 500, "description": "d" * 20_000}
    made = served.post("/instances", {"experiment_module": ACTING, **longest}, 201)
    too_long = {"name": "n" * 501, "description": "d" * 20_001}
    body = {"experiment_module": ACTING, **too_long}
    for method, path, asked in (
        ("POST", "/instances", body),
        ("PATCH", f"/instances/{made['id']}", too_long),
    ):
        found = served.problem(method, path, 422, json=asked)
        assert {error["path"]: error["message"] for error in found["errors"]} == {
            "name": "must have at most 500 characters, got 501",
            "description": "must have at most 20,000 characters, got 20,001",
        }


def test_a_method_that_is_not_there_is_told_all_that_are(served, completed):
    answer = served.call("PUT", f"/instances/{completed['instance_id']}", 405)
    assert answer.headers["allow"] == "DELETE, GET, HEAD, PATCH"
    assert "DELETE, GET, HEAD, PATCH" in answer.json()["detail"]
    assert served.call("PUT", "/instances", 405).headers["allow"] == "GET, HEAD, POST"
    assert "GET" in served.call("PUT", "/openapi.json", 405).headers["allow"]


def test_what_can_be_had_can_be_asked_for_without_its_body(served, completed):
    run = f"/runs/{completed['id']}"
    for path in ("/health", "/openapi.json", "/runs", run, f"{run}/logs", "/experiments"):
        answer = served.call("HEAD", path)
        assert answer.content == b""
        assert int(answer.headers["content-length"]) > 2
    assert served.call("HEAD", f"/runs/{'0' * 8}", 404).content == b""
    for stream in ("events", "export"):
        assert served.call("HEAD", f"{run}/{stream}", 405).headers["allow"] == "GET"


def test_pages_go_on_where_the_last_one_ended(served):
    made = [served.instance(name=f"paged {number}")["id"] for number in range(5)]
    seen, cursor = [], {}
    while cursor is not None:
        page = served.get("/instances", name="paged", limit=2, **cursor)
        seen += [entry["id"] for entry in page["items"]]
        cursor = {"cursor": page["next"]} if page["next"] else None
    assert seen == made
    found = served.problem("GET", "/runs", 400, params={"cursor": "made up"})
    assert "a cursor that a listing returned" in found["detail"]


def test_runs_are_compared(served, completed):
    other = served.ended("complete", label="other")
    found = served.get("/compare", runs=f"{completed['id']},{other['id']}")
    assert set(found["configuration"]) == {"label"}
    assert found["figures"]["summary.accuracy"] == {completed["id"]: 0.875, other["id"]: 0.875}
    assert served.problem("GET", "/compare", 400, params={"runs": completed["id"]})


def test_the_server_says_how_it_is(served):
    found = served.get("/health")
    assert found["status"] == "ok"
    assert found["supervising"] is True
    assert found["owner"].startswith(f"{served.process.pid} ")


def test_instances_are_sorted_and_found_by_how_their_last_run_went(served):
    names = ["sorted b", "sorted a", "sorted c"]
    made = {name: served.instance(name=name, action="complete") for name in names}
    served.end(served.post(f"/instances/{made['sorted a']['id']}/runs", {}, status=201)["id"])

    def listed(**query):
        found = served.get("/instances", name="sorted", **query)["items"]
        return [one["name"] for one in found]

    assert listed(sort="name") == sorted(names)
    assert listed(sort="created") == names[::-1]
    assert listed() == ["sorted b", "sorted c", "sorted a"]
    assert listed(status="completed") == ["sorted a"]
    assert listed(status="failed", sort="name") == []


def test_runs_are_counted_as_they_are_listed(served):
    instance = served.instance(name="counted", action="complete")
    for _ in range(2):
        served.end(served.post(f"/instances/{instance['id']}/runs", {}, status=201)["id"])
    assert served.get("/runs/counts", instance_id=instance["id"])["completed"] == 2
    assert served.get("/runs/counts", name="counted")["total"] == 2
    assert served.get("/runs/counts")["total"] == len(served.get("/runs", limit=1000)["items"])
    assert served.get("/runs/counts", since="2100-01-01")["total"] == 0


def test_a_run_says_what_it_is_a_run_of_and_where_its_lines_begin(served):
    ended = served.ended("raise")
    found = served.get(f"/runs/{ended['id']}")
    assert found["instance_name"] == served.get(f"/instances/{ended['instance_id']}")["name"]
    assert found["experiment_module"] == ACTING
    logs = served.get(f"/runs/{ended['id']}/logs", limit=1000)["items"]
    for level, line in found["first_lines"].items():
        assert line == next((one["line"] for one in logs if one["level"] == level), None)


def test_log_lines_are_given_from_a_row_on(served):
    ended = served.end(served.start("complete", lines=30)["id"])
    path = f"/runs/{ended['id']}/logs"
    whole = served.get(path, level="info", limit=1000)
    rows = served.get(path, level="info", first_row=10, limit=5)
    assert rows["items"] == whole["items"][10:15]
    assert rows["total"] == whole["total"]
    assert served.get(path, first_row=10_000)["items"] == []
    found = served.problem("GET", path, 422, params={"first_row": 1, "order": "newest"})
    assert "first_row goes without" in str(found)


@pytest.mark.parametrize(
    ("body", "kind", "told"),
    [
        ("{bad", "application/json", "must be JSON, but at character 1"),
        ("x=1", "application/x-www-form-urlencoded", "must be application/json, not appl"),
        ("{}", "", "must be application/json, not nothing"),
    ],
)
def test_a_body_that_is_no_json_is_told_what_it_should_be(served, body, kind, told):
    headers = {"content-type": kind} if kind else {}
    found = served.problem("POST", "/instances", 422, content=body, headers=headers)
    assert told in found["detail"]
