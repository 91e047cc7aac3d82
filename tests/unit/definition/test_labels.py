"""Names for people."""

import pytest

from athanor.definition.labels import humanise


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("runs_per_pair", "Runs Per Pair"),
        ("iterations", "Iterations"),
        ("api_url", "API URL"),
        ("run_ids", "Run IDs"),
        ("learningRate", "Learning Rate"),
        ("useGPUNow", "Use GPU Now"),
        ("gpt-4o", "Gpt 4o"),
        ("_x", "X"),
        ("a b", "A B"),
        ("__", "__"),
        ("", ""),
        (3, "3"),
        (True, "True"),
        ("größe", "Größe"),
    ],
)
def test_a_name_becomes_a_label(name, label):
    """CFG-11"""
    assert humanise(name) == label
