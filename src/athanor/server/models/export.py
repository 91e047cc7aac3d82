"""What a run is exported as."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from athanor.server.models.answer import Asked

MEDIA_TYPES = {
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
}


class ExportAsked(Asked):
    """Which file."""

    format: Literal["json", "ndjson", "csv", "parquet"] = Field("json", examples=["csv"])
    logs: bool = Field(False, description="With the log lines (json and ndjson).")
