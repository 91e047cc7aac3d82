"""What the browser fetches before the first page shows."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

BUILT = Path(__file__).parents[2] / "src/athanor/server/static/assets"
MOST_BYTES = 350_000
MOST_FILES = 12
LATER = ("LineChart-", "TextView-", "useConfigurationForm-", "Compare-", "Run-")


def test_little_script_comes_before_the_dashboard(page):
    scripts = []

    def keep(answer):
        if answer.request.resource_type == "script":
            scripts.append(answer)

    page.on("response", keep)
    page.goto("/experiments")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_load_state("networkidle")
    names = {one.name.partition("-")[0] + "-" for one in BUILT.glob("*.js")}
    assert set(LATER) <= names
    sizes = {one.url.rpartition("/")[2]: one.request.sizes() for one in scripts}
    total = sum(size["responseBodySize"] for size in sizes.values())
    assert 100_000 < total < MOST_BYTES
    assert len(sizes) <= MOST_FILES  # a browser asks for six at a time
    assert not [name for name in sizes if name.startswith(LATER)]
