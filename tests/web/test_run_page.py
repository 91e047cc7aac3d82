"""A run, looked at while it works and when it is over."""

from __future__ import annotations

import math
import re
import subprocess

import pytest
from playwright.sync_api import expect
from telling import Telling

SHAPE = "() => document.querySelector('link[rel=icon]').href"
HOSTILE = "<script>throw 1</script><img src=x onerror=throw> \x1b[31mred\x1b[0m\x1b[2J"


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


def header_of(page):
    return page.locator("main header")


def lasted(run):
    """As the page says it."""
    ms = round(run["duration_s"] * 1000)
    return f"{math.floor(ms / 100 + 0.5) / 10:.1f}s" if ms >= 1000 else f"{ms}ms"


def test_the_state_of_a_run_is_in_sight_until_its_end(lab, telling, page, gate):
    """RPG-01, RPG-02, RPG-04, RPG-07, RPG-08, RPG-09, RPG-10, LOG-01, EVT-03."""
    begun = [["log", "info", "ready"], ["result", "loss", 1]]
    run = telling.start(*begun, gate.wait, ["log", "info", "through"], ["result", "loss", 2])
    logs = shown(page, run["id"])
    header = header_of(page)
    expect(header.locator("[data-status=running]")).to_be_visible()
    expect(header.get_by_role("link", name="telling")).to_be_visible()
    expect(header.get_by_label("Working")).to_be_visible()
    assert not re.search(r"\d/\d|\(\d*%\)", header.inner_text())
    expect(header.get_by_role("button", name="Cancel")).to_be_visible()
    expect(page).to_have_title(f"telling · {run['id'][-8:]} · running · Athanor")
    icon = page.evaluate(SHAPE)
    elapsed = header.locator("[data-elapsed]")
    expect(elapsed).not_to_have_text(elapsed.inner_text())
    box = page.locator("[data-log-box]").bounding_box()
    assert box["y"] + box["height"] == page.viewport_size["height"]
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    expect(page.get_by_role("tab", name="Logs 1")).to_be_visible()
    expect(page.get_by_role("tab", name="Results 1")).to_be_visible()
    gate.open()
    expect(logs.get_by_text("through")).to_be_visible()
    expect(header.locator("[data-status=completed]")).to_be_visible()
    expect(page.get_by_role("tab", name="Logs 2")).to_be_visible()
    expect(page.get_by_role("tab", name="Results 2")).to_be_visible()
    expect(header.get_by_role("button", name="Cancel")).to_be_hidden()
    expect(page.get_by_text("Run completed")).to_be_visible()
    expect(page).to_have_title(re.compile("· completed ·"))
    assert page.evaluate(SHAPE) != icon
    expect(elapsed).to_have_text(lasted(lab.get(f"/runs/{run['id']}")))


def test_two_who_watch_see_the_same(telling, page, open_page, gate):
    """EVT-10, WEB-14: in a second tab, and in another browser."""
    steps = [["log", "info", "ready"], gate.wait, ["log", "warn", "through"], ["fail", "no"]]
    run = telling.start(*steps)
    watchers = (page, page.context.new_page(), open_page(color_scheme="dark"))
    for one in watchers:
        logs = shown(one, run["id"])
        expect(logs.get_by_text("ready")).to_be_visible()
        expect(header_of(one).locator("[data-status=running]")).to_be_visible()
    gate.open()
    for one in watchers:
        logs = one.get_by_role("region", name="Logs", exact=True)
        expect(logs.get_by_text("through")).to_be_visible()
        expect(header_of(one).locator("[data-status=failed]")).to_be_visible()
        expect(one.get_by_role("tab", name="Logs 2")).to_be_visible()


def test_progress_moves_stays_after_a_reload_and_goes_with_the_end(telling, page, gate):
    """RPG-03, RPG-05, API-14, API-15, API-17."""
    later = telling.gate()
    steps = [["progress", 1, 4, "looking round"], gate.wait, ["progress", 3, 4, "nearly"]]
    run = telling.start(*steps, later.wait)
    shown(page, run["id"])
    header = header_of(page)
    bar = header.get_by_role("progressbar")
    expect(header.get_by_text("1/4 (25%)")).to_be_visible()
    expect(header.get_by_text("looking round")).to_be_visible()
    expect(bar).to_have_attribute("aria-valuenow", "25")
    gate.open()
    expect(header.get_by_text("3/4 (75%)")).to_be_visible()
    expect(header.get_by_text("nearly")).to_be_visible()
    expect(bar).to_have_attribute("aria-valuenow", "75")
    expect(page).to_have_title(re.compile("^75% telling"))
    page.reload()
    expect(header.get_by_text("3/4 (75%)")).to_be_visible()
    later.open()
    expect(header.locator("[data-status=completed]")).to_be_visible()
    expect(bar).to_be_hidden()
    expect(header.get_by_text("3/4")).to_be_hidden()


def test_a_run_that_hangs_has_no_rate(telling, page, gate):
    page.clock.install()
    run = telling.start(["lines", "info", 1, 300], ["progress", 30, 90], gate.wait)
    shown(page, run["id"])
    header = header_of(page)
    expect(header.get_by_text(re.compile(r"^[\d,.]+/s( · [\w.]+ left)?$"))).to_be_visible()
    page.clock.fast_forward(200_000)
    expect(header.get_by_text("no progress for 3 min", exact=True)).to_be_visible()
    expect(header.get_by_text(re.compile(r"/s|left$"))).to_have_count(0)


def test_it_is_cancelled_after_a_question(telling, page, gate):
    """WEB-09, WEB-13, WEB-16, CAN-01, CAN-09."""
    run = telling.start(["log", "info", "ready"], gate.wait)
    shown(page, run["id"])
    header = header_of(page)
    for decline in ("Let it run", None):
        header.get_by_role("button", name="Cancel").click()
        if decline:
            page.get_by_role("dialog").get_by_role("button", name=decline).click()
        else:
            page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
        expect(header.locator("[data-status=running]")).to_be_visible()

    def late(route):
        answer = route.fetch()
        expect(header.locator("[data-status=cancelled]")).to_be_visible()
        route.fulfill(response=answer)  # the button that asked is gone by now

    page.route("**/cancel", lambda route: route.abort())
    page.complaints.expected += ["ERR_FAILED"]
    for told in ("Cannot cancel", "Cancel requested"):
        header.get_by_role("button", name="Cancel").click()
        page.get_by_role("dialog").get_by_role("button", name="Cancel run").click()
        expect(page.get_by_role("alert").filter(has_text=told)).to_be_visible()
        page.unroute_all()
        page.route("**/cancel", late)
    expect(header.locator("[data-status=cancelled]")).to_be_visible()


def test_who_does_not_listen_is_ended_by_force(lab, page):
    """CAN-05, CAN-09."""
    run = lab.start("ignore")
    shown(page, run["id"])
    header = header_of(page)
    header.get_by_role("button", name="Cancel").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel run").click()
    expect(header.get_by_text("cancelling", exact=True)).to_be_visible()
    header.get_by_role("button", name="End by force").click()
    page.get_by_role("dialog").get_by_role("button", name="End by force").click()
    expect(header.locator("[data-status=cancelled]")).to_be_visible(timeout=15_000)


def test_why_it_failed_is_red_with_its_trace_folded(lab, page):
    """RPG-06."""
    run = lab.ended("raise")
    shown(page, run["id"])
    error = page.get_by_role("region", name="Error", exact=True)
    expect(error.get_by_text("LookupError: no such thing")).to_be_visible()
    assert error.evaluate("(one) => getComputedStyle(one).color") == "rgb(184, 40, 40)"
    expect(error.get_by_text("Traceback")).to_be_hidden()
    error.get_by_role("button", name="Show trace").click()
    expect(error.get_by_text("Traceback")).to_be_visible()


def test_a_long_reason_is_read_to_its_end(telling, open_page):
    """Also without a trace, on a phone."""
    page = open_page(viewport={"width": 390, "height": 700})
    run = telling.ended(["fail", "the quota is used up, " * 30 + "at last"])
    shown(page, run["id"])
    error = page.get_by_role("region", name="Error", exact=True)
    end = error.get_by_text("at last")
    hidden = "one => one.scrollHeight > one.clientHeight + 1"
    expect(end).to_be_visible()
    assert end.evaluate(hidden)
    error.get_by_role("button", name="Show all").click()
    assert not end.evaluate(hidden)
    error.get_by_role("button", name="Show less").click()
    assert end.evaluate(hidden)
    run = telling.ended(["fail", "short"])
    shown(page, run["id"])
    expect(error.get_by_text("short")).to_be_visible()
    expect(error.get_by_role("button", name="Show")).to_have_count(0)


def test_what_a_run_says_is_text(telling, page):
    """WEB-17: in its name, progress, lines, their metadata and its error."""
    steps = [["log", "info", HOSTILE, {"<b>key</b>": HOSTILE}], ["fail", HOSTILE]]
    run = telling.ended(*steps, name="<script>throw 1</script>")
    logs = shown(page, run["id"])
    visible = "<script>throw 1</script><img src=x onerror=throw> red"
    row = logs.get_by_role("listitem")
    expect(row).to_contain_text(visible)
    row.get_by_role("button", name="Details of line 1").click()
    expect(row.locator("pre")).to_contain_text('"<b>key</b>": "<script>throw 1</script>')
    expect(page.get_by_role("region", name="Error", exact=True)).to_contain_text(visible)
    expect(header_of(page).get_by_role("link", name="<script>throw 1</script>")).to_be_visible()
    red = row.get_by_text("red", exact=True)
    assert red.evaluate("(one) => getComputedStyle(one).color") == "rgb(180, 35, 35)"
    assert page.locator("main script, main img").count() == 0


def test_what_it_ran_with_and_what_it_uses_is_told(lab, telling, page, gate):
    """Configuration, host, versions; memory and processor while it works."""
    run = telling.start(["log", "info", "of the details"], gate.wait)
    shown(page, run["id"])
    page.get_by_role("tab", name="Details").click()
    expect(page).to_have_url(f"{lab.url}/runs/{run['id']}?tab=details")
    expect(page.get_by_role("region", name="Configuration")).to_contain_text("of the details")
    surroundings = page.get_by_role("region", name="Surroundings")
    told = lab.get(f"/runs/{run['id']}")["metadata"]
    for name in ("host", "python"):
        expect(surroundings).to_contain_text(str(told[name]))
    page.get_by_role("button", name=re.compile("packages$")).click()
    expect(page.get_by_text("pydantic", exact=True)).to_be_visible()
    used = page.get_by_role("region", name="Used")
    expect(used).to_contain_text(re.compile(r"Memory [\d.]+ MB, peak [\d.]+ MB"), timeout=15_000)
    expect(used).to_contain_text(re.compile(r"CPU \d+% of a core, [\d.]+m?s in all"))
    expect(header_of(page)).to_contain_text(re.compile(r"CPU \d+%"))


def test_what_a_run_used_in_all_is_told_once_it_has_ended(lab, telling, page, gate):
    """Not what was measured last, some seconds before; nor what was known when it was opened."""
    instance = telling.start()["instance_id"]
    lab.call("PATCH", f"/instances/{instance}", json={"configuration": {"steps": [gate.wait]}})
    run = lab.post(f"/instances/{instance}/runs", {"start": False}, 201)
    shown(page, run["id"], "?tab=details")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_role("region", name="Surroundings")).to_contain_text("platform")
    used = page.get_by_role("region", name="Used")
    expect(used).to_contain_text("of a core", timeout=15_000)
    gate.open()
    told = lab.end(run["id"])["metadata"]
    ms = math.floor(told["cpu_s"] * 1000 + 0.5)
    in_all = f"{ms}ms" if ms < 1000 else f"{ms / 1000:.1f}s"
    expect(used).to_contain_text(f"CPU {in_all} in all")
    expect(used).not_to_contain_text("of a core")
    facts = page.get_by_role("region", name="Run", exact=True)
    expect(facts).to_contain_text(re.compile(rf"exit code\s*0.*processor time\s*{in_all}"))
    expect(page.get_by_role("region", name="Surroundings")).not_to_contain_text("cpu_s")


def test_the_limits_a_run_is_held_to_are_among_its_details(lab, page):
    instance = lab.instance("complete", name="limited")
    limits = {"time_limit_s": 5400, "memory_limit_bytes": 4 << 30}
    lab.call("PATCH", f"/instances/{instance['id']}", json=limits)
    run = lab.end(lab.post(f"/instances/{instance['id']}/runs", status=201)["id"])
    lab.call("PATCH", f"/instances/{instance['id']}", json=dict.fromkeys(limits))
    shown(page, run["id"], "?tab=details")
    facts = page.get_by_role("region", name="Run", exact=True)
    expect(facts).to_contain_text(re.compile(r"time limit\s*1h 30m\s*memory limit\s*4 GiB"))
    expect(page.get_by_role("region", name="Surroundings")).not_to_contain_text("limit")


def test_a_run_waits_in_a_queue_and_a_server_that_is_gone_loses_nothing(open_page, tmp_path):
    """RPG-11, RPG-12, RPG-13, WEB-10."""
    from served import Served, make_project

    project = make_project(tmp_path / "project")
    first = Served(project, ATHANOR_MAX_RUNNING="1")
    run = first.start("gate")
    page = open_page()
    page.complaints.expected += ["ERR_CONNECTION_REFUSED", "ERR_EMPTY", "ERR_CONNECTION_RESET"]
    page.goto(f"{first.url}/runs/{run['id']}")
    logs = page.get_by_role("region", name="Logs", exact=True)
    expect(logs.get_by_text("ready")).to_be_visible()
    waiting = page.context.new_page()
    waiting.goto(f"{first.url}/runs/{first.start('complete')['id']}")
    expect(header_of(waiting).get_by_text("Place 1 in the queue")).to_be_visible()
    expect(header_of(waiting).locator("[data-status=pending]")).to_be_visible()
    first.stop(9)
    expect(page.get_by_text(re.compile("attempt [2-9]"))).to_be_visible()
    expect(logs.get_by_text("ready")).to_be_visible()
    first.gate.touch()
    with Served(project, "--port", str(first.port), ATHANOR_MAX_RUNNING="1") as second:
        second.end(run["id"])
        for one in (page, waiting):
            one.evaluate("dispatchEvent(new Event('online'))")
        expect(logs.get_by_text("through")).to_be_visible()
        expect(header_of(page).locator("[data-status=completed]")).to_be_visible()
        expect(page.locator("[data-connection=live]")).to_be_visible()
        expect(header_of(waiting).locator("[data-status=completed]")).to_be_visible()


def test_how_far_it_came_is_told_of_a_run_that_did_not_complete(telling, page, gate):
    run = telling.start(["progress", 4, 10], gate.wait)
    shown(page, run["id"])
    header = header_of(page)
    expect(header.get_by_text("4/10 (40%)")).to_be_visible()
    header.get_by_role("button", name="Cancel").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel run").click()
    expect(header.locator("[data-status=cancelled]")).to_be_visible()
    expect(header.get_by_text("ended at 4 of 10")).to_be_visible()


def test_changes_that_were_not_committed_are_read_in_their_card(open_page, tmp_path):
    """However wide and long they are."""
    from served import Served, make_project

    project = make_project(tmp_path / "project")
    for command in ("init -q", "add .", "-c user.name=me -c user.email=me@here commit -qm first"):
        subprocess.run(["git", "-C", str(project), *command.split()], check=True)
    with (project / "experiments" / "acting.py").open("a") as file:
        file.write(f"# {'wide ' * 200}\n" + "# long\n" * 4000)
    with Served(project) as lab:
        run = lab.ended("complete")
        page = open_page()
        page.goto(f"{lab.url}/runs/{run['id']}?tab=details")
        code = page.get_by_role("region", name="Code")
        code.get_by_role("button", name=re.compile(r"Show the diff, 4,\d+ lines")).click()
        expect(code.get_by_text("wide wide wide")).to_be_visible()
        expect(code.get_by_text("The first 3,000 lines; the API has more.")).to_be_visible()
        beside = page.get_by_role("region", name="Surroundings").bounding_box()
        mine = code.bounding_box()
        assert mine["x"] + mine["width"] <= beside["x"]
