"""A browser that tells what went wrong in its pages."""

from __future__ import annotations

import shutil
from contextlib import contextmanager

import pytest

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS = 15_000
"""How long a page may take on a crowded machine; how quick pages are, benchmarks tell."""


def chromium() -> str:
    """The browser of the machine."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.fail("chromium is missing; on Debian: apt-get install chromium")
    return path


class Complaints:
    """Errors of the console, of scripts and of the content security policy, of one page."""

    def __init__(self, page) -> None:
        self.said: list[str] = []
        self.expected: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.said.append(f"uncaught: {error}"))

    def _console(self, message) -> None:
        where = f"{message.text} ({message.location.get('url', '')})"
        if message.type == "error" and not any(part in where for part in self.expected):
            self.said.append(where)


@contextmanager
def opened(browser, url: str, **options):
    """A page in a context of its own; it fails at its end if the page has complained."""
    context = browser.new_context(base_url=url, **options)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    complaints = Complaints(page)
    page.complaints = complaints
    try:
        yield page
        assert complaints.said == []
    finally:
        context.close()
