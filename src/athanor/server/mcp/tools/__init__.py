"""The tools: one file a noun, each tool a few lines over a use case."""

from __future__ import annotations

from athanor.server.mcp.tools import experiments, export, modules, output, runs

TOOLS = {
    tool.name: tool for noun in (modules, experiments, runs, output, export) for tool in noun.TOOLS
}
"""In the order in which an agent needs them."""
