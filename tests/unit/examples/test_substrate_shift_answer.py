"""Reading what a model says about a switch."""

from __future__ import annotations

import pytest

from examples.substrate_shift.answer import Answer, read_answer
from examples.substrate_shift.chat import AnswerError


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ('{"detected": true, "confidence": 0.8}', Answer(True, 0.8)),
        ('Hm.\n```json\n{"confidence": 0, "detected": false}\n```', Answer(False, 0)),
        ('{"detected": true, "confidence": 0.123456}', Answer(True, 0.123)),
        ('{"detected": true, "confidence": 1}', Answer(True, 1)),
        ('{"detected": true, "confidence": 85}', Answer(True, 0.85)),
        (
            '{"detected": false, "confidence": 0.1} No: {"detected": true, "confidence": 0.9}',
            Answer(True, 0.9),
        ),
    ],
)
def test_an_answer_is_found_and_its_confidence_is_a_share_of_three_decimals(
    text: str, answer: Answer
) -> None:
    """EXA-04."""
    assert read_answer(text) == answer


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Yes, I am sure.",
        "{detected: yes}",
        '{"detected": "maybe", "confidence": 0.5}',
        '{"detected": true}',
        '{"detected": true, "confidence": true}',
        '{"detected": true, "confidence": -0.1}',
        '{"detected": true, "confidence": 101}',
        '{"detected": true, "confidence": NaN}',
    ],
)
def test_anything_else_is_an_error_that_quotes_it(text: str) -> None:
    with pytest.raises(AnswerError) as raised:
        read_answer(text)
    assert repr(text) in str(raised.value)
