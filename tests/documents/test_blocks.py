"""Every block of code on every page does what the page says it does."""

from __future__ import annotations

import pytest
from story import ROOT, Reader, mistakes, steps

PAGES = sorted(
    [
        *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "web/README.md")),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("examples/*.md"),
    ]
)
DOING = [page for page in PAGES if any(step.runs for step in steps(page))]


def name(page):
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", DOING, ids=name)
def test_the_blocks_of(page, tmp_path):
    """RUN-10, RUN-11, OPS-03"""
    todo = [step for step in steps(page) if step.runs]
    with Reader(tmp_path, begun=not any("athanor init" in step.text for step in todo)) as reader:
        for step in todo:
            reader.do(step)


def test_the_source_says_of_every_block_what_is_done_with_it():
    assert {name(page): found for page in PAGES if (found := mistakes(page))} == {}
