"""What every page has: the palette, the connection's state, the theme, and access for all."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

sys.path.insert(0, str(Path(__file__).parents[1] / "server"))

from browser import opened
from served import Served, make_project

AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"
SERIOUS = """async (rules) => (await axe.run(document, rules)).violations
  .filter(({impact}) => ["serious", "critical"].includes(impact))
  .map(({id, nodes}) => `${id}: ${nodes.map(({html}) => html).slice(0, 3).join(" ")}`)"""
SPILLS = "() => document.documentElement.scrollWidth - innerWidth"


@pytest.fixture(scope="module")
def shown(lab):
    """Something to look at: an instance with runs that completed, failed and work."""
    lab.gate.unlink(missing_ok=True)
    completed = lab.instance(name="seen by all")
    for _ in range(2):
        lab.end(lab.post(f"/instances/{completed['id']}/runs", status=201)["id"])
    lab.ended("fail")
    working = lab.start("gate")
    yield completed["id"]
    lab.gate.touch()
    lab.end(working["id"])


ALL_RULES = {"resultTypes": ["violations"]}
RULES = {"light": ALL_RULES, "dark": {**ALL_RULES, "runOnly": "color-contrast"}}


@pytest.fixture(scope="module")
def runs_seen(lab, shown):
    """The runs of that: by status, the last of each."""
    return {run["status"]: run["id"] for run in reversed(lab.get("/runs", limit=20)["items"])}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_stands_in_the_way_on_the_pages_of_runs(runs_seen, open_page, scheme):
    """Nor in menus, nor in what the palette has found."""
    page = open_page(color_scheme=scheme, bypass_csp=True, reduced_motion="reduce")
    completed, failed = runs_seen["completed"], runs_seen["failed"]
    for address in (
        f"/runs/{runs_seen['running']}",
        f"/runs/{failed}",
        f"/runs/{completed}?tab=results",
        f"/runs/{completed}?tab=details",
        f"/compare?runs={completed},{failed}",
    ):
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_label("Loading")).to_have_count(0)
        page.add_script_tag(path=AXE)
        assert page.evaluate(SERIOUS, RULES[scheme]) == [], address
    page.get_by_role("button", name="Theme").click()
    expect(page.get_by_role("menuitem", name="Dark")).to_be_visible()
    assert page.evaluate(SERIOUS, RULES[scheme]) == [], "menu"
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    search = page.get_by_label("Search", exact=True)
    search.fill("seen by")
    expect(page.get_by_role("button", name="seen by all acting").first).to_be_visible()
    for _ in range(2):
        search.press("ArrowDown")
        expect(page.get_by_role("dialog").locator("[data-selected]")).to_be_visible()
        assert page.evaluate(SERIOUS, RULES[scheme]) == [], "palette"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_stands_in_anybodys_way(shown, open_page, scheme):
    """Every page, the palette and the list of keys; nothing moves for those who ask for that."""
    page = open_page(color_scheme=scheme, bypass_csp=True, reduced_motion="reduce")
    for address in (
        "/experiments",
        f"/experiments/{shown}",
        f"/experiments/{shown}?tab=configuration",
        f"/experiments/{shown}/edit",
        f"/experiments/new?clone={shown}",
        "/runs",
        "/nowhere",
    ):
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        if "nowhere" not in address:
            expect(page.get_by_label("Loading")).to_have_count(0)
        page.add_script_tag(path=AXE)
        assert page.evaluate(SERIOUS, RULES[scheme]) == [], address
    page.goto("/runs")
    expect(page.locator("[data-row] [data-status=running] svg").first).to_have_css(
        "animation-name", "none"
    )
    page.add_script_tag(path=AXE)
    for keys, name in (("Control+k", "Search and commands"), ("?", "Keys")):
        page.keyboard.press(keys)
        expect(page.get_by_role("dialog", name=name)).to_be_visible()
        assert page.evaluate(SERIOUS, RULES[scheme]) == [], keys
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
    page.complaints.said.clear()  # the page that is not there


def test_pages_fit_a_phone_and_the_bar_stays(shown, open_page):
    """WEB-05."""
    page = open_page(viewport={"width": 390, "height": 300})
    instance = f"/experiments/{shown}"
    for address in ("/experiments", instance, "/runs", "/experiments/new", f"{instance}/edit"):
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_label("Loading")).to_have_count(0)
        assert page.evaluate(SPILLS) <= 0, address
        page.mouse.move(200, 200)
        page.mouse.wheel(0, 300)
        page.wait_for_function("scrollY > 0")
        expect(page.get_by_role("heading", level=1)).not_to_be_in_viewport()
        for name in ("Theme", "Search and commands"):
            expect(page.get_by_role("button", name=name)).to_be_in_viewport()
        expect(page.get_by_role("link", name="Athanor, to the experiments")).to_be_in_viewport()


@pytest.mark.parametrize("width", [768, 1000])
def test_on_a_tablet_nothing_spills_and_names_are_read(shown, open_page, width):
    page = open_page(viewport={"width": width, "height": 700})
    for address in ("/experiments", f"/experiments/{shown}", "/runs"):
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_label("Loading")).to_have_count(0)
        assert page.evaluate(SPILLS) <= 0, address
    page.goto("/experiments?name=seen%20by%20all")  # others may have made many before
    name = page.get_by_role("article").get_by_role("link", name="seen by all", exact=True)
    expect(name).to_be_visible()
    assert name.evaluate("one => one.scrollWidth <= one.clientWidth")


def test_what_is_typed_while_the_palette_opens_is_not_lost(lab, page):
    """The first time it is loaded; no letter of it is a key of the page."""
    page.goto("/experiments")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("night of n")
    field = page.get_by_label("Search", exact=True)
    expect(field).to_have_value("night of n")
    field.press("!")
    expect(field).to_have_value("night of n!")
    expect(page).to_have_url(f"{lab.url}/experiments")


def test_a_page_that_does_not_come_is_had_by_loading_anew(open_page, tmp_path):
    from served import Served, make_project

    project = make_project(tmp_path / "project")
    first = Served(project)
    page = open_page()
    page.complaints.expected += ["ERR_CONNECTION", "ERR_EMPTY", "Failed to fetch", "preload CSS"]
    page.goto(f"{first.url}/experiments")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    first.stop()
    page.get_by_role("link", name="Runs").click()
    expect(page.get_by_text("This part of the page could not be loaded")).to_be_visible()
    with Served(project, "--port", str(first.port)):
        page.get_by_role("button", name="Reload").click()
        expect(page.get_by_role("heading", name="Runs")).to_be_visible()


def test_the_palette_finds_instances_runs_and_actions(lab, shown, page):
    """WEB-12: letters typed there are no keys; WEB-13."""
    page.goto("/runs")
    expect(page.locator("[data-row]").first).to_be_visible()
    page.keyboard.press("Control+k")
    search = page.get_by_label("Search", exact=True)
    search.fill("seen by")
    expect(page.get_by_role("button", name="completed").first).to_be_visible()
    page.get_by_role("button", name="seen by all acting").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("seen by all")
    expect(page).to_have_title("seen by all · Athanor")
    expect(page.locator("link[rel=icon]")).to_have_attribute("href", re.compile("svg.xml.*2a9d50"))
    page.keyboard.press("Control+k")
    search.press_sequentially("rr")
    expect(page.get_by_text("Run started")).to_have_count(0)
    expect(page.get_by_role("link", name="Runs 2")).to_be_visible()
    search.fill("start")
    expect(page.get_by_role("button", name="Start run r")).to_be_visible()
    search.fill("all runs")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{lab.url}/runs")
    page.keyboard.press("Control+k")
    expect(search).to_be_visible()
    page.keyboard.press("Escape")
    expect(search).to_be_hidden()


def test_no_white_frame_before_the_dark_page(open_page):
    """WEB-06: the first thing painted is dark already, before any script of the page came."""
    page = open_page(color_scheme="light")
    page.goto("/experiments")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.emulate_media(color_scheme="dark")
    expect(page.locator("body")).to_have_css("background-color", "rgb(21, 30, 39)")
    page.emulate_media(color_scheme="light")
    expect(page.locator("body")).to_have_css("background-color", "rgb(246, 247, 245)")
    page.evaluate("localStorage.setItem('athanor-theme', 'dark')")
    page.route("**/assets/*.js", lambda route: route.abort())
    page.complaints.expected += ["ERR_FAILED"]
    page.reload(wait_until="domcontentloaded")
    colour = "() => getComputedStyle(document.documentElement).backgroundColor"
    assert page.evaluate(colour) == "rgb(21, 30, 39)"


def test_a_lost_connection_is_told_and_found_again(tmp_path, browser):
    """WEB-10, IDX-06: with a server of its own, without any instance."""
    project = make_project(tmp_path / "project")
    first = Served(project)
    with opened(browser, first.url) as page:
        page.complaints.expected += ["ERR_CONNECTION", "/api/live"]
        page.goto("/experiments")
        empty = page.locator("main")
        expect(empty.get_by_text("No instances yet")).to_be_visible()
        expect(empty).to_contain_text("athanor init lab")
        expect(empty.get_by_role("link", name="New instance").last).to_be_visible()
        expect(page.get_by_role("status").get_by_text("Live")).to_be_visible()
        first.stop(9)
        expect(page.get_by_text("The live connection is lost")).to_be_visible()
        with Served(project, "--port", str(first.port)) as second:
            expect(page.get_by_text("The live connection is lost")).to_be_hidden()
            second.instance(name="made by the next one")
            expect(page.get_by_role("article")).to_contain_text("made by the next one")
