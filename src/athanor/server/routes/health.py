"""How the server is."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from athanor.server.models.health import Health
from athanor.server.opened import Opened

router = APIRouter(tags=["health"])


@router.get("/health", operation_id="get_health", response_model=Health)
def get_health(harness: Opened) -> Any:
    """Whether the server and its database answer, and who looks after the runs."""
    return harness.health()
