"""The JSON Schemas of arguments and answers, as short as they can be: agents pay for each word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from athanor.server.mcp.arguments import other_names

if TYPE_CHECKING:
    from pydantic import BaseModel

_REFERENCE = "#/$defs/"
_SILENT = frozenset({"title", "pattern"})
_NAMES = ("properties",)


def of_arguments(model: type[BaseModel]) -> dict[str, Any]:
    """What a tool takes; other names of an argument stand in its description."""
    schema = _plain(model.model_json_schema())
    schema.pop("description", None)
    for name, property_ in schema.get("properties", {}).items():
        others = other_names(model, name)
        if others:
            also = f" (`{'`, `'.join(others)}` means the same.)"
            property_["description"] = property_.get("description", "") + also
    return schema


def of_answer(model: type[BaseModel]) -> dict[str, Any]:
    """What a tool answers."""
    return _plain(model.model_json_schema(mode="validation"), keep_null=True)


def _plain(schema: dict[str, Any], *, keep_null: bool = False) -> dict[str, Any]:
    definitions = schema.pop("$defs", {})
    recursive = {name for name, part in definitions.items() if _mentions(part, name)}
    found: dict[str, Any] = _shaped(schema, definitions, recursive, keep_null=keep_null)
    if kept := {name: definitions[name] for name in definitions if name in recursive}:
        found["$defs"] = {
            name: _shaped(part, definitions, recursive, keep_null=keep_null)
            for name, part in kept.items()
        }
    return found


def _mentions(part: Any, name: str) -> bool:
    if isinstance(part, dict):
        return part.get("$ref") == _REFERENCE + name or any(
            _mentions(value, name) for value in part.values()
        )
    return isinstance(part, list) and any(_mentions(value, name) for value in part)


def _shaped(node: Any, definitions: dict[str, Any], recursive: set[str], *, keep_null: bool) -> Any:
    """Without titles and references; of an argument that may be null, what it is otherwise."""

    def shape(part: Any) -> Any:
        return _shaped(part, definitions, recursive, keep_null=keep_null)

    if isinstance(node, list):
        return [shape(part) for part in node]
    if not isinstance(node, dict):
        return node
    if not keep_null:
        node = _without_null(node)
    name = str(node.get("$ref", "")).removeprefix(_REFERENCE)
    if name in definitions and name not in recursive:
        beside = {key: value for key, value in node.items() if key != "$ref"}
        return shape({**definitions[name], **beside})
    return {
        key: {inner: shape(part) for inner, part in value.items()}
        if key in _NAMES
        else shape(value)
        for key, value in node.items()
        if key not in _SILENT
    }


def _without_null(node: dict[str, Any]) -> dict[str, Any]:
    others = [part for part in node.get("anyOf", ()) if part.get("type") != "null"]
    if len(others) != 1:
        return node
    beside = {k: v for k, v in node.items() if k != "anyOf" and not (k == "default" and v is None)}
    return {**others[0], **beside}
