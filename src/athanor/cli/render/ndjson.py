"""A run as JSON events, one a line."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Any

from athanor.domain.events import RunUpdated
from athanor.harness.records import to_json

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
        fields = to_json(event)
        if isinstance(event, RunUpdated):
            fields["run"] = _briefly(event.run)
        self._write(_name(event), fields)

    def notice(self, text: str) -> None:
        """To stderr: stdout holds nothing but events."""
        sys.stderr.write(text + "\n")
        sys.stderr.flush()

    def end(self, run: Run) -> None:
        """The final and whole record, whatever the end: ``status`` says which."""
        self._write("run_completed", {"status": run.status, "run": run})

    def close(self) -> None:
        """Nothing to put back."""

    def _write(self, name: str, fields: dict[str, Any]) -> None:
        line = json.dumps({"event": name, **to_json(fields)}, ensure_ascii=False)
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def _briefly(run: Run) -> dict[str, Any]:
    """Without ``metadata``: the packages and more, which stay the same from event to event."""
    fields: dict[str, Any] = to_json(run)
    del fields["metadata"]
    return fields


def _name(event: Event) -> str:
    """``LogsAdded`` is ``logs_added``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(event).__name__).lower()
