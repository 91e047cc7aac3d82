"""Where experiments may be: the modules to look at, found without importing any of them."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib.machinery import PathFinder
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

from athanor.errors import InvalidSetting
from athanor.settings import project_table

if TYPE_CHECKING:
    from collections.abc import Iterator

ENTRY_POINT_GROUP = "athanor.experiments"
DEFAULT_FOLDER = "experiments"

_TEST_FOLDERS = frozenset({"test", "tests"})


@dataclass(frozen=True, slots=True)
class Target:
    """A module to look at; ``name`` when only one object of it is meant.

    ``problem`` says why there is nothing to import; ``file`` is None when it was not found.
    """

    module: str
    name: str | None = None
    file: Path | None = None
    problem: str | None = None

    @property
    def key(self) -> str:
        """``package.module`` or ``package.module:Name``."""
        return f"{self.module}:{self.name}" if self.name else self.module


def find(project: Path) -> tuple[Target, ...]:
    """Every module of a project, and of installed packages, that may hold experiments."""
    found: dict[str, Target] = {}
    for target in (*_configured(project), *_installed(project)):
        found.setdefault(target.key, target)
    return tuple(found.values())


def locate(project: Path, module: str) -> Path | None:
    """The file of a dotted module, or the folder of a package without one; None if missing.

    Looks where the import system would, but runs no code.
    """
    search: list[str] | None = [str(project), str(project / "src"), *sys.path]
    location: Path | None = None
    for position in range(1, module.count(".") + 2):
        spec = PathFinder.find_spec(".".join(module.split(".")[:position]), search)
        if spec is None:
            return None
        inside = list(spec.submodule_search_locations or ())
        has_file = spec.origin is not None and spec.has_location
        location = Path(spec.origin) if has_file and spec.origin else _first(inside)
        search = inside
    return location


def _first(folders: list[str]) -> Path | None:
    return Path(folders[0]) if folders else None


def _configured(project: Path) -> Iterator[Target]:
    pyproject = project / "pyproject.toml"
    try:
        entries = project_table(project).get("experiments")
    except InvalidSetting as error:
        yield Target("pyproject", file=pyproject, problem=error.message)
        return
    if entries is None:
        entries = [DEFAULT_FOLDER] if (project / DEFAULT_FOLDER).is_dir() else []
    if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
        problem = f"[tool.athanor] experiments must be a list of folders or modules, got {entries}"
        yield Target("pyproject", file=pyproject, problem=problem)
        return
    for entry in entries:
        yield from _entry(project, entry)


def _entry(project: Path, entry: str) -> Iterator[Target]:
    path = (project / entry).resolve()
    if path.is_dir() or path.suffix == ".py":
        yield from _at(project, entry, path)
    else:
        yield from _module(project, entry, "pyproject.toml")


def _at(project: Path, entry: str, path: Path) -> Iterator[Target]:
    """The modules of a configured folder or file."""
    root = project.resolve()
    inner = root / "src"
    if path.is_relative_to(inner):
        root = inner
    if not path.is_relative_to(root):
        problem = f"{entry} lies outside the project {project}; install it as a package instead"
        yield Target(entry, file=path, problem=problem)
    elif path.is_dir():
        yield from _in_folder(path, path.relative_to(root).parts, nested=False)
    elif path.is_file():
        yield from _in_file(path, path.relative_to(root).parent.parts)
    else:
        yield Target(entry, problem=f"{entry} does not exist (looked for {path})")


def _installed(project: Path) -> Iterator[Target]:
    for point in entry_points(group=ENTRY_POINT_GROUP):
        yield from _module(project, point.value.replace(" ", ""), f"entry point {point.name!r}")


def _module(project: Path, entry: str, asked_by: str) -> Iterator[Target]:
    """A dotted module; a package stands for the modules in it as well."""
    module, _, name = entry.partition(":")
    place = locate(project, module) if module else None
    if place is None:
        problem = (
            f"there is no folder and no module {entry!r} (named by {asked_by}; looked in "
            f"{project} and on the import path)"
        )
        yield Target(module or entry, name or None, problem=problem)
        return
    folder = place if place.is_dir() else place.parent if place.name == "__init__.py" else None
    if folder is None or name:
        yield Target(module, name or None, place)
    else:
        yield from _in_folder(folder, tuple(module.split(".")), nested=False)


def _in_folder(folder: Path, dotted: tuple[str, ...], *, nested: bool) -> Iterator[Target]:
    """The modules of a folder: its files, its subfolders, and the packages below those."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "_")) and path.name != "__init__.py":
            continue
        if path.suffix == ".py":
            yield from _in_file(path, dotted)
        elif path.is_dir() and _holds_modules(path, nested=nested):
            yield from _in_folder(path, (*dotted, path.name), nested=True)


def _holds_modules(folder: Path, *, nested: bool) -> bool:
    """Folders of data are not searched: below the first level only packages count."""
    if not folder.name.isidentifier() or folder.name in _TEST_FOLDERS:
        return False
    if folder.is_symlink() and folder.parent.resolve().is_relative_to(folder.resolve()):
        return False  # it leads back to where we come from
    return not nested or (folder / "__init__.py").is_file()


def _in_file(path: Path, dotted: tuple[str, ...]) -> Iterator[Target]:
    if _is_test(path.stem) or not _defines_something(path):
        return
    parts = dotted if path.stem == "__init__" else (*dotted, path.stem)
    problem = None
    if not parts:
        problem = "a file __init__.py at the project's root cannot be imported"
    elif not all(part.isidentifier() for part in parts):
        problem = "its name cannot be imported; use letters, digits and underscores only"
    yield Target(".".join(parts) or "__init__", file=path, problem=problem)


def _is_test(stem: str) -> bool:
    return stem.startswith("test_") or stem.endswith("_test") or stem == "conftest"


def _defines_something(path: Path) -> bool:
    """Whether a file has a class or function at all; spares a process for an empty __init__."""
    try:
        text = path.read_bytes()
    except OSError:
        return False
    if path.stem.isidentifier():
        return b"class " in text or b"def " in text or path.stem != "__init__"
    return b"athanor" in text
