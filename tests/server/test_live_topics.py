"""What each topic of the socket tells."""

from __future__ import annotations

import pytest
from served import until
from tab import run_topic, tab

ENDS = {"complete": "completed", "fail": "failed"}


def test_every_instance_made_changed_and_deleted_is_told(served):
    """EVT-01, EVT-09: also when another process did it."""
    with tab(served) as open_tab:
        before = open_tab.subscribe("experiments:instances")
        assert before["snapshot"] == {"count": before["snapshot"]["count"]}
        made = served.instance(name="told")
        told = open_tab.until("instance_created")["instance"]
        assert told == served.get(f"/instances/{made['id']}")
        served.cli("instances", "edit", made["id"], "--name", "by the command")
        changed = open_tab.until("instance_updated")
        assert changed["instance"]["name"] == "by the command"
        served.cli("delete", made["id"], "--yes")
        gone = open_tab.until("instance_deleted")
        assert gone["instance_id"] == made["id"]
        revisions = [frame["revision"] for frame in open_tab.frames[1:]]
        assert revisions == sorted(revisions)


def test_an_instance_tells_of_itself_and_its_runs(served):
    """EVT-02, EVT-05."""
    instance = served.instance()
    with tab(served) as open_tab:
        topic = f"experiments:instance:{instance['id']}"
        assert open_tab.subscribe(topic)["snapshot"]["instance"]["id"] == instance["id"]
        served.instance(name="another, not told here")
        run = served.post(f"/instances/{instance['id']}/runs", status=201)
        assert open_tab.until("run_created")["run"]["id"] == run["id"]
        open_tab.until_status("run_updated", run["id"], "completed")
        while open_tab.until("instance_updated")["instance"]["stats"]["last_run_status"] != (
            "completed"
        ):
            pass
        served.call("DELETE", f"/runs/{run['id']}", 204)
        assert open_tab.until("run_deleted")["run_id"] == run["id"]
        served.call("DELETE", f"/instances/{instance['id']}", 204)
        open_tab.until("instance_deleted", instance_id=instance["id"])
        assert {frame["topic"] for frame in open_tab.frames[1:]} == {topic}


def test_a_run_tells_rows_progress_and_last_its_end(served):
    """EVT-03, EVT-07, API-14, BUF-04, SRV: the status is told after the rows."""
    run = served.start("gate", lines=5)
    served.await_log(run["id"], "ready")
    with tab(served) as open_tab:
        begun = open_tab.subscribe(run_topic(run))
        assert begun["snapshot"]["run"]["log_counts"]["total"] == 1
        served.gate.touch()
        try:
            open_tab.until_status("run_updated", run["id"], "completed")
        finally:
            served.gate.unlink()
    assert [line["message"] for line in open_tab.lines()] == ["through"]
    stored = served.get(f"/runs/{run['id']}/logs")["items"]
    assert [line | {"cut": False} for line in stored][1:] == open_tab.lines()


def test_only_the_last_progress_of_a_window_is_told_and_it_is_told(served):
    """API-18, BUF-02, BUF-08: a thousand calls and lines are a few frames."""
    instance = served.instance("complete", lines=1000)
    with tab(served) as open_tab:
        open_tab.subscribe(f"experiments:instance:{instance['id']}")
        run = served.post(f"/instances/{instance['id']}/runs", {"start": False}, 201)
        open_tab.subscribe(run_topic(run), after="0:0")
        served.post(f"/runs/{run['id']}/start", {"wait": False})
        open_tab.until_status("run_updated", run["id"], "completed", topic=run_topic(run))
        said = [frame["progress"] for frame in open_tab.of("progress_updated")]
        ended = [f for f in open_tab.of("run_updated") if f["topic"] == run_topic(run)]
    assert len(said) < 50
    assert ended[-1]["run"]["progress"]["current"] == 1000
    assert not said or said[-1] == ended[-1]["run"]["progress"]
    assert len(open_tab.of("logs_added")) < 100
    assert open_tab.of("logs_added")[-1]["log_counts"]["total"] == 1000


@pytest.mark.parametrize(("action", "status"), ENDS.items())
def test_each_start_and_each_end_of_any_run_is_told_once(served, action, status):
    """EVT-04, EVT-06."""
    with tab(served) as open_tab:
        open_tab.subscribe("experiments:runs:active")
        run = served.start(action)
        ended = open_tab.until_status("run_completed", run["id"], status)
        assert (ended["instance_name"], ended["experiment_module"]) == (
            action,
            "experiments.acting:acting",
        )
        told = [f["event"] for f in open_tab.frames if f.get("run", {}).get("id") == run["id"]]
    for event in ("run_created", "run_started", "run_completed"):
        assert told.count(event) == 1
    assert told[0] == "run_created"
    assert told[-1] == "run_completed"


def test_a_cancelled_run_is_told_as_an_end_and_its_progress_before(served):
    """EVT-06, API-14."""
    with tab(served) as open_tab:
        open_tab.subscribe("experiments:runs:active")
        run = served.start("obey")
        assert open_tab.until("progress_updated", run_id=run["id"])["progress"]["percent"] == 50
        with tab(served) as late:
            shown = late.subscribe("experiments:runs:active")["snapshot"]
            assert run["id"] in [one["id"] for one in shown["runs"]]
            assert shown["running"] == 1
        served.post(f"/runs/{run['id']}/cancel")
        open_tab.until_status("run_completed", run["id"], "cancelled")


def test_a_run_that_does_not_listen_is_told_as_cancelling(served):
    """EVT-06."""
    with tab(served) as open_tab:
        open_tab.subscribe("experiments:runs:active")
        run = served.start("ignore")
        served.post(f"/runs/{run['id']}/cancel")
        while not open_tab.next().get("run", {}).get("cancelling"):
            pass  # what happens within one look is told as one: it may be its start that says so
        served.post(f"/runs/{run['id']}/cancel", {"force": True})
        open_tab.until_status("run_completed", run["id"], "cancelled")


def test_what_is_long_is_cut_and_what_is_odd_arrives(served):
    """EVT-07."""
    run = served.ended("long")
    with tab(served) as open_tab:
        open_tab.subscribe(run_topic(run), after="0:0")
        open_tab.until("results_added")
    long, wide, odd = open_tab.lines()
    assert (len(long["message"]), long["cut"], long["metadata"]) == (16_384, True, {"short": True})
    assert (wide["metadata"], wide["cut"]) == (None, True)
    assert (odd["metadata"]["n"], odd["cut"]) == (2**70, False)
    (result,) = open_tab.results()
    assert result["size"] > 20_000
    assert len(result["preview"]) == 200


def test_two_tabs_are_told_the_same(served):
    """EVT-10."""
    run = served.start("gate")
    served.await_log(run["id"], "ready")
    with tab(served) as one, tab(served) as two:
        for each in (one, two):
            each.subscribe(run_topic(run), after="0:0")
        served.post(f"/runs/{run['id']}/cancel")
        for each in (one, two):
            each.until_status("run_updated", run["id"], "cancelled")
    assert one.lines() == two.lines() != []
    assert one.of("run_updated")[-1] == two.of("run_updated")[-1]


def test_a_run_that_says_nothing_is_told_nothing_of_whatever_others_write(served):
    """BUF-05."""
    run = served.start("gate")
    served.await_log(run["id"], "ready")
    with tab(served) as open_tab:
        open_tab.subscribe(run_topic(run))
        served.ended("complete", lines=500)
        served.post(f"/runs/{run['id']}/cancel")
        open_tab.until("run_updated")
        told = {frame["event"] for frame in open_tab.frames}
        assert told <= {"hello", "subscribed", "usage_updated", "run_updated", "logs_added"}
        said = [log for frame in open_tab.of("logs_added") for log in frame["logs"]]
        assert {log["message"] for log in said} <= {"Cancel requested"}


def test_a_deleted_run_is_told_to_those_who_look_at_it(served):
    run = served.ended()
    with tab(served) as open_tab:
        open_tab.subscribe(run_topic(run))
        served.call("DELETE", f"/runs/{run['id']}", 204)
        assert open_tab.until("run_deleted")["run_id"] == run["id"]


def test_runs_that_go_with_their_instance_are_told_too(served):
    run = served.ended()
    with tab(served) as open_tab:
        open_tab.subscribe(run_topic(run))
        open_tab.subscribe("experiments:runs:active")
        served.call("DELETE", f"/instances/{run['instance_id']}", 204)
        until(lambda: open_tab.next() and len(open_tab.frames) == 5)
    told = {frame["event"]: frame for frame in open_tab.frames[3:]}
    assert told["run_deleted"]["run_id"] == run["id"]
    assert told["instance_deleted"]["instance_id"] == run["instance_id"]


def test_an_edited_experiment_is_told(served):
    with tab(served) as open_tab:
        shown = open_tab.subscribe("experiments:modules")["snapshot"]
        assert shown.keys() == served.get("/experiments").keys()
        file = served.project / "experiments" / "added.py"
        file.write_text("import athanor\n\n@athanor.experiment\ndef added(ctx):\n    pass\n")
        try:
            while "added" not in [
                one["name"] for one in open_tab.until("modules_updated")["experiments"]
            ]:
                pass
        finally:
            file.unlink()
