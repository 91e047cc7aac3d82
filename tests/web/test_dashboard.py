"""The list of instances: what it says, what can be done from it, and that it is always true."""

from __future__ import annotations

import re

from playwright.sync_api import expect

LONG = "A description that goes on and on, over more than two lines of the list. " * 12


def card(page, name: str):
    return page.get_by_role("article", name=name, exact=True)


def test_instances_say_what_they_are_and_how_their_last_run_went(lab, page):
    """IDX-01, IDX-02, IDX-09, WEB-08."""
    never = lab.post(
        "/instances",
        {"experiment_module": "acting", "name": "never run", "description": LONG},
        201,
    )
    failed = lab.instance("fail", name="failed twice")
    for _ in range(2):
        lab.end(lab.post(f"/instances/{failed['id']}/runs", status=201)["id"])
    page.goto("/experiments")
    expect(card(page, never["name"])).to_contain_text("0 runs")
    expect(card(page, never["name"])).to_contain_text("never run")
    height = card(page, never["name"]).locator(".clip2").bounding_box()["height"]
    assert height < 40
    expect(card(page, failed["name"])).to_contain_text("acting")
    expect(card(page, failed["name"])).to_contain_text("2 runs")
    expect(card(page, failed["name"])).to_contain_text("just now")
    expect(card(page, failed["name"]).locator("[data-status=failed]")).to_have_text("failed")


def test_what_works_now_is_shown_with_its_progress(lab, page):
    """WEB-08, IDX-03: started from its row, one stays on the page."""
    instance = lab.instance("obey", name="at work")
    page.goto("/experiments?name=at work")
    card(page, "at work").get_by_role("button", name="Start run").click()
    expect(page.get_by_text("Run started")).to_be_visible()
    now = page.get_by_label("Running now")
    expect(now.get_by_role("progressbar", name="at work")).to_have_attribute("aria-valuenow", "50")
    expect(now).to_contain_text("looking round")
    badge = card(page, "at work").locator("[data-status=running]")
    assert badge.locator("svg").evaluate("e => getComputedStyle(e).animationName") != "none"
    page.goto("/runs")
    colours = page.get_by_label("Statuses").locator("a > span[style]")
    expect(colours).to_have_count(5)
    each = "spans => new Set(spans.map(span => getComputedStyle(span).backgroundColor)).size"
    assert colours.evaluate_all(each) == 5
    run = lab.get("/runs", instance_id=instance["id"])["items"][0]["id"]
    page.goto("/experiments?name=at work")
    lab.post(f"/runs/{run}/cancel")
    expect(page.get_by_text(f"Run cancelled: at work · {run[-8:]}")).to_have_count(0)
    expect(card(page, "at work").locator("[data-status=cancelled]")).to_be_visible()
    expect(page.get_by_label("Running now").get_by_text("at work")).to_have_count(0)


def test_edit_details_and_clone_lead_to_their_pages(lab, page):
    """IDX-04, WEB-01, WEB-02, WEB-15."""
    instance = lab.instance(name="to be looked at")
    page.goto("/experiments")
    edit = card(page, instance["name"]).get_by_role("link", name="Edit")
    expect(edit).to_have_attribute("href", f"/experiments/{instance['id']}/edit")
    card(page, instance["name"]).get_by_role("button", name="More").click()
    clone = page.get_by_role("menuitem", name="Clone")
    expect(clone).to_have_attribute("href", f"/experiments/new?clone={instance['id']}")
    page.get_by_role("menuitem", name="Details").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(instance["name"])
    page.get_by_label("Breadcrumbs").get_by_role("link", name="Experiments").click()
    expect(page).to_have_url(f"{lab.url}/experiments")


def test_an_instance_from_elsewhere_appears_on_top_and_vanishes_everywhere(lab, page):
    """IDX-05, IDX-07, IDX-08, EVT-09, WEB-13, WEB-14, WEB-16, WEB-17."""
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto("/experiments")
        expect(tab.get_by_text("Live", exact=True)).to_be_visible()
    name = " <script>alert(1)</script> from elsewhere"
    instance = lab.instance(name=name)
    for tab in (page, other):
        expect(tab.get_by_role("article").first).to_contain_text(name)
    lab.end(lab.post(f"/instances/{instance['id']}/runs", status=201)["id"])
    for tab in (page, other):
        shown = tab.get_by_role("article", name="from elsewhere")
        expect(shown).to_contain_text("1 run")
        expect(shown.locator("[data-status=completed]")).to_be_visible()
    page.bring_to_front()  # a tab behind another draws, and is clicked, once a second
    shown = page.get_by_role("article", name="from elsewhere")
    shown.get_by_role("button", name="More").click()
    expect(page.get_by_role("menuitem", name="Delete")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu")).to_be_hidden()
    expect(shown.get_by_role("button", name="More")).to_be_focused()
    shown.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Delete").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 run")
    dialog.get_by_role("button", name="Keep it").click()
    expect(dialog).to_be_hidden()
    shown.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Delete").click()
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(shown).to_be_visible()
    shown.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Delete").click()
    dialog.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Experiment deleted")).to_be_visible()
    for tab in (page, other):
        expect(tab.get_by_role("article", name="from elsewhere")).to_have_count(0)


def test_the_list_is_searched_filtered_and_sorted_by_the_server(lab, page):
    """IDX-01: all of it in the address."""
    for name in ("needle one", "needle two", "hay"):
        lab.instance(name=name)
    page.goto("/experiments")
    page.get_by_label("Search instances").fill("NEEDLE")
    expect(page).to_have_url(re.compile("name=NEEDLE"))
    expect(page.get_by_role("article")).to_have_count(2)
    page.get_by_label("Sort by").select_option("created")
    expect(page.get_by_role("article").first).to_contain_text("needle two")
    page.get_by_label("Last status").select_option("failed")
    expect(page.get_by_text("No instance fits")).to_be_visible()
    page.get_by_role("link", name="Show all").click()
    expect(page.get_by_label("Search instances")).to_have_value("")


def test_rows_are_reached_by_keys_and_only_those_in_view_are_there(lab, page):
    """WEB-11: j, k and Enter; a long list."""
    for number in range(130):
        lab.instance(name=f"many {number:03d}")
    page.goto("/experiments?name=many&sort=name")
    expect(page.get_by_role("article").first).to_contain_text("many 000")
    for _ in range(3):
        page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.get_by_role("link", name="many 001", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("many 001")
    page.go_back()
    expect(page.get_by_role("article").first).to_be_visible()
    for _ in range(60):
        page.mouse.wheel(0, 3000)
        if page.get_by_role("article", name="many 129").count():
            break
    expect(page.get_by_role("article", name="many 129")).to_be_visible()
    assert page.get_by_role("article").count() < 60


def test_a_broken_file_is_shown_with_its_traceback(lab, page):
    page.goto("/experiments")
    broken = lab.project / "experiments" / "torn.py"
    broken.write_text("import a_module_that_is_missing\n")
    try:
        shown = page.get_by_label("Broken experiments")
        expect(shown).to_contain_text("No module named 'a_module_that_is_missing'")
        expect(shown.get_by_text("Traceback")).to_be_hidden()
        shown.locator("summary").click()
        expect(shown.get_by_text("Traceback")).to_be_visible()
    finally:
        broken.unlink()
    expect(page.get_by_label("Broken experiments")).to_have_count(0)
