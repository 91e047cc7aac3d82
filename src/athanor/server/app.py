"""The application: what is put together, in which order."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from starlette.routing import WebSocketRoute

from athanor.server import openapi, problems
from athanor.server.answers import Json
from athanor.server.body import WholeBody
from athanor.server.known import ONLY_WHAT_IS_KNOWN
from athanor.server.live.live import Live
from athanor.server.mcp.desk import Desk
from athanor.server.mcp.http import AgentsDoor
from athanor.server.pages import Pages
from athanor.server.pulse import Pulse
from athanor.server.requests_log import RequestsLog
from athanor.server.routes import ROUTERS
from athanor.server.safety import Safety
from athanor.server.turns import Turns
from athanor.version import __version__

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from athanor.harness import Harness
    from athanor.server.safety import Rules


def make_app(harness: Harness, rules: Rules) -> FastAPI:
    """The server of one project; it supervises its runs while it is up."""
    app = _described(_alive)
    app.state.harness = harness
    app.state.pulse = Pulse(harness.version)
    app.state.live = Live(harness, app.state.pulse)
    app.state.reading_code = Turns(at_once=8)
    app.state.starting_runs = Turns(at_once=16)
    app.router.routes.append(WebSocketRoute("/api/live", app.state.live.answer, name="live"))
    app.state.agents = AgentsDoor(_desk(app))
    app.router.add_route("/mcp", app.state.agents, include_in_schema=False)
    # The last one added is the first to see a request.
    app.add_middleware(Pages)
    app.add_middleware(WholeBody)
    app.add_middleware(Safety, rules=rules)
    app.add_middleware(RequestsLog, enabled=harness.settings.log_requests)
    return app


def document() -> dict[str, Any]:
    """The OpenAPI document, without a project."""
    return _described(None).openapi()


def _described(lifespan: Any) -> FastAPI:
    """The application as its document tells it."""
    app = FastAPI(
        title="Athanor",
        version=__version__,
        description="Experiments, their runs, and what the runs said.",
        openapi_url="/api/openapi.json",
        docs_url=None,  # its pages load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        default_response_class=Json,
        dependencies=[ONLY_WHAT_IS_KNOWN],
        lifespan=lifespan,
    )
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router, prefix="/api")
    openapi.install(app)
    return app


def _desk(app: FastAPI) -> Desk:
    return Desk(
        harness=app.state.harness,
        pulse=app.state.pulse,
        reading_code=app.state.reading_code,
        starting_runs=app.state.starting_runs,
        serves_files=True,
    )


@asynccontextmanager
async def _alive(app: FastAPI) -> AsyncIterator[None]:
    """Supervise, and read the experiments before somebody asks; runs live on afterwards."""
    harness: Harness = app.state.harness
    live: Live = app.state.live
    harness.supervise(live.feeds.stored)
    harness.list_experiments(patience_s=0)
    async with app.state.pulse.beating(), app.state.agents.open():
        yield
    live.close()
