"""The page of the Python surface, made of the package's lists of public names."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import athanor
from athanor import errors, experiments, runtime, testing
from handbook.prose import MADE, first_line, prose, table

_HEAD = f"""# Python
{MADE}
`import athanor` gives what an author needs. [The client](client.md) has the same verbs with a
project behind a server.
"""
_GROUPS = {
    "Writing an experiment": (
        "Experiment",
        "experiment",
        "Definition",
        "ConfigSchema",
        "RunContext",
    ),
    "Records": ("Instance", "Run", "RunStatus", "Progress", "LogLine", "Result"),
}
_MODULES = {
    "`athanor.experiments`": experiments,
    "`athanor.runtime`": runtime,
    "`athanor.testing`": testing,
}
_ELSEWHERE = {"experiments", "runtime", "testing", "Harness", "__version__"}
_LEFT_OUT = {"close", "model"}
"""What the package calls itself, though it has a public name."""


def text() -> str:
    """The whole page."""
    parts = [_HEAD]
    for title, names in _GROUPS.items():
        parts += [f"## {title}\n", *(_one(name, getattr(athanor, name)) for name in names)]
    for title, module in _MODULES.items():
        parts += [f"## {title}\n", prose(module) + "\n", *_members(module)]
    parts += ["## `athanor.Harness`\n", prose(athanor.Harness) + "\n", _verbs(athanor.Harness)]
    parts += ["## Errors\n", prose(errors) + "\n", _errors()]
    return "\n".join(part for part in parts if part).rstrip() + "\n"


def shown() -> set[str]:
    """The names of ``athanor.__all__`` that the page is about."""
    listed = {name for names in _GROUPS.values() for name in names}
    return listed | _ELSEWHERE | {name for name in athanor.__all__ if hasattr(errors, name)}


def _members(module: ModuleType) -> Iterator[str]:
    for name in module.__all__:
        yield _one(name, getattr(module, name))


def _one(name: str, thing: Any) -> str:
    parts = [f"### `{name}`\n", f"```text\n{name}{_signature(thing)}\n```\n", prose(thing) + "\n"]
    if inspect.isclass(thing):
        parts.append(_attributes(thing))
    return "\n".join(part for part in parts if part)


def _attributes(thing: type) -> str:
    if issubclass(thing, str):
        return table(("value",), [(f"`{value}`",) for value in thing])
    return _verbs(thing)


def _verbs(thing: type) -> str:
    """A row a method or property, in the order of the classes it is made of."""
    rows = []
    for name, member in _public(thing).items():
        call = "" if isinstance(member, property) else _signature(getattr(thing, name), bound=True)
        rows.append((f"`{name}{call}`", first_line(member)))
    return table(("", ""), rows)


def _public(thing: type) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for owner in thing.__mro__:
        if owner.__module__.startswith("athanor."):
            mine = {name: one for name, one in vars(owner).items() if _told(name, one)}
            found |= {name: one for name, one in mine.items() if name not in found}
    return found


def _told(name: str, member: Any) -> bool:
    if name.startswith("_") or name in _LEFT_OUT:
        return False
    return isinstance(member, (property, classmethod)) or inspect.isfunction(member)


def _signature(thing: Any, *, bound: bool = False) -> str:
    if not callable(thing) or (inspect.isclass(thing) and issubclass(thing, str)):
        return ""
    if dataclasses.is_dataclass(thing) and inspect.isclass(thing):
        return _fields(thing)
    signature = inspect.signature(thing)
    kept = [_readable(one) for one in signature.parameters.values()]
    kept = [one for one in kept if not (bound and one.name == "self")]
    return _plain(str(signature.replace(parameters=kept)))


def _readable(parameter: inspect.Parameter) -> inspect.Parameter:
    """A default that has no text of its own is only said to be there."""
    odd = parameter.default is ... or callable(parameter.default)
    absent = parameter.default is inspect.Parameter.empty
    return parameter.replace(default=_SOMETHING) if odd and not absent else parameter


class _Something:
    def __repr__(self) -> str:
        return "…"


_SOMETHING = _Something()


def _fields(thing: type) -> str:
    """Records have many fields: a line each."""
    lines = [_plain(f"    {one.name}: {one.type}") for one in dataclasses.fields(thing)]
    return "\n" + "\n".join(lines)


def _plain(signature: str) -> str:
    """Annotations as they were written, not as texts that hold them."""
    signature = re.sub(r"(?<=: |> )'([^']*)'", r"\1", signature)
    return signature.replace("builtins.", "").replace(" -> None", "")


def _errors() -> str:
    """The tree, by indent."""
    rows = []
    for depth, error in _tree(errors.AthanorError, 0):
        rows.append((f"{'&emsp;' * depth}`{error.__name__}`", first_line(error)))
    return table(("error", ""), [*rows, ("`Cancelled`", first_line(errors.Cancelled))])


def _tree(error: type, depth: int) -> Iterator[tuple[int, type]]:
    yield depth, error
    for child in error.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from _tree(child, depth + 1)
