"""The configuration schema, written as a chain: ``ConfigSchema().field("iterations", int)``."""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING, Any

from athanor.definition import field as fields
from athanor.definition.field import UNSET, Field

if TYPE_CHECKING:
    import builtins

    from pydantic import BaseModel


class ConfigSchema:
    """An ordered set of fields. Every step of a chain gives a new schema, so parts can be shared.

    Wrong definitions raise InvalidDefinition at once, naming the field.
    """

    def __init__(self, fields: tuple[Field, ...] = ()) -> None:
        self.fields = fields

    def field(
        self,
        name: str,
        type: Any,  # noqa: A002 - the author's word
        *,
        default: Any = UNSET,
        required: bool = False,
        label: str | None = None,
        description: str | None = None,
        min: float | None = None,  # noqa: A002 - the author's word
        max: float | None = None,  # noqa: A002 - the author's word
        step: float | None = None,
        options: Any = None,
        format: str | None = None,  # noqa: A002 - the author's word
    ) -> ConfigSchema:
        """Add a value: int, float, str, bool, an Enum class, or the name of a type.

        The names are integer, float, number, string, boolean and enum. ``options`` is a list of
        values or a mapping of value to label; ``min`` and ``max`` are inclusive; ``step`` and
        ``format`` (text, textarea, email, url, ...) are hints for a form. Without a default, a
        field that is not required is None when it is missing.
        """
        return self._with(
            fields.scalar(
                name,
                type,
                default=default,
                required=required,
                label=label,
                description=description,
                min=min,
                max=max,
                step=step,
                options=options,
                format=format,
            )
        )

    def list(
        self,
        name: str,
        item_schema: ConfigSchema | builtins.type[BaseModel] | Any,
        *,
        default: Any = UNSET,
        required: bool = False,
        label: str | None = None,
        description: str | None = None,
        min: int | None = None,  # noqa: A002 - the author's word
        max: int | None = None,  # noqa: A002 - the author's word
    ) -> ConfigSchema:
        """Add a list whose items fit a schema; a plain type such as ``int`` will do as well.

        ``min`` and ``max`` count items. A missing list is empty unless it is required.
        """
        return self._with(
            fields.composite(
                name,
                "list",
                _item(name, item_schema),
                default=default,
                required=required,
                label=label,
                description=description,
                min=min,
                max=max,
            )
        )

    def group(
        self,
        name: str,
        sub_schema: ConfigSchema | builtins.type[BaseModel],
        *,
        default: Any = UNSET,
        required: bool = False,
        label: str | None = None,
        description: str | None = None,
    ) -> ConfigSchema:
        """Add several fields under one key. A missing group takes the defaults of its fields.

        ``default`` may give some of its values; the fields' own defaults fill in the others.
        """
        return self._with(
            fields.composite(
                name,
                "group",
                _sub_schema(name, sub_schema),
                default=default,
                required=required,
                label=label,
                description=description,
            )
        )

    def get_property(self, name: str) -> Field | None:
        """The field of that name, or None."""
        return next((field for field in self.fields if field.name == name), None)

    def model(self) -> builtins.type[BaseModel]:
        """The pydantic model that this schema stands for; the same one every time."""
        return self._model

    @functools.cached_property
    def _model(self) -> builtins.type[BaseModel]:
        from athanor.definition.model import model_of

        return model_of(self.fields)

    def _with(self, field: Field) -> ConfigSchema:
        if self.get_property(field.name) is not None:
            raise fields.invalid(field.name, "the name is used twice; give each field its own.")
        _check_default(field)
        return ConfigSchema((*self.fields, field))

    def __repr__(self) -> str:
        return f"ConfigSchema({', '.join(field.name for field in self.fields)})"


def is_model(candidate: object) -> bool:
    """Whether ``candidate`` is a pydantic model class; does not import pydantic to find out."""
    pydantic = sys.modules.get("pydantic")
    return (
        pydantic is not None
        and isinstance(candidate, type)
        and issubclass(candidate, pydantic.BaseModel)
    )


def _item(name: str, item: Any) -> Any:
    if isinstance(item, ConfigSchema) or is_model(item):
        return item
    return fields.scalar(name, item)


def _sub_schema(name: str, schema: Any) -> Any:
    if isinstance(schema, ConfigSchema) or is_model(schema):
        return schema
    raise fields.invalid(
        name, f"a group needs a ConfigSchema (or a pydantic model), got {schema!r}."
    )


def _check_default(field: Field) -> None:
    """Validate the default the way a given value would be, so that it cannot be wrong later."""
    if not field.has_default:
        return
    from athanor.definition.validation import problems_of_default

    problems = problems_of_default(field)
    if problems:
        raise fields.invalid(field.name, f"default {field.default!r}: {'; '.join(problems)}.")
