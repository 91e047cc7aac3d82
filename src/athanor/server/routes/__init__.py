"""The routes: one file a noun, each a few lines over a use case."""

from __future__ import annotations

from fastapi.routing import APIRoute

from athanor.server.heads import is_stream
from athanor.server.routes import (
    comparison,
    events,
    experiments,
    export,
    figures,
    health,
    instances,
    logs,
    results,
    runs,
    values,
)

ROUTERS = tuple(
    noun.router
    for noun in (
        experiments,
        instances,
        runs,
        logs,
        results,
        values,
        figures,
        events,
        export,
        comparison,
        health,
    )
)
"""In the order in which a reader of the API meets them."""


def methods_at(path: str) -> list[str]:
    """What can be done at a path of the API, in the order of the alphabet."""
    place = path.removeprefix("/api")
    routes = [route for router in ROUTERS for route in router.routes]
    there = [one for one in routes if isinstance(one, APIRoute) and one.path_regex.match(place)]
    methods = {method for one in there for method in one.methods or ()}
    return sorted(methods | ({"HEAD"} if "GET" in methods and not is_stream(path) else set()))
