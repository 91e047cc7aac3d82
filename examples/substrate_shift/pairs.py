"""The part of the configuration that both experiments share: which models to switch between."""

from __future__ import annotations

from typing import Any

from athanor import ConfigSchema, RunContext

DEFAULT_PAIRS = [{"model_a": "gpt-4o", "model_b": "gpt-4o-mini"}]


def with_models(schema: ConfigSchema) -> ConfigSchema:
    """``schema`` with the fields that choose the models and say how they are reached."""
    pair = (
        ConfigSchema()
        .field("model_a", str, default="gpt-4o", required=True, description="Begins")
        .field("model_b", str, default="gpt-4o-mini", required=True, description="Takes over")
    )
    return (
        schema.field(
            "max_tokens",
            int,
            default=256,
            min=16,
            max=4096,
            description="The longest reply a model may give",
        )
        .field(
            "require_api_key",
            bool,
            default=False,
            label="Require an API key",
            description="Fail, rather than simulate, when there is none",
        )
        .list(
            "model_pairs",
            pair,
            default=DEFAULT_PAIRS,
            description="An empty list means the default pair",
        )
    )


def chosen_pairs(ctx: RunContext) -> list[dict[str, Any]]:
    """The configured pairs; the default ones, with a warning, when there are none."""
    pairs: list[dict[str, Any]] = ctx.config["model_pairs"]
    if not pairs:
        ctx.log("warn", "No model pairs configured: using the default", {"pairs": DEFAULT_PAIRS})
    return pairs or DEFAULT_PAIRS
