"""Ids of records and of what runs say."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athanor.domain.identifier import first_id_at, new_id, parse_id, short_id
from athanor.domain.moment import now
from athanor.domain.output import output_id, output_position
from athanor.errors import InvalidId


def test_ids_are_uuids_of_version_7_in_the_order_in_which_they_were_made():
    """INS-10"""
    made = [new_id() for _ in range(5000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert {uuid.UUID(identifier).version for identifier in made} == {7}
    assert {uuid.UUID(identifier).variant for identifier in made} == {uuid.RFC_4122}


def test_the_order_holds_when_the_clock_is_set_back(monkeypatch):
    before = new_id()
    monkeypatch.setattr(time, "time_ns", lambda: 1_000_000_000)
    made = [before, new_id(), new_id()]
    assert made == sorted(made)


def test_an_id_says_when_it_was_made():
    before_ms = time.time_ns() // 1_000_000
    stamp_ms = uuid.UUID(new_id()).int >> 80
    assert before_ms <= stamp_ms <= time.time_ns() // 1_000_000 + 1


@pytest.mark.parametrize("text", ["", "x", "1234", None, 7, "../../etc/passwd", "0" * 33])
def test_a_malformed_id_is_refused_with_what_came(text):
    """INS-12"""
    with pytest.raises(InvalidId, match="Expected a UUID"):
        parse_id(text)


def test_an_id_is_read_in_any_spelling():
    identifier = new_id()
    assert parse_id(identifier.upper()) == parse_id(f"{{{identifier}}}") == identifier
    assert short_id(identifier) == identifier[-8:]


@given(st.integers(1, 0xFFF), st.integers(0, (1 << 48) - 1))
def test_the_id_of_an_output_can_be_taken_apart_again(attempt, seq):
    identifier = output_id(new_id(), attempt, seq)
    assert output_position(identifier) == (attempt, seq)
    assert uuid.UUID(identifier).version == 8
    assert uuid.UUID(identifier).variant == uuid.RFC_4122


def test_what_was_made_since_a_moment_has_a_later_id_than_the_first_of_that_moment():
    before = first_id_at(now())
    made = new_id()
    while (after := first_id_at(now())) <= made:  # the clock may not have moved on
        pass
    assert before <= made < after
    assert uuid.UUID(before).version == 7


def test_moments_beyond_what_ids_can_say_are_the_first_and_the_last():
    assert first_id_at(datetime(1, 1, 1, tzinfo=UTC)) < new_id()
    assert first_id_at(datetime(9999, 1, 1, tzinfo=UTC)) > new_id()
