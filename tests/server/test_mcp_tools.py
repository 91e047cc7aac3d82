"""Each tool: names, answers, refusals."""

from __future__ import annotations

import asyncio
from urllib.parse import unquote

import pytest
from agent import over_http, talking
from served import ACTING


def spoken(served, work, mode: str = "auto"):
    """What comes of a session with the server."""

    async def session():
        async with talking(over_http(served, mode)) as agent:
            return await work(agent)

    return asyncio.run(session())


def refused(served, tool, /, **arguments) -> str:
    return spoken(served, lambda agent: agent.refused(tool, **arguments))


def answered(served, tool, /, **arguments):
    return spoken(served, lambda agent: agent(tool, **arguments))


@pytest.mark.parametrize(
    ("tool", "names"),
    [
        ("get_experiment", ("id", "experiment_id", "instance_id")),
        ("list_runs", ("experiment_id", "id", "instance_id")),
        ("get_run", ("id", "run_id")),
        ("wait_for_run", ("id", "run_id")),
        ("get_run_logs", ("run_id", "id")),
        ("list_results", ("run_id", "id")),
        ("summarize_results", ("run_id", "id")),
    ],
)
def test_an_id_is_taken_under_each_of_its_names(served, completed, tool, names):
    """MCP-23."""
    about_runs = "run_id" in names
    value = completed["id"] if about_runs else completed["instance_id"]

    async def each(agent):
        answers = [await agent(tool, **{name: value}) for name in names]
        return [{k: v for k, v in one.items() if k != "waited_s"} for one in answers]

    found = spoken(served, each)
    assert all(one == found[0] for one in found)


def test_a_module_is_taken_under_each_of_its_names(served):
    """MCP-23."""
    by_name = answered(served, "get_config_schema", experiment_module="acting")
    assert answered(served, "get_config_schema", module=ACTING) == by_name


def test_the_schema_has_one_name_for_an_argument_and_tells_the_others(served):
    async def tools(agent):
        return {one.name: one for one in (await agent.client.list_tools()).tools}

    found = spoken(served, tools)
    run = found["get_run"].input_schema
    assert "id" in run["properties"]
    assert "run_id" not in run["properties"]
    assert "`run_id`" in run["properties"]["id"]["description"]
    assert run["required"] == ["id"]
    for tool in found.values():
        assert tool.input_schema["type"] == tool.output_schema["type"] == "object"
        assert len(tool.description) > 60
    hints = {name: tool.annotations for name, tool in found.items()}
    assert {n for n, hint in hints.items() if hint.read_only_hint} == {
        n for n in found if n.startswith(("list_", "get_", "validate_", "wait_", "summarize_"))
    }
    assert {n for n, hint in hints.items() if hint.destructive_hint} == {
        "update_experiment",
        "delete_experiment",
        "cancel_run",
    }
    assert not hints["start_run"].idempotent_hint


def test_a_name_that_is_none_is_refused_with_the_nearest(served, completed):
    said = refused(served, "get_run", idd=completed["id"])
    assert said == "Validation failed: idd: is no argument of get_run; did you mean 'id'?"
    said = refused(served, "get_run", id="a", run_id="b")
    assert "says the same as 'id'" in said
    said = refused(served, "get_run_logs", run_id=completed["id"], level="loud", limit="many")
    assert "level: must be one of: debug, info, warn, error" in said
    assert "limit: must be an integer" in said


def test_what_lists_works_without_arguments(served):
    """MCP-20."""

    async def each(agent):
        assert agent.client.session is not None
        for tool in ("list_experiments", "list_available_modules"):
            answer = await agent.client.call_tool(tool)
            assert not answer.is_error

    spoken(served, each)


def test_an_experiment_comes_with_how_its_runs_went(served, completed):
    """MCP-04."""
    found = answered(served, "list_experiments", limit=100)["experiments"]
    (one,) = [one for one in found if one["id"] == completed["instance_id"]]
    assert one.keys() >= {
        "id",
        "name",
        "description",
        "experiment_module",
        "configuration",
        "inserted_at",
        "updated_at",
    }
    assert one["stats"]["run_count"] == 1
    assert one["stats"]["last_run_status"] == "completed"


def test_only_what_is_given_of_an_experiment_changes(served):
    """MCP-07."""
    made = served.instance(name="before", lines=7)

    async def change(agent):
        named = await agent("update_experiment", id=made["id"], name="after")
        assert named["configuration"] == made["configuration"]
        changed = await agent("update_experiment", id=made["id"], configuration={"label": "z"})
        assert changed["name"] == "after"
        assert changed["configuration"]["label"] == "z"
        assert changed["configuration"]["lines"] == 3  # replaced whole

    spoken(served, change)


def test_what_an_agent_makes_is_there_for_everyone(served):
    """EVT-09: the other doors see it at once."""
    asked = {"name": "an agent's", "experiment_module": "acting"}
    made = answered(served, "create_experiment", **asked)
    assert served.get(f"/instances/{made['id']}")["name"] == "an agent's"
    started = answered(served, "start_run", experiment_id=made["id"])
    assert served.end(started["id"])["status"] == "completed"


def test_a_configuration_is_checked_field_by_field(served):
    """MCP-11."""
    asked = {"experiment_module": "acting", "configuration": {"lines": 10**6}}
    found = answered(served, "validate_config", **asked)
    assert found["valid"] is False
    assert found["errors"] == {"lines": ["must be less than or equal to 100000"]}
    found = answered(served, "validate_config", module="acting", configuration='{"lines": 5}')
    assert found["valid"] is True
    assert found["configuration"]["lines"] == 5


def test_a_module_has_what_is_told_of_it(served):
    """MCP-09, MCP-12."""
    (found,) = answered(served, "list_available_modules")["modules"]
    assert found == {
        "module": ACTING,
        "name": "acting",
        "description": "Does what it is told",
        "has_config_schema": True,
    }
    said = refused(served, "get_config_schema", experiment_module="experiments.nothing")
    assert said.startswith("Module not found: experiments.nothing.")
    said = refused(served, "get_config_schema", experiment_module="experiments.acting:Config")
    assert "is not an experiment: experiments.acting:Config" in said
    assert "athanor list" not in said


def test_the_runs_of_an_experiment_come_newest_first(served):
    """MCP-13."""
    made = served.instance()
    runs = [served.post(f"/instances/{made['id']}/runs", status=201) for _ in range(3)]
    for run in runs:
        served.end(run["id"])

    async def look(agent):
        found = await agent("list_runs", experiment_id=made["id"], limit=2)
        assert [run["id"] for run in found["runs"]] == [runs[2]["id"], runs[1]["id"]]
        assert (found["count"], found["total"], found["truncated"]) == (2, 3, True)
        rest = await agent("list_runs", id=made["id"], cursor=found["next_cursor"])
        assert [run["id"] for run in rest["runs"]] == [runs[0]["id"]]
        none = await agent("list_runs", experiment_id=made["id"], status="failed")
        assert none["runs"] == []

    spoken(served, look)


def test_a_run_is_told_whole_in_little_room(served, completed):
    """MCP-14, MCP-21."""

    async def look(agent):
        found = await agent("get_run", id=completed["id"])
        for name in ("status", "started_at", "completed_at", "error", "metadata", "inserted_at"):
            assert name in found
        assert len(agent.text) < 6_000
        told = found["metadata"]["packages"]
        assert "path 'metadata.packages' shows it" in told
        part = (await agent("get_run", id=completed["id"], path="metadata.packages"))["part"]
        assert part["value"]["athanor"]
        for wrong in ("nonsense", "0" * 36, "\x07", "é" * 90):
            assert "Run not found" in await agent.refused("get_run", id=wrong)
        assert "id: " in await agent.refused("get_run", id="a\x00b")

    spoken(served, look)


def test_log_lines_are_picked_and_fit(served):
    """MCP-17."""
    run = served.ended("flood", lines=3000)

    async def look(agent):
        found = await agent("get_run_logs", run_id=run["id"])
        assert [line["line"] for line in found["logs"]] == list(range(2902, 3002))
        assert found["total"] == 3001
        before = await agent("get_run_logs", run_id=run["id"], cursor=found["next_cursor"], limit=1)
        assert [line["line"] for line in before["logs"]] == [2901]
        skipped = await agent("get_run_logs", run_id=run["id"], offset=3000)
        assert [line["line"] for line in skipped["logs"]] == [1]
        assert "next_cursor" not in skipped
        much = await agent("get_run_logs", run_id=run["id"], limit=1000)
        assert len(agent.text) < 40_000
        assert much["truncated"] is True
        assert "fit" in much["note"]
        assert (await agent("get_run_logs", run_id=run["id"], level="error"))["logs"] == []
        some = await agent("get_run_logs", run_id=run["id"], contains="line 77", limit=500)
        assert len(some["logs"]) == 11
        cut = await agent("get_run_logs", run_id=run["id"], limit=1, max_chars=3)
        assert cut["logs"][0]["message"].startswith("pri… (+")

    spoken(served, look)


def test_results_are_told_by_range_shape_and_part(served):
    run = served.ended("values")

    async def look(agent):
        found = await agent("summarize_results", run_id=run["id"])
        fields = {one["path"]: one for one in found["fields"]}
        assert found["keys"]["a"] == 3
        assert (fields["a.n"]["min"], fields["a.n"]["max"]) == (1, 2**70)
        assert fields["a.x"] == {
            "path": "a.x",
            "types": ["number", "not finite", "integer"],
            "count": 3,
            "min": 0.1,
            "mean": 1.55,
            "max": 3,
            "last": 3,
            "not_finite": 1,
        }
        part = await agent(
            "get_result_details", run_id=run["id"], key="a", path="list.1.b", limit=1
        )
        assert part["results"][0]["value"] == 2
        large = await agent("get_result_details", run_id=run["id"], key="a", limit=1, max_chars=9)
        children = large["results"][0]["part"]["children"]
        assert [child["path"] for child in children] == ["n", "x", "ok", "text", "list"]
        assert large["truncated"] is True

    spoken(served, look)


def test_results_of_a_key_are_counted_up_to_a_bound(served):
    run = served.ended("complete", lines=10_001)

    async def look(agent):
        of_key = await agent("get_result_details", run_id=run["id"], key="loss", limit=1)
        assert (of_key["count"], of_key["uncounted"]) == (10_000, True)
        begun = await agent("list_results", run_id=run["id"], key_prefix="lo", limit=1)
        assert (begun["count"], begun["uncounted"]) == (10_000, True)
        whole = await agent("list_results", run_id=run["id"], limit=1)
        assert (whole["count"], whole.get("uncounted", False)) == (10_003, False)

    spoken(served, look)


def test_a_small_file_comes_at_once_and_a_large_one_by_its_address(served, completed):
    small = answered(served, "export_results", run_id=completed["id"], format="csv")
    assert small["content"].splitlines()[0].startswith("id,run_id,key")
    run = served.ended("flood", lines=3000)
    found = answered(served, "export_results", run_id=run["id"], format="ndjson", logs=True)
    assert "content" not in found
    file = served.call("GET", found["url"].removeprefix("/api")).text
    assert len(file.splitlines()) == 3001 + 2 + run["result_count"]
    said = refused(served, "export_results", run_id=run["id"], format="csv", logs=True)
    assert "export logs as json or ndjson" in said


def test_whoever_waits_is_told_how_far_the_run_is_and_may_give_up(served):
    run = served.start("obey")
    served.await_log(run["id"], "ready")
    told = []

    async def note(progress, total, message):
        told.append((progress, total, message))

    async def wait(agent):
        asked = {"id": run["id"], "timeout": 1.3}
        await agent.client.call_tool("wait_for_run", asked, progress_callback=note)
        waiting = asyncio.create_task(agent.client.call_tool("wait_for_run", {"id": run["id"]}))
        await asyncio.sleep(0)
        waiting.cancel()
        await agent("cancel_run", id=run["id"])
        return await agent("wait_for_run", id=run["id"])

    assert spoken(served, wait, "legacy")["status"] == "cancelled"
    assert told
    assert [one[0] for one in told] == sorted({one[0] for one in told})
    assert "running" in told[0][2]


def test_looking_for_an_error_among_the_lines_of_a_failed_run_leads_to_it(served):
    run = served.ended("fail")

    async def look(agent):
        found = await agent("get_run_logs", run_id=run["id"], level="error")
        assert found["logs"] == []
        assert "get_run" in found["note"]

    spoken(served, look)


def test_schemas_logs_and_results_are_resources(served, completed):
    async def look(agent):
        listed = {one.uri for one in (await agent.client.list_resources()).resources}
        assert f"athanor://experiments/{ACTING}/schema" in {unquote(uri) for uri in listed}
        templates = (await agent.client.list_resource_templates()).resource_templates
        assert len(templates) == 3
        read = agent.client.read_resource
        logs = (await read(f"athanor://runs/{completed['id']}/logs")).contents[0]
        assert [line.rpartition(" ")[2] for line in logs.text.splitlines()] == ["1", "2", "3"]
        results = (await read(f"athanor://runs/{completed['id']}/results")).contents[0]
        assert '"summary"' in results.text
        schema = (await read("athanor://experiments/acting/schema")).contents[0]
        assert '"minimum": 1' in schema.text

    spoken(served, look)


def test_prompts_are_filled_in(served):
    async def look(agent):
        names = [one.name for one in (await agent.client.list_prompts()).prompts]
        assert names == ["design_an_experiment", "investigate_a_failed_run"]
        found = await agent.client.get_prompt("investigate_a_failed_run", {"run_id": "46810082"})
        assert "run 46810082 failed" in found.messages[0].content.text

    spoken(served, look)
