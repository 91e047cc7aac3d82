"""Answers are cut where they are too long, and say so."""

from __future__ import annotations

import json

from athanor.server.mcp.bounds import cut, cut_middle, shortened


def test_a_text_says_how_much_is_missing():
    assert cut("abc", 3) == "abc"
    assert cut("abcdef", 2) == "ab… (+4 characters)"


def test_an_error_keeps_its_end():
    found = cut_middle("begin" + "x" * 10_000 + "ValueError: no data")
    assert found.startswith("begin")
    assert found.endswith("ValueError: no data")
    assert len(found) < 5_000


def test_what_is_small_stays_and_what_is_large_says_its_path():
    given = {"small": 1, "large": list(range(5_000)), "text": "y" * 5_000}
    found, short = shortened(given, "configuration", 1_000)
    assert short
    assert found["small"] == 1
    assert found["large"].startswith("<list of 5,000 entries, 23,891 characters;")
    assert "path 'configuration.text' shows it" in found["text"]
    assert shortened(given, "configuration", 100_000) == (given, False)


def test_an_object_of_very_many_entries_is_cut_too():
    found, _ = shortened({f"key {n}": n for n in range(10_000)}, "metadata", 1_000)
    assert len(json.dumps(found)) < 2_000
    assert found["…"] == "9,940 more entries"
