"""What is exported equals what is stored."""

from __future__ import annotations

import csv
import io
import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from athanor.domain.moment import now
from athanor.domain.output import Level, LogLine, Result
from athanor.domain.run import Run, RunStatus
from athanor.errors import InvalidInput, MissingExtra
from athanor.harness import columns
from athanor.harness.export import Exported, write
from athanor.harness.records import to_json

if TYPE_CHECKING:
    from collections.abc import Iterator

AT = datetime(2026, 2, 3, 4, 5, 6, 789012, tzinfo=UTC)
VALUES: list[Any] = [
    {"n": 1, "x": 0.1, "ok": True, "text": 'é\n,"', "list": [1, {"b": 2}]},
    {"n": 2, "x": "NaN", "ok": False, "empty": {}, "none": None},
    {"n": 2**70, "x": 3, "a.b": {"c": "dotted"}, "mixed": 1},
    {"mixed": "one"},
    0.5,
    "hello",
    None,
    [],
]


def result(number: int, value: Any) -> Result:
    return Result(
        id=f"id{number}",
        run_id="r",
        attempt=1,
        seq=number,
        key="k",
        value=value,
        size=1,
        timestamp=AT,
        inserted_at=AT,
    )


def log_line(number: int) -> LogLine:
    return LogLine(
        id=f"l{number}",
        run_id="r",
        attempt=1,
        seq=number,
        line=number,
        level=Level.INFO,
        message=f"line {number}",
        metadata={"n": number},
        timestamp=AT,
        inserted_at=AT,
    )


RUN = Run(
    id="r",
    instance_id="i",
    status=RunStatus.COMPLETED,
    configuration={"a": 1},
    inserted_at=AT,
    updated_at=now(),
)


def exported(values: list[Any] = VALUES, logs: int | None = None) -> Exported:
    lines = None if logs is None else lambda: (log_line(n) for n in range(1, logs + 1))
    return Exported(
        run=RUN,
        instance=None,
        results=lambda: (result(n, value) for n, value in enumerate(values)),
        logs=lines,
    )


def written(form: str, source: Exported | None = None) -> bytes:
    file = io.BytesIO()
    write(source or exported(), form, file)
    return file.getvalue()


def test_json_is_one_document_with_everything() -> None:
    """OPS-08"""
    document = json.loads(written("json", exported(logs=2)))
    assert document["run"] == to_json(RUN)
    assert [entry["value"] for entry in document["results"]] == VALUES
    assert [entry["message"] for entry in document["logs"]] == ["line 1", "line 2"]


def test_json_without_results_is_valid() -> None:
    document = json.loads(written("json", exported([])))
    assert document["results"] == []
    assert "logs" not in document


def test_ndjson_is_one_record_a_line_with_its_kind() -> None:
    """OPS-08"""
    records = [json.loads(line) for line in written("ndjson", exported(logs=1)).splitlines()]
    assert [r["kind"] for r in records] == ["run", *["result"] * len(VALUES), "log"]
    assert [r["value"] for r in records if r["kind"] == "result"] == VALUES


def test_csv_holds_every_value_whole_and_in_columns() -> None:
    """OPS-08"""
    rows = list(csv.DictReader(io.StringIO(written("csv").decode(), newline="")))
    assert [json.loads(row["value_json"]) for row in rows] == VALUES
    assert rows[0]["value.text"] == 'é\n,"'
    assert json.loads(rows[0]["value.list"]) == [1, {"b": 2}]
    assert [row["value.ok"] for row in rows[:3]] == ["true", "false", ""]
    assert rows[2]["value.n"] == str(2**70)
    assert rows[2]['value["a.b"].c'] == "dotted"
    assert rows[4]["value"] == "0.5"
    assert rows[0]["timestamp"] == "2026-02-03T04:05:06.789012Z"


def test_parquet_holds_typed_columns() -> None:
    """OPS-08"""
    table = pq.read_table(io.BytesIO(written("parquet")))
    found = table.to_pydict()
    assert [json.loads(text) for text in found["value_json"]] == VALUES
    kinds = {name: str(table.schema.field(name).type) for name in table.column_names}
    assert kinds["value.x"] == "double"
    assert kinds["value.ok"] == "bool"
    assert kinds["value.n"] == "string"
    assert kinds["value.mixed"] == "string"
    assert kinds["timestamp"] == "timestamp[us, tz=UTC]"
    assert found["value.x"][0] == 0.1
    assert found["value.x"][1] != found["value.x"][1]
    assert found["value.mixed"][2:4] == ["1", "one"]
    assert found["timestamp"][0] == AT


def test_whole_numbers_stay_whole() -> None:
    table = pq.read_table(io.BytesIO(written("parquet", exported([{"n": 2**60}, {"n": None}]))))
    assert str(table.schema.field("value.n").type) == "int64"
    assert table.to_pydict()["value.n"] == [2**60, None]


def test_a_run_without_results_is_a_table_without_rows() -> None:
    assert pq.read_table(io.BytesIO(written("parquet", exported([])))).num_rows == 0
    assert len(written("csv", exported([])).splitlines()) == 1


def test_more_rows_than_a_batch_are_all_there() -> None:
    table = pq.read_table(io.BytesIO(written("parquet", exported(list(range(1234))))))
    assert table.to_pydict()["value"] == list(range(1234))


def test_unpaired_surrogates_survive_as_escapes() -> None:
    document = json.loads(written("json", exported(["\ud800"])))
    assert document["results"][0]["value"] == "\ud800"


def test_columns_are_bounded_and_nothing_is_lost() -> None:
    wide = {f"k{n}": n for n in range(columns.MOST_COLUMNS + 5)}
    (row,) = csv.DictReader(io.StringIO(written("csv", exported([wide])).decode()))
    assert len(row) == len(columns.FIXED) + columns.MOST_COLUMNS + 1
    assert json.loads(row["value_json"]) == wide


def test_records_are_written_as_they_are_read() -> None:
    """Of a large run only a few records are held at a time."""
    held: list[int] = []

    class Counting(io.BytesIO):
        lines = 0

        def write(self, data: Any) -> int:
            Counting.lines += bytes(data).count(b'"kind": "result"')
            return super().write(data)

    def results() -> Iterator[Result]:
        for number in range(100):
            held.append(number - Counting.lines)
            yield result(number, number)

    write(Exported(run=RUN, instance=None, results=results), "ndjson", Counting())
    assert max(held) <= 1


def test_an_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(InvalidInput, match="json, ndjson, csv, parquet"):
        written("xml")


def test_a_table_has_no_place_for_logs() -> None:
    with pytest.raises(InvalidInput, match="csv holds results only"):
        written("csv", exported(logs=1))


def test_parquet_without_pyarrow_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtra, match=r"pip install 'athanor\[parquet\]'"):
        written("parquet")
