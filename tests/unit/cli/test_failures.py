"""Which words and exit code an error ends with."""

from __future__ import annotations

import json

import pytest
import typer
from typer.exceptions import TyperException

from athanor.cli import failures
from athanor.cli.refusal import refusing
from athanor.errors import (
    FieldProblem,
    HomeUnusable,
    InvalidInput,
    RunNotFound,
    RunNotRunning,
    ValidationFailed,
)

GIVEN = {"rows": [{}, {"rate": "fast"}], "a.b": [1]}


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (InvalidInput("a"), 2),
        (RunNotFound("a"), 2),
        (RunNotRunning("a"), 1),
        (HomeUnusable("a"), 1),
    ],
)
def test_an_error_ends_with_its_message(
    error: Exception, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert failures.report(error, as_json=False) == code
    assert capsys.readouterr() == ("", "Error: a\n")


def test_a_failed_validation_is_a_line_a_field(capsys: pytest.CaptureFixture[str]) -> None:
    problems = (FieldProblem("a.b", "must be text"), FieldProblem("", "is odd"))
    assert failures.report(ValidationFailed(problems), as_json=False) == 2
    assert capsys.readouterr().err == ("Error: validation failed\n  a.b: must be text\n  is odd\n")


def test_a_refused_configuration_is_told_with_what_came(
    capsys: pytest.CaptureFixture[str],
) -> None:
    problems = (
        FieldProblem("rows[1].rate", "must be a number"),
        FieldProblem("depth", "is required"),
        FieldProblem("a.b", "must be text"),
    )
    with pytest.raises(ValidationFailed) as caught, refusing("my exp", GIVEN):
        raise ValidationFailed(problems)
    assert failures.report(caught.value, as_json=False) == 2
    assert capsys.readouterr().err == (
        "Error: validation failed\n"
        "  rows[1].rate: must be a number, got 'fast'\n"
        "  depth: is required\n"
        "  a.b: must be text, got [1]\n"
        "`athanor show 'my exp'` shows what each takes.\n"
    )


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("No such command 'rnu'. Did you mean 'run'?", "Did you mean 'run'?\n"),
        (
            "Invalid value for '--limit': Input should be a valid integer, unable to parse string",
            "Invalid value for '--limit': must be an integer.\n",
        ),
        (
            "Invalid value for '--level': Value error, 'x' is not one of 'a'",
            "Invalid value for '--level': 'x' is not one of 'a'.\n",
        ),
    ],
)
def test_the_option_parser_speaks_our_words(
    message: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert failures.report(TyperException(message), as_json=False) == 2
    assert capsys.readouterr().err.endswith(said)


def test_declining_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert failures.report(typer.Abort(), as_json=False) == 1
    assert capsys.readouterr().err == "Nothing was changed.\n"


def test_json_errors_have_type_message_and_problems(capsys: pytest.CaptureFixture[str]) -> None:
    failures.report(ValidationFailed((FieldProblem("a", "is odd"),)), as_json=True)
    assert json.loads(capsys.readouterr().err) == {
        "error": {
            "type": "validation-failed",
            "message": "Validation failed: a: is odd",
            "problems": [{"path": "a", "message": "is odd"}],
        }
    }


def test_a_mistake_of_ours_is_short_and_says_where_to_report(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ATHANOR_TRACEBACK", raising=False)
    assert failures.report(KeyError("secret_local"), as_json=False) == 1
    said = capsys.readouterr().err
    assert "KeyError: 'secret_local'" in said
    assert "ATHANOR_TRACEBACK=1" in said
    assert "report it to its authors" in said
    assert len(said.splitlines()) == 2


def test_the_trace_of_a_mistake_is_shown_when_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATHANOR_TRACEBACK", "1")
    try:
        raise KeyError("here")
    except KeyError as error:
        failures.report(error, as_json=False)
    assert 'raise KeyError("here")' in capsys.readouterr().err
