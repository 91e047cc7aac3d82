"""The page that task and runner share."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from athanor.journal import slot as slot_module
from athanor.journal.slot import Slot

INT64 = st.integers(-(2**63), 2**63 - 1)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "progress"


def stand(path):
    progress = Slot(path).read()
    return progress and (progress.current, progress.total, progress.message)


def test_before_the_first_progress_there_is_none(path):
    assert stand(path) is None


@given(st.lists(st.tuples(INT64, INT64, st.none() | st.text()), min_size=1, max_size=5))
def test_the_newest_is_read_by_whoever_opens_the_page(path, written):
    """BUF-08"""
    writer = Slot(path)
    for current, total, message in written:
        writer.write(current, total, message)
    found_current, found_total, found_message = stand(path)
    assert (found_current, found_total) == (current, total)
    assert (found_message is None) == (message is None)
    if message is not None and message.isascii():
        assert found_message == message


@pytest.mark.parametrize("letter", ["a", "ä", "😀"])
def test_a_long_message_is_cut_between_two_characters(path, letter):
    Slot(path).write(1, 2, letter * 5000)
    message = stand(path)[2]
    assert message == letter * (1600 // len(letter.encode()))


def test_a_lone_surrogate_is_escaped(path):
    Slot(path).write(1, 2, "\ud800")
    assert stand(path)[2] == "\\ud800"


def test_a_number_beyond_64_bits_is_refused_and_changes_nothing(path):
    slot = Slot(path)
    slot.write(1, 2, None)
    with pytest.raises(ValueError, match=f"at most 64 bits, got {2**63} of 2"):
        slot.write(2**63, 2, None)
    assert stand(path) == (1, 2, None)


def test_a_record_that_is_damaged_leaves_the_older_one(path):
    slot = Slot(path)
    slot.write(1, 9, "first")
    slot.write(2, 9, "second")
    content = path.read_bytes()
    at = content.index(b"second")
    with open(path, "r+b") as file:
        file.seek(at)
        file.write(b"S")
    assert stand(path) == (1, 9, "first")


@settings(max_examples=50)
@given(written=st.integers(0, 60), old=st.text(max_size=10), new=st.text(max_size=10))
def test_a_write_torn_at_any_byte_keeps_the_newer_whole_record(path, written, old, new):
    path.unlink(missing_ok=True)
    slot = Slot(path)
    slot.write(1, 9, old)
    slot.write(2, 9, old)
    before = path.read_bytes()
    slot.write(3, 9, new)
    after = path.read_bytes()
    changed = next(i for i, (a, b) in enumerate(zip(before, after, strict=True)) if a != b)
    torn = after[: changed + written] + before[changed + written :]
    path.write_bytes(torn)
    assert stand(path)[0] in ((2, 3) if torn == after else (2,))


WRITER = dedent("""
    import sys
    from pathlib import Path
    from athanor.journal.slot import Slot
    slot = Slot(Path(sys.argv[1]))
    sys.stdout.write("ready"); sys.stdout.flush()
    number = 0
    while True:
        number += 1
        slot.write(number, -number, str(number) * 100)
""")


def test_a_writer_killed_at_any_moment_leaves_a_whole_record(path):
    stands = []
    for _ in range(12):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE)
        writer.stdout.read(5)
        reader = Slot(path)
        first = reader.read()
        while reader.read() == first:
            pass
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        current, total, message = stand(path)
        assert total == -current
        assert message == (str(current) * 100)[:1600]
        stands.append(current)
    assert len(set(stands)) > 1


def test_while_it_is_written_the_page_always_reads_whole(path):
    """A reader sees some progress that was written, never parts of two."""
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE)
    try:
        writer.stdout.read(5)
        reader = Slot(path)
        seen, stands = [], set()
        while len(seen) < 20_000 or len(stands) <= 10:  # the writer may get no time for a while
            seen.append(reader.read())
            stands.add(seen[-1] and seen[-1].current)
    finally:
        writer.kill()
        writer.wait()
        writer.stdout.close()
    known = [progress for progress in seen if progress is not None]
    assert all(progress.total == -progress.current for progress in known)


def test_threads_that_write_at_once_leave_one_of_their_records(path):
    slot = Slot(path)

    def work(mine):
        for _ in range(300):
            slot.write(mine, mine, str(mine) * 50)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(1, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    current, total, message = stand(path)
    assert total == current
    assert message == str(current) * 50


def test_the_cancel_flag_is_seen_by_whoever_opened_the_page(path):
    """API-23"""
    one, other = Slot(path), Slot(path)
    assert not other.cancelled
    one.cancel()
    assert other.cancelled
    other.write(1, 2, "progress does not lower it")
    assert one.cancelled


def test_without_room_on_the_disk_the_page_is_refused_instead_of_killing_its_writer(path):
    if not hasattr(os, "posix_fallocate"):
        pytest.skip("this system cannot reserve room")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            Slot(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert os.stat(path).st_blocks == 0
    Slot(path)
    assert os.stat(path).st_blocks > 0


def test_the_two_records_fit_into_the_page():
    header = slot_module._HEADER.size + slot_module._MESSAGE_BYTES
    first, second = slot_module._OFFSETS
    assert 0 < first <= first + header <= second <= second + header <= slot_module._SIZE
