"""The session on the page about agents: run it, and write what came into the page.

``python tests/server/agents_page.py`` renews the page.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from agent import over_stdio
from served import COMMAND

PAGE = Path(__file__).parents[2] / "docs" / "agents.md"
_SESSION = re.compile(r"(?<=```text\n)(> .*?)(?=```)", re.DOTALL)
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_VARIES = re.compile(
    r'(?P<key>"(?:\w+_at|timestamp|duration_s|waited_s)": )(?:"[^"]*"|[0-9.e-]+)'
    r'|(?<="status": )"(?:running|completed)"|' + _ID.pattern  # a short run may have ended already
)


def calls(page: str) -> list[tuple[str, str]]:
    """The tools called on the page, and with what."""
    found = _SESSION.search(page)
    return re.findall(r"^> (\w+) (.*)$", found[0], re.MULTILINE) if found else []


def session_on(page: str) -> str:
    """The session as it stands on the page."""
    found = _SESSION.search(page)
    return found[0] if found else ""


def settled(session: str) -> str:
    """A session without what differs each time."""
    return _VARIES.sub(lambda found: f"{found['key'] or ''}…", session)


def run_again(page: str, folder: Path) -> str:
    """The same session, run now in a new project."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("ATHANOR_")}
    subprocess.run([*COMMAND, "init", "lab"], cwd=folder, env=kept, check=True, capture_output=True)
    return asyncio.run(_spoken(over_stdio(folder / "lab", kept), calls(page)))


async def _spoken(client, asked) -> str:
    """An id on the page stands for the one of the run that is started here."""
    written, run_id = [], ""
    async with client:
        for tool, arguments in asked:
            given = _ID.sub(run_id, arguments.replace("@start_run", run_id))
            answer = await client.call_tool(tool, json.loads(given))
            text = answer.content[0].text
            run_id = answer.structured_content["id"] if tool == "start_run" else run_id
            written.append(f"> {tool} {given}\n{text}\n")
    return "\n".join(written)


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as made:
        session = run_again(text, Path(made))
    PAGE.write_text(_SESSION.sub(lambda _: session, text), encoding="utf-8")
    sys.stdout.write(session)
