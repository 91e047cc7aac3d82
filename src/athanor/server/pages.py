"""The pages: the built web interface at every path that is not of the API.

The interface routes by itself, so each of its paths is answered with its one page; a path that it
does not know gets the same page with the status 404, and the page says so.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse

from athanor.server.build import Build

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from athanor.server.build import BuiltFile

HOME = "/experiments"
_ID = "[0-9a-fA-F-]{4,36}"
_KNOWN = re.compile(
    rf"/experiments(/new|/{_ID}(/edit)?)?|/runs(/{_ID})?|/compare",
)
_DOORS = re.compile(r"/(api|mcp)(/|$)")
_HASHED = "/assets/"
"""Files whose names change with their content."""

_FOREVER = "public, max-age=31536000, immutable"
_NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Athanor</title>
<body style="font: 15px/1.5 system-ui; max-width: 40rem; margin: 4rem auto; padding: 0 1rem">
<h1>The web interface is not built</h1>
<p>This is a checkout without it. Build it with <code>make web</code>, then reload this page.
The API answers at <a href="/api/openapi.json">/api</a> meanwhile.</p></body></html>"""


class Pages:
    """Answers GET and HEAD of pages and their files; everything else goes on to the API."""

    def __init__(self, app: ASGIApp, *, build: Build | None = None) -> None:
        self._app = app
        self._build = build or Build()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or hand on."""
        answer = self._answer(scope) if _is_for_pages(scope) else None
        await (answer or self._app)(scope, receive, send)

    def _answer(self, scope: Scope) -> Response | None:
        """The answer to a path; None where only the API can say that there is nothing."""
        path: str = scope["path"]
        if path == "/":
            return RedirectResponse(HOME, HTTPStatus.TEMPORARY_REDIRECT)
        files = self._build.files()
        if path in files and path != "/index.html":
            return _file(files[path], scope, cache=_FOREVER if path.startswith(_HASHED) else "")
        if path.startswith(_HASHED):
            return None
        status = HTTPStatus.OK if _KNOWN.fullmatch(path) else HTTPStatus.NOT_FOUND
        if not files:
            return HTMLResponse(_NOT_BUILT, HTTPStatus.SERVICE_UNAVAILABLE)
        return _file(files["/index.html"], scope, status=status)


def _is_for_pages(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
        return False
    return _DOORS.match(scope["path"]) is None


def _file(
    file: BuiltFile, scope: Scope, *, cache: str = "", status: HTTPStatus = HTTPStatus.OK
) -> FileResponse:
    path, encoding = file.for_client(Headers(scope=scope).get("accept-encoding", ""))
    headers = {"vary": "accept-encoding"}
    headers |= {"content-encoding": encoding} if encoding else {}
    headers |= {"cache-control": cache} if cache else {}
    return FileResponse(path, status, headers, media_type=file.media_type)
