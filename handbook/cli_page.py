"""The page of the command line, made of the verbs as Typer knows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from typer.main import get_command

from athanor.cli.app import app
from handbook.prose import MADE, table

_HEAD = f"""# Command line
{MADE}
`athanor VERB --help` says the same. Exit codes: 0 for success, 1 for a failure, 2 for bad usage or
configuration; that of `athanor run` says how the run ended: 0 completed, 1 failed, 130 cancelled.

## `athanor`
"""


def text() -> str:
    """The whole page."""
    root = get_command(app)
    parts = [_HEAD, _options(root)]
    for words, command in _verbs(root, ("athanor",)):
        parts.append(_section(words, command))
    return "\n".join(part for part in parts if part).rstrip() + "\n"


def _verbs(group: Any, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, command in group.commands.items():
        if getattr(command, "commands", None):
            yield from _verbs(command, (*words, name))
        else:
            yield (*words, name), command


def _section(words: tuple[str, ...], command: Any) -> str:
    arguments = [parameter for parameter in command.params if parameter.param_type_name != "option"]
    usage = " ".join([*words, *(_argument(argument) for argument in arguments)])
    told = "\n".join(line.strip() for line in (command.help or "").strip().splitlines())
    rows = [(f"`{_argument(one)}`", one.help or "") for one in arguments]
    parts = [f"## `{usage}`\n", told + "\n", table(("argument", ""), rows), _options(command)]
    return "\n".join(part for part in parts if part)


def _argument(argument: Any) -> str:
    name: str = argument.metavar or argument.name.upper()
    many = "…" if argument.nargs == -1 and not name.endswith(("…", "...")) else ""
    bare = name.strip("[]")
    return (bare if argument.required else f"[{bare}]") + many


def _options(command: Any) -> str:
    rows = [
        (_option(one), one.help or "")
        for one in command.params
        if one.param_type_name == "option" and not one.hidden and "--help" not in one.opts
    ]
    return table(("option", ""), rows)


def _option(option: Any) -> str:
    names = ", ".join(f"`{name}`" for name in sorted(option.opts, key=len))
    takes = "" if option.is_flag else f" {(option.metavar or option.type.name.upper()).strip()}"
    return f"{names}{takes}"
