"""What a route takes neither in its address nor as a body is refused, like any unknown key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Depends, Request

from athanor.errors import FieldProblem, ValidationFailed

if TYPE_CHECKING:
    from fastapi.routing import APIRoute


async def _only_what_is_known(request: Request) -> None:
    """ValidationFailed for a query or a body where none is taken; models refuse keys in others."""
    route: APIRoute = request.scope["route"]
    problems: list[FieldProblem] = []
    if not route.dependant.query_params:
        problems += [FieldProblem(key, "is not a known key") for key in request.query_params]
    if route.body_field is None and await request.body():
        where = "; give it in the query" if route.dependant.query_params else ""
        problems.append(FieldProblem("", f"takes no body{where}"))
    if problems:
        raise ValidationFailed(tuple(problems))


ONLY_WHAT_IS_KNOWN = Depends(_only_what_is_known)
"""For the whole application."""
