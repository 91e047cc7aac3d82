"""Finding the experiment that somebody names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from athanor import settings as settings_module
from athanor.errors import ExperimentBroken, InvalidInput, ModuleNotFound

if TYPE_CHECKING:
    from athanor.definition.catalog import Catalog
    from athanor.definition.listing import ExperimentEntry


def resolved(catalog: Catalog, name: str) -> ExperimentEntry:
    """The experiment of a name or module.

    InvalidInput naming what is in it for a file; ModuleNotFound, which says so where there is no
    project at all.
    """
    if name.endswith(".py"):
        raise _a_file(catalog, Path(name))
    try:
        return catalog.resolve(name)
    except ModuleNotFound:
        project = settings_module.load().project
        if is_project(project):
            raise
        raise ModuleNotFound(
            f"Module not found: {name}. There is no project in {project}: no [tool.athanor] in a "
            "pyproject.toml, no experiments/ folder. Go to your project's folder, or begin with "
            "`athanor init`."
        ) from None


def is_project(folder: Path) -> bool:
    """Whether anything in a folder says that experiments are kept there."""
    kept = any((folder / name).is_dir() for name in ("experiments", ".athanor"))
    return kept or bool(settings_module.project_table(folder))


def _a_file(catalog: Catalog, path: Path) -> InvalidInput | ExperimentBroken:
    whole = path.resolve()
    listing = catalog.list()
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
