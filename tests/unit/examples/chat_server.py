"""A real HTTP server on loopback that speaks just enough of the chat-completions protocol."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Script = Callable[[int, dict[str, Any]], tuple[int, str]]
"""Status and text for the n-th request (from 1): the model's text, an error's, or a web page."""

VERDICT = '{"detected": true, "confidence": 0.91234}'


class ChatServer(ThreadingHTTPServer):
    """Answers as its script says, and keeps the requests."""

    daemon_threads = True

    def __init__(self, script: Script) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = script
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.taking = threading.Lock()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: ChatServer

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.taking:
            self.server.requests.append(request)
            self.server.keys.append(self.headers["Authorization"])
            number = len(self.server.requests)
        status, text = self.server.script(number, request)
        if text.startswith("<html>"):
            self.answer(status, "text/html", text)
        else:
            body = _completion(request, text) if status == 200 else _error(text)
            self.answer(status, "application/json", json.dumps(body))

    def answer(self, status: int, content_type: str, body: str) -> None:
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name it overrides
        """Keep quiet."""


def _completion(request: dict[str, Any], text: str) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1700000000,
        "model": request["model"],
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": text},
                "finish_reason": "stop",
            }
        ],
        "usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10},
    }


def _error(text: str) -> dict[str, Any]:
    return {"error": {"message": text, "type": "test", "code": None, "param": None}}


@contextmanager
def serving(script: Script) -> Iterator[ChatServer]:
    """A server that is up for the duration of a ``with``."""
    with ChatServer(script) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
