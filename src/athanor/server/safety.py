"""Who is answered: the host, the origin and the token of every request, before anything else."""

from __future__ import annotations

from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse

from athanor.errors import (
    AthanorError,
    HeadTooLarge,
    HostNotAllowed,
    OriginNotAllowed,
    TokenMissing,
)
from athanor.server.hosts import Hosts, is_loopback, same_origin
from athanor.server.problems import answer_to

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from athanor.server.token_file import Token
    from athanor.settings import Settings

_PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_DATA = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_NO_PAGES = ("/api", "/mcp")
"""Below these is nothing that a browser shows."""
_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
_POLICY_VIOLATION = 1008

LARGEST_HEAD_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Rules:
    """What is asked of every request; ``token`` is None where none is demanded."""

    hosts: Hosts
    token: Token | None
    cookie: str

    @classmethod
    def of(cls, settings: Settings, token: Token, port: int) -> Rules:
        """Those of the settings. On any address but loopback the token is demanded of everyone.

        Also of those who come from this machine: a proxy or a tunnel makes all look like that.
        """
        demanded = settings.require_token or not is_loopback(settings.host)
        # Cookies are shared by all ports of a host, hence the port in the name.
        return cls(Hosts.of(settings), token if demanded else None, f"athanor_{port}")


class Safety:
    """Lets through what the rules allow; every answer forbids the browser what it need not do."""

    def __init__(self, app: ASGIApp, *, rules: Rules) -> None:
        self._app = app
        self._rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse with a problem; a socket is refused before it opens."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        try:
            _check_length(scope)
            self._check_whence(headers)
            entering = self._entering(scope)
            if not entering:
                self._check_token(headers)
        except AthanorError as error:
            await _refuse(error, scope, receive, _careful(scope, send))
            return
        app = self._enter(scope, entering) if entering else self._app
        await app(scope, receive, _careful(scope, send))

    def _check_whence(self, headers: Headers) -> None:
        hosts = headers.getlist("host")
        host = hosts[0] if len(hosts) == 1 else ""
        if not self._rules.hosts.allow(host):
            raise HostNotAllowed(
                f"This server does not answer as {host[:200]!r}. Add the name to "
                "ATHANOR_ALLOWED_HOSTS if it is one of its own."
            )
        for origin in headers.getlist("origin"):
            if not same_origin(origin, host):
                raise OriginNotAllowed(
                    f"A page of {origin[:200]!r} may not ask this server ({host}); open the "
                    "server's own address instead."
                )

    def _check_token(self, headers: Headers) -> None:
        token = self._rules.token
        if token is not None and not any(map(token.fits, self._given(headers))):
            raise TokenMissing(
                "A token is needed, as a bearer or through the link that the server shows. "
                "`athanor token` shows both on the server's machine."
            )

    def _given(self, headers: Headers) -> list[str]:
        scheme, _, bearer = headers.get("authorization", "").partition(" ")
        found = [bearer.strip()] if scheme.lower() == "bearer" else []
        try:
            cookies = SimpleCookie(headers.get("cookie", ""))
        except CookieError:
            return found
        cookie = cookies.get(self._rules.cookie)
        return found if cookie is None else [*found, cookie.value]

    def _entering(self, scope: Scope) -> str:
        """The right token in the query of a page; it becomes a cookie and leaves the address."""
        token = self._rules.token
        if token is None or scope["type"] != "http" or scope["path"].startswith(_NO_PAGES):
            return ""
        given = parse_qs(scope["query_string"].decode("ascii", "replace")).get("token", [""])[0]
        return given if token.fits(given) else ""

    def _enter(self, scope: Scope, token: str) -> ASGIApp:
        # A path that begins with two slashes would be another host.
        answer = RedirectResponse("/" + quote(scope["path"].lstrip("/\\")), status_code=303)
        answer.set_cookie(
            self._rules.cookie,
            token,
            max_age=365 * 86400,
            httponly=True,
            samesite="strict",
            secure=scope["scheme"] == "https",
        )
        return answer


def _check_length(scope: Scope) -> None:
    head = sum(len(name) + len(value) for name, value in scope["headers"])
    size = head + len(scope["query_string"]) + len(scope["path"])
    if size > LARGEST_HEAD_BYTES:
        raise HeadTooLarge(
            f"Address and headers may have {LARGEST_HEAD_BYTES} bytes together, got {size}."
        )


async def _refuse(error: AthanorError, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
        return
    await answer_to(error)(scope, receive, send)


def _careful(scope: Scope, send: Send) -> Send:
    policy = _DATA if scope["path"].startswith(_NO_PAGES) else _PAGE

    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update(_HEADERS)
            headers["content-security-policy"] = policy
            headers.setdefault("cache-control", "no-cache")
        await send(message)

    return with_headers
