"""JSON as it is sent: what was stored can always be, whatever characters it holds."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import JSONResponse


def encoded(value: Any) -> bytes:
    """JSON as UTF-8; lone surrogates, which UTF-8 cannot carry, as escapes."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")


class Json(JSONResponse):
    """A JSON answer."""

    def render(self, content: Any) -> bytes:
        """Its bytes."""
        return encoded(content)
