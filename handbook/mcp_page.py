"""The page of agents' tools, made of the tools as a client is told them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from athanor.server.mcp.prompts import PROMPTS
from athanor.server.mcp.resources import TEMPLATES
from athanor.server.mcp.tool import Tool
from athanor.server.mcp.tools import TOOLS
from handbook.prose import MADE, table

_HEAD = f"""# Agents' tools
{MADE}
What an agent is told about each tool. [Agents](../agents.md) says how to set one up, and shows a
session.
"""


def text() -> str:
    """The whole page."""
    parts = [_HEAD, *map(_section, TOOLS.values())]
    named = [(f"`{one.uri}`", one.description) for one in TEMPLATES]
    parts += ["## Resources\n", table(("address", ""), named)]
    asked = [(f"`{name}`", one.description) for name, one in PROMPTS.items()]
    parts += ["## Prompts\n", table(("prompt", ""), asked)]
    return "\n".join(part for part in parts if part).rstrip() + "\n"


def _section(tool: Tool) -> str:
    schema = tool.asked.model_json_schema()
    required = schema.get("required", ())
    rows = [
        (f"`{name}`{'' if name in required else f', {_default(one)}'}", one.get("description", ""))
        for name, one in schema.get("properties", {}).items()
    ]
    answered = [
        (f"`{name}`", one.get("description", ""))
        for name, one in tool.answer.model_json_schema()["properties"].items()
    ]
    parts = [f"## `{tool.name}`\n", tool.description + "\n", _told(tool) + "\n"]
    parts += [table(("argument", ""), rows), table(("answer", ""), answered)]
    return "\n".join(part for part in parts if part)


def _default(schema: Mapping[str, Any]) -> str:
    default = schema.get("default")
    return "optional" if default in (None, "", [], {}) else f"else {default}"


def _told(tool: Tool) -> str:
    """What a client may rely on."""
    hints = tool.hints
    says = ["changes nothing"] if hints.reads else ["changes something"]
    says += ["may destroy"] * hints.destroys + ["may be repeated"] * hints.repeatable
    return f"*{', '.join(says)}*"
