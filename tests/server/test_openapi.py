"""The OpenAPI document: complete enough for a stranger, and true.

``make fuzz`` tries the same with many more examples.
"""

from __future__ import annotations

import os
from contextlib import suppress

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "8"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
LONGEST = 30_000
METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture(scope="module")
def document(served):
    return served.get("/openapi.json")


def operations(document):
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                yield f"{method} {path}", methods[method]


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does(document):
    names = [operation["operationId"] for _, operation in operations(document)]
    assert len(set(names)) == len(names) > 20
    for where, operation in operations(document):
        assert operation["description"], where
        assert operation["tags"], where


def test_every_answer_and_every_problem_is_described(document):
    for where, operation in operations(document):
        for status, answer in operation["responses"].items():
            assert answer["description"], where
            if int(status) >= 400:
                (kind,) = answer["content"]
                assert kind == "application/problem+json", where
        assert {"400", "401", "403", "503"} <= operation["responses"].keys(), where


def test_every_value_that_is_sent_is_described_or_plain(document):
    """A field has a description or an example, or a type that says it all."""
    plain = {"boolean", "array", "integer"}
    for name, schema in document["components"]["schemas"].items():
        for field, about in schema.get("properties", {}).items():
            told = about.keys() & {"description", "examples", "$ref", "const", "enum"}
            several = about.get("anyOf", [])
            told |= {key for one in several for key in one.keys() & {"description", "$ref"}}
            assert told or about.get("type") in plain, f"{name}.{field}: {about}"


@pytest.fixture(scope="module")
def api(served):
    return schemathesis.openapi.from_url(f"{served.url}/api/openapi.json")


@pytest.fixture(scope="module")
def existing(served):
    """Ids of what there is, so that not everything asked for is a 404."""
    run = served.ended("values")
    (result, *_) = served.get(f"/runs/{run['id']}/results")["items"]
    return {
        "run_id": run["id"],
        "instance_id": run["instance_id"],
        "result_id": result["id"],
        "module": "acting",
    }


HOW = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=EXAMPLES < 100,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.timeout(7200)
def test_no_request_that_fits_is_answered_by_what_is_not_in_the_document(api, existing):
    def attempt(case):
        if case.method != "DELETE":
            case.path_parameters |= {k: existing[k] for k in case.path_parameters}
        case.call_and_validate(checks=CHECKS, timeout=30)

    try_all(api, GenerationMode.POSITIVE, attempt)


@pytest.mark.timeout(7200)
def test_no_request_that_does_not_fit_is_answered_by_what_is_not_in_the_document(api):
    def attempt(case):
        assume(len(case.as_curl_command()) < LONGEST)  # more is cut off before it is read
        case.call_and_validate(checks=CHECKS, timeout=30)

    try_all(api, GenerationMode.NEGATIVE, attempt)


def try_all(api, mode, attempt):
    for found in api.get_all_operations():
        cases = found.ok().as_strategy(generation_mode=mode)
        with suppress(Unsatisfiable):  # what takes nothing cannot be asked wrongly
            HOW(given(case=cases)(attempt))()
