"""Amounts of memory, read and written."""

from __future__ import annotations

import pytest

from athanor.domain import size


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("512MB", 512_000_000),
        ("4GiB", 4 << 30),
        ("1.5 gb", 1_500_000_000),
        ("100B", 100),
        (" 2TiB ", 2 << 40),
        ("3KB", 3000),
        ("3kib", 3072),
    ],
)
def test_an_amount_is_read_with_its_unit(text, count):
    assert size.parse(text) == count


@pytest.mark.parametrize("text", ["", "4", "GB", "-1GB", "4 G", "1e9B", "4GBit", "IB", "1iB"])
def test_what_is_no_amount_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match="like 512MB or 4GiB"):
        size.parse(text)


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (4 << 30, "4 GiB"),
        (512_000_000, "512 MB"),
        (1536 << 20, "1536 MiB"),
        (749_752_320, "749.8 MB"),
        (999, "999 B"),
        (1_234_567_890_123, "1.2 TB"),
        (0, "0 B"),
    ],
)
def test_an_amount_is_written_exactly_where_that_is_short(count, text):
    assert size.text(count) == text


@pytest.mark.parametrize("text", ["512 MB", "4 GiB", "1536 MiB"])
def test_what_is_written_exactly_reads_as_the_same(text):
    assert size.text(size.parse(text)) == text
