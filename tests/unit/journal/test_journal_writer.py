"""Writing lines: whole, once, whatever the disk and the neighbours do."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athanor.errors import JournalError
from athanor.journal.format import Log
from athanor.journal.reader import JournalReader
from athanor.journal.writer import JournalWriter


def log(message):
    return Log(1, "info", message)


def messages(path):
    with JournalReader(path) as reader:
        chunk = reader.read(0, to_end=True)
    return [line.message for _, line in chunk.lines], chunk.skipped


@pytest.fixture
def journal(tmp_path):
    writer = JournalWriter(tmp_path / "journal.ndjson")
    yield writer
    writer.close()


def write_short(cuts, real=os.write):
    """An ``os.write`` that takes only so many bytes of each of the next writes."""
    remaining = iter(cuts)

    def write(fd, data):
        return real(fd, data[: next(remaining, len(data))])

    return write


@given(
    texts=st.lists(st.text(max_size=5), min_size=1, max_size=4),
    cuts=st.lists(st.integers(0, 160), max_size=6),
)
def test_short_writes_lose_and_duplicate_nothing(texts, cuts, tmp_path):
    path = tmp_path / "journal.ndjson"
    path.unlink(missing_ok=True)
    writer = JournalWriter(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "write", write_short(cuts))
        writer.write(log("first"))
        writer.write_many(map(log, texts))
    writer.close()
    assert messages(path)[0] == ["first", *texts]


@pytest.mark.parametrize("missing", range(1, 90))
def test_a_write_cut_at_any_byte_is_mended(journal, monkeypatch, missing):
    lines = [log("one"), log("two")]
    monkeypatch.setattr(os, "write", write_short([missing]))
    journal.write_many(lines)
    found, skipped = messages(journal.path)
    assert found == ["one", "two"]
    assert skipped <= 1


def test_a_call_that_raised_can_be_made_up_for_with_what_it_says_is_missing(journal, monkeypatch):
    def full(fd, data, real=os.write, sizes=iter([60])):  # noqa: B008 - one size, then a full disk
        size = next(sizes, 0)
        if not size:
            raise OSError(28, "No space left on device")
        return real(fd, data[:size])

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(JournalError, match="No space left on device") as caught:
            journal.write_many([log("one"), log("two"), log("three")])
    journal.append(caught.value.rest)
    assert messages(journal.path)[0] == ["one", "two", "three"]


LIMITED = dedent("""
    import resource, sys
    from pathlib import Path
    from athanor.errors import JournalError
    from athanor.journal.format import Log
    from athanor.journal.writer import JournalWriter

    writer = JournalWriter(Path(sys.argv[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
    returned = 0
    try:
        while True:
            writer.write(Log(1, "info", f"{returned}"))
            returned += 1
    except JournalError:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    writer.write(Log(1, "info", "later"))
    print(returned)
""")


@pytest.mark.parametrize("limit", [*range(1000, 1062, 3), 1059, 1060, 1061])
def test_on_a_full_disk_the_call_raises_and_all_that_returned_is_there_once(tmp_path, limit):
    """A real limit of the kernel; every position of it within a line is met."""
    path = tmp_path / "journal.ndjson"
    command = [sys.executable, "-c", LIMITED, str(path), str(limit)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    returned = int(done.stdout)
    found, skipped = messages(path)
    assert found == [*map(str, range(returned)), "later"]
    assert skipped <= 1


def test_the_error_names_the_file_and_the_next_step(tmp_path):
    with pytest.raises(JournalError, match=r"nowhere.*cannot be opened: No such file"):
        JournalWriter(tmp_path / "nowhere" / "journal.ndjson")


def test_several_lines_are_one_write(journal, monkeypatch):
    """API-07"""
    sizes = []

    def write(fd, data, real=os.write):
        sizes.append(len(data))
        return real(fd, data)

    monkeypatch.setattr(os, "write", write)
    journal.write_many(map(log, "abc"))
    assert sizes == [journal.size()]


def test_no_lines_are_no_write(journal):
    journal.write_many([])
    assert journal.size() == 0


def test_forked_writers_keep_their_lines_whole_and_in_order(journal):
    """API-27"""
    children = []
    for name in "abcd":
        pid = os.fork()
        if pid == 0:
            for number in range(500):
                journal.write(log(f"{name}{number}"))
            os._exit(0)
        children.append(pid)
    for pid in children:
        os.waitpid(pid, 0)
    found, skipped = messages(journal.path)
    assert skipped == 0
    for name in "abcd":
        mine = [text for text in found if text.startswith(name)]
        assert mine == [f"{name}{number}" for number in range(500)]


def test_a_writer_killed_at_any_moment_loses_nothing_that_returned(tmp_path):
    path = tmp_path / "journal.ndjson"
    program = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from athanor.journal.format import Log\n"
        "from athanor.journal.writer import JournalWriter\n"
        "writer = JournalWriter(Path(sys.argv[1]))\n"
        "sys.stdin.read(1)\n"
        "for number in range(10**9):\n"
        "    writer.write(Log(1, 'info', str(number) * 50))\n"
        "    os.write(1, b'%d\\n' % number)\n"
    )
    for _ in range(5):
        path.unlink(missing_ok=True)
        writer = subprocess.Popen(
            [sys.executable, "-c", program, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        writer.stdin.write(b"g")
        writer.stdin.flush()
        said = os.read(writer.stdout.fileno(), 1 << 16)
        writer.send_signal(signal.SIGKILL)
        said += writer.stdout.read()
        writer.wait()
        writer.stdin.close()
        writer.stdout.close()
        returned = len(said.splitlines())
        found, _ = messages(path)
        assert returned > 0
        assert found[:returned] == [str(number) * 50 for number in range(returned)]
        assert len(found) <= returned + 1


def test_the_journal_is_for_its_owner_only(journal):
    assert os.stat(journal.path).st_mode & 0o777 == 0o600


def test_a_limit_on_file_size_is_left_as_it_was():
    """The tests above must set it in processes of their own."""
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
