"""What only looks, or only logs, loads no database driver."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("sqlalchemy", "alembic", "psutil", "pydantic", "asyncio")


@pytest.mark.parametrize(
    "statement",
    [
        "import athanor",
        "from athanor import experiments, runtime",
        "import athanor.harness",
        "import athanor.harness.experiments",
    ],
)
def test_it_is_imported_without_a_database_driver(statement: str) -> None:
    heavy = HEAVY if "harness" not in statement else HEAVY[:2]
    code = f"import sys; {statement}; print([n for n in {heavy!r} if n in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_the_harness_is_there_when_asked_for_and_nothing_else_is() -> None:
    import athanor.harness
    from athanor.harness import Harness

    assert athanor.harness.Harness is Harness
    with pytest.raises(AttributeError, match="no attribute 'Hraness'"):
        _ = athanor.harness.Hraness
