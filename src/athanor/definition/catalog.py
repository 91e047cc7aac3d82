"""The catalog: the experiments of a project, looked at in processes of their own.

One worker imports one file; nothing here imports an author's code. Answers that depend on a
changed file wait for the new import; or, for those without the patience, come from the old one,
marked stale.
"""

from __future__ import annotations

import pickle
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Self

from athanor.definition import discovery
from athanor.definition.listing import BrokenEntry, Entry, ExperimentEntry, Listing, listing_of
from athanor.definition.source import Source, likely
from athanor.definition.worker_process import WorkerLost
from athanor.definition.workshop import Workshop
from athanor.errors import (
    AmbiguousName,
    AthanorError,
    CatalogUnavailable,
    ConfigurationInvalid,
    ExperimentBroken,
    FieldProblem,
    ModuleNotFound,
    NotAnExperiment,
)

if TYPE_CHECKING:
    import builtins
    from collections.abc import Iterable
    from pathlib import Path

    from athanor.settings import Settings

ANSWER_TIMEOUT_S = 10.0
"""How long an author's validators may take."""
_NAMED = 3
"""How many files that could not be imported are named."""


class Catalog:
    """The experiments of one project; a context manager, usable from several threads."""

    def __init__(self, settings: Settings, *, answer_timeout_s: float = ANSWER_TIMEOUT_S) -> None:
        self._settings = settings
        self._answer_timeout_s = answer_timeout_s
        self._workshop = Workshop(settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every worker."""
        self._workshop.close()

    # --- what there is ---------------------------------------------------------------------------

    def list(self, *, patience_s: float | None = None) -> Listing:
        """Every experiment by name, and what is broken."""
        self.refresh(patience_s=patience_s)
        return self._listing()

    def options(self) -> builtins.list[tuple[str, str]]:
        """``(label, module)`` pairs for a choice, by label."""
        return [(entry.name, entry.module) for entry in self.list().experiments]

    def entry(self, module: str, *, wait: bool = True) -> ExperimentEntry:
        """One experiment by its full module string.

        Raises ModuleNotFound, NotAnExperiment or ExperimentBroken.
        """
        source, found = self._found(module, wait=wait)
        return next(entry for _, entry in source.entries() if entry.module == found["module"])

    def schema(self, module: str, *, wait: bool = True) -> dict[str, Any]:
        """The JSON Schema of an experiment's configuration; errors as for ``entry``."""
        schema: dict[str, Any] = self._found(module, wait=wait)[1]["schema"]
        return schema

    def defaults(self, module: str, *, wait: bool = True) -> dict[str, Any]:
        """The defaults of an experiment's configuration; errors as for ``entry``."""
        defaults: dict[str, Any] = self._found(module, wait=wait)[1]["defaults"]
        return defaults

    def validate(self, module: str, configuration: Any) -> dict[str, Any]:
        """The configuration with defaults filled in, or ValidationFailed with every problem.

        Raises CatalogUnavailable when the experiment's own validators hang or die; errors as for
        ``entry`` besides.
        """
        question = {"module": module, "configuration": configuration}
        try:
            answer = self._asked(question)
        except WorkerLost as lost:
            raise CatalogUnavailable(
                f"{module} could not validate the configuration: {lost.reason}. "
                "Look at its validators, then try again."
            ) from None
        except (pickle.PicklingError, TypeError, AttributeError, RecursionError) as error:
            problem = f"holds a value that cannot be written as JSON ({error})"
            raise ConfigurationInvalid((FieldProblem("", problem),)) from None
        return _answered(module, answer)

    def resolve(self, text: str) -> ExperimentEntry:
        """The experiment that ``text`` means: its name, its module, or the end of that.

        Files that mention the name are looked at first, so that the others need no import.
        """
        path = text.partition(":")[0]
        targets = self._workshop.rescan()
        for mentioned in (
            [t for t in targets if t.module == path],
            [t for t in targets if t.module.endswith("." + path) or likely(t.file, text)],
            targets,
        ):
            self._workshop.ready(self._workshop.select(mentioned))
            fitting = self._listing().fitting(text)
            if fitting:
                return _only(text, fitting)
        if ":" in text:
            return self.entry(text)
        raise self._nothing_called(text)

    def refresh(self, *, patience_s: float | None = None) -> None:
        """Notice new, changed and deleted files, and import what has changed.

        Without ``patience_s`` it waits until all is known.
        """
        sources = self._workshop.select(self._workshop.rescan())
        self._workshop.ready(sources, patience_s)

    # --- finding ---------------------------------------------------------------------------------

    def _listing(self) -> Listing:
        sources = self._workshop.sources()
        experiments = [entry for source in sources for entry in source.entries()]
        broken = [e for source in sources if source.report for e in source.report.broken]
        reading = [source.target.key for source in sources if source.report is None]
        return listing_of(experiments, broken, reading)

    def _asked(self, question: dict[str, Any]) -> dict[str, Any]:
        """The answer of a worker, of a second one when the first died: others may have ended it."""
        for last in (False, True):
            source, _ = self._found(question["module"], wait=True)
            try:
                return self._workshop.ask(source, question, self._answer_timeout_s)
            except WorkerLost as lost:
                if last or lost.hung:
                    raise
        raise AssertionError("unreachable: the second loss is raised")

    def _found(self, module: str, *, wait: bool) -> tuple[Source, dict[str, Any]]:
        """The source of an experiment and what is known about it, or the error that fits."""
        sources = self._sources_of(module)
        if wait or any(source.report is None for source in sources):
            self._workshop.ready(sources)
        else:
            self._workshop.start(sources)
        for source in sources:
            found = source.report and source.report.experiment(module)
            if found:
                self._refuse_clash(module)
                return source, found
        raise self._unusable(module, sources)

    def _refuse_clash(self, module: str) -> None:
        entry = self._listing().by_module(module)
        if isinstance(entry, BrokenEntry):
            raise _broken(entry)

    def _sources_of(self, module: str) -> builtins.list[Source]:
        """The sources that may hold a module; looks for new files when there is none."""
        path = module.partition(":")[0]
        known = [s for s in self._workshop.sources() if s.target.module == path]
        present = [s for s in known if s.target.file and s.target.file.exists()]
        return present or self._workshop.select(
            t for t in self._workshop.rescan() if t.module == path
        )

    def _unusable(self, module: str, sources: Iterable[Source]) -> AthanorError:
        path = module.partition(":")[0]
        broken = [e for s in sources if s.report for e in s.report.broken]
        for entry in broken:
            if entry.module in {module, path}:
                return _broken(entry)
        if not sources and discovery.locate(self._settings.project, path) is None:
            return self._nothing_called(module)
        names = [e["module"] for s in sources if s.report for e in s.report.experiments]
        near = get_close_matches(module, names, n=3, cutoff=0.3)
        hint = f"Did you mean {' or '.join(near)}?" if near else "It holds no experiment."
        if not sources:
            hint = "It is in no folder of experiments ([tool.athanor] experiments)."
        return NotAnExperiment(
            f"{path} is not an experiment: {module}. {hint} "
            "`athanor list` shows the experiments there are."
        )

    def _nothing_called(self, text: str) -> ModuleNotFound:
        self.refresh()
        listing = self._listing()
        near = listing.near(text)
        broken = self._not_imported(listing)
        hint = f" Did you mean {' or '.join(near)}?" if near else " There are no experiments yet."
        hint = "" if broken and not near else hint
        return ModuleNotFound(
            f"Module not found: {text}. Looked in the experiments of {self._settings.project}."
            f"{hint} {broken or '`athanor list` shows what there is.'}"
        )

    def _not_imported(self, listing: Listing) -> str:
        """Which files may hold what is looked for, if they could be imported; else nothing."""
        files = listing.unread_files()
        if not files:
            return ""
        names = ", ".join(str(_within(self._settings.project, file)) for file in files[:_NAMED])
        names += ", …" if len(files) > _NAMED else ""
        there = "1 file" if len(files) == 1 else f"{len(files)} files"
        which = "it may be there" if len(files) == 1 else "it may be in one of them"
        return (
            f"{there} could not be imported ({names}); {which}: `athanor list --verbose` shows why."
        )


def _within(folder: Path, file: Path) -> Path:
    return file.relative_to(folder) if file.is_relative_to(folder) else file


def _answered(module: str, answer: dict[str, Any]) -> dict[str, Any]:
    if "problems" in answer:
        raise ConfigurationInvalid(tuple(FieldProblem(*problem) for problem in answer["problems"]))
    if "raised" in answer:
        raise ExperimentBroken(
            f"{module}: a validator of its configuration raised {answer['raised']}. "
            "Validators raise ValueError to refuse a value."
        )
    valid: dict[str, Any] = answer["valid"]
    return valid


def _only(text: str, fitting: list[Entry]) -> ExperimentEntry:
    first = fitting[0]
    if isinstance(first, BrokenEntry):  # then there is nothing that can be used
        raise _broken(first)
    if len(fitting) > 1:
        choices = ", ".join(entry.module for entry in fitting)
        raise AmbiguousName(f"{text!r} fits several experiments; give one of: {choices}.")
    return first


def _broken(entry: BrokenEntry) -> ExperimentBroken:
    where = f" ({entry.file})" if entry.file else ""
    return ExperimentBroken(
        f"{entry.module}{where} cannot be used: {entry.reason.rstrip('.')}. "
        "`athanor list --verbose` shows its traceback."
    )
