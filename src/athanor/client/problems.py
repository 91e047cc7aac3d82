"""From an answer that says a problem back to the error it was made of."""

from __future__ import annotations

import inspect
import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from athanor import errors
from athanor.errors import AthanorError, ConfigurationInvalid, FieldProblem, ValidationFailed

if TYPE_CHECKING:
    import httpx

_PREFIX = "urn:athanor:"
_INSIDE = "configuration"

KINDS: dict[str, type[AthanorError]] = {
    kind.slug: kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, AthanorError) and "slug" in vars(kind)
}
"""By the word that stands for them in a problem's ``type``."""

_BY_STATUS: dict[int, type[AthanorError]] = {
    HTTPStatus.FORBIDDEN: errors.Forbidden,
    HTTPStatus.NOT_FOUND: errors.NotFound,
    HTTPStatus.CONFLICT: errors.Conflict,
    HTTPStatus.SERVICE_UNAVAILABLE: errors.Unavailable,
}
"""For kinds of problems that a newer server may know."""

_BETWEEN = (HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT)


def error_of(answer: httpx.Response, url: str, *, token_given: bool) -> AthanorError:
    """The error that an answer says; its body has been read."""
    problem = _problem(answer)
    if problem is None:
        return _stranger(answer, url)
    slug = str(problem["type"]).removeprefix(_PREFIX)
    detail = str(problem.get("detail") or "")
    if slug == ValidationFailed.slug:
        return _validation(problem.get("errors") or [])
    kind = KINDS.get(slug) or _BY_STATUS.get(answer.status_code) or _by_class(answer.status_code)
    if issubclass(kind, errors.TokenMissing):
        return kind(_token_words(url, given=token_given))
    return kind(detail)


def _problem(answer: httpx.Response) -> dict[str, Any] | None:
    try:
        found = json.loads(answer.content)
    except ValueError:
        return None
    known = isinstance(found, dict) and str(found.get("type", "")).startswith(_PREFIX)
    return found if known else None


def _by_class(status: int) -> type[AthanorError]:
    wrong = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
    return errors.InvalidInput if wrong else AthanorError


def _validation(found: list[dict[str, str]]) -> ValidationFailed:
    """With the paths that the harness gives: those inside a configuration alone."""
    problems = [FieldProblem(one.get("path", ""), one.get("message", "")) for one in found]
    inside = [_inside(problem) for problem in problems]
    if problems and all(path is not None for path in inside):
        kept = zip(inside, problems, strict=True)
        return ConfigurationInvalid(
            tuple(FieldProblem(path or "", problem.message) for path, problem in kept)
        )
    return ValidationFailed(tuple(problems))


def _inside(problem: FieldProblem) -> str | None:
    """The path inside the configuration; None for a problem that is not in it."""
    if problem.path == _INSIDE:
        return ""
    if problem.path.startswith(f"{_INSIDE}["):
        return problem.path.removeprefix(_INSIDE)
    if problem.path.startswith(f"{_INSIDE}."):
        return problem.path.removeprefix(f"{_INSIDE}.")
    return None


def _token_words(url: str, *, given: bool) -> str:
    if given:
        return (
            f"The server at {url} refuses the token. `athanor token` on its machine shows the one "
            "that counts; give it as ATHANOR_TOKEN, or the whole link as the URL."
        )
    return (
        f"The server at {url} asks for its token. `athanor token` on its machine shows it; give it "
        "as ATHANOR_TOKEN, or the whole link as the URL."
    )


def _stranger(answer: httpx.Response, url: str) -> AthanorError:
    if answer.status_code in _BETWEEN:
        return errors.ServerUnreachable(
            f"Something between here and the server at {url} says {answer.status_code} "
            f"{answer.reason_phrase}: no server answers it. See whether `athanor serve` runs there."
        )
    return not_athanor(answer, url)


def not_athanor(answer: httpx.Response, url: str) -> errors.NotAnAthanorServer:
    """What answers is something else."""
    kind = answer.headers.get("content-type", "no type")
    return errors.NotAnAthanorServer(
        f"What answers at {url} is no server of Athanor: it said {answer.status_code} ({kind}) to "
        f"{answer.request.url.path}. Give the URL that `athanor serve` says."
    )
