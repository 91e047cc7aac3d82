"""Making and changing instances in a form that the schema gives."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect
from served import until

TRAINING = "experiments.training:Training"
CHOOSING = "experiments.training:choosing"
BROKEN = "experiments.broken"
SOURCE = Path(__file__).with_name("training_experiment.txt")


def known_modules(lab):
    """Of all experiments, broken ones too."""
    known = lab.get("/experiments")
    return [one["module"] for one in (*known["experiments"], *known["broken"])]


@pytest.fixture(scope="module", autouse=True)
def _experiments(lab):
    """Experiments with every kind of value, and a file that is broken, in the served project."""
    folder = lab.project / "experiments"
    (folder / "training.py").write_text(SOURCE.read_text(encoding="utf-8"))
    broken = folder / "broken.py"
    broken.write_text("import torchy\n")
    until(lambda: {TRAINING, CHOOSING, BROKEN} <= set(known_modules(lab)))
    yield
    broken.unlink()


def opened(page, module=TRAINING):
    page.goto(f"/experiments/new?experiment={module}")
    expect(page.get_by_role("heading", name="Configuration")).to_be_visible()
    return page


def create(page):
    page.get_by_role("button", name="Create", exact=True).click()


def created(page, lab):
    """Create, and what is stored."""
    create(page)
    expect(page.get_by_text("Experiment instance created")).to_be_visible()
    page.wait_for_url(re.compile("/experiments/[0-9a-f-]{36}$"))
    return lab.get(f"/instances/{page.url.rsplit('/', 1)[1]}")


def wrong(page, label):
    """The message beside a field."""
    field = page.get_by_label(label, exact=True)
    expect(field).to_have_attribute("aria-invalid", "true")
    return page.locator(f"id={field.get_attribute('aria-describedby')}")


def count_instances(lab):
    return len(lab.get("/instances", limit=1000)["items"])


def as_text(page, language):
    page.get_by_text(language, exact=True).click()
    return page.get_by_label(f"Configuration as {language}")


def test_an_experiment_is_chosen_and_the_form_follows(lab, page):
    """NEW-01, NEW-02, NEW-05."""
    page.goto("/experiments/new")
    expect(page.get_by_role("button", name="Create", exact=True)).to_be_disabled()
    choice = page.get_by_role("combobox", name="Experiment")
    choice.click()
    expect(page.get_by_role("option")).to_have_count(len(known_modules(lab)))
    expect(page.get_by_role("option", name="Trains a small network")).to_be_visible()
    broken = page.get_by_role("option", name=BROKEN)
    expect(broken).to_contain_text("No module named 'torchy'")
    expect(broken).to_have_attribute("data-combobox-disabled", "true")
    choice.fill("small net")
    page.get_by_role("option", name="training").click()
    expect(page.get_by_role("button", name="Create", exact=True)).to_be_enabled()
    expect(page.get_by_label("Rounds")).to_have_value("10")
    page.get_by_label("Rounds").fill("12")
    choice.click()
    choice.fill("choosing")
    page.get_by_role("option", name="choosing").click()
    page.get_by_role("dialog").get_by_role("button", name="Change").click()
    expect(page.get_by_label("Low")).to_have_value("1")
    expect(page.get_by_label("Rounds")).to_have_count(0)


def test_every_kind_of_field_is_shown_edited_and_stored(lab, page):
    """CFG-01 to CFG-12, CFG-14, NEW-04, NEW-06, NEW-09, FRM-06, FRM-08."""
    opened(page)
    labels = page.locator("label[for^='field:']")
    assert labels.all_inner_texts()[:4] == ["Dataset", "Rounds", "Runs Per Pair", "Dropout"]
    starred = page.locator("label:has(+ [aria-hidden])").all_inner_texts()
    assert starred == ["Experiment", "Name", "Dataset"]
    rounds = page.get_by_label("Rounds")
    assert [rounds.get_attribute(name) for name in ("min", "max")] == ["1", "100"]
    assert page.get_by_label("Runs Per Pair").get_attribute("step") == "2"
    expect(page.get_by_text("How often 1 to 100", exact=True)).to_be_visible()
    expect(page.get_by_text("0 to 1", exact=True)).to_be_visible()
    assert labels.nth(1).get_attribute("title") == "epochs"
    expect(page.get_by_title("optimizer.schedule.warmup")).to_have_text("Warmup")
    expect(page.get_by_label("Precision").locator("option")).to_have_text(["Float 32", "Half 16"])
    expect(page.get_by_label("Precision").locator("option:checked")).to_have_text("Half 16")
    expect(page.get_by_label("Augment")).to_be_checked()
    expect(page.get_by_label("Verbose")).not_to_be_checked()
    assert page.get_by_label("Remarks").evaluate("e => e.tagName") == "TEXTAREA"
    types = [page.get_by_label(name).get_attribute("type") for name in ("Contact", "Webhook")]
    assert types == ["email", "url"]
    card = page.get_by_role("region", name="Optimizer")
    expect(card).to_contain_text("How weights change")
    expect(card.get_by_role("region", name="Schedule")).to_contain_text("Over time")
    expect(page.get_by_role("button", name="Create", exact=True)).to_be_in_viewport()
    page.get_by_label("Name", exact=True).fill("every kind")
    page.get_by_label("Dataset").fill("<script>alert(1)</script>")
    page.get_by_label("Dropout").fill("0.25")
    page.get_by_label("Temperature").fill("1e-3")
    page.get_by_label("Temperature").fill("")
    rounds.press("ArrowUp")
    page.get_by_label("Precision").select_option("Float 32")
    page.get_by_label("Model").select_option("Large")
    page.get_by_label("Verbose").check()
    page.get_by_label("Warmup").fill("0")
    stored = created(page, lab)["configuration"]
    assert list(stored)[:4] == ["dataset", "epochs", "runs_per_pair", "dropout"]
    assert (stored["epochs"], stored["dropout"], stored["temperature"]) == (11, 0.25, None)
    assert (stored["precision"], stored["model"]) == ("float_32", "large")
    assert (stored["augment"], stored["verbose"]) == (True, True)
    assert stored["optimizer"] == {"base_rate": 0.5, "schedule": {"warmup": 0}}
    page.get_by_role("link", name="Configuration").click()
    expect(page.get_by_text("<script>alert(1)</script>")).to_be_visible()


def test_integers_that_no_browser_can_hold_are_kept(lab, page):
    """Typed, stored, shown, and left alone when something else is changed; as text too."""
    opened(page, CHOOSING)
    page.get_by_label("Name", exact=True).fill("long numbers")
    page.get_by_label("High").fill(str(2**60 + 1))
    stored = created(page, lab)
    assert stored["configuration"]["high"] == 2**60 + 1
    page.get_by_role("link", name="Configuration").click()
    expect(page.get_by_text(str(2**60 + 1))).to_be_visible()
    for language in ("Form", "YAML", "JSON"):
        page.goto(f"/experiments/{stored['id']}/edit")
        if language != "Form":
            expect(as_text(page, language)).to_contain_text(str(2**60 + 1))
        page.get_by_label("Description").fill(language)
        page.get_by_role("button", name="Save", exact=True).click()
        page.wait_for_url(re.compile("/experiments/[0-9a-f-]{36}$"))
        now = lab.get(f"/instances/{stored['id']}")
        assert (now["description"], now["configuration"]["high"]) == (language, 2**60 + 1)


def test_what_is_wrong_is_said_on_leaving_a_field_until_it_is_mended(page):
    """NEW-07, FRM-05, CFG-02, CFG-03."""
    opened(page)
    for label, bad, message, good in (
        ("Rounds", "5000", "Must be less than or equal to 100", "100"),
        ("Dropout", "much", "Must be a number", "0.5"),
        ("Dataset", "", "Is required", "digits"),
    ):
        field = page.get_by_label(label)
        field.fill(bad)
        expect(field).not_to_have_attribute("aria-invalid", "true")
        field.blur()
        expect(wrong(page, label)).to_have_text(message)
        field.fill(good)
        field.blur()
        expect(field).not_to_have_attribute("aria-invalid", "true")
        expect(page.get_by_text(message)).to_have_count(0)


def test_a_form_with_errors_creates_nothing_and_keeps_what_was_typed(lab, page):
    """NEW-03, NEW-08."""
    before = count_instances(lab)
    opened(page)
    page.get_by_label("Description").fill("kept")
    page.get_by_label("Rounds").fill("5000")
    page.keyboard.press("Control+Enter")
    expect(wrong(page, "Name")).to_have_text("Is required")
    expect(page.get_by_text("3 values to mend")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.get_by_label("Name", exact=True).fill("mended")
    page.get_by_label("Dataset").fill("digits")
    page.get_by_role("button", name="Add item to Tags").scroll_into_view_if_needed()
    create(page)
    expect(page.get_by_label("Rounds")).to_be_focused()
    expect(page.get_by_label("Rounds")).to_be_in_viewport()
    expect(page.get_by_label("Rounds")).to_have_value("5000")
    expect(page.get_by_label("Description")).to_have_value("kept")
    expect(page.get_by_text("1 value to mend")).to_be_visible()
    assert count_instances(lab) == before
    page.get_by_label("Rounds").fill("5")
    assert created(page, lab)["description"] == "kept"


def test_items_are_added_removed_moved_and_folded(lab, page):
    """CFG-13, CFG-15, CFG-16, FRM-01, FRM-02, FRM-03, FRM-04."""
    opened(page)
    page.get_by_label("Name", exact=True).fill("layers")
    page.get_by_label("Dataset").fill("digits")
    layers = page.get_by_role("region", name="Layers")
    units = layers.get_by_label("Units")
    expect(page.get_by_role("region", name="Tags")).to_contain_text("No items yet")
    expect(layers.get_by_role("button", name="Move item 1 up")).to_be_disabled()
    expect(layers.get_by_role("button", name="Move item 3 down")).to_be_disabled()
    layers.get_by_role("button", name="Item 2", exact=True).click()
    expect(units).to_have_count(2)
    layers.get_by_role("button", name="Move item 2 down").click()
    expect(layers.get_by_role("button", name="Item 3", exact=True)).to_have_attribute(
        "aria-expanded", "false"
    )
    layers.get_by_role("button", name="Add item to Layers").click()
    expect(units.last).to_be_focused()
    expect(units.last).to_have_value("64")
    units.last.fill("128")
    expect(layers.get_by_role("button", name="Item 3", exact=True)).to_have_attribute(
        "aria-expanded", "false"
    )
    last = layers.get_by_role("region", name="Item 4")
    last.get_by_role("button", name="Add item to Taps").click()
    expect(last.get_by_label("At", exact=True)).to_have_value("7")
    layers.get_by_role("button", name="Remove item 1", exact=True).first.click()
    page.get_by_role("button", name="Add item to Tags").click()
    page.get_by_role("region", name="Tags").get_by_label("Item 1", exact=True).fill("first")
    stored = created(page, lab)["configuration"]
    assert [layer["units"] for layer in stored["layers"]] == [3, 2, 128]
    assert stored["layers"][2]["taps"] == [{"at": 7}]
    assert stored["tags"] == ["first"]


def test_an_error_in_a_folded_item_opens_it(page):
    """NEW-08."""
    opened(page)
    page.get_by_label("Name", exact=True).fill("folded")
    page.get_by_label("Dataset").fill("digits")
    item = page.get_by_role("region", name="Item 2")
    item.get_by_label("Units").fill("0")
    item.get_by_role("button", name="Item 2", exact=True).click()
    expect(item.get_by_label("Units")).to_have_count(0)
    create(page)
    expect(item.get_by_label("Units")).to_be_focused()


def test_alternatives_optional_parts_and_named_values(lab, page):
    """NEW-04."""
    opened(page, CHOOSING)
    page.get_by_label("Name", exact=True).fill("choosing")
    page.get_by_label("Kind of Method").select_option("Adam")
    expect(page.get_by_label("Momentum")).to_have_count(0)
    page.get_by_label("Value 2").fill("0.5")
    page.get_by_label("Use Fallback").check()
    page.get_by_role("region", name="Fallback").get_by_label("Momentum").fill("0")
    page.get_by_label("Kind of value").select_option("Text")
    page.get_by_label("Size", exact=True).fill("12")
    page.get_by_label("Key 1").fill("b.c")
    page.get_by_label("Key 1").press("Enter")
    page.get_by_role("button", name="Add value").click()
    page.get_by_role("button", name="Remove name_2").click()
    page.get_by_label("Extra").fill('{"any": [1, "thing"]}')
    page.get_by_label("Low").fill("10")
    page.get_by_label("Low").blur()
    expect(page.get_by_role("alert")).to_contain_text("Low must not be above high")
    page.get_by_label("Low").fill("2")
    expect(page.get_by_role("alert")).to_have_count(0)
    stored = created(page, lab)["configuration"]
    assert stored == {
        "method": {"kind": "adam", "betas": [0.9, 0.5]},
        "fallback": {"kind": "sgd", "momentum": 0},
        "size": "12",
        "weights": {"b.c": 1.0},
        "low": 2,
        "high": 9,
        "extra": {"any": [1, "thing"]},
    }


def test_the_text_is_the_form_and_the_form_is_the_text(page):
    """FRM-07, CFG-05."""
    opened(page)
    page.get_by_label("Rounds").fill("20")
    text = as_text(page, "YAML")
    assert "epochs: 20\n" in text.input_value()
    text.fill(text.input_value().replace("epochs: 20", "epochs: [20"))
    expect(page.get_by_label("Problems")).to_contain_text("Line")
    expect(page.get_by_role("radio", name="Form")).to_be_disabled()
    text.fill("dataset: pasted\nepochs: 30\nmodel: huge\nepoch: 1\n")
    problems = page.get_by_label("Problems")
    expect(problems).to_contain_text("Line 3model must be one of: small, large")
    expect(problems).to_contain_text("Line 4epoch is not a known key; did you mean 'epochs'?")
    page.get_by_text("Form", exact=True).click()
    expect(page.get_by_label("Rounds")).to_have_value("30")
    expect(page.get_by_label("Model").locator("option:checked")).to_have_text(
        "huge (not an option)"
    )
    page.get_by_label("Model").blur()
    page.get_by_label("Model").focus()
    page.get_by_label("Model").blur()
    expect(wrong(page, "Model")).to_have_text("Must be one of: small, large")
    expect(page.get_by_role("alert")).to_contain_text("epoch is not a known key")
    assert json.loads(as_text(page, "JSON").input_value())["model"] == "huge"


def test_how_a_configuration_is_shown_stands_in_the_address(lab, page):
    body = {"experiment_module": TRAINING, "name": "shown", "configuration": {"dataset": "old"}}
    instance = lab.post("/instances", body, 201)
    page.goto(f"/experiments/{instance['id']}/edit")
    assert "dataset: old\n" in as_text(page, "YAML").input_value()
    expect(page).to_have_url(re.compile(r"/edit\?view=yaml$"))
    page.reload()
    expect(page.get_by_label("Configuration as YAML")).to_be_visible()
    page.get_by_text("Form", exact=True).click()
    expect(page).to_have_url(re.compile(r"/edit$"))
    page.goto(f"/experiments/new?clone={instance['id']}&view=json")
    expect(page.get_by_label("Configuration as JSON")).to_have_value(re.compile('"dataset": "old"'))


def test_an_instance_is_edited_over_its_defaults(lab, page):
    """EDT-01, EDT-02, WEB-02, WEB-15."""
    layers = [{"units": n, "activation": "tanh", "taps": []} for n in range(1, 13)]
    given = {"dataset": "old", "epochs": 42, "layers": layers}
    body = {"experiment_module": TRAINING, "name": "before", "configuration": given}
    instance = lab.post("/instances", body, 201)
    watching = page.context.new_page()
    watching.goto(f"/experiments/{instance['id']}")
    expect(watching.get_by_role("heading", name="before")).to_be_visible()
    page.bring_to_front()
    page.goto(f"/experiments/{instance['id']}/edit")
    crumbs = page.get_by_label("Breadcrumbs").get_by_role("link")
    expect(crumbs).to_have_text(["Experiments", "before"])
    expect(page.get_by_label("Rounds")).to_have_value("42")
    expect(page.get_by_label("Runs Per Pair")).to_have_value("3")
    expect(page.get_by_role("region", name="Layers")).to_contain_text("12 items")
    expect(page.get_by_role("button", name="Item 12", exact=True)).to_be_visible()
    page.get_by_role("button", name="Reset to default").nth(0).click()
    expect(page.get_by_label("Rounds")).to_have_value("10")
    page.get_by_label("Name", exact=True).fill("after")
    page.get_by_role("button", name="Limits").click()
    page.get_by_label("Time limit").fill("1h 30m")
    page.get_by_label("Memory limit").fill("2 GiB")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Configuration updated")).to_be_visible()
    expect(page.get_by_role("heading", name="after")).to_be_visible()
    expect(watching.get_by_role("heading", name="after")).to_be_visible()
    stored = lab.get(f"/instances/{instance['id']}")
    assert stored["configuration"]["epochs"] == 10
    assert stored["configuration"]["layers"] == layers
    assert (stored["time_limit_s"], stored["memory_limit_bytes"]) == (5400, 2 * 2**30)


def test_what_is_not_saved_is_not_lost_by_a_click(page):
    opened(page)
    page.get_by_label("Rounds").fill("11")
    page.get_by_role("link", name="Runs", exact=True).click()
    question = page.get_by_role("dialog", name="Leave without saving?")
    question.get_by_role("button", name="Stay").click()
    expect(page.get_by_label("Rounds")).to_have_value("11")
    page.get_by_role("link", name="Runs", exact=True).click()
    question.get_by_role("button", name="Leave").click()
    page.wait_for_url("**/runs")


def test_a_clone_begins_with_the_values_and_may_run_at_once(lab, page):
    instance = lab.instance("complete", name="the original")
    page.goto(f"/experiments/new?clone={instance['id']}")
    expect(page.get_by_label("Name", exact=True).first).to_have_value("the original copy")
    page.get_by_role("button", name="Create and run").click()
    page.wait_for_url("**/runs/*")
    expect(page.locator("header [data-status=completed]")).to_be_visible()
    run = lab.get(f"/runs/{page.url.rsplit('/', 1)[1]}")
    made = lab.get(f"/instances/{run['instance_id']}")
    assert made["configuration"] == instance["configuration"]
