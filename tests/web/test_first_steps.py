"""From the dashboard to a run that completes while one looks."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

DARK = "rgb(21, 30, 39)"
LIGHT = "rgb(246, 247, 245)"
BACKGROUND = "() => getComputedStyle(document.body).backgroundColor"


@pytest.mark.parametrize(("scheme", "colour"), [("light", LIGHT), ("dark", DARK)])
def test_a_run_is_started_and_watched_to_its_end(lab, open_page, scheme, colour):
    """WEB-03, IDX-03."""
    lab.gate.unlink(missing_ok=True)
    instance = lab.instance("gate", name=f"watched in the {scheme}")
    page = open_page(color_scheme=scheme)
    page.goto("/")
    assert page.url == f"{lab.url}/experiments"
    assert page.evaluate(BACKGROUND) == colour
    page.get_by_role("searchbox", name="Search instances").fill(instance["name"])
    expect(page.get_by_role("article")).to_have_count(1)  # no row moves under the pointer now
    page.get_by_role("button", name="Start run").click()
    expect(page.get_by_text("Run started")).to_be_visible()
    page.get_by_role("link", name=instance["name"], exact=True).last.click()
    page.locator("[data-row]").get_by_role("link").first.click()
    expect(page.get_by_label("Logs").get_by_text("ready")).to_be_visible()
    expect(page.locator("header [data-status=running]")).to_be_visible()
    lab.gate.touch()
    expect(page.get_by_label("Logs").get_by_text("through")).to_be_visible()
    expect(page.locator("header [data-status=completed]")).to_be_visible()


def test_what_does_not_exist_is_said_so(lab, page):
    """WEB-04."""
    page.complaints.expected += ["404", "422"]
    assert page.goto("/nowhere").status == 404
    expect(page.get_by_text("there is no such page")).to_be_visible()
    assert page.goto("/runs/not-an-id").status == 404
    expect(page.get_by_text("there is no such run")).to_be_visible()
    expect(page.get_by_text("What the address names must be a run's id")).to_be_visible()
    page.goto("/experiments/123")
    expect(page.get_by_text("must be an instance's id, whole or its end")).to_be_visible()
    page.goto("/runs/01a1fa1e-12a3-7a03-aec2-e36046810082")
    expect(page.get_by_text("there is no such run")).to_be_visible()
    for wrong in ("46810082,zzz", "46810082,46810083"):
        page.goto(f"/compare?runs={wrong}")
        expect(page.get_by_text("there is no such run")).to_be_visible()
    page.get_by_role("link", name="To the runs").click()
    page.wait_for_url("**/runs")


def test_the_theme_is_remembered_and_followed_by_other_tabs(page):
    """WEB-07."""
    page.goto("/experiments")
    other = page.context.new_page()
    other.goto("/runs")
    page.bring_to_front()
    page.get_by_role("button", name="Theme").click()
    page.get_by_role("menuitem", name="Dark").click()
    for tab in (page, other):
        tab.wait_for_function(f"({BACKGROUND})() === '{DARK}'")
    page.reload(wait_until="commit")
    page.wait_for_selector("html[data-mantine-color-scheme=dark]", state="attached")


def test_keys_open_what_they_say_but_not_while_one_types(lab, page):
    """WEB-11, WEB-13."""
    page.goto("/experiments")
    expect(page.get_by_role("heading", name="Experiments")).to_be_visible()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("New instance")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("n")
    expect(page).to_have_url(f"{lab.url}/experiments/new")
    page.get_by_label("Name", exact=True).press_sequentially("n?n")
    expect(page.get_by_label("Name", exact=True)).to_have_value("n?n")
    expect(page).to_have_url(f"{lab.url}/experiments/new")
