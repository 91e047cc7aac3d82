"""The pydantic model behind a ConfigSchema: safe internal names, the author's names as aliases."""

from __future__ import annotations

import functools
from copy import deepcopy
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, Optional

import pydantic
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Strict
from pydantic_core import PydanticCustomError

from athanor.definition.field import Field
from athanor.definition.labels import humanise
from athanor.definition.schema import ConfigSchema

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

REQUIRED_MARK = "x-required"
"""Marks a property as required for the form, although a default stands in when it is missing."""

PREFIX = "athanor_field_"
"""Begins every internal name."""


def internal_name(alias: str) -> str:
    """A name that pydantic and Python accept, whatever the author's name is."""
    return PREFIX + alias.encode("utf-8", "surrogatepass").hex()


def external_name(name: str) -> str:
    """The author's name again."""
    return bytes.fromhex(name.removeprefix(PREFIX)).decode("utf-8", "surrogatepass")


def model_of(fields: Sequence[Field], name: str = "Configuration") -> type[BaseModel]:
    """One model for the fields, in their order; unknown keys are errors."""
    parts: dict[str, Any] = {internal_name(field.name): _part(field) for field in fields}
    config = ConfigDict(extra="forbid", title=humanise(name), protected_namespaces=())
    return pydantic.create_model("Configuration", __config__=config, **parts)


def _part(field: Field) -> tuple[Any, Any]:
    annotation = _ANNOTATIONS.get(field.type, _scalar)(field)
    if _nullable(field):
        annotation = Optional[annotation]  # noqa: UP045 - built at run time
    return annotation, pydantic.Field(
        alias=field.name,
        title=field.label or humanise(field.name),
        description=field.description,
        json_schema_extra=_hints(field),
        **_default(field),
    )


def _nullable(field: Field) -> bool:
    composite = field.type in {"list", "group"}
    return not (field.required or field.has_default or composite)


def _default(field: Field) -> dict[str, Any]:
    if field.has_default:
        if field.type not in {"list", "group"}:
            return {"default": field.default}
        return {"default_factory": _copies(field.default), "validate_default": True}
    if field.required:
        return {}
    empty = {"list": list, "group": dict}.get(field.type)
    return {"default_factory": empty, "validate_default": True} if empty else {"default": None}


def _copies(value: Any) -> Callable[[], Any]:
    return functools.partial(deepcopy, value)


def _hints(field: Field) -> dict[str, Any]:
    hints: dict[str, Any] = {}
    if field.format is not None:
        hints["format"] = field.format
    if field.step is not None:
        hints["step"] = field.step
    if (field.required and field.has_default) or _holds_required(field):
        hints[REQUIRED_MARK] = True
    return hints


def _holds_required(field: Field) -> bool:
    """Whether a group cannot be left out, because some value in it has no default."""
    if field.type != "group":
        return False
    if not isinstance(field.item, ConfigSchema):
        return any(part.is_required() for part in field.item.model_fields.values())
    return any(
        (part.required and not part.has_default) or _holds_required(part)
        for part in field.item.fields
    )


# --- what a value must look like -----------------------------------------------------------------


def _scalar(field: Field) -> Any:
    checks: list[Any] = [Strict()]
    if field.min is not None or field.max is not None:
        checks.append(pydantic.Field(ge=field.min, le=field.max))
    if field.type == "float":
        checks.append(pydantic.AllowInfNan(False))
    if field.type == "string" and field.required:
        checks.append(AfterValidator(_not_empty))
        checks.append(pydantic.Field(json_schema_extra={"minLength": 1}))
    if field.options:
        checks.append(AfterValidator(functools.partial(_one_of, field)))
        checks.append(pydantic.Field(json_schema_extra=_choices(field)))
    checks.append(BeforeValidator(_raw))  # last, or the bounds would not reach the JSON Schema
    return Annotated[(field.python_type, *checks)]


def _list(field: Field) -> Any:
    least = max(field.min or 0, 1 if field.required else 0)
    length = pydantic.Field(min_length=int(least) or None, max_length=_whole(field.max))
    return Annotated[list[_item(field)], length]  # type: ignore[misc]


def _group(field: Field) -> Any:
    return _model_of_item(field)


_ANNOTATIONS: dict[str, Callable[[Field], Any]] = {"list": _list, "group": _group}


def _item(field: Field) -> Any:
    return _scalar(field.item) if isinstance(field.item, Field) else _model_of_item(field)


def _model_of_item(field: Field) -> Any:
    inner = field.item
    return model_of(inner.fields, field.name) if isinstance(inner, ConfigSchema) else inner


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)


def _choices(field: Field) -> dict[str, Any]:
    return {
        "enum": [option.value for option in field.options],
        "enumNames": [option.label for option in field.options],
    }


def _raw(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


def _not_empty(value: str) -> str:
    if not value:
        raise PydanticCustomError("required", "is required")
    return value


def _one_of(field: Field, value: Any) -> Any:
    values = [option.value for option in field.options]
    if value not in values:
        names = ", ".join(map(str, values))
        raise PydanticCustomError("option", "must be one of: {names}", {"names": names})
    return value
