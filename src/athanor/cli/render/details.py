"""One experiment, instance or run in full."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

from rich.text import Text

from athanor.cli.configuration import alternatives
from athanor.cli.hints import typed
from athanor.cli.render.listing import progress, runs_table, taken
from athanor.cli.render.style import status_of, status_text
from athanor.cli.render.summary import counts, error_text, next_commands
from athanor.cli.render.table import Column, Rows, facts
from athanor.cli.render.words import (
    ago,
    awaited,
    clean,
    duration,
    figure,
    number,
    plain,
    size,
    stamp,
)
from athanor.domain import size as amounts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType
    from rich.table import Table

    from athanor.domain.run import Run
    from athanor.domain.usage import Usage

_DEEPEST = 8


def experiment(found: dict[str, Any]) -> Iterator[RenderableType]:
    """Its definition, its schema as a table, an example command."""
    entry, schema = found["experiment"], found["schema"]
    yield Text(entry.name, "bold")
    table = facts()
    if entry.description:
        table.add_row("description", clean(entry.description))
    table.add_row("module", entry.module)
    table.add_row("file", str(entry.file or "-"))
    yield table
    yield Text("")
    if not schema.get("properties"):
        yield Text("Nothing to configure.")
    else:
        yield _schema_table(schema)
    yield Text("")
    yield Text.assemble(("$ ", "dim"), example(entry.name, schema))


def instance(found: dict[str, Any]) -> Iterator[RenderableType]:
    """Its facts, its configuration, its last runs."""
    record, stats = found["instance"], found["stats"]
    yield Text(clean(record.name), "bold")
    table = facts()
    table.add_row("id", record.id)
    table.add_row("experiment", record.experiment_module)
    if record.description:
        table.add_row("description", clean(record.description))
    _limits(table, record.time_limit_s, record.memory_limit_bytes)
    if record.gpus:
        table.add_row("GPUs", str(record.gpus))
    table.add_row("made", f"{stamp(record.inserted_at)} ({ago(record.inserted_at)})")
    table.add_row("runs", str(stats.run_count))
    table.add_row("last run", status_of(stats.last_run_status))
    yield table
    yield from _configuration(record.configuration)
    if found["runs"]:
        yield Text("\nLast runs", "dim")
        yield runs_table(found["runs"], {record.id: record.name})


def _limits(table: Table, time_s: float | None, memory_bytes: int | None) -> None:
    if time_s is not None:
        table.add_row("time limit", duration(time_s))
    if memory_bytes is not None:
        table.add_row("memory limit", amounts.text(memory_bytes))


def run(found: dict[str, Any]) -> Iterator[RenderableType]:
    """Its facts, its configuration, what it ran with, its error."""
    record, instance = found["run"], found["instance"]
    title = Text.assemble(status_text(record), "  ")
    yield title.append(clean(instance.name) if instance else "", "bold")
    yield _run_facts(record, instance, found["queue_place"])
    yield from _configuration(record.configuration)
    ran_with = _surroundings(record.metadata)
    if ran_with.row_count:
        yield Text("\nRan with", "dim")
        yield ran_with
    if record.error:
        yield Text("\nError", "dim")
        yield error_text(record)
    commands = next_commands(record)
    if commands:
        yield Text("")
        yield Text("\n").join(Text.assemble(("$ ", "dim"), command) for command in commands)


def _run_facts(record: Run, instance: Any, place: int) -> Table:
    table = facts()
    table.add_row("id", record.id)
    if instance is not None:
        table.add_row("instance", instance.id)
        table.add_row("experiment", instance.experiment_module)
    if place:
        table.add_row("queue", f"place {place}{awaited(record.waits_for)}")
    table.add_row("started", stamp(record.started_at))
    if record.completed_at is not None:
        table.add_row("ended", stamp(record.completed_at))
    if record.started_at is not None:
        table.add_row("duration", taken(record))
    _limits(table, record.metadata.get("time_limit_s"), record.metadata.get("memory_limit_bytes"))
    if record.gpus:
        table.add_row("GPUs", clean(", ".join(record.gpus)))
    if record.usage is not None and record.status.live:
        _usage(table, record.usage)
    if record.progress is not None:
        message = f"  {clean(record.progress.message)}" if record.progress.message else ""
        table.add_row("progress", progress(record) + message)
    table.add_row("output", counts(record))
    return table


def _usage(table: Table, usage: Usage) -> None:
    """What a run that works uses now; once it has ended, its peak and total say more."""
    memory = f"{size(usage.memory_bytes)} in {number(usage.processes, 'process', 'processes')}"
    table.add_row("memory", f"{memory}, {size(usage.peak_memory_bytes)} at most")
    cpu = f"{usage.cpu_percent:.0f}% of a core, {duration(usage.cpu_s)} so far"
    table.add_row("processor", cpu)
    for gpu in usage.gpus:
        doing = f"{gpu.utilization_percent:.0f}% busy, {size(gpu.memory_bytes)}"
        table.add_row(f"GPU {clean(gpu.device)}", doing)


def _configuration(configuration: dict[str, Any]) -> Iterator[RenderableType]:
    if configuration:
        yield Text("\nConfiguration", "dim")
        yield Text(clean(json.dumps(configuration, indent=2, ensure_ascii=False)))


def _surroundings(metadata: dict[str, Any]) -> Table:
    table = facts()
    for name in ("host", "python", "platform", "executable"):
        if metadata.get(name):
            table.add_row(name, clean(str(metadata[name])))
    git = metadata.get("git")
    if git and git.get("commit"):
        changed = " with uncommitted changes" if git.get("dirty") else ""
        table.add_row("git", f"{git['commit'][:12]} ({git.get('branch')}){changed}")
    if metadata.get("peak_memory_bytes"):
        table.add_row("peak memory", size(metadata["peak_memory_bytes"]))
    if metadata.get("cpu_s") is not None:
        table.add_row("processor", duration(metadata["cpu_s"]))
    return table


# --- schemas -------------------------------------------------------------------------------------


def _schema_table(schema: dict[str, Any]) -> Rows:
    table = Rows(
        (
            Column(name="KEY"),
            Column(name="TYPE", gives="wrap", least=8),
            Column(name="DEFAULT", gives="wrap", least=8),
            Column(name="BOUNDS", gives="wrap", least=8),
            Column(name="DESCRIPTION", gives="wrap", least=16),
        )
    )
    for depth, name, node, required in _rows(schema, schema, 0):
        default = Text("required", "yellow") if required else Text(_default(node))
        description = node.get("description") or ""
        bounds = _bounds(node, schema)
        table.add_row("  " * depth + name, _kind(node, schema), default, bounds, clean(description))
    return table


def _rows(
    node: dict[str, Any], root: dict[str, Any], depth: int
) -> Iterator[tuple[int, str, dict[str, Any], bool]]:
    """``(depth, key, schema, required)`` of every field, in the order written."""
    if depth > _DEEPEST:
        return
    for plain_node in alternatives(node, root):
        required = plain_node.get("required", ())
        for name, part in plain_node.get("properties", {}).items():
            is_list = any(isinstance(p.get("items"), dict) for p in alternatives(part, root))
            yield depth, name + ("[]" if is_list else ""), part, name in required
            yield from _rows(part, root, depth + 1)
        if isinstance(plain_node.get("items"), dict):
            yield from _rows(plain_node["items"], root, depth)


def _kind(node: dict[str, Any], root: dict[str, Any]) -> str:
    words: list[str] = []
    for part in alternatives(node, root):
        kinds = part.get("type", "choice" if "enum" in part or "const" in part else "any")
        for kind in [kinds] if isinstance(kinds, str) else kinds:
            items = part.get("items")
            if kind == "array" and isinstance(items, dict):
                words.append(f"list of {_kind(items, root)}")
            else:
                words.append(_KINDS.get(kind, kind))
    return " or ".join(dict.fromkeys(words))


_KINDS = {"string": "text", "object": "group", "array": "list", "null": "none", "number": "float"}


def _default(node: dict[str, Any]) -> str:
    if "default" not in node:
        return "" if "properties" in node else "none"
    value = node["default"]
    if isinstance(value, dict):
        return ""
    return clean(figure(value) if isinstance(value, float) else plain(value))


def _bounds(node: dict[str, Any], root: dict[str, Any]) -> str:
    words = []
    for part in alternatives(node, root):
        if "enum" in part:
            words.append(" | ".join(clean(plain(v)) for v in part["enum"] if v is not None))
        words += [f"{sign} {part[key]}" for key, sign in _LIMITS.items() if key in part]
    return ", ".join(words)


_LIMITS = {
    "minimum": "≥",
    "exclusiveMinimum": ">",
    "maximum": "≤",
    "exclusiveMaximum": "<",
    "minItems": "items ≥",
    "maxItems": "items ≤",
    "minLength": "length ≥",
    "maxLength": "length ≤",
    "pattern": "matches",
}


def example(name: str, schema: dict[str, Any]) -> str:
    """A command line that runs: what is required, else the first field."""
    properties = schema.get("properties", {})
    chosen = [key for key in properties if key in schema.get("required", ())]
    if not chosen:
        scalars = (
            k for k, v in properties.items() if not isinstance(v.get("default"), dict | list)
        )
        chosen = [key for key in scalars if "properties" not in properties[key]][:1]
    given = [f"-c {shlex.quote(f'{key}={_sample(properties[key], schema)}')}" for key in chosen]
    return " ".join([typed("athanor run"), shlex.quote(name), *given])


def _sample(node: dict[str, Any], root: dict[str, Any]) -> str:
    if node.get("default") is not None:
        return plain(node["default"])
    for part in alternatives(node, root):
        if part.get("enum"):
            return plain(part["enum"][0])
        kinds = part.get("type", "string")
        kind = kinds if isinstance(kinds, str) else kinds[0]
        least = part.get("minimum", 1)
        samples = {"integer": str(least), "number": str(least), "boolean": "true"}
        return samples.get(kind, {"array": "[]", "object": "{}"}.get(kind, "text"))
    return "text"
