"""Asking before something cannot be undone."""

from __future__ import annotations

from athanor.cli import terminal
from athanor.errors import InvalidInput


def confirm(question: str, *, yes: bool, flag: str = "--yes") -> None:
    """Go on only when the answer is yes; InvalidInput where nobody can be asked."""
    if yes:
        return
    if not terminal.can_ask():
        raise InvalidInput(f"{question} Nobody can be asked here; add {flag} to do it.")
    import typer

    typer.confirm(question, abort=True, err=True)
