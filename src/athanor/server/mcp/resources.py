"""What agents may attach to a conversation: schemas, and what runs said."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from athanor.domain.identifier import short_id
from athanor.domain.moment import shown
from athanor.errors import NotFound
from athanor.server.mcp.models.output import LogsAsked, ResultsAsked
from athanor.server.mcp.tools.output import get_run_logs, list_results

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from athanor.server.mcp.desk import Desk

_PATIENCE_S = 2.0
_RUNS_LISTED = 10
JSON = "application/json"
TEXT = "text/plain"


@dataclass(frozen=True, slots=True)
class Template:
    """A kind of resource; ``{…}`` in its URI is what is asked for."""

    uri: str
    name: str
    description: str
    media_type: str
    read: Callable[[Desk, str], str]

    def asked(self, uri: str) -> str | None:
        """What a URI asks for, if it is of this kind."""
        before, after = re.split(r"\{\w+\}", self.uri)
        inside = uri.startswith(before) and uri.endswith(after) and uri[len(before) :]
        found = unquote(inside.removesuffix(after)) if inside else ""
        return found if found and "\x00" not in found and len(found) <= 1000 else None


@dataclass(frozen=True, slots=True)
class Listed:
    """One resource there is."""

    uri: str
    name: str
    description: str
    media_type: str


def listed(desk: Desk) -> Iterator[Listed]:
    """The schemas, and what the newest runs said; others are read by their URIs."""
    schema, logs, results = TEMPLATES
    for entry in desk.harness.list_experiments(_PATIENCE_S).experiments:
        uri = f"athanor://experiments/{quote(entry.module, safe=':')}/schema"
        about = entry.description or "What its configuration takes."
        yield Listed(uri, f"{entry.name}: schema", about, schema.media_type)
    for run in desk.harness.list_runs(limit=_RUNS_LISTED).items:
        for kind, word in ((logs, "logs"), (results, "results")):
            name = f"run {short_id(run.id)}: {word}"
            about = f"{run.status.value}, made {run.inserted_at:%Y-%m-%d %H:%M} UTC"
            yield Listed(f"athanor://runs/{run.id}/{word}", name, about, kind.media_type)


def read(desk: Desk, uri: str) -> tuple[str, str]:
    """The text of a resource and its type; NotFound."""
    for template in TEMPLATES:
        asked = template.asked(uri)
        if asked is not None:
            return template.read(desk, asked), template.media_type
    kinds = ", ".join(template.uri for template in TEMPLATES)
    raise NotFound(f"Resource not found: {uri[:300]}. There are: {kinds}.")


def _schema(desk: Desk, module: str) -> str:
    return json.dumps(desk.harness.get_config_schema(module), ensure_ascii=False, indent=2)


def _logs(desk: Desk, run_id: str) -> str:
    found = get_run_logs(desk, LogsAsked(run_id=run_id, limit=500))
    above = [f"… (line {found.logs[0].line - 1} and those before: get_run_logs)"]
    return "\n".join(
        [
            *(above if found.next_cursor else ()),
            *(f"{shown(one.timestamp)} {one.level} {one.message}" for one in found.logs),
        ]
    )


def _results(desk: Desk, run_id: str) -> str:
    found = list_results(desk, ResultsAsked(run_id=run_id, limit=100))
    return found.model_dump_json(exclude_defaults=True, indent=2)


TEMPLATES = (
    Template(
        "athanor://experiments/{module}/schema",
        "configuration schema",
        "The JSON Schema of a module's configuration.",
        JSON,
        _schema,
    ),
    Template("athanor://runs/{id}/logs", "logs of a run", "The newest 500 log lines.", TEXT, _logs),
    Template(
        "athanor://runs/{id}/results",
        "results of a run",
        "The newest 100 results, with the begin of each value.",
        JSON,
        _results,
    ),
)
