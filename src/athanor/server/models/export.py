"""What a run is exported as."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from athanor.server.models.answer import Answer, Asked
from athanor.server.models.instances import Instance
from athanor.server.models.logs import LogLine
from athanor.server.models.results import ResultOrigin
from athanor.server.models.runs import Run

MEDIA_TYPES = {
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
}


class ExportedResult(ResultOrigin):
    """A result with its whole value."""

    value: Any = Field(examples=[{"accuracy": 0.875}])


class ExportedRun(Answer):
    """A run as one JSON document."""

    run: Run
    instance: Instance | None
    results: list[ExportedResult] = Field(description="In order of time.")
    logs: list[LogLine] = Field(
        default_factory=list, description="In order of time; only with `logs=true`."
    )


class ExportAsked(Asked):
    """Which file."""

    format: Literal["json", "ndjson", "csv", "parquet"] = Field("json", examples=["csv"])
    logs: bool = Field(False, description="With the log lines (json and ndjson).")
