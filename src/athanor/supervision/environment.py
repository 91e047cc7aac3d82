"""The environment that runs get from their supervisor: its own, plus the project's ``.env``."""

from __future__ import annotations

import os
from pathlib import Path


def base_environment(project: Path) -> dict[str, str]:
    """This process's environment; ``.env`` fills in what is missing there."""
    import dotenv

    given = dotenv.dotenv_values(project / ".env") if (project / ".env").is_file() else {}
    return {**{key: value for key, value in given.items() if value is not None}, **os.environ}
