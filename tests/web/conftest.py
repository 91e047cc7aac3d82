"""One server and one browser a session; a page of its own for each test.

``page`` is a Playwright page on the served project (light, 1280 px); ``lab`` is its server, with
verbs to make instances and runs (``tests/server/served.py``). ``open_page(color_scheme="dark",
viewport={...})`` opens more, in contexts (cookies, storage) of their own. A page that writes an
error to its console, throws, or is stopped by the content security policy fails its test; a test
that provokes one names a part of it in ``page.complaints.expected``.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "server"))

from browser import ARGUMENTS, PATIENCE_MS, chromium, opened
from served import Served, make_project

ROOT = Path(__file__).parents[2]
WIDE = {"width": 1280, "height": 800}


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """The server of a real project."""
    if not (ROOT / "src/athanor/server/static/index.html").exists():
        pytest.fail("the web interface is not built: `make web`")
    with Served(make_project(tmp_path_factory.mktemp("lab") / "project")) as found:
        yield found


@pytest.fixture(scope="session")
def browser():
    """A real Chromium."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        yield found
        found.close()


@pytest.fixture
def open_page(lab, browser):
    """Opens pages; each has a context of its own."""
    with ExitStack() as stack:

        def open_one(**options):
            return stack.enter_context(
                opened(browser, lab.url, **{"viewport": WIDE, "color_scheme": "light"} | options)
            )

        yield open_one


@pytest.fixture
def page(open_page):
    """A page, light and wide."""
    return open_page()
