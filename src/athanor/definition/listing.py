"""What the catalog says about a project: the experiments it has and those that are broken."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentEntry:
    """An experiment that can be used. ``stale``: its file has changed and is being read again."""

    module: str
    name: str
    description: str | None
    has_config_schema: bool
    file: Path | None
    stale: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenEntry:
    """A module or experiment that cannot be used, and why; ``name`` where it is known."""

    module: str
    file: Path | None
    reason: str
    traceback: str = ""
    name: str | None = None


Entry = ExperimentEntry | BrokenEntry


@dataclass(frozen=True, slots=True)
class Listing:
    """Experiments by name, broken ones by module."""

    experiments: tuple[ExperimentEntry, ...]
    broken: tuple[BrokenEntry, ...]
    reading: tuple[str, ...] = ()
    """Modules that are being imported for the first time."""

    @property
    def all(self) -> tuple[Entry, ...]:
        """Both kinds, the usable ones first."""
        return (*self.experiments, *self.broken)

    def by_module(self, module: str) -> Entry | None:
        """The entry of exactly that module string."""
        return next((entry for entry in self.all if entry.module == module), None)

    def fitting(self, text: str) -> list[Entry]:
        """What ``text`` may mean: first by full module, then by name, then by a suffix."""
        exact = self.by_module(text)
        if exact is not None:
            return [exact]
        named = [entry for entry in self.all if entry.name == text]
        return named or [entry for entry in self.all if _ends(entry.module, text)]

    def near(self, text: str) -> list[str]:
        """The names that ``text`` may be a misspelling of; the first few when none is like it."""
        names = [entry.name for entry in self.experiments]
        return get_close_matches(text, names, n=3, cutoff=0.5) or names[:5]

    def unread_files(self) -> list[Path]:
        """The files of which nobody knows what they hold: they could not be imported."""
        whole = (entry for entry in self.broken if entry.name is None and ":" not in entry.module)
        return list(dict.fromkeys(entry.file for entry in whole if entry.file is not None))


def listing_of(
    experiments: Iterable[tuple[str, ExperimentEntry]],
    broken: Iterable[BrokenEntry],
    reading: Iterable[str] = (),
) -> Listing:
    """Sort the entries (each with the origin of its code) and set apart names used twice.

    The same code found through two modules counts once.
    """
    by_name: dict[str, dict[str, ExperimentEntry]] = {}
    for origin, entry in experiments:
        by_name.setdefault(entry.name, {}).setdefault(origin, entry)
    good = [same for group in by_name.values() for same in group.values() if len(group) == 1]
    clashes = [_clashing(list(group.values())) for group in by_name.values() if len(group) > 1]
    return Listing(
        tuple(sorted(good, key=lambda entry: (entry.name, entry.module))),
        tuple(sorted(chain(broken, *clashes), key=lambda entry: entry.module)),
        tuple(reading),
    )


def _clashing(entries: list[ExperimentEntry]) -> list[BrokenEntry]:
    return [
        BrokenEntry(
            module=entry.module,
            name=entry.name,
            file=entry.file,
            reason=f"the name {entry.name!r} is used by "
            + " and ".join(f"{o.module} in {o.file}" for o in entries if o is not entry)
            + " as well; a name must be unique",
        )
        for entry in entries
    ]


def _ends(module: str, text: str) -> bool:
    path = module.partition(":")[0]
    return any(
        whole == text or whole.endswith(("." + text, ":" + text)) for whole in (module, path)
    )
