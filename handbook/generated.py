"""The pages that are made of the code, each by a function; a test holds them to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handbook import ROOT, cli_page, mcp_page, python_page

if TYPE_CHECKING:
    from collections.abc import Callable

PAGES: dict[str, Callable[[], str]] = {
    "docs/reference/cli.md": cli_page.text,
    "docs/reference/mcp.md": mcp_page.text,
    "docs/reference/python.md": python_page.text,
}


def write() -> None:
    """Write each page that has changed."""
    for name, text in PAGES.items():
        path, new = ROOT / name, text()
        if not path.exists() or path.read_text(encoding="utf-8") != new:
            path.write_text(new, encoding="utf-8")
