"""A session of an agent, from looking round to reading what came out, over both transports."""

from __future__ import annotations

import asyncio
import json

import pytest
from agent import Agent, over_http, over_stdio, talking
from served import ACTING

DOCUMENTED = {
    "list_experiments",
    "get_experiment",
    "create_experiment",
    "update_experiment",
    "list_available_modules",
    "get_config_schema",
    "validate_config",
    "list_runs",
    "get_run",
    "start_run",
    "cancel_run",
    "get_run_logs",
    "list_results",
    "get_result_details",
    "wait_for_run",
}


@pytest.mark.parametrize(
    ("transport", "mode"), [("http", "auto"), ("http", "legacy"), ("stdio", "legacy")]
)
def test_an_agent_finds_makes_runs_and_reads(served, project, transport, mode):
    """MCP-01, MCP-03, MCP-05, MCP-06, MCP-08, MCP-10, MCP-15, MCP-16, MCP-17, MCP-18, MCP-19."""
    client = (
        over_http(served, mode)
        if transport == "http"
        else over_stdio(project, served.environment, mode)
    )
    asyncio.run(_session(client))


async def _session(client) -> None:
    async with talking(client) as agent:
        await _find(agent)
        experiment = await _make(agent)
        run = await _run(agent, experiment["id"])
        await _read(agent, run["id"])
        await _cancel_another(agent)


async def _find(agent: Agent) -> None:
    assert agent.client.server_info.name == "Athanor"
    listed = await agent.client.list_tools()
    assert {tool.name for tool in listed.tools} >= DOCUMENTED
    found = await agent("list_available_modules")
    assert [one["module"] for one in found["modules"]] == [ACTING]
    assert json.loads(agent.text) == found
    schema = (await agent("get_config_schema", experiment_module="acting"))["config_schema"]
    lines = schema["properties"]["lines"]
    assert (lines["type"], lines["default"], lines["minimum"]) == ("integer", 3, 1)
    assert schema["properties"]["items"]["items"]["properties"]["name"]["type"] == "string"


async def _make(agent: Agent):
    wrong = {"lines": 0, "lable": "y"}
    asked = {"name": "tried by an agent", "experiment_module": ACTING, "description": "to see"}
    said = await agent.refused("create_experiment", configuration=wrong, **asked)
    assert "Validation failed: lable: is not a known key; did you mean 'label'?; lines: " in said
    assert "must be greater than or equal to 1" in said
    assert "get_config_schema" in said
    right = {"action": "complete", "lines": 4, "label": "y", "items": []}
    made = await agent("create_experiment", configuration=right, **asked)
    assert made["configuration"] == right
    assert (made["name"], made["description"]) == ("tried by an agent", "to see")
    assert await agent("get_experiment", id=made["id"]) == made
    return made


async def _run(agent: Agent, experiment_id: str):
    started = await agent("start_run", experiment_id=experiment_id)
    assert started["status"] in ("pending", "running", "completed")  # it is short
    assert started["instance_id"] == experiment_id
    ended = await agent("wait_for_run", id=started["id"], timeout=60)
    assert (ended["ended"], ended["status"]) == (True, "completed")
    assert ended["figures"]["summary.accuracy"] == 0.875
    return ended


async def _read(agent: Agent, run_id: str) -> None:
    logs = await agent("get_run_logs", run_id=run_id, limit=2)
    assert [line["message"] for line in logs["logs"]] == ["line 3", "line 4"]
    assert (logs["total"], logs["truncated"]) == (4, True)
    results = await agent("list_results", run_id=run_id, limit=2)
    assert [one["key"] for one in results["results"]] == ["summary", "return_value"]
    assert (results["count"], results["truncated"]) == (6, True)
    losses = await agent("get_result_details", run_id=run_id, key="loss")
    assert [one["value"]["value"] for one in losses["results"]] == [1, 1 / 2, 1 / 3, 1 / 4]
    said = await agent.refused("get_result_details", run_id=run_id, key="los")
    assert said.startswith("No result found with key: los.")
    found = await agent("summarize_results", run_id=run_id, key_prefix="loss")
    (field,) = found["fields"]
    assert (field["path"], field["min"], field["max"]) == ("loss.value", 0.25, 1)


async def _cancel_another(agent: Agent) -> None:
    asked = {"name": "obeys", "experiment_module": "acting", "configuration": {"action": "obey"}}
    experiment = await agent("create_experiment", **asked)
    run = await agent("start_run", experiment_id=experiment["id"])
    standing = await agent("wait_for_run", id=run["id"], timeout=0.1)
    assert (standing["ended"], standing["status"]) == (False, "running")
    assert "live run" in await agent.refused("delete_experiment", id=experiment["id"])
    await agent("cancel_run", id=run["id"])
    ended = await agent("wait_for_run", id=run["id"], timeout=60)
    assert ended["status"] == "cancelled"
    said = await agent.refused("cancel_run", id=run["id"])
    assert said.startswith("Run is not running (current status: cancelled).")
    gone = await agent("delete_experiment", id=experiment["id"])
    assert gone["runs_deleted"] == 1
    assert "Experiment not found" in await agent.refused("get_experiment", id=experiment["id"])
