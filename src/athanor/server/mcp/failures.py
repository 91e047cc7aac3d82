"""What an agent is told when a tool fails: what was wrong, and which tool to call next."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from athanor import errors
from athanor.server.mcp.bounds import cut_middle

if TYPE_CHECKING:
    from athanor.errors import AthanorError

_NEXT: dict[type[AthanorError], str] = {
    errors.ConfigurationInvalid: "get_config_schema says what each field takes; validate_config "
    "checks without saving.",
    errors.InstanceNotFound: "list_experiments shows those there are.",
    errors.RunNotFound: "list_runs shows those of an experiment.",
    errors.ResultNotFound: "list_results shows the keys there are.",
    errors.ModuleNotFound: "list_available_modules shows those there are.",
    errors.NotAnExperiment: "list_available_modules shows those there are.",
    errors.ExperimentBroken: "Its code must be mended; list_available_modules says whether it is.",
    errors.InstanceBusy: "cancel_run ends a run, wait_for_run waits for its end; then try again.",
    errors.RunNotRunning: "get_run shows how it ended; start_run starts a new one.",
    errors.StartFailed: "list_runs and get_run show the failed run.",
    errors.Unavailable: "Try again in a moment.",
}
"""The next step after an error of a class, or of one above it."""

_ABOUT = (errors.InstanceNotFound, errors.InstanceBusy, errors.AmbiguousName)

UNEXPECTED = (
    "This is a mistake in Athanor, not yours; what the server wrote to stderr tells its authors "
    "more. Go on with another tool."
)


def told(error: AthanorError) -> str:
    """The message of an error, with the next step in tools instead of commands."""
    found = (_NEXT[kind] for kind in type(error).__mro__ if kind in _NEXT)
    said = _without_commands(error.message)
    said = re.sub(r"\b([Ii])nstance\b", _experiment, said) if isinstance(error, _ABOUT) else said
    said = cut_middle(said) or ""
    step = next(found, "")
    return f"{said if said.endswith(('.', '?', '!')) or not step else said + '.'} {step}".strip()


def _experiment(found: re.Match[str]) -> str:
    """Here an instance is called an experiment."""
    return "Experiment" if found[1] == "I" else "experiment"


def _without_commands(message: str) -> str:
    """What is said without the sentences and clauses that name a command of the terminal."""
    message = re.sub(r" \(athanor [^)]*\)", "", message)
    kept = [part for part in re.split(r"(?<=[.?!]) (?=[A-Z`])", message) if "`athanor" not in part]
    return " ".join(kept) or re.sub(r"[;,.] [^;.]*`athanor.*$", ".", message, flags=re.DOTALL)
