"""When something is painted, by the page's own clock.

Playwright's own waiting looks after 20, 50, 100, 100 and then every 500 ms: too coarse to time by.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

# Before each frame: is it there? Then it is in that frame, and the message arrives after it.
_WATCH = """
(selector, begunAt) => {
  window.paintedAfter = 0;
  const channel = new MessageChannel();
  channel.port1.onmessage = () => { window.paintedAfter = performance.now() - begunAt; };
  const frame = () => {
    if (document.querySelector(selector)) channel.port2.postMessage(0);
    else requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}
"""


def opened_s(page: Any, url: str, selector: str) -> float:
    """Open a fresh page; seconds from the navigation until what is selected is painted."""
    page.add_init_script(_watching(selector, "0"))
    page.goto(url, wait_until="commit")
    return _painted_s(page)


def acted_s(page: Any, act: Callable[[], object], selector: str) -> float:
    """Act; seconds until what is selected, and was not there before, is painted."""
    page.evaluate(_watching(selector, "performance.now()"))
    act()
    return _painted_s(page)


def _watching(selector: str, begun_at: str) -> str:
    return f"({_WATCH})({json.dumps(selector)}, {begun_at})"


def _painted_s(page: Any) -> float:
    found: float = page.wait_for_function("() => window.paintedAfter").json_value()
    return found / 1000
