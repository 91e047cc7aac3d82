"""Asking a server: what may be asked again is, and every failure has words."""

from __future__ import annotations

import json
import math
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx

from athanor.client.problems import error_of, not_athanor
from athanor.errors import ServerUnreachable, VersionMismatch
from athanor.harness.records import to_json
from athanor.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from athanor.client.address import Address

_CONNECT_S = 5.0
_PAUSES_S = (0.1, 0.4)
"""Before the second and the third attempt."""
_NO_TLS = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST")
"""How OpenSSL calls an answer in plain HTTP."""
_IDLE_S = 2.0
"""Less than a server leaves an idle connection open, so that it is not closed under a request."""


class Connection:
    """One server. Usable from several threads.

    What asks for something is tried again when the connection broke; what changes something only
    when it was refused, so that nothing is done twice.
    """

    def __init__(self, address: Address, timeout_s: float) -> None:
        self.url = address.url
        self._timeout_s = timeout_s
        self._token_given = address.token is not None
        self._lock = threading.Lock()
        self._known = False
        self._http = httpx.Client(
            base_url=f"{address.url}/api",
            headers={"authorization": f"Bearer {address.token}"} if address.token else {},
            timeout=httpx.Timeout(timeout_s, connect=min(_CONNECT_S, timeout_s)),
            limits=httpx.Limits(keepalive_expiry=_IDLE_S),
            trust_env=not address.loopback,  # no proxy reaches this machine better than itself
        )

    def close(self) -> None:
        """Let go of it."""
        self._http.close()

    def get(self, path: str, **query: Any) -> Any:
        """What is at a path; parameters that are None are left out."""
        self._meet()
        return self._json(self._asked("GET", path, params=_parameters(query)))

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """What a request that changes something is answered with; None for nothing."""
        self._meet()
        options: dict[str, Any] = {}
        if body is not None:
            options = {
                "content": json.dumps(_sendable(to_json(body)), allow_nan=False),
                "headers": {"content-type": "application/json"},
            }
        answer = self._asked(method, path, **options)
        return self._json(answer) if answer.content else None

    @contextmanager
    def lines(
        self, path: str, *, silence_s: float | None = None, **query: Any
    ) -> Iterator[Iterator[bytes]]:
        """The lines at a path as they come; ServerUnreachable when they break off.

        That is also raised when nothing comes for ``silence_s``.
        """
        with self.pieces(path, silence_s=silence_s, **query) as pieces:
            yield _lines(pieces)

    @contextmanager
    def pieces(
        self, path: str, *, silence_s: float | None = None, **query: Any
    ) -> Iterator[Iterator[bytes]]:
        """What is at a path, piece by piece; whole, or ServerUnreachable is raised."""
        self._meet()
        request = self._http.build_request("GET", path, params=_parameters(query))
        request.extensions["timeout"]["read"] = silence_s or self._timeout_s
        answer = self._attempted(lambda: self._http.send(request, stream=True), again=True)
        try:
            with self._in_words():
                if not answer.is_success:
                    answer.read()
                    raise error_of(answer, self.url, token_given=self._token_given)
                yield answer.iter_bytes()
        finally:
            answer.close()

    # --- how ---

    def _meet(self) -> None:
        """Before anything else: whether it is a server of Athanor, and of which version."""
        with self._lock:
            if self._known:
                return
            answer = self._asked("GET", "/health")
            found = self._json(answer)
            if not isinstance(found, dict) or "live_runs" not in found:
                raise not_athanor(answer, self.url)
            _check_version(str(found.get("version")), self.url)
            self._known = True

    def _asked(self, method: str, path: str, **options: Any) -> httpx.Response:
        answer = self._attempted(
            lambda: self._http.request(method, path, **options), again=method == "GET"
        )
        if not answer.is_success:
            raise error_of(answer, self.url, token_given=self._token_given)
        return answer

    def _attempted(self, ask: Callable[[], httpx.Response], *, again: bool) -> httpx.Response:
        for pause_s in _PAUSES_S:
            try:
                return ask()
            except httpx.TimeoutException as error:
                raise self._too_slow(error) from error
            except httpx.TransportError as error:
                if not (again or isinstance(error, httpx.ConnectError)):
                    raise self._unreachable(error) from error
                time.sleep(pause_s)
        with self._in_words():
            return ask()

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except httpx.TimeoutException as error:
            raise self._too_slow(error) from error
        except httpx.TransportError as error:
            raise self._unreachable(error) from error

    def _unreachable(self, error: httpx.TransportError) -> ServerUnreachable:
        if any(word in str(error) for word in _NO_TLS):
            plain = self.url.replace("https://", "http://", 1)
            return ServerUnreachable(f"What answers at {self.url} is no https: try {plain}.")
        if isinstance(error, httpx.ConnectError):
            return ServerUnreachable(
                f"No server answers at {self.url}: {error}. Start one there with `athanor serve`, "
                "or give another URL (--server, ATHANOR_SERVER)."
            )
        return ServerUnreachable(
            f"The connection to the server at {self.url} broke off: {error}. "
            "See whether `athanor serve` still runs there."
        )

    def _too_slow(self, error: httpx.TimeoutException) -> ServerUnreachable:
        limit_s = _CONNECT_S if isinstance(error, httpx.ConnectTimeout) else self._timeout_s
        return ServerUnreachable(
            f"The server at {self.url} did not answer within {limit_s:g} s. "
            "See whether `athanor serve` runs there and can be reached from here."
        )

    def _json(self, answer: httpx.Response) -> Any:
        try:
            return json.loads(answer.content)
        except ValueError:
            raise not_athanor(answer, self.url) from None


def _lines(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Only a newline ends a line: messages may hold every other character that might."""
    begun: list[bytes] = []
    for piece in pieces:
        *whole, rest = piece.split(b"\n")
        for line in whole:
            yield b"".join((*begun, line))
            begun.clear()
        if rest:
            begun.append(rest)


def _parameters(query: dict[str, Any]) -> dict[str, Any]:
    return {name: to_json(value) for name, value in query.items() if value is not None}


def _sendable(value: Any) -> Any:
    """Numbers that JSON cannot say as the words for them."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, dict):
        return {key: _sendable(part) for key, part in value.items()}
    return [_sendable(part) for part in value] if isinstance(value, list) else value


def _check_version(theirs: str, url: str) -> None:
    if _generation(theirs) == _generation(__version__):
        return
    raise VersionMismatch(
        f"The server at {url} is Athanor {theirs}, this is {__version__}, and the two do not "
        f"understand each other. Upgrade the older one: to {theirs} here, or to {__version__} "
        "there."
    )


def _generation(version: str) -> list[str]:
    """What changes when something is no longer as it was: the first number that is not 0."""
    numbers = version.split(".")
    return numbers[:1] if numbers[0] != "0" else numbers[:2]
