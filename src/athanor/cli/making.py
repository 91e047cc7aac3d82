"""Making an instance from what the command line gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from athanor.cli import configuration as configurations
from athanor.cli.render.words import one_line, pairs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from athanor.definition.listing import ExperimentEntry
    from athanor.domain.instance import Instance
    from athanor.harness import Harness

_NAME_WIDTH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the options say about an instance; false when they say nothing."""

    assignments: Sequence[str] = ()
    config: Path | None = None
    name: str | None = None
    description: str | None = None
    time_limit_s: float | None = None

    def __bool__(self) -> bool:
        given = (self.config, self.name, self.description, self.time_limit_s)
        return bool(self.assignments) or any(value is not None for value in given)

    @property
    def configures(self) -> bool:
        """Whether the configuration is given or changed."""
        return bool(self.assignments) or self.config is not None


def created(harness: Harness, name: str, given: Given) -> Instance:
    """A new instance of an experiment, named after what differs from the defaults."""
    entry = harness.get_experiment(name)
    return _made(harness, entry, given, base={})


def derived(harness: Harness, instance: Instance, given: Given) -> Instance:
    """A new instance like another, with changes."""
    entry = harness.get_experiment(instance.experiment_module)
    base = instance.configuration
    return _made(harness, entry, given, base=base, time_limit_s=instance.time_limit_s)


def changed_configuration(
    harness: Harness, module: str, base: dict[str, Any], given: Given
) -> dict[str, Any]:
    """``base``, or the file in its place, with the assignments made."""
    start = base if given.config is None else configurations.from_file(given.config)
    if not given.assignments:
        return start
    return configurations.assembled(
        given.assignments,
        start,
        schema=harness.get_config_schema(module),
        defaults=harness.get_defaults(module),
    )


def _made(
    harness: Harness,
    entry: ExperimentEntry,
    given: Given,
    *,
    base: dict[str, Any],
    time_limit_s: float | None = None,
) -> Instance:
    configuration = changed_configuration(harness, entry.module, base, given)
    return harness.create_instance(
        experiment_module=entry.module,
        name=given.name or _name(entry.name, configuration, harness.get_defaults(entry.module)),
        description=given.description,
        configuration=configuration,
        time_limit_s=time_limit_s if given.time_limit_s is None else given.time_limit_s,
    )


def _name(title: str, configuration: dict[str, Any], defaults: dict[str, Any]) -> str:
    """``digits learning_rate=0.1 depth=3``."""
    changed = pairs(dict(configurations.changes(configuration, defaults)))
    return one_line(f"{title} {changed}".strip(), _NAME_WIDTH)
