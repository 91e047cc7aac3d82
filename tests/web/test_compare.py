"""Runs side by side."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from leaving import Leaving
from playwright.sync_api import expect


@pytest.fixture(scope="session")
def two(lab):
    """Two runs that differ in their rate."""
    leaving = Leaving(lab)
    return [leaving.ended("steps", rate=rate) for rate in (0.2, 0.3)]


@pytest.fixture
def changed(lab):
    """Two runs of one commit; before the second somebody changed the experiment."""
    file = lab.project / "experiments" / "leaving.py"
    leaving = Leaving(lab)
    before = file.read_text(encoding="utf-8")
    git(lab, "init", "--quiet")
    git(lab, "add", "experiments/*.py")
    git(lab, "commit", "--quiet", "--message", "Begin")
    first = lab.end(leaving.start("steps", rate=0.4))["id"]
    file.write_text(before.replace("-number * config.rate", "-2 * number * config.rate"))
    second = lab.end(leaving.start("steps", rate=0.4))["id"]
    yield [first, second]
    file.write_text(before)
    shutil.rmtree(lab.project / ".git")


def git(lab, *arguments):
    who = ["-c", "user.name=x", "-c", "user.email=x@localhost", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], cwd=lab.project, check=True)


def test_code_that_differs_is_shown_and_what_is_equal_is_hidden(changed, page):
    page.goto(f"/compare?runs={','.join(changed)}")
    table = page.get_by_role("region", name="Side by side")
    expect(table.get_by_role("row", name=re.compile("^diff "))).to_contain_text(
        re.compile(r"\+1 .1 lines")
    )
    expect(table.get_by_role("row", name=re.compile("^commit"))).to_have_count(0)
    expect(table.get_by_text("Configuration all equal")).to_be_visible()
    expect(table.get_by_text("Environment all equal")).to_be_visible()
    changes = page.get_by_role("region", name="Uncommitted changes")
    changes.get_by_text("steps 0.4").click()
    expect(changes.locator("[data-sign='+']").last).to_contain_text("-2 * number * config.rate")
    page.get_by_label("Show equal fields").check(force=True)
    expect(table.get_by_role("row", name=re.compile("^commit"))).to_be_visible()
    expect(table.get_by_role("row", name=re.compile("^python"))).to_be_visible()


def test_what_differs_is_shown_and_the_best_is_marked(two, page):
    page.goto(f"/compare?runs={two[0][-8:]},{two[1]}")
    table = page.get_by_role("region", name="Side by side")
    expect(table.get_by_role("row", name=re.compile("^rate"))).to_contain_text("0.2")
    expect(table.get_by_text("count", exact=True)).to_have_count(0)
    figure = table.get_by_role("row", name=re.compile("summary.loss"))
    expect(figure.locator("[data-best=true]")).to_have_text("0.2")
    figure.get_by_role("button", name="lower is better").click()
    expect(figure.locator("[data-best=true]")).to_have_count(0)
    asked = figure.get_by_role("button", name="neither is better")
    expect(asked).to_have_text("best?")
    asked.click()
    page.get_by_label("Show equal fields").check(force=True)
    expect(table.get_by_text("count", exact=True)).to_be_visible()
    page.reload()
    expect(table.get_by_text("count", exact=True)).to_be_visible()
    expect(figure.get_by_role("button", name="higher is better")).to_be_visible()
    expect(figure.locator("[data-best=true]")).to_have_text("0.3")


def test_integers_that_no_browser_can_hold_are_told_apart_and_exactly(lab, page):
    leaving = Leaving(lab)
    runs = [leaving.ended("steps", rate=0.2, count=1, seed=2**60 + more) for more in (0, 1)]
    page.goto(f"/compare?runs={','.join(runs)}")
    table = page.get_by_role("region", name="Side by side")
    for name in ("seed", "summary.seeded"):
        row = table.get_by_role("row", name=re.compile(f"^{re.escape(name)} "))
        expect(row.get_by_role("cell")).to_have_text([str(2**60), str(2**60 + 1)])
    page.goto(f"/runs/{runs[1]}?tab=details")
    told = page.get_by_role("region", name="Configuration")
    expect(told).to_contain_text(f"seed{2**60 + 1}")


def test_curves_lie_over_each_other(two, page):
    page.goto(f"/compare?runs={','.join(two)}")
    curves = page.get_by_role("region", name="Curves")
    name = re.compile(r"loss.*steps 0.2.*: 30 values.*steps 0.3.*: 30 values")
    expect(curves.get_by_role("img", name=name)).to_be_visible()
    curves.get_by_role("button", name="steps 0.2").click()
    expect(curves.get_by_role("img", name=name)).to_have_count(0)
    curves.get_by_label("Field").first.click()
    page.get_by_role("option", name="grad.norm").click()
    expect(page).to_have_url(re.compile("column=grad.norm"))
    expect(curves.get_by_role("img", name=re.compile("^grad.norm"))).to_be_visible()


def test_curves_lie_over_what_counts_the_results(lab, page):
    leaving = Leaving(lab)
    runs = [leaving.ended("counted", every=every, count=60 // every) for every in (10, 20)]
    page.goto(f"/compare?runs={','.join(runs)}")
    curves = page.get_by_role("region", name="Curves")
    name = re.compile(r"^msd. Chart over step\. .*: 6 values.*: 3 values")
    expect(curves.get_by_role("img", name=name)).to_be_visible()
    curves.get_by_label("Field").first.click()
    expect(page.get_by_role("option", name=re.compile("."))).to_have_text(["msd", "rms"])


def test_what_is_told_of_a_point_stays_on_a_phone(lab, open_page):
    page = open_page(viewport={"width": 390, "height": 844})
    leaving = Leaving(lab)
    runs = [leaving.start("steps", rate=0.2) for _ in range(2)]
    for run in runs:
        instance = lab.end(run)["instance_id"]
        name = "a name that goes on and on, so that one sees what becomes of it " * 2
        lab.call("PATCH", f"/instances/{instance}", json={"name": name})
    page.goto(f"/compare?runs={','.join(runs)}")
    chart = page.get_by_role("img", name=re.compile("^loss. Chart over"))
    expect(chart.locator("canvas")).to_be_visible()
    box = chart.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] / 2)
    expect(chart.get_by_text("and on, so that").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(chart).to_have_text(re.compile(r"^\d+a name"))


def test_the_axis_of_curves_is_named_as_in_the_chart_of_one_run(two, page):
    page.goto(f"/compare?runs={','.join(two)}&group=score")
    curves = page.get_by_role("region", name="Curves")
    name = re.compile(r"Chart over number of the result\. .*: 5 values")
    expect(curves.get_by_role("img", name=name)).to_be_visible()


def test_runs_are_added_and_removed(lab, two, page):
    page.goto(f"/compare?runs={two[0]}")
    expect(page.get_by_text("Choose one run more")).to_be_visible()
    page.get_by_label("Add a run").first.click()
    page.get_by_role("option", name=re.compile(two[1][-8:])).click()
    table = page.get_by_role("region", name="Side by side")
    expect(table.get_by_role("columnheader", name=re.compile("steps 0.3"))).to_be_visible()
    table.get_by_role("button", name="Remove steps 0.2").click()
    expect(page.get_by_text("Choose one run more")).to_be_visible()
    expect(page).to_have_url(re.compile(two[1]))
