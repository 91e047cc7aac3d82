"""What a terminal needs of a project, on this machine or behind a server."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self

from athanor.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from typing import IO

    from athanor.definition.listing import ExperimentEntry, Listing
    from athanor.domain.events import Event
    from athanor.domain.instance import Instance, InstanceStats
    from athanor.domain.output import Level, LogLine, Result, ResultSummary
    from athanor.domain.page import Page
    from athanor.domain.run import NamedRun, Run, RunStatus
    from athanor.harness.comparison import Comparison, Figure
    from athanor.harness.health import Health


Away = Callable[[Unavailable], None]
"""Is told once each time that a database or a server goes away."""


class Repertoire(Protocol):
    """The experiments of a project; a context manager."""

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: Any, error: Any, trace: Any, /) -> None: ...

    def list_experiments(self, patience_s: float | None = None) -> Listing:
        """The experiments found, the files that are broken and those still being read."""

    def get_experiment(self, name: str) -> ExperimentEntry:
        """The experiment of a name or module."""

    def get_config_schema(self, module: str) -> dict[str, Any]:
        """The configuration's JSON Schema."""

    def get_defaults(self, module: str) -> dict[str, Any]:
        """The configuration's defaults."""

    def validate_config(self, module: str, configuration: Mapping[str, Any]) -> dict[str, Any]:
        """The configuration with its defaults filled in; ConfigurationInvalid."""


class Workbench(Repertoire, Protocol):
    """Everything that the verbs of the terminal do. The harness is one, the client another.

    Ids may be given whole or short. What each does and raises is said at the harness.
    """

    # --- instances ---

    def create_instance(
        self,
        *,
        experiment_module: str,
        name: str,
        configuration: Mapping[str, Any] | None = None,
        description: str | None = None,
        time_limit_s: float | None = None,
        gpus: int = 0,
        memory_limit_bytes: int | None = None,
    ) -> Instance:
        """Store an instance."""

    def update_instance(self, instance_id: str, **changes: Any) -> Instance:
        """Change what is given."""

    def get_instance(self, instance: str) -> Instance:
        """An instance by id, short id or exact name."""

    def find_instance(self, instance_id: str) -> Instance | None:
        """An instance by its whole id, or None."""

    def list_instances(
        self,
        *,
        limit: int = 50,
        cursor: str | None = None,
        module: str | None = None,
        name_contains: str | None = None,
    ) -> Page[tuple[Instance, InstanceStats]]:
        """Instances with their stats."""

    def instance_stats(self, instance_id: str) -> InstanceStats:
        """Run count, last run's time and status."""

    def delete_instance(self, instance_id: str) -> None:
        """Delete an instance with its runs."""

    # --- runs ---

    def create_run(self, instance_id: str) -> Run:
        """A new run of an instance, not yet asked to start."""

    def start(
        self, run_id: str, given_environment: Mapping[str, str] | None = None, *, wait: bool = True
    ) -> Run:
        """Ask for the start of a run."""

    def start_run(
        self,
        instance_id: str,
        given_environment: Mapping[str, str] | None = None,
        *,
        wait: bool = True,
    ) -> Run:
        """Create a run and start it."""

    def environment(self) -> dict[str, str] | None:
        """The environment to give to runs that are started from here; None for that of others."""

    def cancel_run(self, run_id: str, *, force: bool = False) -> Run:
        """Ask a run to stop; with ``force`` end it."""

    def delete_run(self, run_id: str) -> None:
        """Delete a run that has ended."""

    def get_run(self, run: str) -> Run:
        """A run by id or short id."""

    def find_run(self, run_id: str) -> Run | None:
        """A run by its whole id, or None."""

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
        """Runs, newest first."""

    def list_named_runs(self, **wanted: Any) -> Page[NamedRun]:
        """Runs as ``list_runs`` has them, each with what it is a run of."""

    def queue_place(self, run_id: str) -> int:
        """The place of a waiting run in the queue; 1 is next."""

    def wait(self, run_id: str, timeout_s: float | None = None) -> Run:
        """The run once it has ended, or as it stands when the time is over."""

    def follow(
        self, run_id: str, after: str | None = None, *, away: Away | None = None
    ) -> Iterator[Event]:
        """Events of a run from a cursor on, until it has ended.

        What is away meanwhile is waited for; ``away`` is called with the words for it.
        """

    # --- what they said ---

    def list_logs(
        self,
        run_id: str,
        *,
        levels: Sequence[Level] | None = None,
        limit: int = 100,
        after_line: int | None = None,
        before_line: int | None = None,
        newest: bool | None = None,
    ) -> list[LogLine]:
        """Log lines in order of time."""

    def list_results(
        self, run_id: str, *, key: str | None = None, limit: int = 100
    ) -> list[Result]:
        """The newest results with their values."""

    def list_result_summaries(
        self,
        run_id: str,
        *,
        key_prefix: str | None = None,
        order: Literal["time", "key"] = "time",
        descending: bool = False,
        limit: int = 100,
        cursor: str | None = None,
    ) -> Page[ResultSummary]:
        """Results without their values."""

    def iterate_results(self, run_id: str, *, key: str | None = None) -> Iterator[Result]:
        """Every result with its value, or every one of a key, in order of time."""

    def get_results_by_key(self, run_id: str, key: str) -> list[Result]:
        """Every result of a key."""

    def figures(self, run_id: str, only: Sequence[str] | None = None) -> dict[str, Figure]:
        """The key figures of a run."""

    def compare(self, run_ids: Sequence[str]) -> Comparison:
        """Runs side by side."""

    def export(
        self,
        run_id: str,
        format: str,  # noqa: A002 - the users' word
        file: IO[bytes],
        *,
        with_logs: bool = False,
    ) -> None:
        """Write a run to a binary file."""

    # --- keeping them ---

    def health(self) -> Health:
        """Who looks after the runs, and what they are held to."""

    def supervise(self) -> None:
        """See to it that what is started from here is looked after."""

    def step_aside(self, meanwhile: Callable[[], None]) -> None:
        """Leave that to others during a call; then take part again."""

    def leave_behind(self) -> None:
        """See to it that runs are looked after when this process has ended."""
