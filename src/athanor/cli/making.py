"""Making an instance from what the command line gives."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from athanor.cli import configuration as configurations
from athanor.cli import session
from athanor.cli.naming import resolved
from athanor.cli.refusal import refusing
from athanor.cli.render.words import one_line, pairs
from athanor.domain import size
from athanor.errors import InvalidInput
from athanor.harness.checks import check
from athanor.harness.experiments import open_catalog

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from athanor.definition.catalog import Catalog
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
    memory_limit_bytes: int | None = None
    gpus: int | None = None

    def __bool__(self) -> bool:
        given = (self.config, self.name, self.description, *self.resources.values())
        return bool(self.assignments) or any(value is not None for value in given)

    @property
    def resources(self) -> dict[str, Any]:
        """What a run may use, by the names of an instance's attributes; None: not said."""
        names = ("time_limit_s", "memory_limit_bytes", "gpus")
        return {name: getattr(self, name) for name in names}

    @property
    def configures(self) -> bool:
        """Whether the configuration is given or changed."""
        return bool(self.assignments) or self.config is not None


def amount(option: str, text: str | None) -> int | None:
    """Bytes for what an option says; InvalidInput when it says no amount of memory."""
    try:
        return None if text is None else size.parse(text)
    except ValueError as error:
        raise InvalidInput(f"{option}: {error}.") from None


@contextmanager
def created(name: str, given: Given) -> Iterator[tuple[Harness, Instance]]:
    """The project, opened, and a new instance of an experiment in it.

    The project is opened only when all is known to be valid: a mistake leaves nothing behind.
    """
    with open_catalog() as catalog:
        entry = resolved(catalog, name)
        fields = _fields(catalog, entry, given, base={})
        with session.opened(catalog) as harness:
            yield harness, harness.create_instance(**fields)


def derived(harness: Harness, instance: Instance, given: Given) -> Instance:
    """A new instance like another, with changes."""
    entry = harness.get_experiment(instance.experiment_module)
    fields = _fields(harness.catalog, entry, given, base=instance.configuration)
    for name in given.resources:
        fields.setdefault(name, getattr(instance, name))
    return harness.create_instance(**fields)


def changed_configuration(
    catalog: Catalog, entry: ExperimentEntry, base: dict[str, Any], given: Given
) -> dict[str, Any]:
    """``base``, or the file in its place, with the assignments made; checked."""
    configuration = base if given.config is None else configurations.from_file(given.config)
    if given.assignments:
        configuration = configurations.assembled(
            given.assignments,
            configuration,
            schema=catalog.schema(entry.module),
            defaults=catalog.defaults(entry.module),
        )
    with refusing(entry.name, configuration):
        catalog.validate(entry.module, configuration)
    return configuration


def _fields(
    catalog: Catalog, entry: ExperimentEntry, given: Given, *, base: dict[str, Any]
) -> dict[str, Any]:
    """What the harness makes an instance of, checked."""
    configuration = changed_configuration(catalog, entry, base, given)
    defaults = catalog.defaults(entry.module)
    fields: dict[str, Any] = {
        "name": given.name or _name(entry.name, configuration, defaults),
        "description": given.description,
    }
    fields |= {name: value for name, value in given.resources.items() if value is not None}
    check(**fields)
    return {**fields, "experiment_module": entry.module, "configuration": configuration}


def _name(title: str, configuration: dict[str, Any], defaults: dict[str, Any]) -> str:
    """``digits learning_rate=0.1 depth=3``."""
    changed = pairs(dict(configurations.changes(configuration, defaults)))
    return one_line(f"{title} {changed}".strip(), _NAME_WIDTH)
