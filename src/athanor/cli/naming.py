"""Finding the experiment that somebody names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from athanor.errors import ExperimentBroken, InvalidInput

if TYPE_CHECKING:
    from athanor.definition.listing import ExperimentEntry
    from athanor.harness.workbench import Repertoire


def resolved(known: Repertoire, name: str) -> ExperimentEntry:
    """The experiment of a name or module; InvalidInput naming what is in it for a file."""
    if name.endswith(".py"):
        raise _a_file(known, Path(name))
    return known.get_experiment(name)


def _a_file(known: Repertoire, path: Path) -> InvalidInput | ExperimentBroken:
    whole = path.resolve()
    listing = known.list_experiments()
    names = [entry.name for entry in listing.experiments if entry.file == whole]
    if names:
        return InvalidInput(
            f"Expected the name of an experiment, got a file. {path} holds {', '.join(names)}: "
            f"`athanor run {names[0]}`."
        )
    if any(entry.file == whole for entry in listing.broken):
        return ExperimentBroken(f"{path} cannot be used; `athanor list` shows why.")
    there = "holds none that is known here" if path.exists() else "does not exist"
    return InvalidInput(
        f"Expected the name of an experiment, got a file, and {path} {there}. "
        "`athanor list` shows the experiments there are."
    )
