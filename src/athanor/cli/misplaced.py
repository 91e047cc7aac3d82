"""Configuration given without ``-c``: refused, saying how it is written."""

from __future__ import annotations

import shlex
from difflib import get_close_matches
from typing import TYPE_CHECKING

from athanor.cli.configuration import known_keys
from athanor.cli.hints import before_the_verb
from athanor.errors import AthanorError, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable

    import typer


def refuse(context: typer.Context, name: str | None) -> None:
    """InvalidInput when there is more on the command line than a name and options."""
    words = [word for word in (name, *context.args) if word is not None]
    options = [word for word in words if word.startswith("-")]
    if options:
        known = [name for parameter in context.command.params for name in parameter.opts]
        raise _no_option(options[0], words, known)
    for word in words if name and "=" in name else context.args:
        if "=" in word:
            raise InvalidInput(
                f"{word} is no option; a value of the configuration is set with -c: "
                f"`-c {shlex.quote(word)}`."
            )
        raise InvalidInput(f"One experiment is run at a time, got {word!r} as well as {name}.")


def _no_option(option: str, words: list[str], options: list[str]) -> InvalidInput:
    flag, _, value = option.partition("=")
    key = flag.lstrip("-")
    if flag == "--server":
        return InvalidInput(f"No such option: {flag}. {before_the_verb('run')}")
    after = words[words.index(option) + 1 :]
    value = value or (after[0] if after and not after[0].startswith("-") else "VALUE")
    others = (word for word in words if not word.startswith("-") and word != value)
    known = next((found for found in map(_keys_of, others) if found), frozenset())
    for like in (key, key.replace("-", "_")):
        if like in known:
            return InvalidInput(
                f"{flag} is no option; a value of the configuration is set with -c: "
                f"`-c {shlex.quote(f'{like}={value}')}`."
            )
    begun = [option for option in options if key and option.lstrip("-").startswith(key)]
    near = begun[:2] or get_close_matches(flag, options, n=2)
    meant = f" Did you mean {' or '.join(near)}?" if near else ""
    return InvalidInput(
        f"No such option: {flag}.{meant} `athanor run --help` shows those there are."
    )


def _keys_of(name: str) -> Iterable[str]:
    from athanor.cli import session

    try:
        with session.experiments() as known:
            return frozenset(known_keys(known.get_config_schema(name)))
    except AthanorError:  # then it is not known what it takes
        return frozenset()
