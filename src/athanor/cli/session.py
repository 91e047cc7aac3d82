"""Opening the project for a verb: only to look, or to change and run things."""

from __future__ import annotations

from typing import TYPE_CHECKING

from athanor import settings as settings_module
from athanor.errors import HomeUnusable, NotFound

if TYPE_CHECKING:
    from athanor.definition.catalog import Catalog
    from athanor.harness import Harness


def opened(catalog: Catalog) -> Harness:
    """The project of the working directory; its data directory is made if need be.

    ``catalog`` has found there already what is to be run, and goes on as the harness's.
    """
    from athanor.harness import Harness

    harness = Harness.open()
    harness.catalog = catalog
    return harness


def existing() -> Harness:
    """The project of the working directory, which must have data already.

    NotFound otherwise: who looks in the wrong folder is told so, and nothing is made there.
    """
    settings = settings_module.load()
    path = settings.database_path
    if settings.home.is_file():
        raise HomeUnusable(
            f"The data directory {settings.home} is a file. "
            "Set ATHANOR_HOME to a folder, or unset it."
        )
    if path is not None and not path.exists():
        raise NotFound(
            f"There is no data of Athanor in {settings.home}: nothing was run or made there yet. "
            "Go to your project's folder, or begin with `athanor init`, then `athanor run NAME`."
        )
    from athanor.harness import Harness

    return Harness.open(settings=settings)
