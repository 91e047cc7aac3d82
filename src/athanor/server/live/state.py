"""How a run stands, and since when: of what is not said but is, only the newest is told."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from athanor.harness.records import run_in_list
from athanor.server.live import frames

if TYPE_CHECKING:
    from athanor.domain.run import Run

_SAID = frozenset({"progress", "usage", "log_counts", "result_count", "updated_at"})
"""What changes while a run speaks; it has events of its own, or needs none."""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A part of the state, and how often it has changed."""

    value: Any
    changed: int = 1

    def now(self, value: Any) -> Fact:
        """This one, or the one that replaces it."""
        return self if value == self.value else Fact(value=value, changed=self.changed + 1)

    @cached_property
    def text(self) -> str:
        """As JSON, encoded once."""
        return frames.text(self.value)


@dataclass(frozen=True, kw_only=True)
class State:
    """A run as it stands."""

    shown: dict[str, Any]
    final: bool
    facts: Fact
    progress: Fact
    usage: Fact

    @classmethod
    def of(cls, run: Run, before: State | None) -> State:
        """What a look found; parts that are as before stay what they are."""
        shown = run_in_list(run)
        parts = {
            "facts": {name: value for name, value in shown.items() if name not in _SAID},
            "progress": shown["progress"],
            "usage": shown["usage"],
        }
        known = {
            name: Fact(value=value) if before is None else getattr(before, name).now(value)
            for name, value in parts.items()
        }
        return cls(shown=shown, final=run.status.final, **known)

    @cached_property
    def run(self) -> str:
        """All of it as JSON, encoded once."""
        return frames.text(self.shown)


@dataclass(slots=True)
class Told:
    """Of which state somebody was told last."""

    facts: int = 0
    progress: int = 0
    usage: int = 0

    @classmethod
    def of(cls, state: State) -> Told:
        """All of it."""
        return cls(state.facts.changed, state.progress.changed, state.usage.changed)

    def news(self, state: State) -> list[str]:
        """The parts that have changed since, which count as told from now on; facts last."""
        found = []
        for name in ("progress", "usage", "facts"):
            changed = getattr(state, name).changed
            if changed != getattr(self, name):
                setattr(self, name, changed)
                found.append(name)
        return found


def differs(state: State | None, before: State | None) -> bool:
    """Whether somebody who knows how it was before is to be told."""
    if state is None or before is None:
        return state is not before
    return Told.of(state) != Told.of(before)
