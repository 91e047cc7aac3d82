"""Commands that are said, as they must be typed: with the server for which this one was typed."""

from __future__ import annotations

import re
import shlex

from athanor.cli import session
from athanor.cli.here import ONLY_HERE

_COMMAND = re.compile(r"(?<![^`])athanor (?=([a-z]+))(?![^`]*--debug)")


def typed(text: str) -> str:
    """``text``, whose commands are in backticks or all of it; the token is left out of them.

    A server of the environment needs no mention, a verb about the machine takes none.
    """
    return _COMMAND.sub(_with_server, text) if session.was_typed() else text


def before_the_verb(verb: str) -> str:
    """Where ``--server`` stands."""
    return f"--server stands before the verb: `athanor --server URL {verb}`."


def _with_server(found: re.Match[str]) -> str:
    if found[1] in ONLY_HERE:
        return found[0]
    return f"athanor --server {shlex.quote(session.server())} "
