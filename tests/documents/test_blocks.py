"""Every block of code on every page does what the page says it does."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

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


def read(page, folder):
    """Do all that a page says."""
    todo = [step for step in steps(page) if step.runs]
    with Reader(folder, begun=not any("athanor init" in step.text for step in todo)) as reader:
        for step in todo:
            reader.do(step)


@pytest.fixture(scope="module")
def being_read(request, tmp_path_factory):
    """The pages that are asked for, read side by side: most of it is waiting for processes."""
    wanted = [item.callspec.params["page"] for item in request.session.items if _reads(item)]
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as readers:
        yield {
            page: readers.submit(read, page, tmp_path_factory.mktemp(page.stem)) for page in wanted
        }


def _reads(item):
    return "being_read" in getattr(item, "fixturenames", ())


@pytest.mark.timeout(300)  # of a crowded machine: the first page waits for the slowest before it
@pytest.mark.parametrize("page", DOING, ids=name)
def test_the_blocks_of(page, being_read):
    """RUN-10, RUN-11, OPS-03"""
    being_read[page].result()


def test_the_source_says_of_every_block_what_is_done_with_it():
    assert {name(page): found for page in PAGES if (found := mistakes(page))} == {}
