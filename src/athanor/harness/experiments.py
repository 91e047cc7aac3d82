"""The experiments of a project. No database is opened or made for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from athanor import settings as settings_module
from athanor.definition.catalog import Catalog
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
        """The experiment of a name or module."""
        return self.catalog.resolve(name)

    def get_config_schema(self, module: str) -> dict[str, Any]:
        """The configuration's JSON Schema."""
        return self.catalog.schema(self.catalog.resolve(module).module)

    def get_defaults(self, module: str) -> dict[str, Any]:
        """The configuration's defaults; required fields without one are left out."""
        return self.catalog.defaults(self.catalog.resolve(module).module)

    def validate_config(self, module: str, configuration: Mapping[str, Any]) -> dict[str, Any]:
        """The configuration with its defaults filled in; ValidationFailed naming every problem."""
        return self.catalog.validate(self.catalog.resolve(module).module, as_dict(configuration))


def open_catalog(project: Path | None = None, *, import_timeout_s: float | None = None) -> Catalog:
    """What knows the experiments of the project that holds ``project``; close it after use.

    ``import_timeout_s`` is for those who have less patience than the settings.
    """
    settings = settings_module.load(project)
    if import_timeout_s is not None:
        settings = replace(settings, import_timeout_s=import_timeout_s)
    return Catalog(settings)
