"""What is edited is seen."""

import os
import time
from textwrap import dedent

import pytest
from catalog_givens import (
    HEAD,
    TRAIN,
    broken,
    function,
    names,
    workers,
)

from athanor.errors import (
    ModuleNotFound,
)


def test_a_changed_default_is_seen_even_within_one_second(project, catalog, monkeypatch):
    """EXP-05"""
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    file = project.write("experiments/a.py", TRAIN)
    for tenth, default in enumerate((10, 20, 30)):
        file.write_text(HEAD + dedent(TRAIN).replace("default=10", f"default={default}"))
        os.utime(file, (1000 + tenth / 10,) * 2)
        assert catalog.defaults("experiments.a:Train") == {"n": default}
        assert catalog.validate("experiments.a:Train", {}) == {"n": default}


def test_a_changed_helper_of_a_file_is_seen(project, catalog):
    helper = project.write("lab/helper.py", "TEXT = 'one'\n", head="")
    project.write(
        "experiments/a.py",
        "from lab.helper import TEXT\n@experiment(description=TEXT)\ndef f(ctx): ...\n",
    )
    assert _description(catalog) == "one"
    helper.write_text("TEXT = 'two'\n")
    assert _description(catalog) == "two"


def _description(catalog):
    listing = catalog.list()
    assert broken(listing) == {}
    return listing.experiments[0].description


def test_new_and_deleted_files_are_seen(project, catalog):
    project.write("experiments/a.py", function("a"))
    assert names(catalog.list()) == ["a"]
    second = project.write("experiments/b.py", function("b"))
    assert names(catalog.list()) == ["a", "b"]
    second.unlink()
    assert names(catalog.list()) == ["a"]
    with pytest.raises(ModuleNotFound):
        catalog.schema("experiments.b:b")
    assert len(workers()) == 1


def test_a_broken_file_is_tried_again_when_it_or_what_it_misses_is_mended(project, catalog):
    file = project.write("experiments/a.py", "1/0\n")
    assert len(catalog.list().broken) == 1
    file.write_text(HEAD + "from missing_helper import x\n" + function("a"))
    assert "missing_helper" in catalog.list().broken[0].reason
    helper = project.write("missing_helper.py", "x = (\n", head="")
    assert "SyntaxError" in catalog.list().broken[0].reason
    helper.write_text("x = 1\n")
    assert names(catalog.list()) == ["a"]


def test_an_unchanged_file_is_not_imported_again(project, catalog):
    count = project.root / "count"
    project.write("experiments/a.py", f"open({str(count)!r}, 'a').write('x')\n", TRAIN)
    os.utime(project.root / "experiments/a.py", (1, 1))
    for _ in range(3):
        catalog.list()
    assert count.read_text() == "x"


def test_a_file_from_the_future_is_not_imported_for_ever(project, catalog):
    count = project.root / "count"
    file = project.write("experiments/a.py", f"open({str(count)!r}, 'a').write('x')\n", TRAIN)
    os.utime(file, (time.time() + 9999,) * 2)
    for _ in range(3):
        catalog.list()
    assert count.read_text() == "x"


def test_the_old_answer_serves_marked_stale_until_the_new_one_is_ready(project, catalog):
    gate = project.root / "gate"
    file = project.write("experiments/a.py", TRAIN)
    module = "experiments.a:Train"
    catalog.list()
    os.mkfifo(gate)
    text = dedent(TRAIN).replace("default=10", "default=20")
    file.write_text(HEAD + f"open({str(gate)!r}).read()\n" + text)
    (entry,) = catalog.list(patience_s=0).experiments
    assert entry.stale
    assert catalog.defaults(module, wait=False) == {"n": 10}
    gate.write_text("")  # lets the import go on
    assert catalog.defaults(module) == {"n": 20}
    assert not catalog.entry(module).stale


def test_an_edit_during_an_import_is_not_missed(project, catalog):
    gate = project.root / "gate"
    os.mkfifo(gate)
    waiting = f"open({str(gate)!r}).read()\n"
    file = project.write("experiments/a.py", waiting, TRAIN)
    catalog.refresh(patience_s=0)
    with gate.open("w"):  # opens when the import, which has read the file, waits in it
        file.write_text(HEAD + dedent(TRAIN).replace("default=10", "default=20"))
    assert catalog.defaults("experiments.a:Train") == {"n": 20}


def test_an_edit_during_an_import_is_not_missed_though_its_time_is_of_the_tick_before(
    project, catalog
):
    changed = project.write("changed.py", dedent(TRAIN).replace("default=10", "default=20"))
    edits = f"""
        import os, time
        changed_ns = time.time_ns() - 15_000_000  # a little before the import began
        os.replace({str(changed)!r}, __file__)
        os.utime(__file__, ns=(changed_ns, changed_ns))
    """
    project.write("experiments/a.py", edits, TRAIN)
    assert catalog.defaults("experiments.a:Train") == {"n": 20}
