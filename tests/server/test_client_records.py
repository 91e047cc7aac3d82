"""The client gives what the harness gives: the same records, from the same calls."""

from __future__ import annotations

import inspect
import io
from collections.abc import Callable
from typing import Any

import pytest
from served import ACTING

from athanor import settings
from athanor.client import Client
from athanor.domain.output import Level
from athanor.domain.run import RunStatus
from athanor.errors import InstanceNotFound, ModuleNotFound, ResultNotFound
from athanor.harness import Harness
from athanor.harness.workbench import Workbench

ONLY_HERE = {
    "catalog": "imports the project's code",
    "home": "a folder of the machine",
    "settings": "of the machine",
    "open": "a client is made with a URL",
    "reconcile": "the server does",
    "live_count": "in health",
    "idle": "for whoever supervises",
    "supervising": "in health",
    "owner": "in health",
    "run_inline": "works in this very process",
    "whereis": "a process of the machine",
    "follower": "for the server's own streams",
    "version": "for the server's own streams",
    "instances_of": "list_named_runs",
    **dict.fromkeys(
        (
            "active_runs",
            "bulletin",
            "count_instances",
            "instance_with_stats",
            "progress_of_running",
            "stamps",
            "tail",
        ),
        "for the server's own socket",
    ),
    "check_export": "export says it",
    "first_lines": "for the page of a run",
    **dict.fromkeys(
        ("count_results", "list_results_of_key", "summarize_results"), "for agents, over MCP"
    ),
}
"""What the harness has and no client can have, or need."""


def public(kind: type) -> set[str]:
    return {name for name in dir(kind) if not name.startswith("_")}


def test_every_verb_of_the_harness_is_one_of_the_client() -> None:
    assert public(Harness) - public(Client) - set(ONLY_HERE) == set()
    assert set(ONLY_HERE) & public(Client) == set()


# A server takes nobody's time for supervising, and lets nobody wait for what is being removed.
ASKED_OTHERWISE = {"supervise", "delete_instance", "delete_run"}


@pytest.mark.parametrize("name", sorted(public(Harness) & public(Client) - ASKED_OTHERWISE))
def test_a_verb_takes_the_same_and_gives_the_same(name: str) -> None:
    ours, theirs = (inspect.signature(getattr(kind, name)) for kind in (Client, Harness))
    assert list(ours.parameters) == list(theirs.parameters)
    kinds = [[p.kind for p in one.parameters.values()] for one in (ours, theirs)]
    assert kinds[0] == kinds[1]
    defaults = [[p.default for p in one.parameters.values()] for one in (ours, theirs)]
    assert defaults[0] == defaults[1]


def test_a_client_offers_all_that_the_terminal_uses() -> None:
    assert public(Workbench) - public(Client) == set()


@pytest.fixture(scope="module")
def client(served):
    with Client(served.url) as found:
        yield found


@pytest.fixture(scope="module")
def harness(served):
    with Harness.open(settings=settings.load(served.project, {})) as found:
        yield found


@pytest.fixture(scope="module")
def runs(served):
    """One that said numbers, one that said odd values, one that said much, one that failed."""
    return [served.ended(action) for action in ("complete", "values", "flood", "fail")]


Call = Callable[[Any, list[dict[str, Any]]], Any]

CALLS: dict[str, Call] = {
    "list_experiments": lambda bench, _: bench.list_experiments(),
    "get_experiment": lambda bench, _: bench.get_experiment("acting"),
    "get_config_schema": lambda bench, _: bench.get_config_schema("acting"),
    "get_defaults": lambda bench, _: bench.get_defaults(ACTING),
    "validate_config": lambda bench, _: bench.validate_config("acting", {"lines": 7}),
    "get_instance": lambda bench, runs: bench.get_instance(runs[0]["instance_id"]),
    "get_instance, short": lambda bench, runs: bench.get_instance(runs[0]["instance_id"][-8:]),
    "find_instance": lambda bench, runs: bench.find_instance(runs[0]["instance_id"]),
    "find_instance, none": lambda bench, runs: bench.find_instance(runs[0]["id"]),
    "instance_stats": lambda bench, runs: bench.instance_stats(runs[0]["instance_id"]),
    "list_instances": lambda bench, _: bench.list_instances(limit=3),
    "list_instances, filtered": lambda bench, _: bench.list_instances(
        module=ACTING, name_contains="fail"
    ),
    "get_run": lambda bench, runs: bench.get_run(runs[0]["id"][-8:]),
    "find_run": lambda bench, runs: bench.find_run(runs[1]["id"]),
    "find_run, none": lambda bench, runs: bench.find_run(runs[1]["instance_id"]),
    "list_runs": lambda bench, _: bench.list_runs(limit=2),
    "list_runs, filtered": lambda bench, runs: bench.list_runs(
        instance_id=runs[0]["instance_id"], status=RunStatus.COMPLETED, module=ACTING
    ),
    "list_runs, several": lambda bench, _: bench.list_runs(
        status=[RunStatus.COMPLETED, RunStatus.FAILED], name_contains="f"
    ),
    "list_runs, since": lambda bench, runs: bench.list_runs(
        since=bench.get_run(runs[2]["id"]).inserted_at,
        until=bench.get_run(runs[3]["id"]).inserted_at,
    ),
    "list_named_runs": lambda bench, _: bench.list_named_runs(limit=2),
    "list_usage": lambda bench, runs: bench.list_usage(runs[0]["id"]),
    "queue_place": lambda bench, runs: bench.queue_place(runs[0]["id"]),
    "wait": lambda bench, runs: bench.wait(runs[3]["id"], 5),
    "list_logs": lambda bench, runs: bench.list_logs(runs[2]["id"], limit=3),
    "list_logs, after": lambda bench, runs: bench.list_logs(runs[2]["id"], after_line=2),
    "list_logs, before": lambda bench, runs: bench.list_logs(
        runs[2]["id"], before_line=3, newest=True, levels=[Level.INFO]
    ),
    "search_logs": lambda bench, runs: bench.search_logs(runs[2]["id"], "line", limit=2),
    "list_results": lambda bench, runs: bench.list_results(runs[1]["id"], limit=4),
    "list_results, of a key": lambda bench, runs: bench.list_results(
        runs[1]["id"], key="a", limit=2
    ),
    "list_result_summaries": lambda bench, runs: bench.list_result_summaries(
        runs[1]["id"], order="key", descending=True, limit=3
    ),
    "list_small_results": lambda bench, runs: bench.list_small_results(
        runs[1]["id"], key_prefix="a", descending=True, limit=2
    ),
    "get_results_by_key": lambda bench, runs: bench.get_results_by_key(runs[1]["id"], "a"),
    "get_results_by_key, none": lambda bench, runs: bench.get_results_by_key(runs[1]["id"], "b"),
    "get_result": lambda bench, runs: bench.get_result(
        runs[1]["id"], bench.list_results(runs[1]["id"])[0].id
    ),
    "figures": lambda bench, runs: bench.figures(runs[1]["id"]),
    "figures, of a key": lambda bench, runs: bench.figures(runs[0]["id"], ["summary"]),
    "compare": lambda bench, runs: bench.compare([runs[0]["id"][-8:], runs[1]["id"]]),
    "iterate_results": lambda bench, runs: list(bench.iterate_results(runs[1]["id"])),
    "iterate_logs": lambda bench, runs: list(bench.iterate_logs(runs[0]["id"])),
    "iterate_runs": lambda bench, _: list(bench.iterate_runs(status=RunStatus.FAILED)),
    "iterate_instances": lambda bench, _: list(bench.iterate_instances(name_contains="flood")),
    "iterate_result_summaries": lambda bench, runs: list(
        bench.iterate_result_summaries(runs[1]["id"], key_prefix="a")
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_an_answer_is_the_record_that_the_harness_gives(client, harness, runs, name: str) -> None:
    assert CALLS[name](client, runs) == CALLS[name](harness, runs)


@pytest.mark.parametrize("door", ["client", "harness"])
def test_runs_are_found_by_what_people_call_their_experiment_and_instance(
    request, runs, door: str
) -> None:
    bench, run = request.getfixturevalue(door), runs[0]
    for wanted in (
        {"module": "acting"},
        {"instance_id": "complete"},
        {"instance_id": run["instance_id"][-8:]},
    ):
        assert run["id"] in [found.id for found in bench.list_runs(**wanted).items]
        assert run["id"] in list(bench.runs_frame(kind="pandas", **wanted)["id"])
        assert bench.count_runs(**wanted)[RunStatus.COMPLETED] == 1 + ("module" in wanted) * 2
    assert bench.list_instances(module="acting") == bench.list_instances(module=ACTING)


@pytest.mark.parametrize("door", ["client", "harness"])
def test_a_name_that_nothing_has_is_an_error_and_no_empty_list(request, runs, door: str) -> None:
    bench = request.getfixturevalue(door)
    for ask in (bench.list_runs, bench.runs_frame, bench.count_runs):
        with pytest.raises(ModuleNotFound, match="Did you mean acting"):
            ask(module="actin")
        with pytest.raises(InstanceNotFound, match="athanor instances list"):
            ask(instance_id="nobody's")
        with pytest.raises(InstanceNotFound):
            ask(instance_id=runs[0]["id"])
    with pytest.raises(ModuleNotFound):
        bench.list_instances(module="actin")
    # A full name may be that of code which is there no more, while its runs are.
    assert bench.list_runs(module="experiments.gone:gone").items == []


def test_pages_go_on_where_the_one_before_ended(client, harness, runs) -> None:
    first = client.list_runs(limit=1)
    assert client.list_runs(limit=1, cursor=first.next) == harness.list_runs(
        limit=1, cursor=first.next
    )


def test_more_than_one_answer_holds_is_fetched_in_several(client, served) -> None:
    run = served.ended("flood", lines=6000)
    lines = client.list_logs(run["id"], limit=5500)
    assert [line.line for line in lines] == list(range(502, 6002))
    assert [line.line for line in client.list_logs(run["id"], after_line=0, limit=5001)] == list(
        range(1, 5002)
    )


@pytest.mark.parametrize("kind", ["json", "ndjson", "csv", "parquet"])
def test_an_export_is_the_same_file(client, harness, runs, kind: str) -> None:
    files = io.BytesIO(), io.BytesIO()
    for bench, file in zip((client, harness), files, strict=True):
        bench.export(runs[1]["id"], kind, file, with_logs=kind in ("json", "ndjson"))
    assert files[0].getvalue() == files[1].getvalue()


@pytest.mark.parametrize("kind", ["pandas", "polars"])
def test_frames_are_the_same_through_both_doors(client, harness, runs, kind) -> None:
    for bench in (client, harness):
        assert list(bench.results_frame(runs[0]["id"], key="loss", kind=kind)["value"]) == [
            1.0,
            1 / 2,
            1 / 3,
        ]
    ours, theirs = (bench.runs_frame(kind=kind, limit=3) for bench in (client, harness))
    assert ours.equals(theirs)
    assert len(ours) == 3


@pytest.mark.parametrize("bench", ["client", "harness"])
def test_a_frame_of_a_key_that_is_not_there_is_refused_with_the_nearest(
    request, runs, served, bench: str
) -> None:
    door = request.getfixturevalue(bench)
    with pytest.raises(
        ResultNotFound, match=r"key: los[.] Did you mean 'loss'[?] `athanor results"
    ):
        door.results_frame(runs[0]["id"], key="los")
    live = served.start("obey")
    try:
        with pytest.raises(ResultNotFound, match="None is there yet: the run is live"):
            door.results_frame(live["id"], key="loss")
    finally:
        door.cancel_run(live["id"])


def test_events_are_those_of_the_harness(client, harness, runs) -> None:
    told = list(client.follow(runs[0]["id"]))
    assert told == list(harness.follow(runs[0]["id"]))
    cursor = told[0].cursor
    assert list(client.follow(runs[0]["id"], cursor)) == told[1:]


def test_runs_are_made_started_stopped_and_deleted(client, served) -> None:
    instance = client.create_instance(
        experiment_module="acting", name="by the client", configuration={"action": "obey"}
    )
    changed = client.update_instance(instance.id, name="changed", time_limit_s=60)
    assert (changed.name, changed.time_limit_s) == ("changed", 60)
    run = client.create_run("changed")
    assert (run.status, run.queued_at) == (RunStatus.PENDING, None)
    assert client.start(run.id).status is RunStatus.RUNNING
    served.await_log(run.id, "ready")
    assert client.cancel_run(run.id).cancel_requested_at is not None
    assert client.wait(run.id).status is RunStatus.CANCELLED
    client.delete_run(run.id)
    assert client.find_run(run.id) is None
    client.delete_instance(instance.id)
    assert client.find_instance(instance.id) is None


def test_a_run_that_ignores_it_is_ended_by_force(client, served) -> None:
    run = client.start_run(served.instance("ignore")["id"])
    served.await_log(run.id, "ready")
    client.cancel_run(run.id, force=True)
    assert client.wait(run.id, timeout_s=30).status is RunStatus.CANCELLED


def test_waiting_ends_with_its_time(client, served) -> None:
    run = client.start_run(served.instance("gate")["id"], wait=False)
    assert client.wait(run.id, timeout_s=0.3).status.live
    client.cancel_run(run.id)
    assert client.wait(run.id).status is RunStatus.CANCELLED


def test_how_the_server_is_can_be_asked(client) -> None:
    found = client.health()
    assert found.supervising
    assert "serve" in found.owner
    assert found.max_running >= 1
