"""What a worker is to import."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Order:
    """What a worker is to import; ``timeout_s`` bounds the import and every answer."""

    project: Path
    module: str
    name: str | None
    file: Path | None
    timeout_s: float
