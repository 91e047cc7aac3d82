"""Log lines and results: read from either end, by level, by key, by id."""

from __future__ import annotations

import pytest
from sqlalchemy import event
from store_givens import (
    NOON,
    STEP,
    a_log,
    a_result,
    ask,
    chunk,
    claimed,
)

from athanor.domain.identifier import new_id
from athanor.domain.output import Level, output_id
from athanor.errors import InvalidInput
from athanor.store import logs, results
from athanor.store.ingest import ingest
from athanor.store.paging import successor

LEVELS = list(Level)


@pytest.fixture
def ten_logs(database):
    """Lines 1 to 10, said at bytes 0, 100 …, levels debug, info, warn, error, debug …"""
    attempt = claimed(database)
    ingest(database, attempt, chunk(*(a_log(f"{n}", LEVELS[n % 4]) for n in range(10))))
    return attempt.run_id


@pytest.fixture
def ten_results(database):
    """Results of the keys a, b, c, a, b … with the values 0 to 9."""
    attempt = claimed(database)
    ingest(database, attempt, chunk(*(a_result("abc"[n % 3], n) for n in range(10))))
    return attempt.run_id


def lines(database, run_id, **options):
    with database.read() as c:
        return [entry.line for entry in logs.page(c, run_id, **{"limit": 100} | options)]


def all_pages(database, listing, run_id, limit, **options):
    found, after = [], None
    while True:
        with database.read() as c:
            page = listing(c, run_id, limit=limit, after=after, **options)
        found += page.items
        if page.next is None:
            return found
        after = page.next


# --- logs ---


def test_a_line_comes_back_as_it_was_said(database, ten_logs):
    with database.read() as c:
        entry = logs.page(c, ten_logs, limit=2)[1]
    assert (entry.line, entry.seq, entry.attempt, entry.level) == (2, 100, 1, Level.INFO)
    assert (entry.message, entry.metadata, entry.timestamp) == ("1", None, NOON)
    assert entry.id == output_id(ten_logs, 1, 100)


def test_ids_are_the_same_in_plain_sql(database, ten_logs, ten_results):
    """OPS-03."""
    with database.read() as c:
        in_sql = c.exec_driver_sql("SELECT id FROM run_logs ORDER BY line").scalars().all()
        assert in_sql == [entry.id for entry in logs.page(c, ten_logs, limit=100)]
        in_sql = c.exec_driver_sql("SELECT id FROM run_results ORDER BY seq").scalars().all()
        assert in_sql == [entry.id for entry in results.newest(c, ten_results, 100)]


def test_a_far_place_in_a_journal_has_its_id_in_plain_sql_too(database):
    attempt = claimed(database)
    far = 0x1234_5678_9ABC
    with database.write() as c:
        ask(c, "UPDATE run_attempts SET journal_offset = :far", far=far)
    ingest(database, attempt, chunk(a_log(), start=far))
    with database.read() as c:
        found = c.exec_driver_sql("SELECT id FROM run_logs").scalar_one()
    assert found == output_id(attempt.run_id, 1, far)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, list(range(1, 11))),
        ({"limit": 3}, [1, 2, 3]),
        ({"limit": 3, "newest": True}, [8, 9, 10]),
        ({"limit": 3, "after_line": 4}, [5, 6, 7]),
        ({"limit": 3, "before_line": 8}, [5, 6, 7]),
        ({"limit": 3, "after_line": 2, "before_line": 5}, [3, 4]),
        ({"limit": 2, "after_line": 2, "before_line": 7, "newest": True}, [5, 6]),
        ({"levels": [Level.WARN]}, [3, 7]),
        ({"levels": [Level.WARN, Level.ERROR]}, [3, 4, 7, 8]),
        ({"levels": [Level.WARN, Level.ERROR], "limit": 3}, [3, 4, 7]),
        ({"levels": [Level.DEBUG, Level.ERROR], "limit": 3, "newest": True}, [5, 8, 9]),
        ({"levels": LEVELS, "limit": 2}, [1, 2]),
        ({"levels": []}, []),
        ({"after_line": 10}, []),
    ],
)
def test_lines_are_read_by_number_from_either_end(database, ten_logs, options, expected):
    """API-28, API-29."""
    assert lines(database, ten_logs, **options) == expected


def test_the_first_line_of_a_level_can_be_jumped_to(database, ten_logs):
    with database.read() as c:
        assert logs.first_of_level(c, ten_logs, Level.ERROR).line == 4
        assert logs.first_of_level(c, new_id(), Level.ERROR) is None


@pytest.mark.parametrize(
    ("seq", "line"), [(0, 1), (1, 2), (100, 2), (450, 6), (900, 10), (901, 11)]
)
def test_a_place_in_the_journal_leads_to_its_line(database, ten_logs, seq, line):
    with database.read() as c:
        assert logs.line_at_or_after(c, ten_logs, 1, seq) == line
        assert logs.line_at_or_after(c, new_id(), 1, seq) == 1


def test_a_line_is_found_by_its_id_only(database, ten_logs):
    with database.read() as c:
        assert logs.get(c, ten_logs, output_id(ten_logs, 1, 500)).line == 6
        assert logs.get(c, ten_logs, output_id(ten_logs, 1, 501)) is None
        assert logs.get(c, ten_logs, output_id(new_id(), 1, 500)) is None


def test_a_stream_is_every_line_in_batches(database, ten_logs):
    with database.read() as c:
        batches = [[entry.line for entry in batch] for batch in logs.stream(c, ten_logs, 4)]
    assert batches == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10]]


# --- results ---


def test_the_newest_results_come_in_order_of_time(database, ten_results):
    """API-28."""
    with database.read() as c:
        assert [entry.value for entry in results.newest(c, ten_results, 3)] == [7, 8, 9]


def test_equal_keys_are_all_kept_oldest_first(database, ten_results):
    """API-11, API-30."""
    with database.read() as c:
        assert [entry.value for entry in results.by_key(c, ten_results, "b")] == [1, 4, 7]
        assert results.by_key(c, ten_results, "B") == []


def test_a_result_is_found_by_its_id_only(database, ten_results):
    with database.read() as c:
        found = results.get(c, ten_results, output_id(ten_results, 1, 300))
        assert (found.key, found.value, found.size, found.seq) == ("a", 3, 1, 300)
        assert results.get(c, ten_results, output_id(ten_results, 1, 301)) is None
        assert results.get(c, ten_results, output_id(new_id(), 1, 300)) is None


@pytest.mark.parametrize("limit", [1, 3, 9, 10, 11])
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, "0123456789"),
        ({"descending": True}, "9876543210"),
        ({"order": "key"}, "0369147258"),
        ({"order": "key", "descending": True}, "8527419630"),
        ({"key_prefix": "b"}, "147"),
        ({"key_prefix": "b", "order": "key"}, "147"),
        ({"key_prefix": "bb", "order": "key"}, ""),
    ],
)
def test_summaries_are_paged_by_time_or_key(database, ten_results, limit, options, expected):
    found = all_pages(database, results.page, ten_results, limit, **options)
    assert "".join(entry.preview for entry in found) == expected


def test_the_last_page_says_that_it_is_the_last_even_when_full(database, ten_results):
    with database.read() as c:
        assert results.page(c, ten_results, limit=10).next is None
        assert results.page(c, ten_results, limit=9).next is not None


def test_a_page_has_no_repeat_while_results_are_added(database):
    attempt = claimed(database)
    done = ingest(database, attempt, chunk(a_result("a", 0), a_result("c", 1)))
    with database.read() as c:
        first = results.page(c, attempt.run_id, limit=1, order="key")
    ingest(database, done.attempt, chunk(a_result("a", 2), a_result("b", 3), start=done.end))
    with database.read() as c:
        rest = results.page(c, attempt.run_id, limit=9, order="key", after=first.next)
    assert [entry.preview for entry in rest.items] == ["2", "3", "1"]


def test_values_are_paged_for_exports(database, ten_results):
    found = all_pages(database, results.values, ten_results, 4)
    assert [entry.value for entry in found] == list(range(10))


def test_a_page_with_values_ends_where_a_mebibyte_of_them_does(database):
    attempt = claimed(database)
    large = "x" * (results.SMALL_BYTES - 2)
    said = [a_result("k", n if n % 100 else large * (1 + n // 100)) for n in range(200)]
    said += [a_result("k", large)] * 100
    ingest(database, attempt, chunk(*said))
    found = all_pages(database, results.small_page, attempt.run_id, 1000)
    assert [result.value for result in found][:2] == [large, 1]
    assert not found[100].whole
    assert found[100].value is None
    with database.read() as c:
        page = results.small_page(c, attempt.run_id, limit=1000)
    assert sum(result.size for result in page.items if result.whole) <= 1 << 20 < 101 * len(large)
    assert len(found) == 300


def test_what_one_chunk_brought_is_read_by_its_bytes(database, ten_results):
    with database.read() as c:
        found = results.between(c, ten_results, 1, 2 * STEP, 5 * STEP)
    assert [entry.preview for entry in found] == ["2", "3", "4"]


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_keys_are_counted(database, ten_results, limit):
    found = all_pages(database, results.key_counts, ten_results, limit)
    assert found == [("a", 4), ("b", 3), ("c", 3)]


def test_a_cursor_of_another_order_is_refused(database, ten_results):
    with database.read() as c:
        page = results.page(c, ten_results, limit=1)
        with pytest.raises(InvalidInput):
            results.page(c, ten_results, limit=1, after=page.next, order="key")


def test_a_list_of_results_never_asks_for_their_values(database):
    attempt = claimed(database)
    ingest(database, attempt, chunk(a_result("k", "x" * 500_000)))
    asked = []
    with database.read() as c:
        event.listen(c, "before_cursor_execute", lambda *told: asked.append(told[2]))
        [summary] = results.page(c, attempt.run_id, limit=100).items
    assert (summary.size, summary.preview) == (500_002, '"' + "x" * 199)
    assert asked
    assert "run_results.value" not in "".join(asked)


def test_values_are_stored_behind_what_a_list_shows(database):
    with database.read() as c:
        names = list(ask(c, "SELECT * FROM run_results").keys())
    assert names[-2:] == ["value", "id"]  # the id is computed


@pytest.mark.parametrize(
    ("prefix", "end"),
    [("a", "b"), ("a\U0010ffff", "b"), ("\U0010ffff", None), ("\ud7ff", "\ue000"), ("", None)],
)
def test_the_successor_of_a_prefix_ends_its_range(prefix, end):
    assert successor(prefix) == end
