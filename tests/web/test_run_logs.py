"""The log of a run: all of it, however long."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from telling import Telling

LINES = 20_000


@pytest.fixture(scope="session")
def flood(lab):
    """A run that said 20,000 lines and one more."""
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
    expect(page.get_by_role("tab", name="Logs 20,001")).to_be_visible()
    expect(log.get_by_role("button", name="info 20,001")).to_be_visible()
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
    page.keyboard.type("line 1999")
    expect(log.get_by_text("11 lines found")).to_be_visible()
    expect(log.get_by_text("all lines searched")).to_be_visible()
    expect(log.get_by_role("listitem")).to_have_count(11)
    page.reload()
    expect(log.get_by_role("listitem")).to_have_count(11)
    page.get_by_label("Filter by text").fill("no line says this")
    expect(log.get_by_text("No line fits the filters")).to_be_visible()
    page.get_by_label("Filter by text").press("Escape")
    expect(log.get_by_text("printed at the end")).to_be_visible()


@pytest.fixture(scope="session")
def telling(lab):
    return Telling(lab)


@pytest.fixture
def gate(telling):
    """Opened at the end, so that no run waits for ever."""
    found = telling.gate()
    yield found
    found.open()


def shown(page, run_id, address=""):
    page.goto(f"/runs/{run_id}{address}")
    return page.get_by_role("region", name="Logs", exact=True)


def levels_of(log, *levels):
    """Shows these levels only."""
    for level in ("debug", "info", "warn", "error"):
        button = log.get_by_role("button", name=re.compile(f"^{level} "))
        if (button.get_attribute("aria-pressed") == "true") != (level in levels):
            button.click()
            expect(button).to_have_attribute("aria-pressed", str(level in levels).lower())


def test_a_flood_is_followed_to_its_end(lab, page):
    """BUF-09, LOG-01, LOG-08: with bounded rows while it comes."""
    log = shown(page, lab.start("flood", lines=10_000)["id"])
    expect(log.get_by_text("printed at the end")).to_be_visible(timeout=15_000)
    expect(page.get_by_role("tab", name="Logs 10,001")).to_be_visible()
    assert log.get_by_role("listitem").count() < 120


def test_scrolling_up_pauses_and_the_end_is_a_click_away(telling, page, gate):
    """LOG-05, LOG-06."""
    steps = [["lines", "info", 1, 200], gate.wait, ["lines", "info", 201, 400]]
    log = shown(page, telling.start(*steps)["id"])
    follow = log.get_by_role("button", name="Follow")
    expect(line(log, 200)).to_be_visible()
    expect(follow).to_have_attribute("aria-pressed", "true")
    page.locator("[data-log-box]").hover()
    page.mouse.wheel(0, -1500)
    expect(follow).to_have_attribute("aria-pressed", "false")
    expect(line(log, 200)).to_be_hidden()
    held = log.get_by_role("listitem").nth(12).inner_text()
    place = line(log, 130).bounding_box()
    gate.open()
    newer = log.get_by_role("button", name=re.compile("^200 new lines"))
    expect(newer).to_be_visible()
    assert log.get_by_role("listitem").nth(12).inner_text() == held
    assert line(log, 130).bounding_box() == place
    newer.click()
    expect(line(log, 400)).to_be_visible()
    expect(follow).to_have_attribute("aria-pressed", "true")


def test_filters_hold_for_lines_that_come(telling, page, gate):
    """LOG-02, LOG-09: levels and text, in the address."""
    before = [["lines", "info", 1, 3], ["lines", "warn", 4, 6], ["lines", "error", 7, 9]]
    after = [["lines", "info", 10, 13], ["lines", "warn", 14, 16], ["lines", "error", 17, 19]]
    run = telling.start(*before, gate.wait, *after)
    log = shown(page, run["id"])
    rows = log.get_by_role("listitem")
    expect(rows).to_have_count(9)
    levels_of(log, "warn", "error")
    expect(rows).to_have_count(6)
    other = page.context.new_page()
    found = shown(other, run["id"], "?text=line+1").get_by_role("listitem")
    expect(found).to_have_count(1)
    gate.open()
    expect(rows).to_have_count(12)
    assert [row.get_attribute("data-level") for row in rows.all()] == (
        ["warn"] * 3 + ["error"] * 3
    ) * 2
    expect(log.get_by_role("button", name="error 6")).to_be_visible()
    expect(found).to_have_count(11)
    page.reload()
    expect(rows).to_have_count(12)
    levels_of(log, "error")
    page.get_by_label("Filter by text").fill("line 1")
    expect(rows).to_have_count(3)


def test_levels_are_told_apart_and_errors_are_visited(telling, page):
    """LOG-07, LOG-09, LOG-10."""
    levels = ("debug", "info", "warn", "error")
    steps = [["log", levels[n % 4], f"line {n + 1}"] for n in range(400)]
    log = shown(page, telling.ended(*steps)["id"])
    expect(log.get_by_text("line 400", exact=True)).to_be_visible()
    words, grounds = (
        [
            log.locator(f"li[data-level={level}] {part}").first.evaluate(
                f"(one) => getComputedStyle(one.closest('{of}')).{what}"
            )
            for level in levels
        ]
        for part, of, what in (("span", "span", "color"), ("time", "li", "backgroundColor"))
    )
    assert len(set(words)) == 4
    assert grounds[0] == grounds[1] == "rgba(0, 0, 0, 0)"
    assert len(set(grounds)) == 3
    log.get_by_role("button", name="First error").click()
    marked = log.locator("[data-marked]")
    expect(marked.get_by_text("line 4", exact=True)).to_be_visible()
    page.keyboard.press("e")
    expect(marked.get_by_text("line 8", exact=True)).to_be_visible()
    page.keyboard.press("Shift+E")
    expect(marked.get_by_text("line 4", exact=True)).to_be_visible()


def test_what_belongs_to_a_line_opens_with_it_and_is_copied(telling, open_page, gate):
    """LOG-04, LOG-10: the same while it works and when it is asked for again."""
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    run = telling.start(
        gate.wait, ["log", "info", "plain"], ["log", "info", "x", {"a": {"b": [1]}}]
    )
    log = shown(page, run["id"])
    expect(log.get_by_text("No logs yet")).to_be_visible()
    gate.open()
    seen = []
    for _ in range(2):
        details = log.get_by_role("button", name="Details of line 2", exact=True)
        expect(details).to_have_attribute("aria-expanded", "false")
        details.click()
        expect(log.locator("pre")).to_be_visible()
        seen.append(log.locator("pre").inner_text())
        page.reload()
    assert seen == ['{\n  "a": {\n    "b": [\n      1\n    ]\n  }\n}'] * 2
    log.get_by_role("button", name="Details of line 2", exact=True).click()
    for what, told in (("message", "x"), ("metadata", seen[0]), ("link", f"{page.url}?line=2")):
        log.get_by_role("button", name=f"Copy {what}").click()
        expect(page.get_by_text(f"{what.capitalize()} copied")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == told


def test_a_log_is_downloaded(telling, page):
    """With its results, as a file."""
    run = telling.ended(["log", "info", "said"], ["result", "loss", 1])
    log = shown(page, run["id"])
    log.get_by_role("button", name="Download").click()
    with page.expect_download() as found:
        page.get_by_role("menuitem", name="NDJSON").click()
    assert run["id"][-8:] in found.value.suggested_filename
    assert '"said"' in found.value.path().read_text()


def test_a_run_that_says_nothing_says_so(lab, page):
    """LOG-11."""
    instance = lab.instance("complete", name="silent")
    run = lab.post(f"/instances/{instance['id']}/runs", {"start": False}, 201)
    log = shown(page, run["id"])
    expect(log.get_by_text("No logs yet")).to_be_visible()
    page.get_by_role("button", name="Start", exact=True).click()
    expect(line(log, 3)).to_be_visible()
    expect(page.locator("main header [data-status=completed]")).to_be_visible()


def test_a_run_that_ended_without_a_line_says_so(telling, page):
    log = shown(page, telling.ended()["id"])
    expect(log.get_by_text("No logs", exact=True)).to_be_visible()
    expect(log.get_by_text("ended without saying a line")).to_be_visible()
