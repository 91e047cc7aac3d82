"""The JSON Schema (draft 2020-12) of a pydantic model, shaped for people, forms and agents.

Properties keep the order written, references are resolved where that is possible, an optional
value is ``"type": [..., "null"]``, and ``enumNames`` holds the labels of an ``enum``.
"""

from __future__ import annotations

import functools
from copy import deepcopy
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from pydantic.json_schema import GenerateJsonSchema, NoDefault

from athanor.definition.labels import humanise
from athanor.definition.model import REQUIRED_MARK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel
    from pydantic_core import core_schema

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_REFERENCE = "#/$defs/"
_ALTERNATIVES = ("anyOf", "oneOf", "allOf", "prefixItems")
_CHILDREN = ("items", "additionalProperties")


def json_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The schema of a model; the caller may change what it gets."""
    return deepcopy(shared_json_schema(model))


@functools.lru_cache(maxsize=256)
def shared_json_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The same without a copy, for reading only."""
    raw = model.model_json_schema(by_alias=True, schema_generator=_Generator, mode="validation")
    definitions = raw.pop("$defs", {})
    shaper = _Shaper(definitions)
    shaped = shaper.shape(raw)
    if shaper.kept:
        shaped["$defs"] = shaper.kept
    return {"$schema": DIALECT, **shaped}


class _Generator(GenerateJsonSchema):
    """Gives titles and options names that people can read."""

    def get_title_from_name(self, name: str) -> str:
        return humanise(name)

    def enum_schema(self, schema: core_schema.EnumSchema) -> dict[str, Any]:
        return {**super().enum_schema(schema), "enumNames": [*map(_label, schema["members"])]}

    def literal_schema(self, schema: core_schema.LiteralSchema) -> dict[str, Any]:
        shaped = super().literal_schema(schema)
        if "enum" in shaped:
            shaped["enumNames"] = [_label(value) for value in schema["expected"]]
        return shaped

    def get_default_value(self, schema: core_schema.WithDefaultSchema) -> Any:
        """Also what a factory makes: a form needs it as much as any other default."""
        if "default_factory" in schema and not schema.get("default_factory_takes_data"):
            return schema["default_factory"]()  # type: ignore[call-arg]
        return schema.get("default", NoDefault)


def _label(value: Any) -> str:
    if isinstance(value, Enum):
        return humanise(value.value if isinstance(value.value, str) else value.name.lower())
    return humanise(value)


@dataclass
class _Shaper:
    """Resolves references and says things the short way; ``kept`` holds what refers to itself."""

    definitions: dict[str, Any]
    kept: dict[str, Any] = field(default_factory=dict)
    open: tuple[str, ...] = ()

    def shape(self, node: dict[str, Any]) -> dict[str, Any]:
        if "$ref" in node:
            return self._resolved(node)
        node = dict(node)
        for key in _CHILDREN:
            if isinstance(node.get(key), dict):
                node[key] = self.shape(node[key])
        for key in _ALTERNATIVES:
            if key in node:
                node[key] = [self.shape(part) for part in node[key]]
        if "properties" in node:
            node = self._object(node)
        return _optional(node)

    def _resolved(self, node: dict[str, Any]) -> dict[str, Any]:
        name = node["$ref"].removeprefix(_REFERENCE)
        beside = {key: value for key, value in node.items() if key != "$ref"}
        if name in self.open:
            if name not in self.kept:
                self.kept[name] = {}
                self.kept[name] = self._inside(name)
            return node
        return {**self._inside(name), **beside}

    def _inside(self, name: str) -> dict[str, Any]:
        within = _Shaper(self.definitions, self.kept, (*self.open, name))
        return within.shape(self.definitions[name])

    def _object(self, node: dict[str, Any]) -> dict[str, Any]:
        properties = {name: self._property(name, part) for name, part in node["properties"].items()}
        required = {*node.get("required", ())}
        required |= {name for name, part in properties.items() if part.pop(REQUIRED_MARK, False)}
        node |= {"properties": properties, "required": [n for n in properties if n in required]}
        if not node["required"]:
            del node["required"]
        node.setdefault("additionalProperties", False)
        return node

    def _property(self, name: str, part: dict[str, Any]) -> dict[str, Any]:
        shaped = self.shape(part)
        if "title" not in part:
            shaped["title"] = humanise(name)
        if _says_nothing(shaped.get("default", ...), shaped):
            del shaped["default"]
        return {**{key: shaped[key] for key in ("title", "description") if key in shaped}, **shaped}


def _says_nothing(default: Any, node: dict[str, Any]) -> bool:
    return default is None or (default == {} and "properties" in node)


def _optional(node: dict[str, Any]) -> dict[str, Any]:
    """``anyOf [X, null]`` as X that may be null."""
    parts = node.get("anyOf", [])
    others = [part for part in parts if part.get("type") != "null"]
    if len(parts) == len(others) or len(others) != 1 or not isinstance(others[0].get("type"), str):
        return node
    beside = {key: value for key, value in node.items() if key != "anyOf"}
    merged = {**others[0], **beside, "type": [others[0]["type"], "null"]}
    if "enum" in merged:
        merged["enum"] = [*merged["enum"], None]
        merged["enumNames"] = [*merged.get("enumNames", map(humanise, others[0]["enum"])), "None"]
    return merged


def alternatives(node: Any, root: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The plain schemas that ``node`` may stand for, references and alternatives resolved."""
    if not isinstance(node, dict):
        return
    if "$ref" in node:
        yield from alternatives(root["$defs"][node["$ref"].removeprefix(_REFERENCE)], root)
    elif parts := [*node.get("anyOf", ()), *node.get("oneOf", ()), *node.get("allOf", ())]:
        for part in parts:
            yield from alternatives(part, root)
    else:
        yield node
