"""A run as JSON events, one a line."""

from __future__ import annotations

import json
import sys
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from athanor.harness.records import event_json, to_json

if TYPE_CHECKING:
    from athanor.domain.events import Event
    from athanor.domain.instance import Instance
    from athanor.domain.run import Run


class JsonView:
    """Writes ``{"event": "logs_added", ...}`` lines to stdout, notices to stderr."""

    def begin(self, run: Run, instance: Instance) -> None:
        """Tell of the run and what it is a run of."""
        self._write("run_created", {"run": _briefly(run), "instance": instance})

    def tell(self, event: Event) -> None:
        """One event, with full records."""
        _say(event_json(event))

    def notice(self, text: str) -> None:
        """To stderr: stdout holds nothing but events."""
        sys.stderr.write(text + "\n")
        sys.stderr.flush()

    def end(self, run: Run) -> None:
        """The final and whole record, whatever the end: ``status`` says which."""
        self._write("run_completed", {"status": run.status, "run": run})

    def at_rest(self) -> AbstractContextManager[None]:
        """Nothing moves that would have to stop."""
        return nullcontext()

    def close(self) -> None:
        """Nothing to put back."""

    def _write(self, name: str, fields: dict[str, Any]) -> None:
        _say({"event": name, **to_json(fields)})


def _briefly(run: Run) -> dict[str, Any]:
    """Without ``metadata``: the packages and more, which stay the same from event to event."""
    fields: dict[str, Any] = to_json(run)
    del fields["metadata"]
    return fields


def _say(fields: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(fields, ensure_ascii=False) + "\n")
    sys.stdout.flush()
