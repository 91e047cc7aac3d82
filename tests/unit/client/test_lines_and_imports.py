"""What the client makes of pieces, and what it loads."""

from __future__ import annotations

import subprocess
import sys

import pytest

from athanor.client.address import Address
from athanor.client.connection import _lines


def test_only_a_newline_ends_a_line() -> None:
    whole = '{"a": "one\u2028two\x85three"}\n{"b": 1}\n{"cut'.encode()
    for size in (1, 3, 100):
        pieces = [whole[at : at + size] for at in range(0, len(whole), size)]
        assert [line.decode() for line in _lines(iter(pieces))] == [
            '{"a": "one\u2028two\x85three"}',
            '{"b": 1}',
        ]


@pytest.mark.parametrize(
    ("text", "url", "token"),
    [
        ("http://host:4000", "http://host:4000", None),
        ("http://host:4000/?token=a-b_c", "http://host:4000", "a-b_c"),
        ("https://lab.example/athanor/", "https://lab.example/athanor", None),
        ("http://[::1]:4000/api/", "http://[::1]:4000", None),
        ("localhost:4000", "http://localhost:4000", None),
    ],
)
def test_an_address_is_read_from_a_url_or_a_link(text, url, token) -> None:
    found = Address.of(text)
    assert (found.url, found.token) == (url, token)
    assert "a-b_c" not in repr(found)


@pytest.mark.parametrize(
    ("statement", "unwanted"),
    [
        ("import athanor", ("httpx", "msgspec", "sqlalchemy")),
        ("import athanor.client", ("sqlalchemy", "alembic", "fastapi", "pandas", "psutil")),
        ("import athanor.cli.session", ("httpx", "sqlalchemy")),
    ],
)
def test_nothing_is_loaded_that_is_not_needed(statement, unwanted) -> None:
    code = f"import sys; {statement}; print([n for n in {unwanted!r} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
