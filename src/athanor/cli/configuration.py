"""Configuration from the command line: ``-c key=value`` and files."""

from __future__ import annotations

import copy
import json
import re
import shlex
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from athanor.cli.render.words import number
from athanor.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

Place = list[str | int]
Schema = dict[str, Any]

_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")
_WORDS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_MISSING = object()


def assembled(
    assignments: Sequence[str],
    base: dict[str, Any],
    *,
    schema: Schema,
    defaults: dict[str, Any],
) -> dict[str, Any]:
    """``base`` with the assignments made, in their order.

    Where an assignment reaches into a group or list that ``base`` lacks, it changes the default of
    that. InvalidInput names what cannot be read.
    """
    configuration = copy.deepcopy(base)
    for assignment in assignments:
        place, text = _split(assignment, schema)
        nodes = node_at(schema, place, assignment)
        value = coerced(text, nodes)
        _check_shape(assignment, value, nodes, schema)
        if len(place) > 1 and place[0] not in configuration and place[0] in defaults:
            configuration[str(place[0])] = copy.deepcopy(defaults[str(place[0])])
        _put(configuration, place, value, assignment)
    return configuration


def from_file(path: Path) -> dict[str, Any]:
    """The configuration in a JSON, TOML or YAML file, told apart by its ending."""
    readers = {".json": _json, ".toml": _toml, ".yaml": _yaml, ".yml": _yaml}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise InvalidInput(f"--config takes a .json, .toml or .yaml file, got {path}.")
    try:
        value = reader(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InvalidInput(f"--config {path} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise InvalidInput(f"--config {path} is not valid: {error}") from None
    if not isinstance(value, dict):
        raise InvalidInput(
            f"--config {path} must hold named values, got {type(value).__name__} at the top."
        )
    return value


def _json(text: str) -> Any:
    return json.loads(text)


def _toml(text: str) -> Any:
    import tomllib

    return tomllib.loads(text)


def _yaml(text: str) -> Any:
    import yaml

    try:
        return yaml.safe_load(text) or {}
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise ValueError(f"{where}{error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise ValueError(str(error).replace(' in "<unicode string>"', "")) from None


def changes(configuration: dict[str, Any], defaults: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The leaves in which a configuration differs from the defaults, as ``(path, value)``."""
    for key, value in configuration.items():
        default = defaults.get(key, _MISSING)
        if isinstance(value, dict) and isinstance(default, dict):
            yield from ((f"{key}.{path}", leaf) for path, leaf in changes(value, default))
        elif default is _MISSING or value != default or type(value) is bool is not type(default):
            yield key, value


# --- places --------------------------------------------------------------------------------------


def _split(assignment: str, schema: Schema) -> tuple[Place, str]:
    key, equals, text = assignment.partition("=")
    key = key.strip()
    if not equals or not key:
        raise InvalidInput(f"-c takes key=value, got {assignment!r}.")
    if key in schema.get("properties", {}):
        return [key], text
    return _place(key, assignment), text


def _place(key: str, assignment: str) -> Place:
    place = steps(key)
    if not place or isinstance(place[0], int):
        raise InvalidInput(
            f"-c {assignment}: {key!r} is no key; write group.key=value or list[0].key=value."
        )
    return place


def steps(path: str) -> Place:
    """``a.b[0]`` as ``["a", "b", 0]``; empty for what is no such path."""
    place: Place = []
    position = 0
    for found in _STEP.finditer(path):
        if path[position : found.start()] not in ("", "."):
            break
        place.append(int(found[1]) if found[1] else found[2])
        position = found.end()
    return place if position == len(path) else []


def _dotted(place: Place) -> str:
    text = ""
    for step in place:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def _put(configuration: Any, place: Place, value: Any, assignment: str) -> None:
    """Set a value, making the objects and lists on the way."""
    holder = configuration
    for position, step in enumerate(place):
        last = position == len(place) - 1
        _check_holder(holder, step, place[:position], assignment)
        if isinstance(step, int) and step == len(holder):
            holder.append(None)
        if last:
            holder[step] = value
        elif isinstance(step, int):
            if holder[step] is None:
                holder[step] = _empty(place[position + 1])
            holder = holder[step]
        else:
            if holder.get(step) is None:
                holder[step] = _empty(place[position + 1])
            holder = holder[step]


def _empty(step: str | int) -> Any:
    return [] if isinstance(step, int) else {}


def _check_holder(holder: Any, step: str | int, before: Place, assignment: str) -> None:
    where = _dotted(before) or "the configuration"
    if isinstance(step, int):
        if not isinstance(holder, list):
            raise InvalidInput(f"-c {assignment}: {where} is not a list.")
        if step > len(holder):
            raise InvalidInput(
                f"-c {assignment}: {where} has {number(len(holder), 'item')}, so the next is "
                f"[{len(holder)}], not [{step}]."
            )
    elif not isinstance(holder, dict):
        raise InvalidInput(f"-c {assignment}: {where} has no keys inside; it is {holder!r}.")


# --- the schema ----------------------------------------------------------------------------------


def node_at(schema: Schema, place: Place, assignment: str = "") -> list[Schema]:
    """The schemas a value at ``place`` may have; none where anything goes.

    InvalidInput names the nearest keys for one that is not known.
    """
    nodes = list(alternatives(schema, schema))
    for position, step in enumerate(place):
        if not nodes:
            return []
        found = [part for node in nodes for part in _inside(node, step, schema)]
        if isinstance(step, str) and step.isdecimal() and _kinds(nodes) == {"array"}:
            raise _a_position(place, position, assignment)
        if not found and isinstance(step, str) and _closed(nodes):
            raise _unknown(schema, place[: position + 1], assignment)
        nodes = found
    return nodes


def _inside(node: Schema, step: str | int, root: Schema) -> Iterator[Schema]:
    if isinstance(step, int):
        part = node.get("items")
    else:
        part = node.get("properties", {}).get(step, node.get("additionalProperties"))
    if isinstance(part, dict):
        yield from alternatives(part, root)


def _a_position(place: Place, position: int, assignment: str) -> InvalidInput:
    """Somebody wrote ``list.0`` for ``list[0]``."""
    right: Place = [*place[:position], int(place[position]), *place[position + 1 :]]
    _, _, text = assignment.partition("=")
    return InvalidInput(
        f"-c {assignment}: {_dotted(place[:position])} is a list, and positions stand in brackets: "
        f"-c {shlex.quote(f'{_dotted(right)}={text}')}"
    )


def _closed(nodes: list[Schema]) -> bool:
    objects = [node for node in nodes if "object" in _types(node) or "properties" in node]
    return bool(objects) and all(node.get("additionalProperties") is False for node in objects)


def alternatives(node: Schema, root: Schema, depth: int = 0) -> Iterator[Schema]:
    """The plain schemas a node stands for."""
    if "$ref" in node and depth < 20:
        target = root.get("$defs", {}).get(node["$ref"].removeprefix("#/$defs/"), {})
        yield from alternatives(target, root, depth + 1)
    elif parts := [*node.get("anyOf", ()), *node.get("oneOf", ()), *node.get("allOf", ())]:
        for part in parts:
            yield from alternatives(part, root, depth + 1)
    else:
        yield node


def _unknown(schema: Schema, place: Place, assignment: str) -> InvalidInput:
    wanted = _dotted(place)
    known = list(known_keys(schema))
    near = get_close_matches(wanted.lower(), known, n=3, cutoff=0.5)
    last = str(place[-1]).lower()
    near = near or [key for key in known if last in key.lower()][:3]
    if near:
        hint = f"did you mean {' or '.join(near)}?"
    elif known:
        hint = f"known keys are: {', '.join(known[:20])}."
    else:
        hint = "this experiment has nothing to configure."
    return InvalidInput(f"-c {assignment}: {wanted} is not a known key; {hint}")


def known_keys(schema: Schema, depth: int = 6) -> Iterator[str]:
    """Every key of a schema as it is written on the command line."""
    yield from _keys(schema, schema, "", depth)


def _keys(node: Schema, root: Schema, before: str, depth: int) -> Iterator[str]:
    for plain in alternatives(node, root) if depth else ():
        for name, part in plain.get("properties", {}).items():
            path = f"{before}.{name}" if before else name
            yield path
            yield from _keys(part, root, path, depth - 1)
        if isinstance(plain.get("items"), dict) and before:
            yield from _keys(plain["items"], root, f"{before}[0]", depth - 1)


# --- values --------------------------------------------------------------------------------------


def coerced(text: str, nodes: list[Schema]) -> Any:
    """``text`` as the value that the schema wants; JSON, else text, where it wants nothing."""
    types = _kinds(nodes)
    options = [option for node in nodes for option in node.get("enum", ())]
    value = _parsed(text)
    if text in options or (types == {"string"} and not isinstance(value, str)):
        return text
    if types and types <= {"string", "null"} and value is not None and not isinstance(value, str):
        return text
    return _fitted(text, value, types)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _fitted(text: str, value: Any, types: set[str]) -> Any:
    """The forms of a value that JSON does not know but people write."""
    if isinstance(value, float) and "integer" in types and "number" not in types:
        return int(value) if value.is_integer() else value
    if not isinstance(value, str) or "string" in types:
        return value
    if "boolean" in types and text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if "null" in types and text == "None":
        return None
    if types & {"number", "integer"}:
        return _number(text, types)
    return value


def _number(text: str, types: set[str]) -> Any:
    """``1_000`` and ``.5``; the text itself when it is no number, for the check to refuse."""
    for kind in (int, float) if "number" in types else (int,):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _check_shape(assignment: str, value: Any, nodes: list[Schema], root: Schema) -> None:
    """InvalidInput showing how a list or a group is written, for text where one belongs."""
    kinds = _kinds(nodes) - {"null"}
    key, _, text = assignment.partition("=")
    if kinds == {"array"} and not isinstance(value, list | None):
        written = _as_list(key, text, [part for node in nodes for part in _inside(node, 0, root)])
        raise InvalidInput(
            f"-c {assignment}: {key} is a list, got {text!r}. Write -c {shlex.quote(written)}"
        )
    if kinds == {"object"} and not isinstance(value, dict | None):
        inside = next(iter(_keys({"anyOf": nodes}, root, key, 1)), f"{key}.name")
        raise InvalidInput(
            f"-c {assignment}: {key} is a group, got {text!r}. "
            f"Set what is in it: -c {shlex.quote(f'{inside}=…')}"
        )


def _as_list(key: str, text: str, items: list[Schema]) -> str:
    """How a list of what somebody wrote with commas is given."""
    if _kinds(items) == {"object"}:
        inside = next((name for node in items for name in node.get("properties", ())), "name")
        return f"{key}[0].{inside}=…"
    text = text.strip()
    if text.startswith("[") and text.endswith("]"):  # only its texts lack their quotes
        text = text[1:-1]
    parts = [coerced(part.strip(), items) for part in text.split(",")]
    return f"{key}={json.dumps(parts, ensure_ascii=False, separators=(',', ':'))}"


def _kinds(nodes: list[Schema]) -> set[str]:
    return {kind for node in nodes for kind in _types(node)}


def _types(node: Schema) -> set[str]:
    kind = node.get("type", ())
    found = {kind} if isinstance(kind, str) else set(kind)
    if not found and "enum" in node and all(isinstance(v, str) for v in node["enum"]):
        return {"string"}
    return found
