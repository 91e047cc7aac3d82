"""How a run inside a test went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from athanor.domain.output import Level
from athanor.domain.run import RunStatus
from athanor.execution.outcome import RETURN_KEY

if TYPE_CHECKING:
    from athanor.domain.output import LogLine, Result
    from athanor.domain.run import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How it went: the records that a supervised run would have left, in the order of the calls.

    ``exception`` is what the experiment raised, if it did; ``error`` is the text that would be
    stored. ``progress`` is the newest, ``progresses`` are all that this process said.
    """

    status: RunStatus
    error: str | None
    exception: BaseException | None
    configuration: dict[str, Any]
    logs: list[LogLine]
    results: list[Result]
    progress: Progress | None
    progresses: list[Progress]

    @property
    def return_value(self) -> Any:
        """What the experiment returned; None when it returned nothing."""
        returned = self.values(RETURN_KEY)
        return returned[-1] if returned else None

    @property
    def keys(self) -> list[str]:
        """The keys of the results, one for each result."""
        return [result.key for result in self.results]

    def values(self, key: str) -> list[Any]:
        """The values of all results under a key."""
        return [result.value for result in self.results if result.key == key]

    def value(self, key: str) -> Any:
        """The value of the only result under a key; KeyError when there are none or several."""
        found = self.values(key)
        if len(found) != 1:
            keys = ", ".join(map(repr, dict.fromkeys(self.keys))) or "none"
            raise KeyError(
                f"Expected one result under {key!r}, got {len(found)}. The keys there are: {keys}."
            )
        return found[0]

    def messages(self, level: str | None = None) -> list[str]:
        """The messages of the log lines, of one level or of all."""
        wanted = None if level is None else Level(level)
        return [line.message for line in self.logs if wanted in (None, line.level)]

    def raise_for_status(self) -> Outcome:
        """This outcome when it completed; else raise what the experiment raised.

        AssertionError when it failed or was cancelled without raising anything.
        """
        if self.status is RunStatus.COMPLETED:
            return self
        if self.exception is not None:
            raise self.exception
        raise AssertionError(f"The experiment {self.status.value}: {self.error or 'no error'}")
