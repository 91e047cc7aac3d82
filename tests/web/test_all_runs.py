"""All runs in one list: by status, experiment, name and time; several cancelled at once."""

from __future__ import annotations

import re

from playwright.sync_api import expect
from telling import Telling


def test_runs_come_and_end_in_the_tab_of_their_status(lab, page):
    """EVT-05, WEB-14, WEB-16."""
    instance = lab.instance("obey", name="obedient")
    page.goto("/runs?name=obedient")
    expect(page.get_by_text("No run fits")).to_be_visible()
    for _ in range(2):
        lab.post(f"/instances/{instance['id']}/runs", status=201)
    expect(page.locator("[data-row]")).to_have_count(2)
    statuses = page.get_by_label("Statuses")
    expect(statuses.get_by_role("link", name="running 2")).to_be_visible()
    statuses.get_by_role("link", name="running").click()
    expect(page).to_have_url(re.compile("status="))
    expect(page.locator("[data-row] [role=progressbar]")).to_have_count(2)
    page.get_by_label("Choose all that are loaded").check()
    page.get_by_role("button", name="Cancel 2").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel runs").click()
    expect(page.get_by_text("No run fits")).to_be_visible()
    expect(statuses.get_by_role("link", name="cancelled 2")).to_be_visible()
    statuses.get_by_role("link", name="cancelled").click()
    expect(page.locator("[data-row] [data-status=cancelled]")).to_have_count(2)
    page.get_by_label("Time").select_option("1h")
    expect(page).to_have_url(re.compile("within=1h"))
    expect(page.locator("[data-row]")).to_have_count(2)


def test_a_run_says_in_a_line_why_it_failed(lab, page):
    Telling(lab).ended(["break", "load failed\nsecond line"], name="broken in two lines")
    page.goto("/runs?name=broken in two lines")
    expect(page.get_by_text("RuntimeError: load failed", exact=True)).to_be_visible()
    expect(page.get_by_text("second line", exact=True)).to_have_count(0)


def test_a_word_that_is_no_status_fits_no_run(lab, page):
    lab.end(lab.start()["id"])
    page.goto('/runs?status=["faild"]')
    expect(page.get_by_text("No status is called “faild”.")).to_be_visible()
    page.get_by_role("link", name="Show all").click()
    expect(page.locator("[data-row]").first).to_be_visible()


def test_counts_of_six_digits_fit_their_columns(lab, page):
    lab.end(lab.start()["id"])
    page.goto("/runs")
    shown = page.locator("[data-row] a .number").first
    expect(shown).to_be_visible()
    fits = """(shown) => {
        shown.textContent = "1,200,000";
        const [cell, link] = [shown.closest("[role=cell]"), shown.closest("a")];
        return link.getBoundingClientRect().left >= cell.getBoundingClientRect().left;
    }"""
    assert shown.evaluate(fits)
