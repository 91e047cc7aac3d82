"""``athanor init``: a project that runs at once."""

import re
from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from athanor.cli import terminal
from athanor.errors import HomeUnusable

FILES = {
    "pyproject.toml": "pyproject.toml.txt",
    "experiments/hello.py": "hello.py.txt",
    ".gitignore": "gitignore.txt",
    ".env.example": "env.example.txt",
}
"""Where each template goes."""


def init(
    directory: Annotated[
        Path, typer.Argument(metavar="[DIR]", help="The project's folder; made if need be.")
    ] = Path(),
) -> None:
    """Begin a project with a small experiment that runs. Overwrites nothing."""
    folder = directory.resolve()
    for name, template in FILES.items():
        try:
            made = _write(folder / name, _content(template, folder.name))
        except OSError as error:
            raise HomeUnusable(
                f"{folder / name} cannot be written: {error.strerror}. Choose another folder."
            ) from None
        terminal.say(f"  {'made' if made else 'kept'}  {name}{'' if made else ' (it was there)'}")
    terminal.say("\nNext:")
    if folder != Path.cwd():
        terminal.say(f"  cd {directory}")
    for command in ("athanor list", "athanor run hello", "athanor run hello -c trials=2000"):
        terminal.say(f"  {command}")
    _warn_if_unlisted(folder)


def _write(path: Path, content: str) -> bool:
    """Write a new file; False, and nothing touched, when there is one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(content)
    except FileExistsError:
        return False
    return True


def _content(template: str, name: str) -> str:
    text = (resources.files("athanor.cli") / "templates" / template).read_text(encoding="utf-8")
    project = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "experiments"
    return text.replace("{{name}}", project)


def _warn_if_unlisted(folder: Path) -> None:
    """A .gitignore that was there may not know the data directory."""
    try:
        known = (folder / ".gitignore").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    if ".athanor" not in known:
        terminal.notice("\nAdd .athanor/ to your .gitignore: the data of your runs goes there.")
