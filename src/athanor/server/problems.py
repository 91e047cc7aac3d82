"""From an error to the answer that says it (RFC 9457): one table for the whole tree of errors."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from athanor import errors
from athanor.errors import AthanorError, FieldProblem, ValidationFailed
from athanor.harness.checks import problems_of
from athanor.server.answers import Json
from athanor.server.routes import methods_at

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastapi import FastAPI
    from starlette.requests import Request

log = logging.getLogger(__name__)

STATUSES: dict[type[AthanorError], HTTPStatus] = {
    errors.HeadTooLarge: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    errors.RequestTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.RequestTooSlow: HTTPStatus.REQUEST_TIMEOUT,
    errors.ValidationFailed: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.InvalidInput: HTTPStatus.BAD_REQUEST,
    errors.TokenMissing: HTTPStatus.UNAUTHORIZED,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.AthanorError: HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""The status of an error is that of its class, or of the nearest one above it."""

_HEADERS = {
    HTTPStatus.UNAUTHORIZED: {"www-authenticate": "Bearer"},
    HTTPStatus.SERVICE_UNAVAILABLE: {"retry-after": "1"},
}


_NO_OBJECT = ("model_attributes_type", "model_type", "dict_type", "missing")


class ProblemAnswer(Json):
    """An answer of the type ``application/problem+json``."""

    media_type = "application/problem+json"


def status_of(error: AthanorError) -> HTTPStatus:
    """The HTTP status that an error is answered with."""
    return next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)


def answer_to(error: AthanorError) -> ProblemAnswer:
    """The answer that says an error."""
    status = status_of(error)
    return ProblemAnswer(problem_of(error), status_code=int(status), headers=_HEADERS.get(status))


def problem_of(error: AthanorError) -> dict[str, Any]:
    """What such an answer says."""
    wrong = _wrong_values(error) if isinstance(error, ValidationFailed) else []
    return _problem(error.slug, status_of(error), error.message, wrong)


def install(app: FastAPI) -> None:
    """Have every error answered in this form."""
    app.add_exception_handler(AthanorError, _of_athanor)
    app.add_exception_handler(RequestValidationError, _of_request)
    app.add_exception_handler(HTTPException, _of_routing)
    app.add_exception_handler(Exception, _unexpected)


async def _of_athanor(request: Request, error: Any) -> ProblemAnswer:
    return answer_to(error)


async def _of_request(request: Request, error: Any) -> ProblemAnswer:
    unread = _unread_body(request, error.errors())
    return answer_to(ValidationFailed((unread,) if unread else problems_of(error.errors())))


def _unread_body(request: Request, found: Iterable[Any]) -> FieldProblem | None:
    """What is wrong with a body that is no JSON at all, or does not say that it is."""
    for one in found:
        if one["type"] == "json_invalid":
            reason = one.get("ctx", {}).get("error", "it cannot be read")
            where = one["loc"][-1]
            return FieldProblem("", f"the body must be JSON, but at character {where}: {reason}")
        if tuple(one["loc"]) == ("body",) and one["type"] in _NO_OBJECT:
            kind = request.headers.get("content-type", "")
            if not kind.partition(";")[0].endswith("json"):
                said = kind or "nothing"
                return FieldProblem("", f"the content-type must be application/json, not {said}")
    return None


async def _of_routing(request: Request, error: Any) -> ProblemAnswer:
    status = HTTPStatus(error.status_code)
    detail = f"{request.method} {request.url.path}: {status.description or error.detail}."
    if status is HTTPStatus.NOT_FOUND:
        detail = f"There is nothing at {request.url.path}; /api/openapi.json says what there is."
    if status is HTTPStatus.BAD_REQUEST:
        detail = "The body cannot be read; send JSON."
    headers = error.headers
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        there = ", ".join(methods_at(request.scope["path"])) or error.headers["Allow"]
        detail = f"{request.url.path} takes no {request.method}, but {there}."
        headers = {"allow": there}
    slug = status.phrase.lower().replace(" ", "-")
    return _answer(slug, status, detail, [], headers)


async def _unexpected(request: Request, error: Exception) -> ProblemAnswer:
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    detail = (
        "This is a mistake in Athanor, not yours; what the server wrote to stderr tells its "
        "authors more."
    )
    return _answer("unexpected", HTTPStatus.INTERNAL_SERVER_ERROR, detail, [], None)


def _wrong_values(error: ValidationFailed) -> list[dict[str, str]]:
    """Paths as they are in the request, where the configuration is one value of several."""
    inside = isinstance(error, errors.ConfigurationInvalid)
    return [
        {"path": _inside(problem) if inside else problem.path, "message": problem.message}
        for problem in error.problems
    ]


def _inside(problem: FieldProblem) -> str:
    separator = "" if not problem.path or problem.path.startswith("[") else "."
    return f"configuration{separator}{problem.path}"


def _answer(
    slug: str,
    status: HTTPStatus,
    detail: str,
    wrong: Iterable[dict[str, str]],
    headers: Any,
) -> ProblemAnswer:
    body = _problem(slug, status, detail, wrong)
    return ProblemAnswer(body, status_code=int(status), headers=headers)


def _problem(
    slug: str, status: HTTPStatus, detail: str, wrong: Iterable[dict[str, str]]
) -> dict[str, Any]:
    return {
        "type": f"urn:athanor:{slug}",
        "title": slug.replace("-", " ").capitalize(),
        "status": int(status),
        "detail": detail,
        "errors": list(wrong),
    }
