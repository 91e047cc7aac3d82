"""/mcp without the SDK: plain JSON-RPC over HTTP, well-formed and otherwise."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest
from agent import over_http, talking
from raw import asked
from served import PATIENCE_S, Served

HEADERS = {"accept": "application/json, text/event-stream", "content-type": "application/json"}


class Plain:
    """A client that knows JSON-RPC and HTTP and nothing else."""

    def __init__(self, served, version: str = "2025-06-18") -> None:
        self.client = httpx.Client(
            base_url=served.url, headers=HEADERS, timeout=PATIENCE_S, trust_env=False
        )
        self.number = 0
        started = self.post(
            "initialize",
            {
                "protocolVersion": version,
                "capabilities": {},
                "clientInfo": {"name": "plain", "version": "1"},
            },
        )
        self.about = _said(started)["result"]
        self.client.headers["mcp-session-id"] = started.headers["mcp-session-id"]
        self.client.headers["mcp-protocol-version"] = self.about["protocolVersion"]
        told = self.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
        assert told.status_code == 202

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        assert self.client.delete("/mcp").status_code == 200
        self.client.close()

    def send(self, body) -> httpx.Response:
        return self.client.post("/mcp", content=json.dumps(body))

    def post(self, method: str, params=None) -> httpx.Response:
        self.number += 1
        given = {} if params is None else {"params": params}
        return self.send({"jsonrpc": "2.0", "id": self.number, "method": method, **given})

    def asked(self, method: str, params=None):
        return _said(self.post(method, params))

    def tool(self, tool: str, /, **arguments):
        return self.asked("tools/call", {"name": tool, "arguments": arguments})["result"]


def _request(method: str, params) -> str:
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})


def _said(answer: httpx.Response):
    """The one message that answers, as JSON or as the event of a stream."""
    if answer.headers["content-type"].startswith("application/json"):
        return answer.json()
    (data,) = [line for line in answer.text.splitlines() if line.startswith("data: {")]
    return json.loads(data.removeprefix("data: "))


def test_a_whole_session_in_plain_requests(served):
    """MCP-01, MCP-22."""
    with Plain(served) as plain:
        assert plain.about["serverInfo"]["name"] == "Athanor"
        assert "list_available_modules" in plain.about["instructions"]
        names = [tool["name"] for tool in plain.asked("tools/list")["result"]["tools"]]
        assert "wait_for_run" in names
        assert plain.asked("tools/call", {"name": "list_experiments"})["result"]["isError"] is False
        wrong = {"name": "plain", "experiment_module": "acting", "configuration": {"lines": -1}}
        said = plain.tool("create_experiment", **wrong)
        assert said["isError"] is True
        assert said["content"][0]["text"].startswith("Validation failed: lines: must be greater")
        made = plain.tool("create_experiment", **wrong | {"configuration": {"lines": 2}})
        run = plain.tool("start_run", experiment_id=made["structuredContent"]["id"])
        ended = plain.tool("wait_for_run", id=run["structuredContent"]["id"], timeout="60")
        assert ended["structuredContent"]["status"] == "completed"
        assert json.loads(ended["content"][0]["text"]) == ended["structuredContent"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{", -32700),
        ("[]", None),
        ('"text"', None),
        ("null", None),
        ("[" * 20_000, -32700),
        ('{"jsonrpc": "1.0", "id": 1, "method": "ping"}', None),
        ('{"jsonrpc": "2.0", "id": 1, "method": "nothing/such"}', -32601),
        ('{"jsonrpc": "2.0", "id": 1, "method": "tools/call"}', -32602),
        ('{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": 7}}', -32602),
        (_request("tools/call", {"name": "get_run", "arguments": [1]}), -32602),
        (_request("tools/call", {"name": "no_such"}), -32602),
        (_request("resources/read", {"uri": "a://b"}), -32602),
    ],
)
def test_what_is_malformed_is_an_error_of_the_protocol(served, body, code):
    """MCP-22."""
    with Plain(served) as plain:
        answer = plain.client.post("/mcp", content=body)
        assert answer.status_code < 500
        error = _said(answer)["error"]
        assert error["message"]
        assert code is None or error["code"] == code
        assert plain.asked("ping")["result"] == {}


def test_arguments_of_any_kind_and_size_are_refused_in_words(served):
    """MCP-21."""
    huge = "x" * 3_000_000
    deep: dict = {}
    for _ in range(200):
        deep = {"a": deep}
    with Plain(served) as plain:
        for tool, arguments in (
            ("get_run", {"id": huge}),
            ("get_run", {"id": {"a": 1}}),
            ("get_run", {huge: 1}),
            ("get_run_logs", {"run_id": "x", "limit": 10**30}),
            ("get_run_logs", {"run_id": "x", "cursor": huge[:9]}),
            ("wait_for_run", {"id": "x", "timeout": -1}),
            ("create_experiment", {"name": huge, "experiment_module": "acting"}),
            ("create_experiment", {"name": "x", "experiment_module": "acting", "configuration": 7}),
            ("validate_config", {"experiment_module": huge, "configuration": {}}),
            ("list_experiments", {"cursor": "made up"}),
            ("list_experiments", {"name": "\x00"}),
        ):
            said = plain.tool(tool, **arguments)
            assert said["isError"] is True, (tool, said)
            assert 0 < len(said["content"][0]["text"]) < 6_000, tool
        told = {"experiment_module": "acting", "configuration": deep}
        said = plain.asked("tools/call", {"name": "validate_config", "arguments": told})
        assert said["error"]["message"]  # too deep for JSON-RPC itself
        too_large = plain.client.post("/mcp", content=b"x" * (5 << 20))
        assert too_large.status_code == 413
        assert plain.asked("ping")["result"] == {}
    assert served.get("/health")


def test_the_same_checks_as_everywhere(project):
    call = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "ping"}).encode()
    lines = ("Content-Type: application/json", f"Content-Length: {len(call)}")
    settings = {"ATHANOR_ALLOWED_HOSTS": "lab.example", "ATHANOR_REQUIRE_TOKEN": "1"}
    with Served(project, **settings) as served:
        token = served.cli("token").split()[0]
        bearer = f"Authorization: Bearer {token}"

        def status(*more: str, host: str = "localhost") -> int:
            return asked(served.port, "POST /mcp", f"Host: {host}", *lines, *more, body=call)[0]

        assert status() == 401
        assert status(bearer, host="evil.example") == 403
        assert status(bearer, "Origin: http://evil.example") == 403
        assert asked(served.port, f"GET /mcp?token={token}", "Host: localhost")[0] == 401
        accept = "Accept: application/json, text/event-stream"
        for host in ("localhost", "127.0.0.1:4000", "lab.example"):
            assert status(bearer, accept, host=host) == 400  # no session: beyond the checks


def test_a_session_that_is_none_is_not_found(served):
    answer = httpx.post(
        f"{served.url}/mcp",
        headers=HEADERS | {"mcp-session-id": "made up"},
        json={"jsonrpc": "2.0", "id": 1, "method": "ping"},
        trust_env=False,
    )
    assert answer.status_code == 404


def test_fifty_sessions_at_once(served, completed):
    async def session(number: int) -> int:
        mode = "legacy" if number % 2 else "auto"
        async with talking(over_http(served, mode)) as agent:
            await agent.refused("get_run", id=f"nothing {number}")
            return (await agent("get_run_logs", run_id=completed["id"]))["total"]

    async def all_of_them():
        return await asyncio.gather(*map(session, range(50)))

    assert asyncio.run(all_of_them()) == [3] * 50


def test_the_end_of_the_server_ends_streams_and_answers_who_waits(project):
    with Served(project) as served:
        run = served.start("obey")
        served.await_log(run["id"], "ready")
        plain = Plain(served)
        told = {"name": "wait_for_run", "arguments": {"id": run["id"], "timeout": 600}}
        progress = {"_meta": {"progressToken": 1}}
        body = {"jsonrpc": "2.0", "id": 9, "method": "tools/call", "params": told | progress}
        with (
            plain.client.stream("GET", "/mcp") as news,
            plain.client.stream("POST", "/mcp", content=json.dumps(body)) as waiting,
        ):
            lines = waiting.iter_lines()
            assert "notifications/progress" in next(one for one in lines if "data: {" in one)
            assert served.stop() == 0
            last = [one for one in lines if one.startswith("data: {")][-1]
            assert list(news.iter_bytes()) == []
        answer = json.loads(last.removeprefix("data: "))["result"]["structuredContent"]
        assert (answer["ended"], answer["status"]) == (False, "running")
        plain.client.close()
        served.cli("cancel", run["id"], "--force")
