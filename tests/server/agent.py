"""An agent: the official client on either transport, as a stranger would set it up."""

from __future__ import annotations

import sys
from contextlib import asynccontextmanager

from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

COMMAND = [sys.executable, "-m", "athanor", "mcp"]


class Agent:
    """Calls tools, and keeps the last answer's text."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.text = ""

    async def __call__(self, tool: str, /, **arguments):
        """What a tool answers; it must not fail."""
        answer = await self.client.call_tool(tool, arguments or None)
        self.text = answer.content[0].text
        assert not answer.is_error, self.text
        return answer.structured_content

    async def refused(self, tool: str, /, **arguments) -> str:
        """What a tool that fails says."""
        answer = await self.client.call_tool(tool, arguments)
        assert answer.is_error, answer.content[0].text
        assert answer.structured_content is None
        return answer.content[0].text


def over_http(served, mode: str = "auto") -> Client:
    return Client(f"{served.url}/mcp", mode=mode)


def over_stdio(project, environment, mode: str = "auto", **options) -> Client:
    server = StdioServerParameters(
        command=COMMAND[0], args=COMMAND[1:], cwd=str(project), env=environment
    )
    return Client(stdio_client(server, **options), mode=mode)


@asynccontextmanager
async def talking(client: Client):
    async with client:
        yield Agent(client)
