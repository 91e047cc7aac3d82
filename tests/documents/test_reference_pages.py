"""The pages of reference say what the code says, all of it and no more."""

from __future__ import annotations

import dataclasses
import re
import sqlite3
from contextlib import closing

import msgspec
import pytest
from story import ROOT

import athanor
from athanor import settings
from athanor.domain.usage import GpuUsage
from athanor.journal import format as kinds
from athanor.settings import Settings
from athanor.store.database import Database
from handbook import generated, python_page

_OTHERS = {"alembic_version", "sqlite_sequence", "sqlite_stat1", "sqlite_stat4"}
"""Tables of the database itself and of who upgrades it."""


def rows(page):
    """The rows of the tables on a page, with their first word."""
    text = (ROOT / "docs/reference" / page).read_text(encoding="utf-8")
    return {found[1]: found[2] for found in re.finditer(r"^\| `(\w+)`(.*)\|$", text, re.MULTILINE)}


def words(text):
    return set(re.findall(r"`([\w.]+)`", text))


@pytest.mark.parametrize("name", generated.PAGES)
def test_a_page_made_of_the_code_is_what_the_code_makes(name):
    assert (ROOT / name).read_text(encoding="utf-8") == generated.PAGES[name](), "make reference"


def test_every_public_name_is_on_the_page_of_python():
    assert set(athanor.__all__) - python_page.shown() == set()


def test_the_page_of_settings_names_each_once_and_no_other():
    told = rows("settings.md")
    assert list(told) == [variable for variable, _, _ in settings.described()]
    for variable, _, sentence in settings.described():
        assert told[variable].endswith(f"| {sentence} ")


def test_the_page_of_the_journal_names_every_kind_and_every_field():
    told = rows("journal.md")
    told.pop("t")  # the head of the table
    structs = {one.__struct_config__.tag: one for one in kinds.Line.__args__}
    assert set(told) == set(structs)
    for tag, struct in structs.items():
        fields = {field.encode_name for field in msgspec.structs.fields(struct)} - {"ts"}
        assert fields - words(told[tag]) == set()
    gpu = {field.name for field in dataclasses.fields(GpuUsage)}
    assert gpu - words(told["usage"]) == set()


def test_the_page_of_tables_names_every_table_and_every_column(tmp_path):
    told, home = rows("tables.md"), tmp_path / ".athanor"
    Database.open(Settings(project=tmp_path, home=home)).close()
    with closing(sqlite3.connect(home / "athanor.db")) as database:
        listed = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
        names = {name for (name,) in database.execute(listed)} - _OTHERS
        columns = {
            name: {row[1] for row in database.execute(f"PRAGMA table_xinfo({name})")}
            for name in names
        }
    assert set(told) == names
    assert {name: found for name in names if (found := columns[name] - words(told[name]))} == {}
    extra = {name: words(told[name]) - columns[name] - names for name in names}
    assert {name: found for name, found in extra.items() if found} == {}


def test_the_page_of_live_names_every_event():
    from athanor.server.models.live import LiveFrame

    told = set()
    for one in LiveFrame.model_fields["root"].annotation.__args__:
        told |= set(one.model_fields["event"].annotation.__args__)
    assert told - words((ROOT / "docs/reference/live.md").read_text(encoding="utf-8")) == set()
