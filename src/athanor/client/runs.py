"""The runs of a server's project."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from athanor.client.following import BEYOND, Following
from athanor.client.instances import Instances
from athanor.client.records import decoded
from athanor.domain.events import RunUpdated
from athanor.domain.moment import in_utc
from athanor.domain.page import Page
from athanor.domain.run import NamedRun, Run, RunStatus
from athanor.domain.usage import Usage
from athanor.errors import InvalidInput, RunNotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from athanor.domain.events import Event
    from athanor.harness.workbench import Away

_ID = re.compile(r"[0-9a-fA-F-]{4,36}")


class Runs(Instances):
    """The use cases about runs."""

    def create_run(self, instance_id: str) -> Run:
        """A new run of an instance: pending, its configuration fixed, not yet asked to start."""
        return self._new_run(instance_id, {"start": False})

    def start(
        self, run_id: str, given_environment: Mapping[str, str] | None = None, *, wait: bool = True
    ) -> Run:
        """Ask for the start of a run; RunAlreadyStarted for one that was started before.

        Waits until it is running, or waits its turn in the queue. Its environment is that of the
        server, so none can be given.
        """
        _refuse_environment(given_environment)
        return _run(self._connection.send("POST", f"{path_of(run_id)}/start", {"wait": wait}))

    def start_run(
        self,
        instance_id: str,
        given_environment: Mapping[str, str] | None = None,
        *,
        wait: bool = True,
    ) -> Run:
        """Create a run of an instance and start it, as ``create_run`` and ``start`` do."""
        _refuse_environment(given_environment)
        return self._new_run(instance_id, {"wait": wait})

    def environment(self) -> None:
        """None: runs get the environment of their server, never that of who asks for them."""
        return

    def cancel_run(self, run_id: str, *, force: bool = False) -> Run:
        """Ask a run to stop; with ``force`` end it and all its processes. RunNotRunning if over."""
        return _run(self._connection.send("POST", f"{path_of(run_id)}/cancel", {"force": force}))

    def delete_run(self, run_id: str) -> None:
        """Delete a run that has ended, with its output; RunBusy if live."""
        self._connection.send("DELETE", path_of(run_id))

    def get_run(self, run: str) -> Run:
        """A run by id or short id; RunNotFound, AmbiguousName."""
        return _run(self._connection.get(path_of(run)))

    def find_run(self, run_id: str) -> Run | None:
        """A run by its whole id, or None."""
        try:
            found = self.get_run(run_id)
        except RunNotFound:
            return None
        return found if found.id == run_id else None

    def list_runs(
        self,
        *,
        instance_id: str | None = None,
        status: RunStatus | Sequence[RunStatus] | None = None,
        module: str | None = None,
        name_contains: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Page[Run]:
        """Runs, newest first.

        ``instance_id`` is an id or name. ``module`` is full (``package.module:Name``), and then of
        code that need not be there any more, or short; it and ``name_contains`` are about their
        instances. ``since`` (inclusive) and ``until`` (exclusive) are about the moment when a run
        was made, in UTC unless they say a zone. InstanceNotFound, ModuleNotFound.
        """
        return self._listed(
            _run,
            instance_id=instance_id,
            status=status,
            module=module,
            name_contains=name_contains,
            since=since,
            until=until,
            limit=limit,
            cursor=cursor,
        )

    def count_runs(
        self,
        *,
        instance_id: str | None = None,
        module: str | None = None,
        name_contains: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> dict[RunStatus, int]:
        """How many runs there are of each status, of those that ``list_runs`` would give."""
        asked = self._wanted(instance_id, module, name_contains, since, until)
        found = self._connection.get("/runs/counts", **asked)
        return {status: found[status] for status in RunStatus}

    def list_named_runs(self, **wanted: Any) -> Page[NamedRun]:
        """Runs as ``list_runs`` has them, each with what it is a run of."""
        return self._listed(_named, **wanted)

    def list_usage(self, run_id: str) -> list[Usage]:
        """What a run has used over time: at most a thousand samples, evenly spread."""
        found = self._connection.get(f"{path_of(run_id)}/usage")["items"]
        return [decoded(Usage, sample) for sample in found]

    def queue_place(self, run_id: str) -> int:
        """The place of a waiting run in the queue; 1 is next."""
        place: int = self._connection.get(path_of(run_id))["queue_place"]
        return place

    def wait(self, run_id: str, timeout_s: float | None = None) -> Run:
        """The run once it has ended, or as it stands when the time is over.

        A server that is away is waited for until then.
        """
        deadline_s = time.monotonic() + (math.inf if timeout_s is None else timeout_s)
        run = self.get_run(run_id)
        for _ in self._following(run.id, BEYOND, deadline_s=deadline_s).events():
            pass
        return self.get_run(run.id)

    def follow(
        self, run_id: str, after: str | None = None, *, away: Away | None = None
    ) -> Iterator[Event]:
        """Events of a run from a cursor (``attempt:offset``) on, until it has ended.

        The last is a RunUpdated with the final status. Who is cut off, or whose server is started
        anew, goes on with what comes next: each log line and result is told once; ``away`` is told
        each time that the server goes. ``metadata`` is in the run of the last event only.
        """
        return self._events(self._following(self.get_run(run_id).id, after, away=away))

    def _events(self, following: Following) -> Iterator[Event]:
        for event in following.events():
            if isinstance(event, RunUpdated) and event.run.status.final:
                yield RunUpdated(run=self.find_run(event.run.id) or event.run)
            else:
                yield event

    def _following(
        self,
        run_id: str,
        after: str | None,
        *,
        deadline_s: float = math.inf,
        away: Away | None = None,
    ) -> Following:
        return Following(
            self._connection,
            run_id,
            after,
            patience_s=self._patience_s,
            deadline_s=deadline_s,
            away=away,
        )

    def _listed(
        self,
        record: Callable[[Any], Any],
        *,
        status: RunStatus | Sequence[RunStatus] | None = None,
        module: str | None = None,
        name_contains: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 50,
        cursor: str | None = None,
        instance_id: str | None = None,
    ) -> Page[Any]:
        asked = self._wanted(instance_id, module, name_contains, since, until)
        asked["status"] = [status] if isinstance(status, str) else status or None
        return self._page("/runs", record, limit=limit, cursor=cursor, metadata=True, **asked)

    def _wanted(
        self,
        instance_id: str | None,
        module: str | None,
        name_contains: str | None,
        since: datetime | None,
        until: datetime | None,
    ) -> dict[str, Any]:
        return {
            "instance_id": None if instance_id is None else self._instance_id(instance_id),
            "experiment": module,
            "name": name_contains,
            "since": since and in_utc(since),
            "until": until and in_utc(until),
        }

    def _new_run(self, instance_id: str, asked: dict[str, Any]) -> Run:
        path = f"/instances/{self._instance_id(instance_id)}/runs"
        return _run(self._connection.send("POST", path, asked))


def path_of(run_id: str) -> str:
    """Where a run is; what is no id at all is no run."""
    if not _ID.fullmatch(run_id):
        raise RunNotFound(f"Run not found: {run_id!r}. `athanor runs` shows those there are.")
    return f"/runs/{run_id}"


def _run(fields: Any) -> Run:
    run: Run = decoded(Run, fields)
    return run


def _named(fields: Any) -> NamedRun:
    return NamedRun(
        run=_run(fields),
        instance_name=fields["instance_name"],
        experiment_module=fields["experiment_module"],
    )


def _refuse_environment(given: Mapping[str, str] | None) -> None:
    if given is not None:
        raise InvalidInput(
            "Runs on a server get the environment of the server; set what they need there."
        )
