"""The experiments of a project, for those who only look: no database is opened or made."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from athanor import settings as settings_module
from athanor.definition.catalog import Catalog

if TYPE_CHECKING:
    from pathlib import Path


def open_catalog(project: Path | None = None, *, import_timeout_s: float | None = None) -> Catalog:
    """What knows the experiments of the project that holds ``project``; close it after use.

    ``import_timeout_s`` is for those who have less patience than the settings.
    """
    settings = settings_module.load(project)
    if import_timeout_s is not None:
        settings = replace(settings, import_timeout_s=import_timeout_s)
    return Catalog(settings)
