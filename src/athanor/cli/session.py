"""Opening the project for a verb: only to look, or to change and run things."""

from __future__ import annotations

from typing import TYPE_CHECKING

from athanor import settings as settings_module
from athanor.errors import NotFound

if TYPE_CHECKING:
    from athanor.harness import Harness


def opened() -> Harness:
    """The project of the working directory; its data directory is made if need be."""
    from athanor.harness import Harness

    return Harness.open()


def existing() -> Harness:
    """The project of the working directory, which must have data already.

    NotFound otherwise: who looks in the wrong folder is told so, and nothing is made there.
    """
    settings = settings_module.load()
    path = settings.database_path
    if path is not None and not path.exists():
        raise NotFound(
            f"There is no data of Athanor in {settings.home}: nothing was run or made there yet. "
            "Go to your project's folder, or begin with `athanor init`, then `athanor run NAME`."
        )
    from athanor.harness import Harness

    return Harness.open(settings=settings)
