"""The use cases, in the user's words. Every door calls these and nothing below them."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from athanor.harness.harness import Harness

__all__ = ["Harness"]


def __getattr__(name: str) -> Any:
    """Import the harness when it is asked for: its neighbours need no database driver."""
    if name != "Harness":
        raise AttributeError(f"module 'athanor.harness' has no attribute {name!r}")
    from athanor.harness.harness import Harness

    return Harness
