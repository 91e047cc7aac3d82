"""What is built of this repository, and a place where nothing but that is installed."""

from __future__ import annotations

import os
import site
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).parents[2]
WHOLE = "ATHANOR_TEST_INSTALL"
"""Set: what the wheel depends on is installed too, as anyone would. Else it is borrowed."""


def build(folder: Path) -> tuple[Path, Path]:
    """The source distribution, and the wheel that was built from it."""
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (source,) = folder.glob("*.tar.gz")
    (wheel,) = folder.glob("*.whl")
    return source, wheel


class Installation:
    """An environment with the wheel, and a ``PATH`` on which there is nothing else."""

    def __init__(self, folder: Path, wheel: Path) -> None:
        self.folder = folder / "environment"
        venv.create(self.folder)
        self.path = self.folder / "bin"
        self._install(wheel)

    def _install(self, wheel: Path) -> None:
        borrowed = not os.environ.get(WHOLE)
        more = ["--no-deps", "--no-index"] if borrowed else []
        pip = [sys.executable, "-m", "pip", "--python", str(self.path / "python"), "install"]
        done = subprocess.run(
            [*pip, "--quiet", *more, str(wheel)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        if borrowed:  # it comes after what is installed, and its own .pth files say nothing
            (packages,) = self.folder.glob("lib/python*/site-packages")
            (packages / "borrowed.pth").write_text("\n".join(site.getsitepackages()))

    @property
    def environment(self) -> dict[str, str]:
        """Variables without any of ours, and without what else is installed."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("ATHANOR_", "PYTHON"))}
        kept.pop("VIRTUAL_ENV", None)
        return kept | {"PATH": str(self.path), "NO_COLOR": "1"}

    def call(self, folder: Path, *words: str) -> str:
        """Run a command of the environment; what it printed."""
        done = subprocess.run(
            [self.path / words[0], *words[1:]],
            cwd=folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout
