"""Docstrings and tables as Markdown."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from typing import Any

MADE = "<!-- Made of the code by `make reference`; a test says when it has changed. -->\n"


def prose(documented: Any) -> str:
    """What its docstring says; empty for one that Python made up itself."""
    text = inspect.getdoc(documented) or ""
    return re.sub(r"``([^`]+)``", r"`\1`", text)


def first_line(documented: Any) -> str:
    """The sentence that a docstring begins with."""
    return prose(documented).partition("\n\n")[0].replace("\n", " ")


def table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table, or nothing when it has no rows."""
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    if not lines:
        return ""
    head = "| " + " | ".join(heads) + " |"
    return "\n".join([head, "|" + "---|" * len(heads), *lines]) + "\n"
