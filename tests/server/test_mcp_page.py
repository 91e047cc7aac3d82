"""The page about agents says what is so."""

from __future__ import annotations

import re

from agents_page import PAGE, run_again, session_on, settled

from athanor.server.mcp import resources
from athanor.server.mcp.prompts import PROMPTS
from athanor.server.mcp.tools import TOOLS


def test_the_session_on_the_page_is_what_comes(tmp_path):
    page = PAGE.read_text(encoding="utf-8")
    assert settled(run_again(page, tmp_path)) == settled(session_on(page))


def test_the_page_names_every_tool_resource_and_prompt_and_no_other():
    page = PAGE.read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == set(TOOLS)
    for template in resources.TEMPLATES:
        assert f"`{template.uri}`" in page
    for prompt in PROMPTS:
        assert f"`{prompt}`" in page
