"""Texts of a form: the document says it as a pattern, an answer in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic_core import core_schema

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler

_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Shape:
    """Annotates a text: all of it fits the ``pattern``, or it is told what was ``expected``."""

    pattern: str
    expected: str

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """The text's own schema, then this check."""
        return core_schema.no_info_after_validator_function(self._checked, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """The same with the pattern, from the first character to the last."""
        return {**handler(schema), "pattern": f"^{self.pattern}$"}

    def _checked(self, text: str) -> str:
        if not re.fullmatch(self.pattern, text):
            got = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
            raise ValueError(f"must be {self.expected}, got {got!r}")
        return text


_ID = r"[0-9a-fA-F-]{4,36}"
OF_RUN = Shape(_ID, "a run's id, whole or its end, such as 46810082")
OF_INSTANCE = Shape(_ID, "an instance's id, whole or its end, such as 46810082")
OF_RESULT = Shape(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "a result's id such as 00000000-1000-8001-aec2-e36046810082",
)
