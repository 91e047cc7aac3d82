"""``athanor run --debug``: the run in this very process, so that ``breakpoint()`` works."""

from __future__ import annotations

import shlex
import threading
from typing import TYPE_CHECKING

from athanor.cli import terminal
from athanor.cli.render.plain import PlainView
from athanor.cli.render.summary import left_debugger
from athanor.cli.watch import EXIT_CODES
from athanor.domain.events import Event, ProgressUpdated
from athanor.harness.comparison import ENDINGS

if TYPE_CHECKING:
    from athanor.domain.instance import Instance
    from athanor.domain.run import Run
    from athanor.harness import Harness


def debug(harness: Harness, instance: Instance) -> int:
    """Work in the main thread, where a debugger belongs; another one tells what is new."""
    run = harness.create_run(instance.id)
    view = DebugView(lambda run: harness.figures(run.id, ENDINGS), lambda _: 0)
    view.begin(run, instance)
    follower = threading.Thread(
        target=_tell, args=(harness, run.id, view), name="athanor-follow", daemon=True
    )
    follower.start()
    ended = harness.run_inline(run.id)
    follower.join()
    view.end(ended)
    return EXIT_CODES.get(ended.status, 1)


def hint(run: Run, experiment: str) -> None:
    """Say how to use a debugger, when a run without one failed for that."""
    if left_debugger(run):
        terminal.notice(
            "breakpoint() has nobody to talk to in a run of its own; "
            f"`athanor run {shlex.quote(experiment)} --debug` runs it in your terminal."
        )


class DebugView(PlainView):
    """Plain lines, between which a debugger can ask; progress is a line as well."""

    def begin(self, run: Run, instance: Instance) -> None:
        """Say which run it is, and what is different here."""
        super().begin(run, instance)
        self.notice("Ctrl-C raises KeyboardInterrupt here.")

    def tell(self, event: Event) -> None:
        """What the run says, and how far it is."""
        super().tell(event)
        if isinstance(event, ProgressUpdated):
            found = event.progress
            far = f"{found.current:,}/{found.total:,}" if found.total > 0 else f"{found.current:,}"
            self.notice(f"progress {far} {found.message or ''}".rstrip())


def _tell(harness: Harness, run_id: str, view: DebugView) -> None:
    for event in harness.follow(run_id):
        view.tell(event)
