"""The page of an instance: what it is, and its runs as they come and go."""

from __future__ import annotations

import re

from playwright.sync_api import expect


def rows(page):
    return page.get_by_role("table", name="Runs").locator("[data-row]")


def test_it_says_what_the_instance_is(lab, page):
    """IPG-01, IPG-02, IPG-03, IPG-09, IPG-12."""
    body = {
        "experiment_module": "acting",
        "name": "all there is to know",
        "description": "In a few words",
        "configuration": {"items": [{"name": "first"}, {"name": "second"}]},
        "time_limit_s": 3600,
        "memory_limit_bytes": 4 << 30,
    }
    instance = lab.post("/instances", body, 201)
    page.goto(f"/experiments/{instance['id']}")
    head = page.locator("main header")
    for text in (body["name"], body["description"], "acting:acting", "1h 0m", "4 GiB"):
        expect(head).to_contain_text(text)
    for word in ("Created", "Modified"):
        expect(head.get_by_text(word)).to_be_visible()
    expect(page.get_by_text("No runs yet")).to_be_visible()
    page.get_by_role("link", name="Configuration").click()
    expect(page).to_have_url(re.compile("tab=configuration"))
    page.reload()
    for text in ("first", "second"):
        expect(page.get_by_role("region", name="Configuration")).to_contain_text(text)
    expect(page.get_by_text("1 value of 4 differs from the defaults.")).to_be_visible()
    expect(page.get_by_role("img", name="differs from the default")).to_have_count(1)
    values = page.get_by_role("region", name="Configuration").locator("dt")
    expect(values).not_to_have_count(1)
    page.get_by_role("button", name="Show only these").click()
    expect(values).to_have_text(["Items"])
    page.reload()
    expect(values).to_have_text(["Items"])
    page.get_by_role("button", name="Show all").click()
    expect(page).to_have_url(re.compile("tab=configuration$"))
    page.go_back()
    expect(page.get_by_text("No runs yet")).to_be_visible()
    page.goto(f"/experiments/{instance['id']}?tab=nonsense")
    expect(page.get_by_text("No runs yet")).to_be_visible()


def test_what_takes_no_configuration_says_so(lab, page):
    """IPG-12."""
    file = lab.project / "experiments" / "plain.py"
    file.write_text("import athanor\n\n\n@athanor.experiment\ndef plain(ctx): ...\n")
    body = {"experiment_module": "experiments.plain:plain", "name": "plain", "configuration": {}}
    instance = lab.post("/instances", body, 201)
    page.goto(f"/experiments/{instance['id']}?tab=configuration")
    expect(page.get_by_text("No configuration.")).to_be_visible()


def test_runs_are_started_by_a_key_and_from_elsewhere_and_end_while_one_looks(lab, page):
    """IPG-04, IPG-05, IPG-06, IPG-07, IPG-10, IPG-11, IPG-13, EVT-05, EVT-10, WEB-09, WEB-12."""
    lab.gate.unlink(missing_ok=True)
    instance = lab.instance("gate", name="two ways")
    page.goto(f"/experiments/{instance['id']}")
    other = page.context.new_page()
    other.goto(f"/experiments/{instance['id']}")
    tabs = (page, other)
    for tab in tabs:
        expect(tab.get_by_text("No runs yet")).to_be_visible()
    page.bring_to_front()
    page.keyboard.press("r")
    expect(page.get_by_text("Run started")).to_be_visible()
    for tab in tabs:
        expect(rows(tab)).to_have_count(1)
    second = lab.post(f"/instances/{instance['id']}/runs", status=201)
    for tab in tabs:
        expect(rows(tab)).to_have_count(2)
        expect(rows(tab).first).to_have_attribute("data-row", second["id"])
        expect(tab.get_by_role("link", name="Runs 2")).to_be_visible()
        expect(tab.locator("[data-row] [data-status=running]")).to_have_count(2)
    lab.gate.touch()
    for tab in tabs:
        expect(tab.locator("[data-row] [data-status=completed]")).to_have_count(2)
        expect(rows(tab).first).to_contain_text(re.compile(r"\dm?s"))
    told = page.get_by_text(f"Run completed: two ways · {second['id'][-8:]}")
    expect(told).to_be_visible()
    for tab in ("logs", "results"):
        link = rows(page).first.get_by_role("link", name=tab)
        assert f"/runs/{second['id']}" in link.get_attribute("href")


def test_what_went_wrong_stays_until_it_is_closed(lab, page):
    """WEB-09, IPG-11: a failure names the run; a refusal says its reason."""
    failing = lab.instance("fail", name="doomed")
    page.goto(f"/experiments/{failing['id']}")
    page.get_by_role("button", name="Start run").click()
    told = page.get_by_role("alert").filter(has_text="Run failed: doomed")
    expect(told).to_contain_text("the quota is used up")
    told.get_by_role("button").click()
    expect(told).to_have_count(0)
    expect(rows(page).first).to_contain_text("the quota is used up")
    page.route("**/api/instances/*/runs", lambda route: route.abort())
    page.complaints.expected += ["ERR_FAILED"]
    page.get_by_role("button", name="Start run").click()
    expect(page.get_by_role("alert").filter(has_text="Failed to start")).to_be_visible()


def test_one_run_has_its_key_figures_too(lab, page):
    """IPG-04."""
    instance = lab.instance(name="alone")
    lab.end(lab.post(f"/instances/{instance['id']}/runs", status=201)["id"])
    page.goto(f"/experiments/{instance['id']}")
    expect(page.get_by_role("columnheader", name="accuracy")).to_be_visible()
    expect(rows(page).first).to_contain_text("0.875")
    page.keyboard.press("r")
    expect(rows(page)).to_have_count(2)
    lab.end(rows(page).first.get_attribute("data-row"))
    expect(rows(page).first).to_contain_text("0.875")


def test_several_are_chosen_and_compared_or_deleted(lab, page):
    """IPG-04: with their key figures; WEB-16."""
    instance = lab.instance(name="several")
    runs = [lab.post(f"/instances/{instance['id']}/runs", status=201)["id"] for _ in range(3)]
    for run in runs:
        lab.end(run)
    page.goto(f"/experiments/{instance['id']}")
    expect(page.get_by_role("columnheader", name="accuracy")).to_be_visible()
    expect(rows(page).first).to_contain_text("0.875")
    rows(page).nth(0).get_by_role("checkbox").check()
    rows(page).nth(2).get_by_role("checkbox").click(modifiers=["Shift"])
    bar = page.get_by_role("toolbar", name="Chosen runs")
    expect(bar).to_contain_text("3 runs chosen")
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()
    page.keyboard.press("x")
    page.keyboard.press("k")
    page.keyboard.press("x")
    expect(bar).to_contain_text("2 runs chosen")
    address = bar.get_by_role("link", name="Compare").get_attribute("href")
    assert all(run in address for run in runs[:2])
    bar.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("2 runs deleted")).to_be_visible()
    expect(rows(page)).to_have_count(1)
    expect(page.get_by_role("link", name="Runs 1")).to_be_visible()


def test_deleting_the_instance_leads_back(lab, page):
    """IPG-08."""
    instance = lab.instance(name="to be deleted here")
    page.goto(f"/experiments/{instance['id']}")
    edit = page.get_by_role("link", name="Edit")
    expect(edit).to_have_attribute("href", f"/experiments/{instance['id']}/edit")
    page.complaints.expected += ["404"]
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Experiment deleted")).to_be_visible()
    expect(page).to_have_url(f"{lab.url}/experiments")
