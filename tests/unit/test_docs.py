"""What the documents claim about names, files and verbs is checked here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import athanor
from athanor import settings
from athanor.cli.app import app

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        ROOT / "web/README.md",
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("examples/**/*.md"),
    ],
)
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")
CODE = re.compile(r"```python\n(.*?)```", re.DOTALL)
VERB = re.compile(r"`athanor ([a-z]+)|^\$ athanor ([a-z]+)", re.MULTILINE)
SOURCE = re.compile(r"`((?:src|tests|docs|benchmarks|chaos|examples)/[\w./-]+)`")


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page):
    missing = [to for to in LINK.findall(page.read_text()) if not (page.parent / to).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_file_that_is_named_exists(page):
    missing = [path for path in SOURCE.findall(page.read_text()) if not (ROOT / path).exists()]
    assert missing == []


def test_the_rooms_named_in_the_tour_exist():
    text = (ROOT / "docs/tour.md").read_text()
    files = re.findall(
        r"`((?:cli|definition|domain|supervision|execution|journal|store|harness|server|client)/[\w/]*\.py)`",
        text,
    )
    assert len(files) > 15
    assert [file for file in files if not (ROOT / "src/athanor" / file).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_python_block_compiles(page):
    for number, block in enumerate(CODE.findall(page.read_text())):
        compile(block, f"{page.name}:{number}", "exec")


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_verb_that_is_named_exists(page):
    known = {command.name or command.callback.__name__ for command in app.registered_commands}
    known |= {group.name for group in app.registered_groups}
    named = {verb for pair in VERB.findall(page.read_text()) for verb in pair if verb}
    assert named <= known, f"unknown: {named - known}"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_verb_of_make_that_is_named_exists(page):
    known = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:`|\$ )make ([a-z-]+)", page.read_text()))
    assert named <= known, f"unknown: {named - known}"


def test_every_setting_is_documented():
    text = (ROOT / "docs/reference/settings.md").read_text()
    for variable, _, sentence in settings.described():
        assert f"`{variable}`" in text
        assert sentence in text


def test_every_public_name_can_be_imported():
    missing = [public for public in athanor.__all__ if not hasattr(athanor, public)]
    assert missing == []
    assert len(set(athanor.__all__)) == len(athanor.__all__)


def test_no_document_names_a_registry_or_a_machine():
    hosts = re.compile(r"pythonhosted|registry\.npmjs|//pypi\.org/simple|/root/|/tmp/bash")
    pages = [*PAGES, *ROOT.glob("requirements/*"), ROOT / "pyproject.toml", ROOT / "Makefile"]
    assert [name(page) for page in pages if hosts.search(page.read_text())] == []
