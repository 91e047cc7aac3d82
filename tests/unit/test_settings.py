"""Settings: where they come from and what they refuse."""

from __future__ import annotations

import pytest

from athanor import settings
from athanor.errors import InvalidSetting


def test_the_project_is_the_nearest_folder_with_a_pyproject(tmp_path):
    (tmp_path / "pyproject.toml").touch()
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    found = settings.load(below, {})
    assert found.project == tmp_path
    assert found.home == tmp_path / ".athanor"


def test_a_folder_that_is_no_project_is_its_own(tmp_path):
    assert settings.load(tmp_path, {}).project == tmp_path


def test_the_data_directory_can_be_named_and_is_relative_to_the_project(tmp_path):
    (tmp_path / "pyproject.toml").touch()
    assert settings.load(tmp_path, {"ATHANOR_HOME": "data"}).home == tmp_path / "data"
    assert settings.load(tmp_path, {"ATHANOR_HOME": "/var/lab"}).home.as_posix() == "/var/lab"


@pytest.mark.parametrize(
    ("variable", "text", "expected"),
    [
        ("ATHANOR_MAX_RUNNING", "many", "must be a number"),
        ("ATHANOR_MAX_RUNNING", "0", "from 1 up"),
        ("ATHANOR_IMPORT_TIMEOUT", "-1", "from 0.1 up"),
        ("ATHANOR_FORCE_GRACE", "inf", "from 0 up"),
        ("ATHANOR_FINISH_GRACE", "nan", "from 0 up"),
        ("ATHANOR_PORT", "4000.5", "must be a number"),
        ("PORT", "http", "must be a number"),
        ("ATHANOR_PORT", "99999", "0 to 65535"),
        ("ATHANOR_REQUIRE_TOKEN", "perhaps", "must be yes or no"),
    ],
)
def test_a_wrong_value_is_refused_with_the_variable_and_what_came(
    tmp_path, variable, text, expected
):
    with pytest.raises(InvalidSetting, match=expected) as raised:
        settings.load(tmp_path, {variable: text})
    assert variable in str(raised.value)
    assert text in str(raised.value)


@pytest.mark.parametrize(
    ("key", "hint"),
    [("experimets", "Did you mean experiments[?]"), ("colour", "It takes experiments[.]")],
)
def test_an_unknown_key_of_the_project_is_refused_with_the_nearest(tmp_path, key, hint):
    (tmp_path / "pyproject.toml").write_text(f"[tool.athanor]\n{key} = []\n")
    with pytest.raises(InvalidSetting, match=f"unknown key '{key}'. {hint}"):
        settings.project_table(tmp_path)


def test_variables_that_are_no_settings_are_found_with_the_nearest():
    environ = dict.fromkeys(
        ("ATHANOR_HOEM", "ATHANOR_X", "ATHANOR_HOME", "ATHANOR_TRACEBACK", "ATHANOR_TEST_Y"), "1"
    )
    found = settings.unknown_variables(environ)
    assert found == {"ATHANOR_HOEM": "ATHANOR_HOME", "ATHANOR_X": ""}


def test_the_port_has_a_second_name_that_counts_when_the_first_says_nothing(tmp_path):
    assert settings.load(tmp_path, {"PORT": "5000"}).port == 5000
    assert settings.load(tmp_path, {"PORT": "5000", "ATHANOR_PORT": "6000"}).port == 6000
    shown = {name: value for name, value, _ in settings.in_force(settings.load(tmp_path, {}))}
    assert shown["ATHANOR_PORT"] == 4000


def test_yes_and_no_are_said_in_several_ways(tmp_path):
    for text, meant in (("yes", True), ("1", True), ("False", False), ("0", False)):
        assert settings.load(tmp_path, {"ATHANOR_REQUIRE_TOKEN": text}).require_token is meant


def test_a_pyproject_that_is_no_toml_is_named(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.athanor\n")
    with pytest.raises(InvalidSetting, match=r"pyproject\.toml is not valid TOML"):
        settings.project_table(tmp_path)
