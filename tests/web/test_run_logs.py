"""The log of a run: all of it, however long."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

LINES = 40_000


@pytest.fixture(scope="session")
def flood(lab):
    """A run that said 40,000 lines and one more."""
    return lab.ended("flood", lines=LINES)


@pytest.fixture
def log(page, flood):
    page.goto(f"/runs/{flood['id']}")
    return page.get_by_role("region", name="Logs", exact=True)


def line(log, number):
    return log.get_by_role("link", name=f"Line {number}", exact=True)


def test_a_long_log_has_few_rows_and_a_true_total(page, log):
    """LOG-08, LOG-09, BUF-09, LOG-03."""
    expect(log.get_by_text("printed at the end")).to_be_visible()
    expect(page.get_by_role("tab", name="Logs 40,001")).to_be_visible()
    expect(log.get_by_role("button", name="info 40,001")).to_be_visible()
    assert log.get_by_role("listitem").count() < 120
    assert re.fullmatch(r"\d\d:\d\d:\d\d\.\d{3}", log.locator("time").first.inner_text())
    log.get_by_role("button", name="Times since the start").click()
    expect(log.locator("time").first).to_have_text(re.compile(r"^\+\d\d:\d\d\.\d{3}$"))


def test_every_line_is_reached_and_has_a_link(page, log, flood):
    """LOG-10."""
    expect(log.get_by_text("printed at the end")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.type("12345\n")
    expect(line(log, 12_345)).to_be_visible()
    assert page.url.endswith(f"{flood['id']}?line=12345")
    page.reload()
    expect(log.locator("[data-marked]").get_by_text("line 12344")).to_be_visible()
    page.locator("[data-log-box]").evaluate("(box) => { box.scrollTop = 0 }")
    expect(log.get_by_text("line 0", exact=True)).to_be_visible()
    page.keyboard.press("Shift+G")
    expect(log.get_by_text("printed at the end")).to_be_visible()


def test_a_text_is_looked_for_by_the_server(page, log):
    """LOG-02."""
    expect(log.get_by_text("printed at the end")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("line 3999")
    expect(log.get_by_text("11 lines found")).to_be_visible()
    expect(log.get_by_text("all lines searched")).to_be_visible()
    expect(log.get_by_role("listitem")).to_have_count(11)
    page.reload()
    expect(log.get_by_role("listitem")).to_have_count(11)
    page.get_by_label("Filter by text").fill("no line says this")
    expect(log.get_by_text("No line fits the filters")).to_be_visible()
    page.get_by_label("Filter by text").press("Escape")
    expect(log.get_by_text("printed at the end")).to_be_visible()


def test_scrolling_up_pauses_and_the_end_is_a_click_away(lab, page):
    """LOG-05, LOG-06."""
    lab.gate.unlink(missing_ok=True)
    run = lab.start("slow")
    page.goto(f"/runs/{run['id']}")
    log = page.get_by_role("region", name="Logs", exact=True)
    follow = log.get_by_role("button", name="Follow")
    expect(line(log, 200)).to_be_visible()
    expect(follow).to_have_attribute("aria-pressed", "true")
    page.locator("[data-log-box]").hover()
    page.mouse.wheel(0, -1500)
    expect(follow).to_have_attribute("aria-pressed", "false")
    expect(line(log, 200)).to_be_hidden()
    held = log.get_by_role("listitem").nth(12).inner_text()
    lab.gate.touch()
    newer = log.get_by_role("button", name=re.compile("^200 new lines"))
    expect(newer).to_be_visible()
    assert log.get_by_role("listitem").nth(12).inner_text() == held
    newer.click()
    expect(line(log, 400)).to_be_visible()
    expect(follow).to_have_attribute("aria-pressed", "true")


def test_levels_are_told_apart_and_hidden_at_will(lab, page):
    """LOG-02, LOG-07, LOG-09, LOG-10."""
    run = lab.ended("slow")
    page.goto(f"/runs/{run['id']}")
    log = page.get_by_role("region", name="Logs", exact=True)
    expect(log.get_by_text("line 400", exact=True)).to_be_visible()
    rows = log.get_by_role("listitem")
    colours = {
        log.locator(f"li[data-level={level}] span").first.evaluate(
            "(one) => getComputedStyle(one).color"
        )
        for level in ("debug", "info", "warn", "error")
    }
    assert len(colours) == 4
    for level in ("debug", "info", "warn"):
        log.get_by_role("button", name=re.compile(f"^{level} 100")).click()
    expect(rows.first).to_have_attribute("data-level", "error")
    expect(log.locator("li:not([data-level=error])")).to_have_count(0)
    log.get_by_role("button", name="First error").click()
    expect(log.locator("[data-marked]").get_by_text("line 4", exact=True)).to_be_visible()
    page.keyboard.press("e")
    expect(log.locator("[data-marked]").get_by_text("line 8", exact=True)).to_be_visible()
    page.keyboard.press("Shift+E")
    expect(log.locator("[data-marked]").get_by_text("line 4", exact=True)).to_be_visible()


def test_what_belongs_to_a_line_opens_with_it(lab, page):
    """LOG-04, WEB-17."""
    run = lab.ended("complete")
    page.goto(f"/runs/{run['id']}")
    details = page.get_by_role("button", name="Details of line 1", exact=True)
    expect(details).to_have_attribute("aria-expanded", "false")
    details.click()
    expect(page.locator("pre").get_by_text('"text": "two words"')).to_be_visible()
    hostile = lab.ended("hostile")
    page.goto(f"/runs/{hostile['id']}")
    first = page.get_by_role("region", name="Logs", exact=True).get_by_role("listitem").first
    expect(first).to_contain_text("[red]markup[/red] red :smile:")
    red = first.get_by_text("red", exact=True)
    assert red.evaluate("(one) => getComputedStyle(one).color") == "rgb(180, 35, 35)"


def test_a_run_that_says_nothing_says_so(lab, page):
    """LOG-11."""
    instance = lab.instance("complete", name="silent")
    run = lab.post(f"/instances/{instance['id']}/runs", {"start": False}, 201)
    page.goto(f"/runs/{run['id']}")
    expect(page.get_by_text("No logs yet")).to_be_visible()
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.locator("main header [data-status=completed]")).to_be_visible()
