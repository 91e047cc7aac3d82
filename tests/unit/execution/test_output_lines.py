"""From the bytes a task prints to lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athanor.execution.output import LINE_LIMIT, TAIL_LINES, LineSplitter


def split(*chunks, now_s=0.0):
    splitter = LineSplitter()
    lines = [line for chunk in chunks for line in splitter.feed(chunk, now_s)]
    return lines + splitter.flush()


def chunks_of(data, sizes):
    at = 0
    for size in sizes:
        yield data[at : at + size]
        at += size
    yield data[at:]


STREAM = st.lists(
    st.sampled_from([b"\n", b"\r", b"\r\n", b"a", b"bc", "ä😀".encode(), b"\xff", b"\xf0\x9f"])
    | st.binary(max_size=5)
).map(b"".join)


@given(st.lists(STREAM))
def test_any_chunking_of_a_stream_gives_the_same_lines(chunks):
    assert split(*chunks) == split(b"".join(chunks))


def test_a_carriage_return_at_the_end_of_a_chunk_still_returns():
    assert split(b"a\r", b"b\n") == ["a", "b"]


@given(
    st.lists(
        st.tuples(st.integers(0, 3 * LINE_LIMIT), st.sampled_from([b"\n", b"\r", b"\r\n"])),
        max_size=4,
    ),
    st.lists(st.integers(1, 2 * LINE_LIMIT), max_size=8),
)
def test_any_chunking_of_long_lines_gives_the_same_lines(parts, sizes):
    data = b"".join(b"x" * length + end for length, end in parts)
    assert split(*chunks_of(data, sizes)) == split(data)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"))))
def test_printed_lines_come_as_they_were_printed(lines):
    assert split("".join(f"{line}\n" for line in lines).encode()) == lines


def test_an_unfinished_line_comes_at_the_end():
    assert split(b"one\ntwo") == ["one", "two"]


def test_bytes_that_are_no_text_are_kept_as_escapes():
    assert split(b"\xff\x00a\n") == ["\\xff\x00a"]


def test_a_character_cut_at_the_end_of_the_stream_is_kept_as_an_escape():
    assert split("ä".encode()[:1]) == ["\\xc3"]


@pytest.mark.parametrize("length", [LINE_LIMIT, LINE_LIMIT + 1, 200 * 1024, 2 * LINE_LIMIT])
def test_a_long_line_is_cut_and_nothing_of_it_is_lost(length):
    lines = split(b"x" * length + b"\nnext\n")
    assert "".join(lines[:-1]) == "x" * length
    assert max(map(len, lines)) == LINE_LIMIT
    assert len(lines) == -(-length // LINE_LIMIT) + 1


def test_a_line_without_an_end_does_not_pile_up_in_memory():
    splitter = LineSplitter()
    for _ in range(100):
        splitter.feed(b"x" * LINE_LIMIT, 0.0)
    assert len(splitter._line) <= LINE_LIMIT


def bar(updates, interval_s, end=b"\n"):
    splitter = LineSplitter()
    lines = []
    for number in range(updates):
        lines += splitter.feed(b"\r%d%%" % number, number * interval_s)
    return lines + splitter.feed(end, updates * interval_s) + splitter.flush()


def test_a_progress_bar_becomes_one_line_a_second_and_its_last_state():
    assert bar(50, 0.1) == ["0%", "10%", "20%", "30%", "40%", "49%"]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b""])
def test_the_last_state_of_a_bar_is_told_once_however_it_ends(end):
    assert bar(3, 0.1, end) == ["0%", "2%"]


def test_a_bar_that_clears_itself_leaves_no_empty_line():
    splitter = LineSplitter()
    lines = splitter.feed(b"\r50%\r", 0.0) + splitter.feed(b"\r\n", 0.1)
    assert lines == ["50%"]


def test_empty_lines_that_were_printed_are_kept():
    assert split(b"a\n\n\nb\n") == ["a", "", "", "b"]


def test_windows_line_ends_are_line_ends():
    assert split(b"a\r", b"\nb\r\n") == ["a", "b"]


def test_the_tail_holds_the_last_lines_in_order():
    splitter = LineSplitter()
    splitter.feed(b"".join(b"%d\n" % number for number in range(100)), 0.0)
    splitter.feed(b"unfinished", 0.0)
    splitter.flush()
    expected = [*map(str, range(101 - TAIL_LINES, 100)), "unfinished"]
    assert splitter.tail().split("\n") == expected


def test_the_tail_is_bounded_even_when_its_lines_are_long():
    splitter = LineSplitter()
    splitter.feed(b"x" * LINE_LIMIT + b"\nend\n", 0.0)
    assert splitter.tail().endswith("\nend")
    assert len(splitter.tail()) == 4000
