"""Opening the project for a verb: that of the working directory, or that of a server.

This is the one place that knows which; verbs work with what they are given.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from athanor import settings as settings_module
from athanor.errors import HomeUnusable, InvalidInput, NotFound
from athanor.harness.experiments import OpenedExperiments, open_experiments

if TYPE_CHECKING:
    from athanor.client import Client
    from athanor.harness import Harness
    from athanor.harness.workbench import Workbench
    from athanor.settings import Settings


_typed: str | None = None


def choose(server: str) -> None:
    """Work with the project behind a server from now on; empty: with the one that is here."""
    global _typed  # noqa: PLW0603 - one command line a process
    os.environ["ATHANOR_SERVER"] = _typed = server


def was_typed() -> bool:
    """Whether the server was chosen on the command line, and must be there again the next time."""
    return _typed is not None and _typed == os.environ.get("ATHANOR_SERVER")


def server() -> str:
    """The server whose project the verbs work with, without its token; empty: this machine.

    Other settings are not looked at: a verb about this machine may be what explains them.
    """
    return os.environ.get("ATHANOR_SERVER", "").partition("?")[0]


def experiments(*, patience_s: float | None = None) -> OpenedExperiments | Client:
    """The experiments of the project; no database is opened or made for them."""
    settings = settings_module.load()
    if settings.server:
        return _client(patience_s)
    return open_experiments(settings, import_timeout_s=patience_s)


def opened(known: OpenedExperiments | Client) -> Workbench:
    """The project whose experiments are known; its data directory is made if need be.

    What has found there already what is to be run goes on as the project's.
    """
    if not isinstance(known, OpenedExperiments):
        return known
    from athanor.harness import Harness

    harness = Harness.open()
    harness.catalog = known.catalog
    return harness


def existing(*, patience_s: float | None = None) -> Workbench:
    """The project, which must have data already.

    NotFound otherwise: who looks in the wrong folder is told so, and nothing is made there.
    """
    settings = settings_module.load()
    return _client(patience_s) if settings.server else _existing_here(settings)


def here(what: str, why: str) -> None:
    """InvalidInput where a server's project is worked with: ``what`` cannot be done there."""
    if url := server():
        raise InvalidInput(
            f"`athanor {what}` {why}; it cannot be done on the server {url}. Do it on that "
            f"machine, or leave the server out (--server '', or unset ATHANOR_SERVER)."
        )


def debugged(workbench: Workbench) -> Harness:
    """The project as one that runs can be debugged in: one of this machine."""
    from athanor.harness import Harness

    assert isinstance(workbench, Harness)
    return workbench


def _client(patience_s: float | None) -> Client:
    from athanor.client import Client

    return Client() if patience_s is None else Client(timeout_s=patience_s)


def _existing_here(settings: Settings) -> Harness:
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
