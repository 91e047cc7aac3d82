"""What the examples' definitions say, read the way the catalog reads them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from athanor.definition.loading import load
from athanor.errors import ValidationFailed
from examples.substrate_shift.pairs import DEFAULT_PAIRS

ROOT = Path(__file__).parents[3]
EXAMPLES = {
    "examples.minimal:Minimal": "minimal",
    "examples.digits:digits": "digits",
    "examples.substrate_shift.study:SubstrateShift": "substrate_shift",
    "examples.substrate_shift.prelim:SubstrateShiftPrelim": "substrate_shift_prelim",
}


def properties(module: str) -> dict[str, Any]:
    found: dict[str, Any] = load(module).json_schema()["properties"]
    return found


@pytest.mark.parametrize(("module", "name"), EXAMPLES.items())
def test_each_example_has_its_name_a_description_and_defaults_that_fit(
    module: str, name: str
) -> None:
    loaded = load(module)
    assert loaded.definition.name == name
    assert loaded.definition.description
    assert loaded.validate({}) == loaded.validate(loaded.defaults())


@pytest.mark.parametrize("name", ["SubstrateShift", "SubstrateShiftPrelim"])
def test_the_package_offers_both_of_its_experiments(name: str) -> None:
    module = f"examples.substrate_shift:{name}"
    assert load(module).definition.name == EXAMPLES[load(module).origin]


def test_substrate_shift_has_two_integers_and_a_list_of_pairs_with_defaults() -> None:
    """EXA-02."""
    fields = properties("examples.substrate_shift.study:SubstrateShift")
    assert list(fields) == ["runs_per_pair", "max_tokens", "require_api_key", "model_pairs"]
    assert [fields[name]["type"] for name in ("runs_per_pair", "max_tokens")] == ["integer"] * 2
    assert fields["model_pairs"]["type"] == "array"
    defaults = load("examples.substrate_shift.study:SubstrateShift").defaults()
    assert defaults["runs_per_pair"] == 10
    assert defaults["max_tokens"] == 256
    assert defaults["model_pairs"] == DEFAULT_PAIRS


def test_an_empty_list_of_pairs_is_a_valid_configuration() -> None:
    """EXA-03."""
    loaded = load("examples.substrate_shift.study:SubstrateShift")
    assert loaded.validate({"model_pairs": []})["model_pairs"] == []


@pytest.mark.parametrize(
    ("module", "configuration", "path"),
    [
        ("examples.minimal:Minimal", {"iterations": 5000}, "iterations"),
        ("examples.digits:digits", {"folds": 1}, "folds"),
        ("examples.digits:digits", {"random_forest": {"trees": 0}}, "random_forest.trees"),
        ("examples.digits:digits", {"classifier": "oracle"}, "classifier"),
        (
            "examples.substrate_shift.study:SubstrateShift",
            {"model_pairs": [{"model_a": 7}]},
            "model_pairs[0].model_a",
        ),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_the_name_of_its_field(
    module: str, configuration: dict[str, Any], path: str
) -> None:
    """CFG-19."""
    with pytest.raises(ValidationFailed) as raised:
        load(module).validate(configuration)
    assert path in raised.value.by_field()


def test_every_field_of_the_digits_form_has_a_title_and_the_classifiers_are_choices() -> None:
    fields = properties("examples.digits:digits")
    assert all(field.get("title") for field in fields.values())
    assert "random_forest" in str(fields["classifier"])
    assert fields["folds"]["default"] == 5
    assert (fields["folds"]["minimum"], fields["folds"]["maximum"]) == (2, 20)


@pytest.mark.parametrize("module", ["examples.digits", "examples.substrate_shift.endpoint"])
def test_no_example_imports_anything_heavy_before_it_runs(module: str) -> None:
    heavy = "{'sklearn', 'numpy', 'openai'}"
    program = f"import sys, {module}; print(sorted({heavy} & set(sys.modules)))"
    told = subprocess.check_output([sys.executable, "-c", program], cwd=ROOT, text=True)
    assert told == "[]\n"
