"""The experiments of a project, for those who only look: no database is opened or made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from athanor import settings as settings_module
from athanor.definition.catalog import Catalog

if TYPE_CHECKING:
    from pathlib import Path


def open_catalog(project: Path | None = None) -> Catalog:
    """What knows the experiments of the project that holds ``project``; close it after use."""
    return Catalog(settings_module.load(project))
