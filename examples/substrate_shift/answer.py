"""The form in which a model says whether it noticed a switch, and how to read it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from .chat import AnswerError

ANSWER_FORM = (
    'Answer with one line of JSON: {"detected": true or false, "confidence": a number from 0 to 1}'
)


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a switch was noticed; ``confidence`` is 0 to 1 with at most three decimals."""

    detected: bool
    confidence: float


def read_answer(text: str) -> Answer:
    """The last well-formed answer in ``text``: models like to think aloud before they commit."""
    for candidate in reversed(re.findall(r"\{[^{}]*\}", text)):
        answer = _from_json(candidate)
        if answer is not None:
            return answer
    raise AnswerError(f"expected {ANSWER_FORM[25:]}; the model said: {text[:200]!r}")


def _from_json(candidate: str) -> Answer | None:
    try:
        fields = json.loads(candidate)
    except json.JSONDecodeError:
        return None
    detected, confidence = fields.get("detected"), _share(fields.get("confidence"))
    if not isinstance(detected, bool) or confidence is None:
        return None
    return Answer(detected, confidence)


def _share(confidence: Any) -> float | None:
    """A share of 1; some models answer in percent, which is told by being over 1."""
    if isinstance(confidence, bool) or not isinstance(confidence, int | float):
        return None
    if not 0 <= confidence <= 100:
        return None
    return round(confidence if confidence <= 1 else confidence / 100, 3)
