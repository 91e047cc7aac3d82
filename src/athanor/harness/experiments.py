"""The experiments of a project. No database is opened or made for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from athanor import settings as settings_module
from athanor.definition.catalog import Catalog
from athanor.errors import ModuleNotFound
from athanor.harness.checks import as_dict
from athanor.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from athanor.definition.listing import ExperimentEntry, Listing


class Experiments:
    """The use cases about experiments."""

    settings: Settings

    @cached_property
    def catalog(self) -> Catalog:
        """What knows the project's experiments; it imports them in processes of its own."""
        return Catalog(self.settings)

    def list_experiments(self, patience_s: float | None = None) -> Listing:
        """The experiments found, and the files that are broken.

        Files are imported where that is due; with ``patience_s`` it is not waited for longer, and
        ``reading`` names those that are not known yet.
        """
        return self.catalog.list(patience_s=patience_s)

    def get_experiment(self, name: str) -> ExperimentEntry:
        """The experiment of a name or module; ModuleNotFound, which says where no project is."""
        try:
            return self.catalog.resolve(name)
        except ModuleNotFound:
            if _is_project(self.settings.project):
                raise
            raise ModuleNotFound(
                f"Module not found: {name}. There is no project in {self.settings.project}: no "
                "[tool.athanor] in a pyproject.toml, no experiments/ folder. Go to your project's "
                "folder, or begin with `athanor init`."
            ) from None

    def get_config_schema(self, module: str) -> dict[str, Any]:
        """The configuration's JSON Schema."""
        return self.catalog.schema(self.get_experiment(module).module)

    def get_defaults(self, module: str) -> dict[str, Any]:
        """The configuration's defaults; required fields without one are left out."""
        return self.catalog.defaults(self.get_experiment(module).module)

    def validate_config(self, module: str, configuration: Mapping[str, Any]) -> dict[str, Any]:
        """The configuration with its defaults filled in; ValidationFailed naming every problem."""
        return self.catalog.validate(self.get_experiment(module).module, as_dict(configuration))

    def _full(self, module: str | None) -> str | None:
        """A module's full name; one that is full may name code that is there no more."""
        return module if module is None or ":" in module else self.get_experiment(module).module


class OpenedExperiments(Experiments):
    """The experiments of one project alone; a context manager."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the processes that have imported them."""
        if "catalog" in self.__dict__:
            self.catalog.close()


def open_experiments(
    settings: Settings, *, import_timeout_s: float | None = None
) -> OpenedExperiments:
    """The experiments of the settings' project; close them after use.

    ``import_timeout_s`` is for those who have less patience than the settings.
    """
    if import_timeout_s is not None:
        settings = replace(settings, import_timeout_s=import_timeout_s)
    return OpenedExperiments(settings)


def _is_project(folder: Path) -> bool:
    """Whether anything in a folder says that experiments are kept there."""
    kept = any((folder / name).is_dir() for name in ("experiments", ".athanor"))
    return kept or bool(settings_module.project_table(folder))
