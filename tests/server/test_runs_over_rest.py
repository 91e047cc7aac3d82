"""Runs over REST: making, starting, following, stopping, deleting."""

from __future__ import annotations

import pytest
from served import ACTING

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
    run = served.post(f"/instances/{instance['id']}/runs?start=false", status=201)
    assert (run["status"], run["queued_at"]) == ("pending", None)
    assert served.post(f"/runs/{run['id']}/start")["status"] in ("running", "completed")
    assert served.end(run["id"])["status"] == "completed"
    assert served.problem("POST", f"/runs/{run['id']}/start", 409)["detail"].startswith("The run")


def test_what_is_live_is_not_deleted_and_what_has_ended_goes_with_all_it_said(served):
    run = served.start("obey")
    path, of_instance = f"/runs/{run['id']}", f"/instances/{run['instance_id']}"
    assert served.problem("DELETE", path, 409)["type"] == "urn:athanor:run-busy"
    assert served.problem("DELETE", of_instance, 409)["type"] == "urn:athanor:instance-busy"
    served.post(f"{path}/cancel")
    served.end(run["id"])
    served.call("DELETE", path, 204)
    served.problem("GET", path, 404)
    assert not (served.project / ".athanor" / "runs" / run["id"]).exists()
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
