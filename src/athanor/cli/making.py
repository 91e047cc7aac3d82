"""Making an instance from what the command line gives."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from athanor.cli import configuration as configurations
from athanor.cli import session
from athanor.cli.naming import resolved
from athanor.cli.refusal import refusing
from athanor.cli.render.words import one_line, pairs
from athanor.domain import duration, size
from athanor.errors import InvalidInput
from athanor.harness.checks import CHECKED, check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from athanor.definition.listing import ExperimentEntry
    from athanor.domain.instance import Instance
    from athanor.harness.workbench import Repertoire, Workbench

_NAME_WIDTH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the options say about an instance; false when they say nothing."""

    assignments: Sequence[str] = ()
    config: Path | None = None
    name: str | None = None
    description: str | None = None
    resources: Mapping[str, Any] = field(default_factory=dict)

    def __bool__(self) -> bool:
        given = (self.config, self.name, self.description)
        said = self.assignments or self.resources
        return bool(said) or any(value is not None for value in given)

    @property
    def configures(self) -> bool:
        """Whether the configuration is given or changed."""
        return bool(self.assignments) or self.config is not None


RESOURCES = ("time_limit_s", "memory_limit_bytes", "gpus")


def resources(time_limit: str | None, memory_limit: str | None, gpus: int | None) -> dict[str, Any]:
    """What the options say a run may use, by the names of ``RESOURCES``; a None takes a limit away.

    InvalidInput when one says no time and no amount of memory.
    """
    said: dict[str, Any] = {} if gpus is None else {"gpus": gpus}
    if time_limit is not None:
        said["time_limit_s"] = _limit("time_limit_s", "--time-limit", time_limit, duration.parse)
    if memory_limit is not None:
        said["memory_limit_bytes"] = _limit(
            "memory_limit_bytes", "--memory-limit", memory_limit, size.parse
        )
    return said


def _limit(name: str, option: str, text: str, parse: Callable[[str], float]) -> float | None:
    try:
        value = None if text.strip().lower() == "none" else parse(text)
    except ValueError as error:
        raise InvalidInput(f"{option}: {error}; none: no limit.") from None
    if problem := CHECKED[name](value):
        raise InvalidInput(f"{option}: {problem}; none: no limit.")
    return value


@contextmanager
def created(name: str, given: Given) -> Iterator[tuple[Workbench, Instance]]:
    """The project, opened, and a new instance of an experiment in it.

    The project is opened only when all is known to be valid: a mistake leaves nothing behind.
    """
    with session.experiments() as known:
        entry = resolved(known, name)
        fields = _fields(known, entry, given, base={})
        with session.opened(known) as harness:
            yield harness, harness.create_instance(**fields)


def derived(harness: Workbench, instance: Instance, given: Given) -> Instance:
    """A new instance like another, with changes."""
    entry = harness.get_experiment(instance.experiment_module)
    fields = _fields(harness, entry, given, base=instance.configuration)
    for name in RESOURCES:
        fields.setdefault(name, getattr(instance, name))
    return harness.create_instance(**fields)


def changed_configuration(
    known: Repertoire, entry: ExperimentEntry, base: dict[str, Any], given: Given
) -> dict[str, Any]:
    """``base``, or the file in its place, with the assignments made; checked."""
    configuration = base if given.config is None else configurations.from_file(given.config)
    if given.assignments:
        configuration = configurations.assembled(
            given.assignments,
            configuration,
            schema=known.get_config_schema(entry.module),
            defaults=known.get_defaults(entry.module),
        )
    with refusing(entry.name, configuration):
        known.validate_config(entry.module, configuration)
    return configuration


def _fields(
    known: Repertoire, entry: ExperimentEntry, given: Given, *, base: dict[str, Any]
) -> dict[str, Any]:
    """What the harness makes an instance of, checked."""
    configuration = changed_configuration(known, entry, base, given)
    defaults = known.get_defaults(entry.module)
    fields: dict[str, Any] = {
        "name": given.name or _name(entry.name, configuration, defaults),
        "description": given.description,
    }
    fields |= given.resources
    check(**fields)
    return {**fields, "experiment_module": entry.module, "configuration": configuration}


def _name(title: str, configuration: dict[str, Any], defaults: dict[str, Any]) -> str:
    """``digits learning_rate=0.1 depth=3``."""
    changed = pairs(dict(configurations.changes(configuration, defaults)))
    return one_line(f"{title} {changed}".strip(), _NAME_WIDTH)
