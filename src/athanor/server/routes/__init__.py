"""The routes: one file a noun, each a few lines over a use case."""

from athanor.server.routes import (
    comparison,
    events,
    experiments,
    export,
    health,
    instances,
    logs,
    results,
    runs,
)

ROUTERS = tuple(
    noun.router
    for noun in (
        experiments,
        instances,
        runs,
        logs,
        results,
        events,
        export,
        comparison,
        health,
    )
)
"""In the order in which a reader of the API meets them."""
