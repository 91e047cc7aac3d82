"""One module of the catalog: its newest report, and the worker that made it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from athanor.definition.file_state import file_state
from athanor.definition.listing import BrokenEntry, ExperimentEntry

if TYPE_CHECKING:
    from concurrent.futures import Future
    from pathlib import Path

    from athanor.definition.discovery import Target
    from athanor.definition.worker_process import WorkerLost, WorkerProcess


@dataclass(frozen=True, slots=True)
class Report:
    """What an import found, as told by the worker.

    ``experiments`` are dicts with module, origin, name, description, has_config_schema, schema
    and defaults; ``files`` maps each file it depends on to ``[mtime in ns, size]`` or None.
    """

    experiments: tuple[dict[str, Any], ...]
    broken: tuple[BrokenEntry, ...]
    files: dict[str, list[int] | None]

    def current(self) -> bool:
        """Whether no file has changed since."""
        return all(file_state(file) == state for file, state in self.files.items())

    def experiment(self, module: str) -> dict[str, Any] | None:
        """What is known about one experiment of this module."""
        return next((entry for entry in self.experiments if entry["module"] == module), None)


@dataclass(slots=True, eq=False)
class Source:
    """A module to look at. ``job`` is the import that is under way, if any."""

    target: Target
    report: Report | None = None
    worker: WorkerProcess | None = None
    job: Future[None] | None = None
    used_at: float = field(default=0.0)

    @property
    def importing(self) -> bool:
        """Whether a newer report is on its way."""
        return self.job is not None and not self.job.done()

    def outdated(self) -> bool:
        """Whether it has to be imported, again or at all."""
        return not self.importing and (self.report is None or not self.report.current())

    def entries(self) -> list[tuple[str, ExperimentEntry]]:
        """``(origin, entry)`` of every experiment that can be used."""
        return [
            (
                found["origin"],
                ExperimentEntry(
                    module=found["module"],
                    name=found["name"],
                    description=found["description"],
                    has_config_schema=found["has_config_schema"],
                    file=self.target.file,
                    stale=self.importing,
                ),
            )
            for found in (self.report.experiments if self.report else ())
        ]


def report_of(target: Target, found: dict[str, Any]) -> Report:
    """A report from what a worker has sent."""
    broken = tuple(BrokenEntry(file=target.file, **entry) for entry in found["broken"])
    return Report(tuple(found["experiments"]), broken, found["files"])


def lost_report(target: Target, lost: WorkerLost, state: list[int] | None) -> Report:
    """A report about a worker that did not live to make one."""
    return _broken(target, lost.reason, lost.output, state)


def problem_report(target: Target) -> Report:
    """A report about a target that cannot even be tried."""
    state = file_state(str(target.file)) if target.file else None
    return _broken(target, target.problem or "cannot be imported", "", state)


def _broken(target: Target, reason: str, output: str, state: list[int] | None) -> Report:
    entry = BrokenEntry(module=target.key, file=target.file, reason=reason, traceback=output)
    return Report((), (entry,), {str(target.file): state} if target.file else {})


def likely(file: Path | None, text: str) -> bool:
    """Whether a file may define an experiment called ``text``: it says so somewhere."""
    if file is None or not file.is_file():
        return False
    return text.encode("utf-8", "surrogatepass") in file.read_bytes()
