"""The OpenAPI document: what FastAPI knows from the code, and the problems every answer may be."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from athanor.server.models.live import LiveFrame, LiveRequest
from athanor.server.models.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI
    from pydantic import BaseModel
    from pydantic.json_schema import JsonSchemaMode

_CAUSES = {
    400: "The request cannot be read, or holds a value that was made up.",
    401: "The token is missing or wrong.",
    403: "The host or the origin is not one of this server's.",
    404: "There is no such thing.",
    408: "The body did not arrive in time.",
    409: "The thing is not in a state that allows it.",
    413: "The body is too large.",
    431: "Address and headers are too long.",
    422: "A value does not fit, or is not known; `errors` names each.",
    503: "Something that is needed is not available now.",
}
_ALWAYS = (400, 401, 403, 422, 431, 503)
_WITH_BODY = (408, 413)
_METHODS = ("get", "post", "put", "patch", "delete")


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For a route's ``responses``: the problems that are particular to it."""
    return {status: _response(status) for status in statuses}


def install(app: FastAPI) -> None:
    """Serve a document in which every operation names its problems."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    made = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes
    )
    schemas = made["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for name, schema in _unnamed().items():
        schemas.setdefault(name, schema)
    made["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "See `athanor token`."}
    }
    made["security"] = [{}, {"token": []}]
    for operation in _operations(made):
        _complete(operation)
    return made


def _unnamed() -> dict[str, Any]:
    """Schemas that no operation names: problems, and the frames of the socket."""
    wanted: list[tuple[type[BaseModel], JsonSchemaMode]] = [
        (Problem, "validation"),
        (LiveRequest, "validation"),
        (LiveFrame, "serialization"),
    ]
    _, found = models_json_schema(wanted, ref_template="#/components/schemas/{model}")
    return dict(found["$defs"])


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in document["paths"].values():
        yield from (methods[name] for name in _METHODS if name in methods)


def _complete(operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    statuses = [*_ALWAYS]
    if "requestBody" in operation:
        statuses += _WITH_BODY
    for status in statuses:
        responses[str(status)] = _response(status)
    operation["responses"] = dict(sorted(responses.items()))


def _response(status: int) -> dict[str, Any]:
    example = {
        "type": f"urn:athanor:{HTTPStatus(status).phrase.lower().replace(' ', '-')}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": _CAUSES[status],
        "errors": [],
    }
    schema = {"$ref": "#/components/schemas/Problem"}
    content = {"application/problem+json": {"schema": schema, "example": example}}
    return {"description": _CAUSES[status], "content": content}
