"""Every setting: its environment variable, its default and a sentence about it."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from athanor.errors import InvalidSetting


def _setting(
    variable: str, default: Any, text: str, *, also: str = "", secret: bool = False
) -> Any:
    """A field that knows its environment variable and says a sentence about itself.

    ``also`` is a variable that counts when the first is not set. A secret stays out of what is
    written about the settings in errors and logs.
    """
    told = {"variable": variable, "text": text, "also": also}
    return field(default=default, repr=not secret, metadata=told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What can be set. Durations are in seconds."""

    project: Path
    home: Path = _setting(
        "ATHANOR_HOME", None, "The data directory; .athanor beside pyproject.toml by default."
    )
    database_url: str = _setting(
        "ATHANOR_DATABASE_URL",
        "",
        "A PostgreSQL database's URL; empty means SQLite in the data directory.",
        secret=True,
    )
    max_running: int = _setting(
        "ATHANOR_MAX_RUNNING",
        max(8, 4 * (os.cpu_count() or 1)),
        "How many runs may work at once; the others wait their turn.",
    )
    import_timeout_s: float = _setting(
        "ATHANOR_IMPORT_TIMEOUT", 30.0, "How long a file of experiments may take to import."
    )
    force_grace_s: float = _setting(
        "ATHANOR_FORCE_GRACE", 5.0, "How long a forced run has between SIGTERM and SIGKILL."
    )
    finish_grace_s: float = _setting(
        "ATHANOR_FINISH_GRACE",
        10.0,
        "How long threads and workers may go on after the experiment has returned.",
    )

    gpus: str = _setting(
        "ATHANOR_GPUS",
        "",
        "The GPUs for runs, as whoever supervises is told: a count, or names separated by commas; "
        "empty means those found.",
    )
    usage_interval_s: float = _setting(
        "ATHANOR_USAGE_INTERVAL",
        5.0,
        "How often it is noted what a run uses of the machine; less often in long runs.",
    )
    host: str = _setting(
        "ATHANOR_HOST",
        "127.0.0.1",
        "The address that the server listens on; any but a loopback one demands the token.",
    )
    port: int = _setting(
        "ATHANOR_PORT",
        4000,
        "The port that the server listens on; PORT counts too when this is not set.",
        also="PORT",
    )
    allowed_hosts: str = _setting(
        "ATHANOR_ALLOWED_HOSTS",
        "",
        "More names under which the server may be reached, separated by commas.",
    )
    require_token: bool = _setting(
        "ATHANOR_REQUIRE_TOKEN", False, "Whether the server demands its token on loopback too."
    )
    log_requests: bool = _setting(
        "ATHANOR_LOG_REQUESTS", False, "Whether the server writes a line a request to stderr."
    )

    server: str = _setting(
        "ATHANOR_SERVER",
        "",
        "The URL of a server that the terminal and the client work with, instead of this machine; "
        "the link with its token will do.",
        secret=True,
    )
    token: str = _setting(
        "ATHANOR_TOKEN", "", "The token that is sent to that server.", secret=True
    )

    @property
    def database_path(self) -> Path | None:
        """The file of the embedded database, or None when a server is configured."""
        return None if self.database_url else self.home / "athanor.db"


def described() -> list[tuple[str, Any, str]]:
    """``(variable, default, sentence)`` of every setting."""
    return [
        (entry.metadata["variable"], entry.default, entry.metadata["text"])
        for entry in fields(Settings)
        if entry.metadata
    ]


def in_force(
    settings: Settings, environ: Mapping[str, str] | None = None
) -> list[tuple[str, Any, bool]]:
    """``(variable, value, given by the environment)`` of every setting."""
    environ = os.environ if environ is None else environ
    return [
        (entry.metadata["variable"], getattr(settings, entry.name), bool(given))
        for entry in fields(Settings)
        if entry.metadata
        for given in [_given(entry, environ)[1]]
    ]


def load(start: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """The settings for the project that holds ``start`` (default: the working directory)."""
    environ = os.environ if environ is None else environ
    project = project_root(start or Path.cwd())
    values: dict[str, Any] = {"project": project, "home": project / ".athanor"}
    for entry in fields(Settings):
        variable, text = _given(entry, environ)
        if text:
            values[entry.name] = _parse(variable, text, entry.name, project)
    return Settings(**values)


def _given(entry: Field[Any], environ: Mapping[str, str]) -> tuple[str, str]:
    """The variable that says what a setting is, and what it says; empty when none does."""
    variables = [entry.metadata.get(name, "") for name in ("variable", "also")]
    found = [(variable, environ[variable]) for variable in variables if environ.get(variable)]
    return found[0] if found else (variables[0], "")


def project_root(start: Path) -> Path:
    """The nearest folder at or above ``start`` with a pyproject.toml or .athanor, else itself."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / "pyproject.toml").is_file() or (folder / ".athanor").is_dir():
            return folder
    return start


def project_table(project: Path) -> dict[str, Any]:
    """The ``[tool.athanor]`` table of a project, empty when there is none."""
    path = project / "pyproject.toml"
    if not path.is_file():
        return {}
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8")).get("tool", {}).get("athanor", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidSetting(f"{path} is not valid TOML: {error}. Mend it and try again.") from None
    if not isinstance(table, dict):
        raise InvalidSetting(f"{path}: [tool.athanor] must be a table, got {table!r}.")
    if unknown := next((key for key in table if key not in _IN_PROJECT), None):
        near = _near(unknown, _IN_PROJECT)
        hint = f"Did you mean {near}?" if near else f"It takes {', '.join(_IN_PROJECT)}."
        raise InvalidSetting(f"{path}: [tool.athanor] has the unknown key {unknown!r}. {hint}")
    return table


_IN_PROJECT = ("experiments",)
_OUR_OTHERS = ("ATHANOR_ATTEMPT", "ATHANOR_TRACEBACK")
"""Variables that are no settings: a runner gives its processes the first."""
_OF_THE_REPOSITORY = ("ATHANOR_BENCH_", "ATHANOR_CHAOS", "ATHANOR_TEST_", "ATHANOR_URL")


def unknown_variables(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Variables that look like settings and are none, each with the nearest one or nothing."""
    known = [*(variable for variable, _, _ in described()), *_OUR_OTHERS]
    return {
        name: _near(name, known)
        for name in sorted(os.environ if environ is None else environ)
        if name.startswith("ATHANOR_") and name not in known
        if not name.startswith(_OF_THE_REPOSITORY)
    }


def _near(name: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches  # only for a mistake: every verb reads settings

    # What they all begin with makes none of them nearer.
    own = {text.removeprefix("ATHANOR_"): text for text in known}
    near = get_close_matches(name.removeprefix("ATHANOR_"), own, n=1, cutoff=0.6)
    return own[near[0]] if near else ""


_MINIMUM = {
    "max_running": 1,
    "import_timeout_s": 0.1,
    "force_grace_s": 0,
    "finish_grace_s": 0,
    "usage_interval_s": 0.1,
    "port": 0,
}
_LARGEST_PORT = 65535
_WHOLE = ("max_running", "port")
_YES_OR_NO = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


_DEVICE = re.compile(r"[^\s;-][^\s;]*")


def _parse(variable: str, text: str, name: str, project: Path) -> Any:
    if name == "home":
        return (project / Path(text).expanduser()).resolve()
    if name == "gpus":
        return _devices(variable, text)
    if name in ("require_token", "log_requests"):
        return _yes_or_no(variable, text)
    if name not in _MINIMUM:
        return text
    kind = int if name in _WHOLE else float
    try:
        value = kind(text)
    except ValueError:
        raise InvalidSetting(
            f"{variable} must be a number ({kind.__name__}), got {text!r}."
        ) from None
    if not _MINIMUM[name] <= value < float("inf"):
        raise InvalidSetting(f"{variable} must be a number from {_MINIMUM[name]} up, got {text}.")
    if name == "port" and value > _LARGEST_PORT:
        raise InvalidSetting(f"{variable} must be a port, 0 to {_LARGEST_PORT}, got {text}.")
    return value


def _devices(variable: str, text: str) -> str:
    names = [name.strip() for name in text.split(",")]
    if any(name and not _DEVICE.fullmatch(name) for name in names) or not any(names):
        raise InvalidSetting(
            f"{variable} must be a count (4) or names separated by commas (0,2,3; a single one "
            f"with a comma behind it: 2,), got {text!r}."
        )
    return text


def _yes_or_no(variable: str, text: str) -> bool:
    found = _YES_OR_NO.get(text.strip().lower())
    if found is None:
        raise InvalidSetting(f"{variable} must be yes or no, got {text!r}.")
    return found
