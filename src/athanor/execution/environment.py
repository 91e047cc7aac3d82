"""The environment of a run: handed over in a private file that its runner deletes on reading.

Values are never recorded; only the names are.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

import msgspec

from athanor.domain.home import AttemptDirectory
from athanor.execution.spec import write_private

_INTERPRETER_PREFIXES = ("PYTHON", "LD_", "DYLD_", "MALLOC_", "GLIBC_")


def hand_over(directory: AttemptDirectory, environment: Mapping[str, str]) -> None:
    """Leave ``environment`` for the runner."""
    content = {os.fsencode(k).hex(): os.fsencode(v).hex() for k, v in environment.items()}
    write_private(directory.environment, msgspec.json.encode(content))


def take(directory: AttemptDirectory) -> dict[str, str] | None:
    """The environment that was handed over, or None; gone from the disk afterwards."""
    try:
        content = directory.environment.read_bytes()
    except FileNotFoundError:
        return None
    directory.environment.unlink()
    pairs = msgspec.json.decode(content, type=dict[str, str])
    return {_text(key): _text(value) for key, value in pairs.items()}


def adopt(environment: Mapping[str, str]) -> bool:
    """Make ``environment`` this process's own.

    True when it differs in what an interpreter reads only as it starts (``PYTHONPATH``,
    ``LD_PRELOAD``): then a forked task would not follow it, a new interpreter does.
    """
    differs = _interpreter_part(os.environ) != _interpreter_part(environment)
    os.environ.clear()
    os.environ.update(environment)
    return differs


def _interpreter_part(environment: Mapping[str, str]) -> dict[str, str]:
    return {k: v for k, v in environment.items() if k.startswith(_INTERPRETER_PREFIXES)}


def _text(encoded: str) -> str:
    return os.fsdecode(bytes.fromhex(encoded))
