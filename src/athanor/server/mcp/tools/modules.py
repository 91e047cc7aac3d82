"""Tools about modules: what experiments can be made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from athanor.errors import ValidationFailed
from athanor.harness.parts import part_of
from athanor.server.mcp.bounds import cut, part_answer, size_of
from athanor.server.mcp.models.experiments import (
    AvailableModule,
    BrokenModule,
    CheckedConfig,
    ConfigSchema,
    ConfigToCheck,
    Modules,
    ModulesAsked,
    SchemaAsked,
)
from athanor.server.mcp.tool import READS, Tool, Waits

if TYPE_CHECKING:
    from athanor.server.mcp.desk import Desk

PATIENCE_S = 2.0
MOST_MODULES = 200


def list_available_modules(desk: Desk, asked: ModulesAsked) -> Modules:
    """List the modules of this project: the code that experiments are made of.

    Begin here. Then get_config_schema says what a module's configuration takes. `broken` names
    files that fail to import, with the reason: mend the code, and ask again.
    """
    found = desk.harness.list_experiments(PATIENCE_S)
    more = len(found.experiments) - MOST_MODULES
    return Modules(
        modules=[AvailableModule.model_validate(one) for one in found.experiments[:MOST_MODULES]],
        broken=[
            BrokenModule(module=one.module, reason=cut(one.reason, 500))
            for one in found.broken[:MOST_MODULES]
        ],
        reading=list(found.reading),
        note=f"{more} more; get_config_schema finds them by name." if more > 0 else None,
    )


def get_config_schema(desk: Desk, asked: SchemaAsked) -> ConfigSchema:
    """Get the JSON Schema of a module's configuration: types, defaults, bounds, nested parts.

    `defaults` is a configuration to begin with. Fields that are `required` and have no default
    must be given to create_experiment.
    """
    entry = desk.harness.get_experiment(asked.experiment_module)
    schema = desk.harness.get_config_schema(entry.module)
    defaults = desk.harness.get_defaults(entry.module)
    known: dict[str, Any] = {"module": entry.module, "name": entry.name}
    if not asked.path and size_of([schema, defaults]) <= asked.max_chars:
        return ConfigSchema(**known, config_schema=schema, defaults=defaults)
    part = part_of(schema, asked.path, max_chars=asked.max_chars)
    small = size_of(defaults) <= asked.max_chars
    note = "The schema is large: ask for the `path` of a child, or with a larger max_chars."
    return ConfigSchema(
        **known,
        defaults=defaults if small else {},
        part=part_answer(part),
        note=note if part.truncated or not small else None,
    )


def validate_config(desk: Desk, asked: ConfigToCheck) -> CheckedConfig:
    """Check a configuration against a module, without saving anything.

    `errors` has the messages by field. When it is valid, `configuration` is what a run would use,
    with the defaults filled in.
    """
    try:
        valid = desk.harness.validate_config(asked.experiment_module, asked.configuration)
    except ValidationFailed as failed:
        return CheckedConfig(valid=False, errors=failed.by_field())
    if size_of(valid) > _LARGEST:
        return CheckedConfig(valid=True, errors={}, note="It is too large to be repeated here.")
    return CheckedConfig(valid=True, errors={}, configuration=valid)


_LARGEST = 20_000

TOOLS = (
    Tool(
        title="List modules",
        work=list_available_modules,
        asked=ModulesAsked,
        answer=Modules,
        hints=READS,
        waits=Waits.CODE,
    ),
    Tool(
        title="Get a configuration's schema",
        work=get_config_schema,
        asked=SchemaAsked,
        answer=ConfigSchema,
        hints=READS,
        waits=Waits.CODE,
    ),
    Tool(
        title="Check a configuration",
        work=validate_config,
        asked=ConfigToCheck,
        answer=CheckedConfig,
        hints=READS,
        waits=Waits.CODE,
    ),
)
