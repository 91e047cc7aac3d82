"""A run, looked at while it works and when it is over."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect


@pytest.fixture
def gate(lab):
    """Shut, and opened at the end, so that no run waits for ever."""
    lab.gate.unlink(missing_ok=True)
    yield lab.gate
    lab.gate.touch()


def shown(page, run_id, address=""):
    page.goto(f"/runs/{run_id}{address}")
    return page.get_by_role("region", name="Logs", exact=True)


def test_the_state_of_a_run_is_in_sight_until_its_end(lab, page, gate):
    """RPG-01, RPG-02, RPG-04, RPG-07, RPG-08, RPG-09, RPG-10, LOG-01, API-17."""
    run = lab.start("gate")
    logs = shown(page, run["id"])
    header = page.locator("main header")
    expect(header.locator("[data-status=running]")).to_be_visible()
    expect(header.get_by_role("link", name="gate")).to_be_visible()
    expect(header.get_by_label("Working")).to_be_visible()
    expect(header.get_by_role("button", name="Cancel")).to_be_visible()
    expect(page).to_have_title(f"gate · {run['id'][-8:]} · running · Athanor")
    before = header.locator("[data-elapsed]").inner_text()
    expect(header.locator("[data-elapsed]")).not_to_have_text(before)
    box = page.locator("[data-log-box]").bounding_box()
    assert box["y"] + box["height"] == page.viewport_size["height"]
    gate.touch()
    expect(logs.get_by_text("through")).to_be_visible()
    expect(header.locator("[data-status=completed]")).to_be_visible()
    expect(page.get_by_role("tab", name="Logs 2")).to_be_visible()
    expect(header.get_by_role("button", name="Cancel")).to_be_hidden()
    expect(header.get_by_role("progressbar")).to_be_hidden()
    expect(page.get_by_text("Run completed")).to_be_visible()


def test_progress_is_told_and_is_there_after_a_reload_and_a_cancel_shows(lab, page):
    """RPG-03, RPG-05, API-14, API-15, WEB-16, CAN-01, CAN-09."""
    run = lab.start("obey")
    shown(page, run["id"])
    header = page.locator("main header")
    expect(header.get_by_text("1/2 (50%)")).to_be_visible()
    expect(header.get_by_text("looking round")).to_be_visible()
    page.reload()
    expect(header.get_by_text("1/2 (50%)")).to_be_visible()
    header.get_by_role("button", name="Cancel").click()
    page.get_by_role("dialog").get_by_role("button", name="Let it run").click()
    expect(header.locator("[data-status=running]")).to_be_visible()
    header.get_by_role("button", name="Cancel").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel run").click()
    expect(header.locator("[data-status=cancelled]")).to_be_visible()


def test_who_does_not_listen_is_ended_by_force(lab, page):
    """CAN-05, CAN-09."""
    run = lab.start("ignore")
    shown(page, run["id"])
    header = page.locator("main header")
    header.get_by_role("button", name="Cancel").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel run").click()
    expect(header.get_by_text("cancelling", exact=True)).to_be_visible()
    header.get_by_role("button", name="End by force").click()
    page.get_by_role("dialog").get_by_role("button", name="End by force").click()
    expect(header.locator("[data-status=cancelled]")).to_be_visible(timeout=15_000)


def test_why_it_failed_is_red_with_its_trace_folded(lab, page):
    """RPG-06, WEB-17."""
    run = lab.ended("raise")
    shown(page, run["id"])
    error = page.get_by_role("region", name="Error", exact=True)
    expect(error.get_by_text("LookupError: no such thing")).to_be_visible()
    assert error.evaluate("(one) => getComputedStyle(one).color") == "rgb(194, 43, 43)"
    expect(error.get_by_text("Traceback")).to_be_hidden()
    error.get_by_role("button", name="Show trace").click()
    expect(error.get_by_text("Traceback")).to_be_visible()


def test_what_it_ran_with_is_told(lab, page):
    """RPG-08."""
    run = lab.ended("complete", label="of the details")
    shown(page, run["id"])
    page.get_by_role("tab", name="Details").click()
    expect(page).to_have_url(f"{lab.url}/runs/{run['id']}?tab=details")
    expect(page.get_by_role("region", name="Configuration")).to_contain_text("of the details")
    expect(page.get_by_role("region", name="Surroundings")).to_contain_text("python")


def test_a_server_that_is_gone_for_a_while_loses_nothing(lab, open_page, tmp_path):
    """RPG-11, RPG-12, RPG-13."""
    from served import Served, make_project

    project = make_project(tmp_path / "project")
    first = Served(project)
    run = first.start("gate")
    page = open_page()
    page.complaints.expected += ["ERR_CONNECTION_REFUSED", "ERR_EMPTY", "ERR_CONNECTION_RESET"]
    page.goto(f"{first.url}/runs/{run['id']}")
    logs = page.get_by_role("region", name="Logs", exact=True)
    expect(logs.get_by_text("ready")).to_be_visible()
    first.stop(9)
    expect(page.get_by_text("attempt 2")).to_be_visible()
    expect(logs.get_by_text("ready")).to_be_visible()
    first.gate.touch()
    with Served(project, "--port", str(first.port)) as second:
        second.end(run["id"])
        expect(logs.get_by_text("through")).to_be_visible()
        expect(page.locator("main header [data-status=completed]")).to_be_visible()
        expect(page.locator("[data-connection=live]")).to_be_visible()
