"""The tools in the words of the protocol: the one file that makes a server of the SDK."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import mcp_types as types
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError
from starlette.concurrency import run_in_threadpool

from athanor.errors import AthanorError
from athanor.server.mcp import failures, resources, schemas
from athanor.server.mcp.prompts import PROMPTS
from athanor.server.mcp.tool import Tool, call
from athanor.server.mcp.tools import TOOLS
from athanor.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

    from mcp.server.context import ServerRequestContext

    from athanor.server.mcp.desk import Desk

    Context = ServerRequestContext[Any, Any]

INSTRUCTIONS = """\
Athanor runs experiments. A module is code with a typed configuration; an experiment is a module \
with its configuration filled in; a run is one execution of an experiment, and says log lines and \
results.
The usual way: list_available_modules, get_config_schema, create_experiment, start_run, \
wait_for_run, then summarize_results or get_run_logs.
Answers are bounded: `truncated` says that there is more, `next_cursor` gives it, `path` shows a \
part of what is large. Ids may be shortened to their last 8 characters. A run goes on when this \
session ends."""

# Any stranger could fill the log of a server with what the SDK warns of.
logging.getLogger("mcp").setLevel(logging.ERROR)


def make_server(desk: Desk) -> Server[Any]:
    """A server of the SDK, for either transport."""
    door = _Door(desk)
    return Server(
        "Athanor",
        version=__version__,
        title="Athanor",
        instructions=INSTRUCTIONS,
        on_list_tools=door.list_tools,
        on_call_tool=door.call_tool,
        on_list_resources=door.list_resources,
        on_list_resource_templates=door.list_templates,
        on_read_resource=door.read_resource,
        on_list_prompts=door.list_prompts,
        on_get_prompt=door.get_prompt,
    )


class _Door:
    """The handlers: each says in the protocol what is known apart from it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._tools = types.ListToolsResult(tools=[_tool(tool) for tool in TOOLS.values()])

    async def list_tools(self, ctx: Context, params: Any) -> types.ListToolsResult:
        return self._tools

    async def call_tool(
        self, ctx: Context, params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        tool = TOOLS.get(params.name)
        if tool is None:
            raise _refused(f"Unknown tool: {params.name[:80]}. There are: {', '.join(TOOLS)}.")
        outcome = await call(self._desk, tool, params.arguments or {}, ctx.session.report_progress)
        return types.CallToolResult(
            content=[types.TextContent(text=outcome.text)],
            structured_content=outcome.structured,
            is_error=outcome.structured is None,
        )

    async def list_resources(self, ctx: Context, params: Any) -> types.ListResourcesResult:
        found = await _worked(lambda: list(resources.listed(self._desk)))
        return types.ListResourcesResult(
            resources=[
                types.Resource(
                    uri=one.uri,
                    name=one.name,
                    description=one.description,
                    mime_type=one.media_type,
                )
                for one in found
            ]
        )

    async def list_templates(self, ctx: Context, params: Any) -> types.ListResourceTemplatesResult:
        return types.ListResourceTemplatesResult(
            resource_templates=[
                types.ResourceTemplate(
                    uri_template=one.uri,
                    name=one.name,
                    description=one.description,
                    mime_type=one.media_type,
                )
                for one in resources.TEMPLATES
            ]
        )

    async def read_resource(
        self, ctx: Context, params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        uri = str(params.uri)
        text, media_type = await _worked(lambda: resources.read(self._desk, uri))
        contents = types.TextResourceContents(uri=uri, text=text, mime_type=media_type)
        return types.ReadResourceResult(contents=[contents])

    async def list_prompts(self, ctx: Context, params: Any) -> types.ListPromptsResult:
        return types.ListPromptsResult(
            prompts=[
                types.Prompt(
                    name=one.name,
                    title=one.title,
                    description=one.description,
                    arguments=[
                        types.PromptArgument(
                            name=one.argument, description=one.about, required=True
                        )
                    ],
                )
                for one in PROMPTS.values()
            ]
        )

    async def get_prompt(
        self, ctx: Context, params: types.GetPromptRequestParams
    ) -> types.GetPromptResult:
        prompt = PROMPTS.get(params.name)
        if prompt is None:
            raise _refused(f"Unknown prompt: {params.name[:80]}. There are: {', '.join(PROMPTS)}.")
        text = await _worked(lambda: prompt.filled(params.arguments or {}))
        message = types.PromptMessage(role="user", content=types.TextContent(text=text))
        return types.GetPromptResult(description=prompt.description, messages=[message])


def _tool(tool: Tool) -> types.Tool:
    hints = tool.hints
    return types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=schemas.of_arguments(tool.asked),
        output_schema=schemas.of_answer(tool.answer),
        annotations=types.ToolAnnotations(
            read_only_hint=hints.reads,
            destructive_hint=hints.destroys,
            idempotent_hint=hints.repeatable,
            open_world_hint=hints.open_world,
        ),
    )


async def _worked(work: Callable[[], Any]) -> Any:
    """What comes of it; an error is one of the protocol, since there is no other place for it."""
    try:
        return await run_in_threadpool(work)
    except AthanorError as error:
        raise _refused(failures.told(error)) from None


def _refused(message: str) -> MCPError:
    return MCPError(code=types.INVALID_PARAMS, message=message)
