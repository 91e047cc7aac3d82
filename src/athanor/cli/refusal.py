"""A configuration that was refused, with what came: the catalog only says what was expected."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from athanor.cli.configuration import steps
from athanor.cli.render.words import one_line, plain
from athanor.errors import ValidationFailed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from athanor.errors import FieldProblem

_WIDTH = 60
_SAID_ALREADY = ("is required", "is not a known key")


class ConfigurationRefused(ValidationFailed):
    """The configuration does not fit; ``athanor show`` tells what does."""

    def __init__(self, failure: ValidationFailed, experiment: str, given: dict[str, Any]) -> None:
        super().__init__(failure.problems)
        self.experiment = experiment
        self.given = given

    def lines(self) -> Iterator[str]:
        """Each problem with the value that came, then the next step."""
        for problem in self.problems:
            yield f"{problem}{_came(problem, self.given)}"


@contextmanager
def refusing(experiment: str, given: dict[str, Any]) -> Iterator[None]:
    """Raise ConfigurationRefused for a ValidationFailed in this context."""
    try:
        yield
    except ValidationFailed as failure:
        raise ConfigurationRefused(failure, experiment, given) from None


def _came(problem: FieldProblem, given: dict[str, Any]) -> str:
    if not problem.path or problem.message.startswith(_SAID_ALREADY):
        return ""
    value: Any = given
    for step in [problem.path] if problem.path in given else steps(problem.path):
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return ""  # a default was refused, or a key has dots in it
    shown = repr(value) if isinstance(value, str) else plain(value)
    return f", got {one_line(shown, _WIDTH)}"
