"""What the how-to about notebooks shows, run as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from athanor.cli.project import FILES, _content
from athanor.client import Client

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(
    r"```python\n(.*?)```", (ROOT / "docs/howto/notebooks.md").read_text(), re.DOTALL
)


@pytest.fixture
def notebook(served, monkeypatch):
    """The folder of a project with the experiment that `athanor init` makes."""
    source = _content(FILES["experiments/hello.py"], "lab")
    (served.project / "experiments" / "hello.py").write_text(source)
    monkeypatch.chdir(served.project)
    for name in ("ATHANOR_HOME", "ATHANOR_SERVER", "ATHANOR_TOKEN"):
        monkeypatch.setenv(name, "")


def test_the_notebook_runs(served, notebook, capsys) -> None:
    """OPS-03"""
    names: dict = {}
    for block in BLOCKS:
        exec(block.replace("http://127.0.0.1:4000", served.url), names)
    names["client"].close()
    names["database"].close()
    said = capsys.readouterr().out
    assert said.startswith("completed ")
    assert "from a notebook" in said
    assert len(names["frame"]) == names["run"].result_count


def test_the_reference_names_every_verb_of_the_client() -> None:
    text = (ROOT / "docs/reference/client.md").read_text()
    verbs = {name for name in dir(Client) if not name.startswith("_")}
    own = {"close", "url", "supervise", "leave_behind", "environment"}
    assert [name for name in sorted(verbs - own) if f"`{name}(" not in text] == []
