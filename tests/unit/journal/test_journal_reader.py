"""Reading a journal that several processes write and any of them may leave torn."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from athanor.journal.format import Exited, Log, Result, Started, decode, encode, raw
from athanor.journal.reader import JournalReader

GARBAGE = [
    b"",
    b"{",
    b'{"t":"log"}',
    b'{"t":"unheard of","ts":1}',
    b'{"t":"log","ts":1,"level":"loud","message":"x"}',
    b'{"t":"log","ts":1,"level":"info","message":"\xff"}',
    b'{"t":"log","ts":1,"level":"info","message":"\\ud800"}',
    b"\0\0\0\0",
    b"[1,2]",
    b"null",
    b'{"t":"result","ts":1,"key":"k","value":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    b'{"t":"log","ts":1,"level":"info","message":"torn',
]
NO_LINE = st.sampled_from(GARBAGE) | st.binary(max_size=20).map(lambda b: b.replace(b"\n", b""))
TORN = st.binary(max_size=20).map(lambda b: b"\xfe" + b.replace(b"\n", b""))


def numbered(number):
    return encode(Log(1, "info", str(number)))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.ndjson"


def read_all(path, limit=1 << 20):
    """Every line, in chunks as an ingest takes them, the torn end last."""
    lines, skipped, offset = [], 0, 0
    with JournalReader(path) as reader:
        for to_end in (False, True):
            while not (chunk := reader.read(offset, limit, to_end=to_end)).empty:
                assert chunk.start == offset
                lines += chunk.lines
                skipped += chunk.skipped
                offset = chunk.end
        assert offset == reader.size()
    return lines, skipped


@pytest.mark.parametrize("bad", GARBAGE[1:], ids=lambda bad: repr(bad[:40]))
def test_one_bad_line_is_counted_and_loses_no_good_one(path, bad):
    """BUF-06"""
    path.write_bytes(b"\n%s\n\n%s\n\n%s\n" % (numbered(1), bad, numbered(2)))
    lines, skipped = read_all(path)
    assert [line.message for _, line in lines] == ["1", "2"]
    assert skipped == 1


@given(parts=st.lists(NO_LINE | st.just(None), max_size=12), limit=st.integers(1, 300))
def test_whatever_stands_between_them_good_lines_are_found_at_their_offsets(path, parts, limit):
    """BUF-06, BUF-07"""
    content, expected, skipped = b"", [], 0
    for part in parts:
        content += b"\n"
        if part is None:
            expected.append((len(content), len(expected)))
            content += numbered(expected[-1][1])
        else:
            skipped += bool(part)
            content += part
        content += b"\n"
    path.write_bytes(content)
    lines, found_skipped = read_all(path, limit)
    assert [(offset, int(line.message)) for offset, line in lines] == expected
    assert found_skipped == skipped


@given(
    limits=st.lists(st.integers(1, 400), min_size=1, max_size=5),
    sizes=st.lists(st.integers(0, 300)),
)
def test_chunks_of_any_size_give_the_same_lines(path, limits, sizes):
    path.write_bytes(b"".join(b"\n%s\n" % numbered("7" * size) for size in sizes))
    assert all(read_all(path, limit) == read_all(path) for limit in limits)


def test_a_line_that_is_still_being_written_is_waited_for(path):
    line = b"\n" + numbered(1) + b"\n"
    with JournalReader(path) as reader:
        for written in range(1, len(line)):
            path.write_bytes(line[:written])
            assert not reader.read(0).lines
        path.write_bytes(line)
        assert [found.message for _, found in reader.read(0).lines] == ["1"]


def test_at_the_end_a_line_without_its_newline_counts_if_it_is_whole(path):
    path.write_bytes(numbered(1) + b"\n" + numbered(2))
    lines, skipped = read_all(path)
    assert ([line.message for _, line in lines], skipped) == (["1", "2"], 0)


def test_at_the_end_a_torn_line_is_counted(path):
    path.write_bytes(numbered(1) + b"\n" + numbered(2)[:-3])
    lines, skipped = read_all(path)
    assert ([line.message for _, line in lines], skipped) == (["1"], 1)


def test_a_journal_that_does_not_exist_yet_is_empty(path):
    with JournalReader(path) as reader:
        assert reader.size() == 0
        assert reader.read(0).empty
        path.write_bytes(numbered(1) + b"\n")
        assert len(reader.read(0).lines) == 1


def test_a_line_longer_than_a_chunk_is_read_whole(path):
    path.write_bytes(b"\n" + numbered("x" * 100_000) + b"\n")
    with JournalReader(path) as reader:
        newline = reader.read(0, limit=10)
        (_, line), *_ = reader.read(newline.end, limit=10).lines
    assert len(line.message) == 100_000


@pytest.mark.parametrize(
    "line",
    [
        Started(1, 2, 3, "boot", "machine", "host", "3.12", "1"),
        Result(1, "key", raw({"a": [1, None]})),
        Exited(1, None, 9, 100, 0.5, 1.5, "last words"),
    ],
)
def test_a_line_says_its_kind_and_comes_back(line):
    text = encode(line)
    assert msgspec.json.decode(text)["t"] == type(line).__name__.lower()
    assert encode(decode(text)) == text


def test_a_newline_inside_a_text_does_not_break_the_line():
    assert b"\n" not in encode(Log(1, "info", "a\nb\r\n", raw({"k\n": "v\n"})))


def test_what_has_no_end_is_skipped_in_pieces_and_loses_no_line_after_it(path):
    path.write_bytes(b"\n%s\n%s\n%s\n" % (numbered(1), b"\0" * 10_000, numbered(2)))
    lines, offset, longest = [], 0, 0
    with JournalReader(path, longest=1000) as reader:
        while not (chunk := reader.read(offset, 100)).empty:
            lines += chunk.lines
            longest = max(longest, chunk.end - chunk.start)
            offset = chunk.end
    assert [line.message for _, line in lines] == ["1", "2"]
    assert longest == 1000
