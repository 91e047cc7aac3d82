"""What runs left: found, opened, searched, as a table and as a chart."""

from __future__ import annotations

import json
import re

import pytest
from leaving import Leaving
from playwright.sync_api import expect


@pytest.fixture(scope="session")
def leaving(lab):
    return Leaving(lab)


def opened(page, run_id, **search):
    query = "".join(f"&{name}={value}" for name, value in search.items())
    page.goto(f"/runs/{run_id}?tab=results{query}")
    return page.get_by_role("region", name="Results", exact=True)


def value_of(page):
    return page.get_by_role("region", name="Value")


def rows(page):
    return value_of(page).get_by_role("treeitem")


def show(page, run_id, leaving, key):
    opened(page, run_id, result=leaving.result(run_id, key))
    expect(rows(page).first).to_be_visible()


def test_results_come_while_the_run_works(lab, leaving, page):
    """RES-01."""
    lab.gate.unlink(missing_ok=True)
    run = leaving.start("gated")
    results = opened(page, run)
    expect(results.get_by_role("button", name="iteration_2")).to_be_visible()
    expect(results.get_by_role("button", name="late")).to_have_count(0)
    chart = page.context.new_page()
    chart.goto(f"/runs/{run}?tab=results&view=chart")
    expect(chart.get_by_role("img", name=re.compile("loss: 2 values"))).to_be_visible()
    lab.gate.touch()
    expect(results.get_by_role("button", name="late")).to_be_visible()
    expect(chart.get_by_role("img", name=re.compile("loss: 3 values"))).to_be_visible()
    lab.gate.unlink()


def test_any_key_opens_and_its_text_is_text(leaving, page):
    """RES-04, RES-05, RES-06, RES-07, RES-13, RES-17."""
    run = leaving.ended("odd")
    results = opened(page, run)
    results.get_by_role("button", name="0.starts/with digits and spaces").click()
    expect(rows(page)).to_contain_text(["Object{1 key}", "a.b", "c\\d: 1.0"])
    results.get_by_role("button", name="empty map").click()
    expect(rows(page)).to_have_text(["{}"])
    results.get_by_role("button", name="empty list").click()
    expect(rows(page)).to_have_text(["[]"])
    results.get_by_role("button", name="<script>").click()
    expect(rows(page)).to_have_text(['"<img src=x onerror=throw>\nsecond line"'])
    results.get_by_role("button", name="kinds").click()
    expect(rows(page).filter(has_text="huge")).to_have_text(f"huge: {2**70}")
    kinds = value_of(page).locator("[data-kind]")
    colours = kinds.evaluate_all("all => all.map(one => getComputedStyle(one).color)")
    assert len(set(colours)) == 4
    value_of(page).get_by_text("JSON").click()
    text = value_of(page).get_by_role("region", name="JSON")
    expect(text).to_contain_text('"one": 1.0')
    assert json.loads(text.inner_text())["huge"] == 2**70
    value_of(page).get_by_text("Tree").click()
    results.get_by_role("button", name="long").click()
    expect(rows(page)).to_contain_text("x" * 800)
    assert value_of(page).evaluate("one => one.scrollWidth <= one.clientWidth")


def test_a_tree_opens_five_levels_and_closed_nodes_hold_nothing(leaving, page):
    """RES-02, RES-08, RES-09, RES-10, RES-11, RES-12."""
    run = leaving.ended("odd")
    show(page, run, leaving, "deep")
    expect(value_of(page).get_by_text("l5: ")).to_be_visible()
    expect(value_of(page).get_by_text("l6: ")).to_have_count(0)
    value_of(page).get_by_role("button", name="Show more levels").click()
    expect(value_of(page).get_by_text("l6: ")).to_be_visible()
    show(page, run, leaving, "sizes")
    value_of(page).get_by_text("Array(42)").click()
    expect(rows(page).nth(2)).to_have_text("0: 0")
    value_of(page).get_by_role("button", name="Close list").click()
    expect(rows(page)).to_have_count(1 + 2 + 12)
    value_of(page).get_by_role("button", name="Collapse all").click()
    expect(rows(page)).to_contain_text(
        ["Object{2 keys}", "list: Array(42)", "map: Object{12 keys}"]
    )
    expect(value_of(page).get_by_role("button", name="Expand all")).to_have_count(0)
    value_of(page).get_by_role("button", name="Open map").click()
    expect(value_of(page).get_by_text("k11: 11")).to_be_visible()


def test_a_value_that_does_not_come_can_be_asked_for_again(leaving, page):
    """RES-14."""
    run = leaving.ended("odd")
    page.route("**/results/*?max_chars*", lambda _: None)
    page.clock.install()
    opened(page, run, result=leaving.result(run, "kinds"))
    expect(page.get_by_role("status", name="Loading the value")).to_be_visible()
    page.clock.fast_forward(5100)
    expect(value_of(page).get_by_text("no answer for 5 seconds")).to_be_visible()
    page.unroute_all()
    value_of(page).get_by_role("button", name="Try again").click()
    page.clock.resume()
    expect(rows(page).first).to_be_visible()


def test_each_of_ten_thousand_is_reached_by_scrolling_and_by_search(leaving, page):
    """RES-03, RES-15."""
    run = leaving.ended("many")
    results = opened(page, run, by="key")
    place = page.get_by_test_id("results")
    expect(results.get_by_role("button", name="sample/00000")).to_be_visible()
    expect(place.get_by_role("listitem").first).to_have_attribute("aria-setsize", "10000")
    assert place.get_by_role("listitem").count() < 100
    place.evaluate("one => one.scrollTo(0, one.scrollHeight)")
    expect(results.get_by_role("button", name="sample/09999")).to_be_visible()
    opened(page, run, by="-key")
    expect(place.get_by_role("listitem").first).to_contain_text("sample/09999")
    opened(page, run, by="time")
    expect(place.get_by_role("listitem").first).to_contain_text("sample/00000")
    opened(page, run)
    expect(place.get_by_role("listitem").first).to_contain_text("sample/09999")
    page.get_by_label("Key begins with").fill("sample/0777")
    expect(place.get_by_role("listitem")).to_have_count(10)
    expect(page).to_have_url(re.compile("key=sample"))
    page.get_by_label("Key begins with").fill("nothing")
    expect(page.get_by_text("No such key")).to_be_visible()


def test_a_large_value_opens_in_parts_and_is_searched(leaving, page):
    """RES-16."""
    run = leaving.ended("large")
    show(page, run, leaving, "large")
    value_of(page).get_by_role("button", name="Open layers").click()
    value_of(page).get_by_role("button", name="Open 3", exact=True).click()
    expect(value_of(page).get_by_text("weights: Array(97)").first).to_be_visible()
    assert rows(page).count() < 200
    page.get_by_label("Find in the value").fill("layer 999")
    expect(value_of(page).get_by_text("1 of 1")).to_be_visible()
    expect(value_of(page).locator("[data-marked=true]")).to_contain_text("layer 999")


def test_a_path_and_a_value_are_copied(lab, leaving, open_page):
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    run = leaving.ended("odd")
    show(page, run, leaving, "0.")
    row = rows(page).filter(has_text="c\\d")
    row.hover()
    row.get_by_role("button", name="Copy path").click()
    clipboard = "() => navigator.clipboard.readText()"
    page.wait_for_function(f"({clipboard})().then(text => text === 'a\\\\.b.c\\\\\\\\d')")
    row.get_by_role("button", name="Copy value").click()
    page.wait_for_function(f"({clipboard})().then(text => text === '1.0')")


def test_results_of_one_shape_are_a_table_that_is_sorted(leaving, page):
    run = leaving.ended("steps", rate=0.1)
    results = opened(page, run, view="table")
    table = results.get_by_role("table")
    expect(table.get_by_role("row").nth(1)).to_contain_text("iteration_1")
    results.get_by_role("button", name="loss").click()
    expect(table.get_by_role("row").nth(1)).to_contain_text("iteration_30")
    expect(table.get_by_role("columnheader", name="loss")).to_have_attribute(
        "aria-sort", "ascending"
    )
    results.get_by_role("button", name="loss").click()
    expect(table.get_by_role("row").nth(1)).to_contain_text("iteration_1")
    results.get_by_role("button", name="Columns").click()
    page.get_by_role("menuitemcheckbox", name="tag").click()
    expect(table.get_by_role("columnheader", name="tag")).to_have_count(0)
    page.reload()
    expect(table.get_by_role("columnheader", name="grad.norm")).to_be_visible()
    expect(table.get_by_role("columnheader", name="tag")).to_have_count(0)
    table.get_by_role("button", name="iteration_1", exact=True).click()
    expect(rows(page).filter(has_text="norm")).to_have_text("norm: 0.1")


def test_columns_are_a_chart_whose_look_is_in_the_address(leaving, page):
    run = leaving.ended("steps", rate=0.1)
    results = opened(page, run, view="chart")
    expect(results.get_by_role("img", name=re.compile("loss: 30 values"))).to_be_visible()
    results.get_by_role("button", name="grad.norm").click()
    results.get_by_label("Log scale").check(force=True)
    page.reload()
    both = re.compile("loss: 30 values.*grad.norm: 30 values")
    expect(results.get_by_role("img", name=both)).to_be_visible()
    expect(results.get_by_label("Log scale")).to_be_checked()
    expect(results.locator("canvas")).to_be_visible()
    results.get_by_role("combobox", name="Results").click()
    page.get_by_role("option", name="score (5)").click()
    repeats = re.compile("number of the result. value: 5 values from 0 to 16")
    expect(results.get_by_role("img", name=repeats)).to_be_visible()


def test_what_counts_the_results_is_the_axis_of_their_chart(leaving, page):
    results = opened(page, leaving.ended("counted"), view="chart")
    name = re.compile("Chart over step. msd: 30 values from 0.0033333 to 0.1,")
    expect(results.get_by_role("img", name=name)).to_be_visible()
    expect(results.get_by_role("group", name="Columns").get_by_role("button")).to_have_text(
        ["msd", "rms"]
    )


def test_keys_that_end_in_a_decimal_are_charts_of_their_own(leaving, page):
    results = opened(page, leaving.ended("thresholds"), view="chart")
    results.get_by_role("combobox", name="Results").click()
    expect(page.get_by_role("option")).to_have_text(["recall/0.1 (4)", "recall/0.5 (4)"])
    page.get_by_role("option", name="recall/0.5").click()
    name = re.compile("value: 4 values from 0.5 to 3.5")
    expect(results.get_by_role("img", name=name)).to_be_visible()


def test_results_are_taken_away_as_files(leaving, page):
    run = leaving.ended("steps", rate=0.1)
    results = opened(page, run)
    results.get_by_role("button", name="Export").click()
    with page.expect_download() as taken:
        page.get_by_role("menuitem", name="NDJSON").click()
    assert taken.value.suggested_filename.endswith(".ndjson")


def test_a_run_without_results_says_so(lab, page):
    """RES-18."""
    instance = lab.instance("flood", name="without results", lines=1)
    run = lab.post(f"/instances/{instance['id']}/runs", {"start": False}, 201)["id"]
    results = opened(page, run)
    expect(results.get_by_text("No results yet")).to_be_visible()
    page.get_by_role("button", name="Start", exact=True).click()
    expect(results.get_by_text("No results", exact=True)).to_be_visible()
    opened(page, run, view="table")
    expect(results.get_by_text("No results", exact=True)).to_be_visible()
