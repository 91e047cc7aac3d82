"""The client: all that one can do with a project that is behind a server."""

from __future__ import annotations

import math
from collections.abc import Callable

from athanor import settings
from athanor.client.address import Address
from athanor.client.output import Output
from athanor.client.records import decoded
from athanor.errors import InvalidInput
from athanor.harness.frames import Frames
from athanor.harness.health import Health
from athanor.harness.iteration import Iteration

TIMEOUT_S = 60.0
PATIENCE_S = 600.0


class Client(Frames, Iteration, Output):
    """A project behind ``athanor serve``: the harness's use cases, records and errors.

    ``url`` may be the link with the token that the server shows. What is not given is taken from
    ATHANOR_SERVER and ATHANOR_TOKEN. ``timeout_s`` is for one answer; ``patience_s`` says how long
    ``follow`` and ``wait`` put up with a server that is away, None: for ever. Usable from several
    threads; a context manager.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        token: str | None = None,
        timeout_s: float = TIMEOUT_S,
        patience_s: float | None = PATIENCE_S,
    ) -> None:
        known = settings.load()
        if not (url or known.server):
            raise InvalidInput(
                "Expected the URL of a server, such as Client('http://127.0.0.1:4000'), or "
                "ATHANOR_SERVER set to it; got neither."
            )
        super().__init__(
            _address(url or known.server, token, known.token),
            timeout_s=timeout_s,
            patience_s=math.inf if patience_s is None else patience_s,
        )

    def __repr__(self) -> str:
        return f"Client({self.url!r})"

    def health(self) -> Health:
        """Who looks after the runs, how many live, and what they are held to."""
        health: Health = decoded(Health, self._connection.get("/health"))
        return health

    def supervise(self) -> None:
        """Nothing: the server looks after the runs."""

    def step_aside(self, meanwhile: Callable[[], None]) -> None:
        """Just that call: the server looks after the runs."""
        meanwhile()

    def leave_behind(self) -> None:
        """Nothing: the server goes on looking after the runs."""


def _address(url: str, token: str | None, known_token: str) -> Address:
    """A token that is given counts, then one in the link, then that of the settings."""
    found = Address.of(url, token)
    return found if found.token else Address.of(url, known_token or None)
