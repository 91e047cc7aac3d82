"""The harness: all that one can do with a project, and keeping its runs meanwhile."""

from __future__ import annotations

from collections.abc import Callable

from athanor.harness.frames import Frames
from athanor.harness.health import Health
from athanor.harness.iteration import Iteration
from athanor.harness.live import Live
from athanor.store import instances, runs
from athanor.supervision import detached
from athanor.supervision.keeper import Keeper
from athanor.supervision.ownership import Ownership
from athanor.version import __version__


class Harness(Frames, Iteration, Live):
    """Everything one can do with a project. Open it with ``Harness.open()``; close it after use.

    Ids may be given whole, or as the short form that listings show. The use cases stand by noun in
    the classes it is made of: ``Experiments``, ``Instances``, ``Runs``, ``Output``, ``Live``,
    ``Frames``, ``Iteration``.
    """

    def supervise(self, stored: Callable[[str], None] = lambda _: None) -> None:
        """Keep the runs of this data directory, now or as soon as its present owner ends.

        ``stored`` is called with the id of a run whenever something of it was stored by this
        object, in the thread that did.
        """
        if self._keeper is None:
            self._keeper = Keeper(
                self._database, self.settings, lambda ingested: stored(ingested.run_id)
            )
            self._keeper.start()
            self._removals.add(self._finish_deleting)

    @property
    def supervising(self) -> bool:
        """Whether it is this object that keeps the runs now."""
        return self._keeper is not None and self._keeper.owns

    def owner(self) -> str | None:
        """Who keeps the runs, as ``pid command``; None when nobody does."""
        return Ownership(self.home).owner()

    def health(self) -> Health:
        """Who looks after the runs, how many live, and what they are held to."""
        return Health(
            version=__version__,
            supervising=self.supervising,
            owner=self.owner(),
            live_runs=self.live_count(),
            max_running=self.settings.max_running,
            force_grace_s=self.settings.force_grace_s,
        )

    def step_aside(self, meanwhile: Callable[[], None]) -> None:
        """Let another keep the runs during a call that may take long; then take part again.

        Nothing of this process holds a lock on them or, with SQLite, on the database meanwhile.
        """

        def undisturbed() -> None:
            with self._database.at_rest():
                meanwhile()

        if self._keeper is None:
            undisturbed()
        else:
            self._keeper.step_aside(undisturbed)

    def leave_behind(self) -> None:
        """Leave a small supervisor that stays until the last run has ended."""
        detached.leave_behind(self.settings)

    def _finish_deleting(self) -> None:
        """Remove what somebody who was killed had begun to delete."""
        with self._database.read() as c:
            marked = instances.marked(c, self._database.home)
            marked_runs = runs.marked(c, self._database.home)
        for instance_id in marked:
            self._remove_instance(instance_id)
        for run_id in marked_runs:
            self._remove_run(run_id)
