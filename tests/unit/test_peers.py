"""What the comparison with the peers makes of its figures; the figures themselves are no test."""

from __future__ import annotations

import json

import pytest

from benchmarks.peers import report
from benchmarks.peers.catalogue import PEERS, QUESTIONS
from benchmarks.peers.environment import REQUIREMENTS
from benchmarks.peers.measuring import part
from benchmarks.peers.question import FLOOR, OURS, Finding, ratio
from benchmarks.peers.tables import Findings, ahead, amount, short, whole


def finding(label, system, *values, question="call", **more):
    return Finding(question=question, label=label, system=system, values=values, **more)


def some():
    return Findings(
        [
            finding("Athanor", OURS, 2e-6, 4e-6, 3e-6),
            finding("Quick", "quick", 1e-6, 2e-6, 3e-6),
            finding("Slow", "slow", 20e-6, 40e-6, 30e-6, note="as it is"),
            finding("Mute", "", reason="says nothing"),
            finding("floor", FLOOR, 1e-6, 2e-6, 1e-6),
            finding("Quick", "quick", 0.1, question="survival", text="1 of 10"),
        ]
    )


def test_a_ratio_pairs_the_rounds():
    of, beside = finding("a", "a", 2.0, 40.0, 6.0), finding("b", "b", 1.0, 10.0, 2.0)
    assert ratio(of, beside, more_is_better=False) == 3
    assert ratio(of, beside, more_is_better=True) == pytest.approx(1 / 3)


def test_nothing_beside_nothing_has_no_ratio():
    assert ratio(finding("a", "a"), finding("b", "b", 1.0), more_is_better=False) is None


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1.234e-6, "us", "1.23 µs"),
        (2.275e-3, "us", "2,275 µs"),
        (0.0465, "us", "46.5 ms"),
        (12.5, "ms", "12.5 s"),
        (460_123.4, "/s", "460,123/s"),
        (61.4, "MiB", "61.4 MiB"),
    ],
)
def test_an_amount_has_three_digits_that_count(value, unit, text):
    assert amount(value, unit) == text


def test_the_whole_table_has_spread_ratios_and_reasons():
    lines = whole(some()).splitlines()
    assert "| **Athanor** | 3 µs (2 µs, 4 µs) | 2x | 1x |  |" in lines
    assert "| Slow | 30 µs (20 µs, 40 µs) | 20x | 10x | as it is |" in lines
    assert "| Mute | — |  |  | says nothing |" in lines


def test_the_short_table_has_ours_first_and_the_floor_last():
    rows = [line.split(" | ")[0] for line in short(some()).splitlines() if line.startswith("|")]
    assert rows == ["| Recording", "|---|---|---|", "| **Athanor**", "| Quick", "| Slow", "| floor"]


def test_a_peer_that_wins_is_named_with_what_its_call_is_worth():
    sentence = ahead(some())
    assert "Quick 0.5x, of which a kill leaves 1 of 10" in sentence
    assert "Slow" not in sentence
    assert "floor" not in sentence


def test_nobody_ahead_is_said_too():
    assert "no peer is ahead" in ahead(Findings([finding("Athanor", OURS, 1e-6)]))


def test_only_what_is_between_the_marks_is_replaced():
    text = f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n"
    assert report.between(text, "new\n") == f"before\n{report.BEGIN}\nnew\n{report.END}\nafter\n"
    with pytest.raises(ValueError, match="expected"):
        report.between("no marks", "new")


def test_the_documents_are_written_from_the_file_of_figures(tmp_path):
    page, file = tmp_path / "page.md", tmp_path / "peers.json"
    page.write_text(f"{report.BEGIN}\n{report.END}\n")
    made = report.written([finding("Athanor", OURS, 1e-6)], rounds=3, share=1.0)
    file.write_text(json.dumps(made))
    report.show(report.load(file), [(page, False)])
    assert "| **Athanor** | 1 µs |" in page.read_text()
    assert "up to 3 rounds" in page.read_text()


@pytest.mark.parametrize(("path", "in_short"), report.SHOWN)
def test_the_documents_show_what_was_measured_and_nothing_else(path, in_short):
    text = path.read_text("utf-8")
    if report.FILE.exists():
        assert report.shown(report.load(report.FILE), text, in_short=in_short) == text
    else:
        assert "|" not in text.partition(report.BEGIN)[2].partition(report.END)[0]


def test_a_share_keeps_batches_whole():
    assert part("calls", 20_000, 0.07) == 1000
    assert part("logs", 1_000_000, 0.1) == 100_000
    assert part("seconds", 2, 0.1) == 2


def test_every_row_says_how_it_was_asked_or_why_not():
    for question in QUESTIONS:
        for row in question.rows:
            assert row.note or row.reason, f"{question.name}: {row.label}"
            assert bool(row.system) is not bool(row.reason), f"{question.name}: {row.label}"


@pytest.mark.parametrize("name", PEERS)
def test_every_peer_is_pinned_by_hashes(name):
    text = (REQUIREMENTS / f"{name}.txt").read_text()
    assert "--hash=sha256:" in text
    assert report.versions()[name]
