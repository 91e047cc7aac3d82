"""Looking whether everything is in order: each check says what it saw and what to do."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Any, Literal

from athanor import settings as settings_module
from athanor.definition.catalog import Catalog
from athanor.domain.home import Home
from athanor.errors import AthanorError, InvalidSetting
from athanor.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from athanor.settings import Settings

_LITTLE_SPACE = 1 << 30
_VERY_LITTLE_SPACE = 100 << 20
_PARTS = ("sqlalchemy", "pydantic", "msgspec", "typer", "rich")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing looked at; ``advice`` is the next step when it is not ok."""

    name: str
    state: Literal["ok", "warn", "fail"]
    found: str
    advice: str = ""


def examine(start: Path | None = None) -> Iterator[Check]:
    """Every check for the project that holds ``start``, in order; none of them changes anything.

    Only the data directory is made, to see whether it can be.
    """
    yield _python()
    yield _versions()
    try:
        settings = settings_module.load(start)
    except InvalidSetting as error:
        yield Check(name="settings", state="fail", found=error.message, advice="Mend the setting.")
        return
    yield _project(settings)
    yield from _settings(settings)
    yield _data_directory(settings)
    yield _space(settings)
    yield _database(settings)
    yield _owner(settings)
    yield _gpus(settings)
    yield _memory_limits()
    yield _git(settings)
    yield from _experiments(settings)


def _python() -> Check:
    found = f"{platform.python_version()} at {sys.executable}"
    return Check(name="python", state="ok", found=found)


def _versions() -> Check:
    parts = ", ".join(f"{name} {metadata.version(name)}" for name in _PARTS)
    return Check(name="athanor", state="ok", found=f"{__version__} ({parts})")


def _project(settings: Settings) -> Check:
    if (settings.project / "pyproject.toml").is_file():
        return Check(name="project", state="ok", found=str(settings.project))
    return Check(
        name="project",
        state="warn",
        found=f"{settings.project} (no pyproject.toml)",
        advice="Go to your project's folder, or make one here with `athanor init`.",
    )


def _settings(settings: Settings) -> Iterator[Check]:
    for variable, value, given in settings_module.in_force(settings):
        shown = _SHOWN.get(variable, str)(value)
        source = "from the environment" if given else "default"
        yield Check(name=variable, state="ok", found=f"{shown or 'not set'} ({source})")
    for variable, near in settings_module.unknown_variables().items():
        yield Check(
            name=variable,
            state="warn",
            found="no setting of Athanor",
            advice=f"Did you mean {near}?" if near else "Nothing reads it: take it away.",
        )


def _shown(url: str) -> str:
    """A database URL fit to be shown."""
    from athanor.store import postgres

    return postgres.shown(url) if url else ""


_SHOWN: dict[str, Callable[[Any], str]] = {
    "ATHANOR_DATABASE_URL": _shown,
    "ATHANOR_SERVER": lambda url: str(url).partition("?")[0],
    "ATHANOR_TOKEN": lambda token: "given, not shown" if token else "",
}
"""How settings are shown that may hold a secret."""


def _data_directory(settings: Settings) -> Check:
    from athanor.store.mounts import network_file_system

    home = settings.home
    advice = "Set ATHANOR_HOME to a folder on a local disk that can be written."
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home):
            pass
    except OSError as error:
        found = f"{home}: {error.strerror}"
        return Check(name="data directory", state="fail", found=found, advice=advice)
    kind = network_file_system(home)
    if kind is not None and settings.database_path is not None:
        found = f"{home} is on a network file system ({kind})"
        return Check(name="data directory", state="fail", found=found, advice=advice)
    return Check(name="data directory", state="ok", found=f"{home} can be written")


def _space(settings: Settings) -> Check:
    try:
        free = shutil.disk_usage(settings.home).free
    except OSError as error:
        return Check(name="disk", state="warn", found=f"not known: {error.strerror}")
    found = f"{free / 1e9:.1f} GB free"
    if free >= _LITTLE_SPACE:
        return Check(name="disk", state="ok", found=found)
    state: Literal["warn", "fail"] = "fail" if free < _VERY_LITTLE_SPACE else "warn"
    advice = (
        "Free some space elsewhere first, or set ATHANOR_HOME to another disk. The database does "
        "not shrink: what `athanor delete` frees in it is used again by new runs."
    )
    return Check(name="disk", state=state, found=found, advice=advice)


def _database(settings: Settings) -> Check:
    from athanor.store import schema
    from athanor.store.database import Database

    path = settings.database_path
    if path is not None and not path.exists():
        return Check(name="database", state="ok", found="not made yet; the first run makes it")
    try:
        database = Database.open(settings)
    except AthanorError as error:
        return Check(name="database", state="fail", found=error.message, advice="See the message.")
    try:
        found = f"{database.flavour.shown} at revision {schema.current(database)}"
    finally:
        database.close()
    size = f", {path.stat().st_size / 1e6:.1f} MB" if path is not None else ""
    return Check(name="database", state="ok", found=found + size)


def _owner(settings: Settings) -> Check:
    from athanor.supervision.ownership import Ownership

    try:
        owner = Ownership(Home(settings.home)).owner()
    except OSError as error:
        found = f"not known: {error.strerror}"
        return Check(name="supervisor", state="warn", found=found, advice="See data directory.")
    if owner and _is_stopped(owner):
        advice = "No run starts meanwhile: continue it (`fg`, `kill -CONT`) or end it."
        return Check(
            name="supervisor", state="fail", found=f"process {owner} is stopped", advice=advice
        )
    found = f"process {owner}" if owner else "none; the next run brings one"
    return Check(name="supervisor", state="ok", found=found)


def _is_stopped(owner: str) -> bool:
    """Whether somebody has stopped the process of ``pid command`` (Ctrl-Z, a debugger)."""
    import psutil

    pid = owner.partition(" ")[0]
    try:
        return pid.isdigit() and psutil.Process(int(pid)).status() in (
            psutil.STATUS_STOPPED,
            psutil.STATUS_TRACING_STOP,
        )
    except psutil.Error:
        return False


def _gpus(settings: Settings) -> Check:
    from athanor.supervision import devices

    there = devices.present(settings.gpus)
    found = f"{len(there)} for runs: {', '.join(there)}" if there else "none for runs"
    return Check(name="GPUs", state="ok", found=found)


def _memory_limits() -> Check:
    """Who would hold a run to its limit, asked as a runner asks."""
    from athanor.execution import cgroup

    group = cgroup.make()
    if group is None:
        found = "held by the runner; no control group can be made here"
    else:
        by = "kernel" if group.limits_memory else "runner; the controller is not enabled here"
        found = f"held by the {by} (runs have control groups of their own)"
        group.remove()
    return Check(name="memory limits", state="ok", found=found)


def _git(settings: Settings) -> Check:
    command = ["git", "-C", str(settings.project), "rev-parse", "--short", "HEAD"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        advice = "Install git, so that runs are recorded with their commit."
        return Check(name="git", state="warn", found="not found", advice=advice)
    if done.returncode != 0:
        advice = "`git init` and commit, so that runs are recorded with their commit."
        return Check(name="git", state="warn", found="no commit in this project", advice=advice)
    return Check(name="git", state="ok", found=f"commit {done.stdout.strip()}")


def _experiments(settings: Settings) -> Iterator[Check]:
    with Catalog(settings) as catalog:
        listing = catalog.list()
    names = ", ".join(entry.name for entry in listing.experiments[:10])
    count = len(listing.experiments)
    if count:
        more = ", …" if count > 10 else ""
        yield Check(name="experiments", state="ok", found=f"{count}: {names}{more}")
    elif not listing.broken:
        advice = "Put a file into experiments/, or begin with `athanor init`."
        yield Check(name="experiments", state="warn", found="none found", advice=advice)
    for entry in listing.broken:
        reason = (entry.reason.strip().splitlines() or ["no reason is known"])[0]
        found = f"{entry.module} is broken: {reason}"
        advice = "`athanor list --verbose` shows the whole traceback."
        yield Check(name="experiments", state="fail", found=found, advice=advice)
