"""The page about the client names all that it can do."""

from __future__ import annotations

from pathlib import Path

from athanor.client import Client

ROOT = Path(__file__).parents[2]


def test_the_reference_names_every_verb_of_the_client() -> None:
    text = (ROOT / "docs/reference/client.md").read_text()
    verbs = {name for name in dir(Client) if not name.startswith("_")}
    own = {"close", "url", "supervise", "step_aside", "leave_behind", "environment"}
    assert [name for name in sorted(verbs - own) if f"`{name}(" not in text] == []
