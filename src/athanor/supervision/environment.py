"""The environment that runs get: the requester's or the supervisor's, ``.env`` filling the gaps."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def filled(project: Path, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """``environment``, with what only the project's ``.env`` has."""
    path = project / ".env"
    if not path.is_file():
        return dict(environment)
    import dotenv

    given = {key: value for key, value in dotenv.dotenv_values(path).items() if value is not None}
    return {**given, **environment}
