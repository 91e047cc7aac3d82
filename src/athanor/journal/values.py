"""Values: what an author may hand over, turned into plain JSON.

Plain JSON here means dict with text keys, list, str, int, float, bool and None. NaN and the
infinities become the strings of the proto3 JSON mapping. What has no JSON form raises
``TypeError`` naming the place inside the value.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import math
import pathlib
import sys
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

_SCALARS = frozenset({str, int, bool, type(None)})
_MAX_DEPTH = 200
_SHOWN_PATH = 60


def is_flat(mapping: Any) -> bool:
    """True for a dict with text keys and scalar values: it can be encoded as it is."""
    if type(mapping) is not dict:
        return False
    for key, value in mapping.items():
        if type(key) is not str:
            return False
        kind = type(value)
        if kind not in _SCALARS and (kind is not float or value - value != 0.0):
            return False
    return True


def plain(value: Any, path: str = "value") -> Any:
    """``value`` as plain JSON; ``path`` names it in errors."""
    return _plain(value, path, 0)


def text(value: str) -> str:
    """``value`` with lone surrogates, which UTF-8 cannot carry, written as escapes."""
    return value.encode("utf-8", "backslashreplace").decode("utf-8")


def _plain(value: Any, path: str, depth: int) -> Any:
    kind = type(value)
    if kind is str:
        return value if value.isascii() else text(value)
    if kind in _SCALARS:
        return value
    if kind is float:
        return value if math.isfinite(value) else _not_finite(value)
    if depth > _MAX_DEPTH:
        start = path[:_SHOWN_PATH]
        raise TypeError(f"{start}... is nested more than {_MAX_DEPTH} deep, or contains itself")
    if kind is dict:
        return _mapping(value, path, depth)
    if kind is list or kind is tuple:
        return _sequence(value, path, depth)
    return _other(value, path, depth)


def _not_finite(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def _mapping(value: Mapping[Any, Any], path: str, depth: int) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, item in value.items():
        name = _key(key, path)
        if name in out:
            raise TypeError(f"{path} has two keys that are both {name!r} in JSON")
        out[name] = _plain(item, f"{path}.{name}", depth + 1)
    return out


def _sequence(value: Iterable[Any], path: str, depth: int) -> list[Any]:
    return [_plain(item, f"{path}[{index}]", depth + 1) for index, item in enumerate(value)]


def _key(key: Any, path: str) -> str:
    if isinstance(key, enum.Enum):
        key = key.value
    if isinstance(key, str):
        return text(str.__str__(key))
    if isinstance(key, bool):
        return "true" if key else "false"
    if isinstance(key, (int, uuid.UUID, dt.date, pathlib.PurePath)):
        return str(_plain(key, path, 0))
    number = _numpy(key)
    if number is not None and isinstance(number(), int):
        return str(number())
    raise TypeError(f"{path} has a key of type {_name(key)}; JSON keys are text")


_TEXTUAL: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (dt.datetime, dt.datetime.isoformat),
    (dt.date, dt.date.isoformat),
    (dt.time, dt.time.isoformat),
    (uuid.UUID, str),
    (pathlib.PurePath, lambda path: text(str(path))),
)


def _other(value: Any, path: str, depth: int) -> Any:  # noqa: PLR0911 - one line a kind
    if isinstance(value, enum.Enum):
        return _plain(value.value, path, depth + 1)
    for kind, convert in _TEXTUAL:
        if isinstance(value, kind):
            return convert(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [entry.name for entry in dataclasses.fields(value)]
        return _mapping({name: getattr(value, name) for name in names}, path, depth)
    if _is_pydantic(value):
        return _plain(value.model_dump(mode="python", by_alias=True), path, depth + 1)
    convert_numpy = _numpy(value)
    if convert_numpy is not None:
        return _plain(convert_numpy(), path, depth + 1)
    if isinstance(value, Mapping):
        return _mapping(value, path, depth)
    if isinstance(value, (set, frozenset)):
        return _sequence(_ordered(value), path, depth)
    return _subclass(value, path, depth)


def _subclass(value: Any, path: str, depth: int) -> Any:
    """Subclasses of the plain kinds: a str with extras, a named tuple, numpy's float64."""
    if isinstance(value, str):
        return text(str.__str__(value))
    if isinstance(value, int):
        return int.__int__(value)
    if isinstance(value, float):
        return _plain(float.__float__(value), path, depth)
    if isinstance(value, (list, tuple)):
        return _sequence(value, path, depth)
    raise TypeError(
        f"{path} is of type {_name(value)}, which has no JSON form; "
        "convert it first (for example with .tolist(), str() or dict())"
    )


def _ordered(values: Iterable[Any]) -> list[Any]:
    """A set in an order of its own, so that equal sets give equal JSON."""
    items = list(values)
    try:
        return sorted(items)
    except TypeError:
        return sorted(items, key=lambda item: (type(item).__name__, str(item)))


def _is_pydantic(value: Any) -> bool:
    pydantic = sys.modules.get("pydantic")
    return pydantic is not None and isinstance(value, pydantic.BaseModel)


def _numpy(value: Any) -> Callable[[], Any] | None:
    """How to unpack a numpy scalar or array; numpy is never imported for it."""
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, (numpy.generic, numpy.ndarray)):
        if value.dtype.kind in "cSV":
            return None
        if value.dtype.char == "g":  # a long double: what it unpacks to is itself
            value = value.astype("float64")
        convert: Callable[[], Any] = value.tolist
        return convert
    return None


def _name(value: Any) -> str:
    kind = type(value)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
