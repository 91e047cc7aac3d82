"""The reference page says what the OpenAPI document says."""

from __future__ import annotations

import re
from http import HTTPStatus
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "rest.md"


def test_the_page_names_every_operation_and_no_other(served):
    document = served.get("/openapi.json")
    there = {
        (method.upper(), path, operation["operationId"])
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    rows = re.findall(r"^\| `(\w+) (/api/\S+)` \| `(\w+)` \|", PAGE.read_text(), re.MULTILINE)
    assert set(rows) == there


def test_the_page_names_every_parameter_of_a_query(served):
    document = served.get("/openapi.json")
    rows = dict(
        re.findall(r"^\| `\w+ /api/\S+` \| `(\w+)` \| (.*) \|$", PAGE.read_text(), re.MULTILINE)
    )
    for methods in document["paths"].values():
        for operation in methods.values():
            wanted = [p["name"] for p in operation.get("parameters", []) if p["in"] == "query"]
            told = rows[operation["operationId"]]
            assert [name for name in wanted if f"`{name}`" not in told] == []


def test_the_page_names_the_status_of_every_kind_of_problem():
    from athanor.server.problems import STATUSES

    text = PAGE.read_text()
    for status in (*STATUSES.values(), HTTPStatus.METHOD_NOT_ALLOWED):
        assert f"| {int(status)} |" in text
